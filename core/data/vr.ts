/** Value representations (PS3.5 6.2, Table 6.2-1) and how explicit VR writes their length (PS3.5 7.1.2). */

/** How values lie in their bytes. */
export type VRKind =
  | 'text' // characters; `\` separates values where `multiple`
  | 'person' // characters in component groups
  | 'decimal' // DS and IS: numbers as characters
  | 'number' // binary numbers of `size` bytes
  | 'tag' // AT: pairs of 16-bit numbers
  | 'bytes' // as they are
  | 'sequence';

export interface VREntry {
  readonly kind: VRKind;
  /** Explicit VR: two reserved bytes and a 32-bit length (PS3.5 Table 7.1-1), else a 16-bit length. */
  readonly long: boolean;
  /** What makes an odd length even (PS3.5 6.2). */
  readonly pad: 0x00 | 0x20;
  /** More than one value, separated by `\`, may stand in one element. */
  readonly multiple: boolean;
  /** Characters follow Specific Character Set (0008,0005) (PS3.5 6.1.2.2). */
  readonly extended: boolean;
  /** Bytes of one value, or of the units that byte ordering turns round (PS3.5 7.3); 0 where it varies. */
  readonly size: number;
}

const entry = (kind: VRKind, more: Partial<VREntry> = {}): VREntry => ({
  kind,
  long: false,
  pad: 0x20,
  multiple: true,
  extended: false,
  size: 0,
  ...more,
});

const text = (more?: Partial<VREntry>): VREntry => entry('text', more);
const number = (size: number, long = false): VREntry => entry('number', { size, long, pad: 0x00 });
const bytes = (size: number): VREntry => entry('bytes', { size, long: true, pad: 0x00, multiple: false });

export const VR_TABLE: Readonly<Record<string, VREntry>> = {
  AE: text(),
  AS: text(),
  AT: entry('tag', { size: 4, pad: 0x00 }),
  CS: text(),
  DA: text(),
  DS: entry('decimal'),
  DT: text(),
  FD: number(8),
  FL: number(4),
  IS: entry('decimal'),
  LO: text({ extended: true }),
  LT: text({ extended: true, multiple: false }),
  OB: bytes(1),
  OD: bytes(8),
  OF: bytes(4),
  OL: bytes(4),
  OV: bytes(8),
  OW: bytes(2),
  PN: entry('person', { extended: true }),
  SH: text({ extended: true }),
  SL: number(4),
  SQ: entry('sequence', { long: true, pad: 0x00, multiple: false }),
  SS: number(2),
  ST: text({ extended: true, multiple: false }),
  SV: number(8, true),
  TM: text(),
  UC: text({ long: true, extended: true }),
  UI: text({ pad: 0x00 }),
  UL: number(4),
  UN: bytes(1),
  UR: text({ long: true, multiple: false }),
  US: number(2),
  UT: text({ long: true, extended: true, multiple: false }),
  UV: number(8, true),
};

const UNKNOWN: VREntry = bytes(1);
const BY_VR: ReadonlyMap<string, VREntry> = new Map(Object.entries(VR_TABLE));

/** The entry of a VR. One that the standard does not have is treated as UN (PS3.5 6.2.2). */
export function vrEntry(vr: string): VREntry {
  return BY_VR.get(vr) ?? UNKNOWN;
}
