/** What the inspector looks at. */

/** The live record, or a capture that was opened. */
export interface Source {
  readonly number: number;
  /** Empty for the live one. */
  readonly name: string;
  /** More may come. */
  readonly grows: boolean;
}

/** A capture that is being read. */
export interface Opening {
  readonly name: string;
  readonly read: number;
  readonly size: number;
}
