/**
 * What the inspector keeps of a conversation: one record a PDU, and one for each step of the machine, tolerated
 * deviation, deadline or end of a connection that no PDU tells of. Everything else (messages, contexts, the other side's state) is
 * worked out of these, so that a live run and a capture are read by the same code.
 */
import type { Bytes, Happening, TimeoutPhase } from '../bytes/index.ts';
import type { Deviation, PduName } from '../pdu/index.ts';
import type { Action, EventName, State } from '../ul/states.ts';

/** The two ends of an association. */
export type Side = 'requestor' | 'acceptor';

/** One entry of PS3.8 Table 9-10 that a side took. */
export interface MachineStep {
  readonly side: Side;
  readonly from: State;
  readonly event: EventName;
  readonly action: Action;
  readonly to: State;
}

/** Bytes of a file. */
export interface FileRange {
  readonly at: number;
  readonly length: number;
}

interface RecordBase {
  /** From 1, in the order in which things happened. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly association: number;
  /** The association this one was opened for, as the sub-association of a C-MOVE. */
  readonly parent?: number;
}

export interface PduRecord extends RecordBase {
  readonly kind: 'pdu';
  readonly sender: Side;
  readonly pdu: PduName | 'invalid';
  /** From the first byte of the header on; shorter than `length` where the rest of a fragment was elided. */
  readonly bytes: Bytes;
  /** Of the whole PDU, header included. */
  readonly length: number;
  /** Where all of it lies in the capture file that it was read from. */
  readonly ranges?: readonly FileRange[];
  /**
   * The step of the side that was watched. Absent in a capture, which watches neither, and for a PDU sent in answer to
   * another one, which has it.
   */
  readonly step?: MachineStep;
  /** What was against the standard and taken all the same. */
  readonly deviations: readonly Deviation[];
}

/** A step with no PDU: a local primitive, the transport, the ARTIM timer. */
export interface StepRecord extends RecordBase {
  readonly kind: 'step';
  readonly step: MachineStep;
}

/** Something tolerated that is no matter of a single PDU. */
export interface NoteRecord extends RecordBase {
  readonly kind: 'note';
  /** By whom it was noticed. */
  readonly layer: Happening['layer'];
  /** A code of `DEVIATIONS`, `ANSWER_DEVIATIONS` or `SERVICE_DEVIATIONS`, or `STRAY`. */
  readonly code: string;
  readonly contextId?: number;
}

/** A deadline of the side that was watched ran out. ARTIM is a step of its machine instead. */
export interface TimerRecord extends RecordBase {
  readonly kind: 'timer';
  readonly phase: TimeoutPhase;
  readonly milliseconds: number;
}

/** In a capture: the connection of an association, as its packets tell it. */
export interface TransportRecord extends RecordBase {
  readonly kind: 'transport';
  readonly event: 'opened' | 'closed' | 'reset' | 'gap';
  /** Who closed or reset it, or whose bytes are missing. */
  readonly sender?: Side;
  /** `address:port` of either side. */
  readonly ends?: Readonly<Record<Side, string>>;
  /** Bytes that are missing, for a gap. */
  readonly missing?: number;
}

export type InspectRecord = PduRecord | StepRecord | NoteRecord | TimerRecord | TransportRecord;

export function otherSide(side: Side): Side {
  return side === 'requestor' ? 'acceptor' : 'requestor';
}
