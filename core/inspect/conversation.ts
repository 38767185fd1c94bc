/** One association as its records tell it: what was agreed, what was said, and where both machines stand. */
import { DEFAULT_LIMITS, DicomError } from '../bytes/index.ts';
import { COMMAND_FIELD } from '../dimse/index.ts';
import type { AnsweredContext, AssociateAC, AssociateRJ, AssociateRQ, Pdu } from '../pdu/index.ts';
import { PduDecoder } from '../pdu/index.ts';
import { InferredSide } from './inferred.ts';
import type { Message, MessagePart } from './messages.ts';
import { Messages } from './messages.ts';
import type { InspectRecord, MachineStep, PduRecord, Side, StepRecord, TransportRecord } from './record.ts';
import { otherSide } from './record.ts';

/** A step of either side. */
export interface SideStep extends MachineStep {
  /** Worked out of the PDUs: nobody watched this side. */
  readonly inferred: boolean;
}

/** A record with what it means. */
export interface Entry {
  readonly record: InspectRecord;
  readonly conversation: Conversation;
  /** Of a PDU that could be read, and is no P-DATA-TF. */
  readonly pdu?: Pdu;
  /** Of a P-DATA-TF. */
  readonly parts: readonly MessagePart[];
  readonly steps: readonly SideStep[];
  /** Why the bytes are no PDU, in a sentence; empty where they are. */
  readonly problem: string;
}

/** A presentation context, as far as it was negotiated. */
export interface RecordedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly proposed: readonly string[];
  /** PS3.8 Table 9-18; undefined before, and without, an answer. */
  readonly result?: number;
  /** Where it was accepted. */
  readonly transferSyntax?: string;
}

type Contexts = ReadonlyMap<number, RecordedContext>;

export class Conversation {
  readonly association: number;
  /** The association that this one was opened for, where it is known: see `Timeline`. */
  parent: number | undefined;
  request: AssociateRQ | undefined;
  answer: AssociateAC | AssociateRJ | undefined;
  /** Message IDs of the C-MOVEs that were asked for. */
  readonly moves: Set<number> = new Set();
  #watchedSide: Side | undefined;
  readonly #messages = new Messages();
  #contexts: Contexts | undefined;
  readonly #sides: Readonly<Record<Side, InferredSide>> = {
    requestor: new InferredSide('requestor'),
    acceptor: new InferredSide('acceptor'),
  };

  constructor(association: number, parent: number | undefined) {
    this.association = association;
    this.parent = parent;
  }

  /** Whose machine was watched; undefined in a capture. */
  get watchedSide(): Side | undefined {
    return this.#watchedSide;
  }

  /** By identifier, in the order they were proposed. */
  get contexts(): Contexts {
    return (this.#contexts ??= contextsOf(this.request, this.answer));
  }

  take(record: InspectRecord): Entry {
    const nothing = { record, conversation: this, parts: [], steps: [], problem: '' };
    if (record.kind === 'pdu') return { ...nothing, ...this.#pdu(record) };
    if (record.kind === 'step') return { ...nothing, steps: this.#watched(record) };
    if (record.kind === 'transport') return { ...nothing, steps: this.#transport(record) };
    return nothing;
  }

  #pdu(record: PduRecord): Pick<Entry, 'parts' | 'steps' | 'problem'> & { readonly pdu?: Pdu } {
    this.#watchedSide ??= record.step?.side;
    if (record.pdu === 'P-DATA-TF') {
      const steps = this.#steps(record, { type: 'P-DATA-TF', pdvs: [] });
      const parts = this.#messages.take(record);
      for (const { message } of parts) this.#noteMove(message);
      return { parts, steps, problem: '' };
    }
    const { pdu, problem } = decodedPdu(record);
    if (pdu?.type === 'A-ASSOCIATE-RQ') this.request = pdu;
    if (pdu?.type === 'A-ASSOCIATE-AC' || pdu?.type === 'A-ASSOCIATE-RJ') this.answer = pdu;
    this.#contexts = undefined;
    return {
      ...(pdu && { pdu }),
      parts: [],
      steps: pdu ? this.#steps(record, pdu) : ownStep(record),
      problem,
    };
  }

  #noteMove({ command }: Message): void {
    const isMove = command?.CommandField === COMMAND_FIELD['C-MOVE-RQ'];
    if (isMove && command.MessageID !== undefined) this.moves.add(command.MessageID);
  }

  /** Of the side that was watched as it was told, of the other one, or of both, as the PDU implies. */
  #steps(record: PduRecord, pdu: Pdu): SideStep[] {
    const sender = this.#sides[record.sender];
    const receiver = this.#sides[otherSide(record.sender)];
    const sent = this.#unlessWatched(sender, sender.sent(pdu));
    const received = this.#unlessWatched(receiver, receiver.received(pdu));
    const own = ownStep(record);
    return own[0]?.side === record.sender ? [...own, ...received] : [...sent, ...own, ...received];
  }

  #unlessWatched({ side }: InferredSide, steps: readonly MachineStep[]): SideStep[] {
    return side === this.#watchedSide ? [] : steps.map((step) => ({ ...step, inferred: true }));
  }

  #watched({ step }: StepRecord): SideStep[] {
    this.#watchedSide = step.side;
    const own: SideStep[] = [{ ...step, inferred: false }];
    if (step.event !== 'Evt17') return own;
    const other = this.#sides[otherSide(step.side)];
    return [...own, ...this.#unlessWatched(other, other.closed())];
  }

  #transport({ event }: TransportRecord): SideStep[] {
    if (event !== 'closed' && event !== 'reset') return [];
    return Object.values(this.#sides).flatMap((side) => this.#unlessWatched(side, side.closed()));
  }
}

function ownStep({ step }: PduRecord): SideStep[] {
  return step ? [{ ...step, inferred: false }] : [];
}

/** The first answer of each counts. */
function contextsOf(request: AssociateRQ | undefined, answer: Conversation['answer']): Contexts {
  const answers = new Map<number, AnsweredContext>();
  for (const one of answer?.type === 'A-ASSOCIATE-AC' ? answer.contexts : [])
    if (!answers.has(one.id)) answers.set(one.id, one);
  return new Map(
    (request?.contexts ?? []).map(({ id, abstractSyntax, transferSyntaxes: proposed }) => {
      const { result, transferSyntax } = answers.get(id) ?? {};
      const syntax = result === 0 && transferSyntax !== undefined ? { transferSyntax } : {};
      return [id, { id, abstractSyntax, proposed, ...(result === undefined ? {} : { result }), ...syntax }];
    }),
  );
}

/** Records hold what somebody has taken already, within limits of his own; a capture may hold anything. */
const LIMITS = { ...DEFAULT_LIMITS, associatePdu: 16 << 20, shortPdu: 1 << 20 };

/** What its bytes say, or why they say nothing, in a sentence. */
export function decodedPdu({ bytes }: PduRecord): { readonly pdu?: Pdu; readonly problem: string } {
  try {
    const [received] = new PduDecoder({ limits: LIMITS }).push(bytes);
    if (received !== undefined) return { pdu: received.pdu, problem: '' };
    return { problem: 'The PDU is not whole.' };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return { problem: error.message };
  }
}
