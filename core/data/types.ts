/** Data sets as values: the DICOM JSON Model (PS3.18 Annex F). */

/** One value of PN: up to three component groups (PS3.5 6.2.1, PS3.18 F.2.2). */
export interface PersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** Numbers only where they print back the same text (PS3.18 F.2.3), else the text. `null` is an empty value. */
export type Value = string | number | PersonName | DataSet | null;

/** An attribute. Exactly one of `Value` and `InlineBinary`, or neither where it is empty (PS3.18 F.2.2). */
export interface Attribute {
  readonly vr: string;
  readonly Value?: readonly Value[];
  /** Base64 of OB, OD, OF, OL, OV, OW and UN. */
  readonly InlineBinary?: string;
}

/** Keys are tags as eight upper-case hexadecimal digits: `00100010`. */
export interface DataSet {
  readonly [tag: string]: Attribute;
}
