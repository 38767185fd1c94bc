/** What this room tells a sink. */
import type { Bytes, Happening, TimeoutPhase } from '../bytes/index.ts';
import type { Deviation, PduName } from '../pdu/index.ts';
import type { AnswerDeviation } from './negotiate.ts';
import type { Action, EventName, State } from './states.ts';

/** A PDU sent or received, with the step of the machine that it caused or that caused it. */
export interface PduHappening extends Happening {
  readonly layer: 'ul';
  readonly type: 'pdu';
  readonly direction: 'sent' | 'received';
  readonly pdu: PduName | 'invalid';
  /** The whole PDU, header included, user identities masked by asterisks; valid during the call only. */
  readonly bytes: Bytes;
  readonly from: State;
  readonly to: State;
  readonly event: EventName;
  readonly action: Action;
  /** What we tolerated in it. */
  readonly deviations: readonly Deviation[];
}

/** A step of the machine with no PDU received: a local primitive, the transport, the ARTIM timer. */
export interface TransitionHappening extends Happening {
  readonly layer: 'ul';
  readonly type: 'transition';
  readonly from: State;
  readonly to: State;
  readonly event: EventName;
  readonly action: Action;
}

/** An answer that departs from the standard and is taken all the same; deviations within a PDU are told with it. */
export interface AnswerDeviationHappening extends Happening, AnswerDeviation {
  readonly layer: 'ul';
  readonly type: 'deviation';
  readonly direction: 'received';
}

/** A deadline of ours ran out, and the association is given up. ARTIM, which is the machine's own, is told as Evt18. */
export interface TimerHappening extends Happening {
  readonly layer: 'ul';
  readonly type: 'timer';
  readonly phase: TimeoutPhase;
  readonly milliseconds: number;
}

export type UlHappening = PduHappening | TransitionHappening | AnswerDeviationHappening | TimerHappening;
