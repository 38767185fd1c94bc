/** How large the works are. */

export interface Scale {
  /** `full`, `smoke`, or a part of one (growth.ts). */
  readonly name: string;
  /** S: a study of CT slices, 512 x 512 x 16 bit. */
  readonly slices: number;
  /** T: objects of 4 kB. */
  readonly tiny: number;
  /** L: bytes of the one object that is sent and got, the smallest first. */
  readonly large: readonly number[];
  /** Matches of a C-FIND. */
  readonly matches: number;
  /** Echoes in one association. */
  readonly echoes: number;
  /** Associations one after the other. */
  readonly associations: number;
  /** Instances in the index. */
  readonly indexed: number;
  /** Messages in a capture. */
  readonly records: number;
  /** Bytes through a bridge. */
  readonly stream: number;
  /** 64 byte messages to and fro through a bridge. */
  readonly pings: number;
  /** Rounds that are counted, and those before that are not. */
  readonly pairs: number;
  readonly warmUp: number;
}

export const FULL: Scale = {
  name: 'full',
  slices: 500,
  tiny: 5000,
  large: [50e6, 500e6, 5e9],
  matches: 10_000,
  echoes: 1000,
  associations: 500,
  indexed: 100_000,
  records: 40_000,
  stream: 1 << 30,
  pings: 5000,
  pairs: 5,
  warmUp: 1,
};

/** Enough to see that everything works; its times say nothing. */
export const SMOKE: Scale = {
  name: 'smoke',
  slices: 4,
  tiny: 20,
  large: [1e6, 2e6, 6e6],
  matches: 50,
  echoes: 10,
  associations: 3,
  indexed: 900,
  records: 20,
  stream: 8 << 20,
  pings: 20,
  pairs: 1,
  warmUp: 0,
};
