import type { Split } from '../support/splits.ts';
import type { Side } from './scene.ts';

/** One hard case of the protocol, found by its number. */
export interface Case {
  readonly case: number;
  /** Who of ours meets it: as SCU, as SCP, or both. */
  readonly side: Side | 'B';
  readonly situation: string;
  /** Runs once a side and once a way of delivering bytes. */
  readonly run?: (side: Side, how: Split) => void | Promise<void>;
  /** What of it is not tested here, and why. */
  readonly later?: string;
}
