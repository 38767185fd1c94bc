/** What an element is to the engine behind it. */
export interface Member {
  readonly localName: string;
  readonly clientWidth: number;
  dispatchEvent(event: Event): boolean;
  /** The engine is gone, with all that was in it: it joins another. */
  renew(): void;
}
