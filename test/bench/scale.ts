/** How large the works are. */

export interface Scale {
  readonly name: 'full' | 'smoke';
  /** S: a study of CT slices, 512 x 512 x 16 bit. */
  readonly slices: number;
  /** T: objects of 4 kB. */
  readonly tiny: number;
  /** L: frames of 512 KiB in one object. */
  readonly frames: number;
  /** Matches of a C-FIND. */
  readonly matches: number;
  /** Echoes in one association. */
  readonly echoes: number;
  /** Associations one after the other. */
  readonly associations: number;
  /** Instances in the index. */
  readonly indexed: number;
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
  frames: 954, // 500 MB
  matches: 10_000,
  echoes: 1000,
  associations: 500,
  indexed: 100_000,
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
  frames: 4,
  matches: 50,
  echoes: 10,
  associations: 3,
  indexed: 500,
  stream: 8 << 20,
  pings: 20,
  pairs: 1,
  warmUp: 0,
};
