/** From what the layers tell a sink to records. */
import type { Sink, SinkEvent } from '../bytes/index.ts';
import { EMPTY } from '../bytes/index.ts';
import type { StrayHappening } from '../dimse/events.ts';
import type { ServiceDeviationHappening } from '../service/deviations.ts';
import type {
  AnswerDeviationHappening,
  PduHappening,
  TimerHappening,
  TransitionHappening,
} from '../ul/events.ts';
import { Elision } from './fragments.ts';
import type { InspectRecord, PduRecord, Side } from './record.ts';
import { otherSide } from './record.ts';

export interface RecordingOptions {
  /** Bytes of each message's data set that are kept, 65,536 by default: what comes behind them is pixels as a rule. */
  readonly keep?: number;
}

export const KEEP: number = 64 << 10;

/** What has to be remembered of an association while it lasts. */
interface Watched {
  readonly side: Side;
  readonly elision: Readonly<Record<Side, Elision>>;
}

/**
 * A sink that makes records and hands them over, at once and in order. Their bytes are copies. Of a message's data set
 * the bytes behind the first `keep` are left out and only counted.
 */
export function recordingSink(
  take: (record: InspectRecord) => void,
  { keep = KEEP }: RecordingOptions = {},
): Sink {
  const recording = new Recording(keep);
  return (event) => {
    const record = recording.recordOf(event as SinkEvent & Told); // nothing else is told by the rooms below
    if (record !== undefined) take(record);
  };
}

/**
 * Passes on what is told of associations that were asked for here, and nothing of those that were answered: where both
 * ends lie in one process, each PDU is then told once.
 */
export function requestorsOnly(sink: Sink): Sink {
  const answered = new Set<number>();
  return (event) => {
    const { association, event: name, to } = event as SinkEvent & Partial<TransitionHappening>;
    if (name === 'Evt5') answered.add(association);
    if (!answered.has(association)) sink(event);
    else if (to === 'Sta1') answered.delete(association);
  };
}

type Told =
  | PduHappening
  | TransitionHappening
  | AnswerDeviationHappening
  | TimerHappening
  | StrayHappening
  | ServiceDeviationHappening
  | { readonly layer: 'dimse'; readonly type: 'command' | 'data set' };

/** What a received PDU is to the machine: sent in the same step, another PDU answers it. */
const CAUSED_BY_PDU: ReadonlySet<string> = new Set([
  'Evt3',
  'Evt4',
  'Evt6',
  'Evt10',
  'Evt12',
  'Evt13',
  'Evt16',
  'Evt19',
]);

class Recording {
  readonly #keep: number;
  readonly #watched = new Map<number, Watched>();
  #last = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Undefined for what the PDUs tell already: messages are put together from them when somebody looks. */
  recordOf(event: SinkEvent & Told): InspectRecord | undefined {
    switch (event.type) {
      case 'pdu':
        return this.#pdu(event);
      case 'transition':
        return this.#step(event);
      case 'deviation':
        return this.#note(event, event.code);
      case 'timer':
        return this.#timer(event);
      case 'stray':
        return this.#note(event, 'STRAY');
      default:
        return undefined;
    }
  }

  #note(event: SinkEvent & { readonly contextId?: number }, code: string): InspectRecord {
    const { layer, contextId } = event;
    return {
      ...this.#base(event),
      kind: 'note',
      layer,
      code,
      ...(contextId === undefined ? {} : { contextId }),
    };
  }

  #timer(event: SinkEvent & TimerHappening): InspectRecord {
    const { phase, milliseconds } = event;
    return { ...this.#base(event), kind: 'timer', phase, milliseconds };
  }

  #base({ time, association, parent }: SinkEvent): {
    id: number;
    time: number;
    association: number;
    parent?: number;
  } {
    const id = ++this.#last;
    return parent === undefined ? { id, time, association } : { id, time, association, parent };
  }

  #step(event: SinkEvent & TransitionHappening): InspectRecord {
    const { side } = this.#watch(event.association, event.event === 'Evt5' ? 'acceptor' : 'requestor');
    const { from, event: name, action, to } = event;
    if (to === 'Sta1') this.#watched.delete(event.association);
    return { ...this.#base(event), kind: 'step', step: { side, from, event: name, action, to } };
  }

  #pdu(event: SinkEvent & PduHappening): PduRecord {
    const { from, event: name, action, to, pdu, bytes, deviations } = event;
    const watched = this.#watch(event.association, 'requestor');
    const sender = event.direction === 'sent' ? watched.side : otherSide(watched.side);
    const answers = event.direction === 'sent' && CAUSED_BY_PDU.has(name);
    const kept = pdu === 'P-DATA-TF' ? watched.elision[sender].kept(bytes, bytes.length) : bytes.length;
    if (to === 'Sta1') this.#watched.delete(event.association);
    return {
      ...this.#base(event),
      kind: 'pdu',
      sender,
      pdu,
      bytes: kept === 0 ? EMPTY : bytes.slice(0, kept),
      length: bytes.length,
      ...(answers ? {} : { step: { side: watched.side, from, event: name, action, to } }),
      deviations,
    };
  }

  /** The first that is told of an association is its Evt1 or its Evt5. */
  #watch(association: number, side: Side): Watched {
    const known = this.#watched.get(association);
    if (known !== undefined) return known;
    const elision = { requestor: new Elision(this.#keep), acceptor: new Elision(this.#keep) };
    const watched = { side, elision };
    this.#watched.set(association, watched);
    return watched;
  }
}
