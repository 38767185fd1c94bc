/** How long each phase may take, in milliseconds. Real peers go silent in every one of them. */
export interface Deadlines {
  /** Until the transport connection is open. */
  readonly connect: number;
  /** From A-ASSOCIATE-RQ to its answer; the standard has no timer for Sta5. */
  readonly associate: number;
  /** From a request to its first response. */
  readonly response: number;
  /** Between two signs of life of a C-FIND or C-GET. */
  readonly progress: number;
  /** The same for a C-MOVE, whose instances go elsewhere while we hear nothing. */
  readonly moveProgress: number;
  /** From A-RELEASE-RQ to A-RELEASE-RP; the standard has no timer for Sta7. */
  readonly release: number;
  /** From C-CANCEL to the final response. */
  readonly cancelGrace: number;
  /** ARTIM (PS3.8 9.1.5). */
  readonly artim: number;
}

export const DEFAULT_DEADLINES: Deadlines = Object.freeze({
  connect: 10_000,
  associate: 30_000,
  response: 60_000,
  progress: 60_000,
  moveProgress: 300_000,
  release: 5_000,
  cancelGrace: 5_000,
  artim: 30_000,
});
