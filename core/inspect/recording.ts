/** From what the layers tell a sink to records. */
import type { Sink, SinkEvent } from '../bytes/index.ts';
import type { StrayHappening } from '../dimse/events.ts';
import type { ServiceDeviationHappening } from '../service/deviations.ts';
import type {
  AnswerDeviationHappening,
  PduHappening,
  TimerHappening,
  TransitionHappening,
} from '../ul/events.ts';
import { Elision } from './fragments.ts';
import type { InspectRecord, MachineStep, PduRecord, Side } from './record.ts';
import { otherSide } from './record.ts';
import { Shelf } from './shelf.ts';

export interface RecordingOptions {
  /** Bytes of each message's data set that are kept, 32,768 by default. */
  readonly keep?: number;
  /** Of these, bytes of Pixel Data from its tag on: 64 by default, all where `keep` is Infinity. */
  readonly pixels?: number;
}

const KEEP = 32 << 10;
const PIXELS = 64;

/** What has to be remembered of an association while it lasts. */
interface Watched {
  readonly side: Side;
  readonly elision: Readonly<Record<Side, Elision>>;
  /** The newest step: fragments share theirs. */
  step: MachineStep | undefined;
}

/**
 * A sink that makes records and hands them over, at once and in order. Their bytes are copies, many
 * in one buffer: who hands them to another realm slices them first. Of a message's data set
 * the pixels and the bytes behind the first `keep` are left out and only counted.
 */
export function recordingSink(
  take: (record: InspectRecord) => void,
  { keep = KEEP, pixels = keep === Infinity ? Infinity : PIXELS }: RecordingOptions = {},
): Sink {
  const recording = new Recording({ keep, pixels });
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

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

function stepOf(
  watched: Watched,
  { from, event, action, to }: PduHappening | TransitionHappening,
): MachineStep {
  const { side, step } = watched;
  if (
    step !== undefined &&
    step.event === event &&
    step.from === from &&
    step.action === action &&
    step.to === to
  )
    return step;
  return (watched.step = { side, from, event, action, to });
}

class Recording {
  readonly #options: Required<RecordingOptions>;
  readonly #shelf = new Shelf();
  readonly #watched = new Map<number, Watched>();
  #last = 0;

  constructor(options: Required<RecordingOptions>) {
    this.#options = options;
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
    const record = { kind: 'note', ...this.#base(event), layer, code } as const;
    return contextId === undefined ? record : { ...record, contextId };
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
    const watched = this.#watch(event.association, event.event === 'Evt5' ? 'acceptor' : 'requestor');
    if (event.to === 'Sta1') this.#watched.delete(event.association);
    return { ...this.#base(event), kind: 'step', step: stepOf(watched, event) };
  }

  #pdu(event: SinkEvent & PduHappening): PduRecord {
    const { association, parent, pdu, bytes, deviations, to } = event;
    const watched = this.#watch(association, 'requestor');
    const sender = event.direction === 'sent' ? watched.side : otherSide(watched.side);
    const kept = pdu === 'P-DATA-TF' ? watched.elision[sender].kept(bytes, bytes.length) : bytes.length;
    if (to === 'Sta1') this.#watched.delete(association);
    // Completed in place: a study has thousands of these.
    const record: Mutable<PduRecord> = {
      kind: 'pdu',
      id: ++this.#last,
      time: event.time,
      association,
      sender,
      pdu,
      bytes: this.#shelf.copyOf(bytes, kept),
      length: bytes.length,
      deviations,
    };
    if (parent !== undefined) record.parent = parent;
    const answers = event.direction === 'sent' && CAUSED_BY_PDU.has(event.event);
    if (!answers) record.step = stepOf(watched, event);
    return record;
  }

  /** The first that is told of an association is its Evt1 or its Evt5. */
  #watch(association: number, side: Side): Watched {
    const known = this.#watched.get(association);
    if (known !== undefined) return known;
    const { keep, pixels } = this.#options;
    const elision = { requestor: new Elision(keep, pixels), acceptor: new Elision(keep, pixels) };
    const watched = { side, elision, step: undefined };
    this.#watched.set(association, watched);
    return watched;
  }
}
