/** The faults of a peer as values. */
import type { Rejection } from '../service/index.ts';

/** Services whose requests an SCP can be made to answer with a status of choice. */
export const FAULTY_SERVICES = ['C-STORE', 'C-FIND', 'C-GET', 'C-MOVE'] as const;
export type FaultyService = (typeof FAULTY_SERVICES)[number];

/** After the `count`-th of a kind has passed a connection, in whichever direction. */
export interface Trigger {
  readonly count: number;
  /** `byte` (received), a PDU as `P-DATA-TF`, or a message as `C-STORE-RQ`, which counts when its command is whole. */
  readonly kind: string;
}

/** Results of a presentation context that refuse it (PS3.8 Table 9-18). */
export type Refusal = 1 | 2 | 3 | 4;

/** One thing that a peer does wrong. */
export type Fault =
  | { readonly name: 'refuse' | 'http' | 'lenient' | 'strict' | 'no-role' }
  | { readonly name: 'reject'; readonly rejection: Rejection }
  | { readonly name: 'callers'; readonly titles: readonly string[] }
  | { readonly name: 'contexts'; readonly result: Refusal }
  | { readonly name: 'delay'; readonly milliseconds: number }
  /** `after` is undefined for a silence from the beginning. */
  | { readonly name: 'silence'; readonly after: Trigger | undefined }
  | { readonly name: 'abort' | 'reset'; readonly after: Trigger }
  | {
      readonly name: 'status';
      readonly status: number;
      readonly service: FaultyService;
      /** Counted since the SCP began; undefined for every request. */
      readonly nth: number | undefined;
    }
  | { readonly name: 'fail'; readonly nth: number };

export type FaultName = Fault['name'];
