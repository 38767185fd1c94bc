/** The inspector's end in the engine: its own record and captures, as lines, steps, text and files. Loaded when it is opened. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import type { ImportOptions } from '../../core/inspect/capture/import.ts';
import { importCapture, loadPdu } from '../../core/inspect/capture/import.ts';
import type { Load } from '../../core/inspect/capture/save.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import type { Entry } from '../../core/inspect/conversation.ts';
import { detailsOf, recordsBehind } from '../../core/inspect/details.ts';
import type { InspectRecord, PduRecord } from '../../core/inspect/record.ts';
import { Sequence } from '../../core/inspect/sequence.ts';
import { dcmtkLogs } from '../../core/inspect/text/dcmtk-log.ts';
import { blobOf, blobSource } from './blobs.ts';
import { growingSource, writtenSource } from './growing-capture.ts';
import type { Running } from './host.ts';
import type { InspectorOperations, OpenedCapture, PartWanted, ViewState } from './inspector-protocol.ts';
import { LIVE } from './inspector-protocol.ts';
import { packPath } from './packed-path.ts';
import type { Recorder } from './recorder.ts';
import { TimelineView } from './timeline-view.ts';

type Args<N extends keyof InspectorOperations> = InspectorOperations[N]['args'];
type Run<N extends keyof InspectorOperations> = Running<InspectorOperations[N]['step']>;
type Result<N extends keyof InspectorOperations> = Promise<InspectorOperations[N]['result']>;

/** What the inspector does for the page, by operation. */
export type Inspecting = {
  readonly [N in keyof InspectorOperations]: (args: Args<N>, running: Run<N>) => Result<N>;
};

/** Milliseconds between two looks at what is new; a look that takes longer waits for so many times as long. */
const INTERVAL_MS = 100;
const SHARE = 10;
/** Records of a capture: their lines stay in memory. */
const MOST_RECORDS = 1_000_000;

/** Bytes of a PDU that are read of a capture: longer ones are shown as far as they are in memory. */
const MOST_LOADED = 32 << 20;

interface Capture {
  readonly sequence: Sequence;
  readonly source: ByteSource;
}

export class Inspector implements Inspecting {
  readonly #recorder: Recorder;
  readonly #views = new Map<number, TimelineView>();
  readonly #captures = new Map<number, Capture>();
  /** Wake who waits for something new. */
  readonly #waiting = new Set<() => void>();
  /** What the live record means, while somebody looks. */
  #live: Sequence | undefined;
  #known = 0;
  #lastSource = LIVE;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    recorder.onChange = () => this.#wake();
  }

  async timeline(wanted: Args<'timeline'>, { signal, step }: Run<'timeline'>): Result<'timeline'> {
    const view = new TimelineView(() => this.#sequence(wanted.source), wanted);
    this.#views.set(wanted.view, view);
    try {
      while (!signal.aborted) {
        const began = performance.now();
        const changed = this.#change(signal);
        view.refresh();
        step(this.#stateOf(view, wanted.source));
        await Promise.all([changed, passed(began, signal)]);
      }
    } finally {
      this.#views.delete(wanted.view);
      if (this.#views.size === 0) this.#live = undefined;
    }
  }

  async lines({ view, from, count }: Args<'lines'>): Result<'lines'> {
    return this.#views.get(view)?.lines(from, count) ?? { from, lines: [], heads: [] };
  }

  async place(wanted: Args<'place'>): Result<'place'> {
    const view = this.#views.get(wanted.view);
    view?.refresh();
    return view?.place(wanted) ?? -1;
  }

  async path({ source, association }: Args<'path'>): Result<'path'> {
    const entries = this.#entries({ source, association });
    return packPath(entries.flatMap(({ record: { id }, steps }) => steps.map((step) => ({ ...step, id }))));
  }

  async details({ source, id }: Args<'details'>): Result<'details'> {
    const entry = this.#sequence(source).item(id)?.entry;
    if (entry === undefined) return undefined;
    const file = this.#captures.get(source)?.source;
    // Sliced: records share their buffers, and the page would be given the whole of one.
    if (file === undefined) return detailsOf(entry, ({ bytes }) => bytes.slice());
    const loaded = new Map<PduRecord, Bytes>();
    for (const record of recordsBehind(entry))
      if (record.length <= MOST_LOADED) loaded.set(record, await loadPdu(file, record));
    return detailsOf(entry, (record) => loaded.get(record) ?? record.bytes);
  }

  async recording({ on, clear = false }: Args<'recording'>): Result<'recording'> {
    if (clear) {
      this.#recorder.clear();
      this.#live = undefined;
    }
    if (on !== undefined) this.#recorder.on = on;
  }

  async openCapture({ file }: Args<'openCapture'>, running: Run<'openCapture'>): Result<'openCapture'> {
    const source = blobSource(file);
    const sequence = new Sequence();
    const progress = (read: number): void => running.step({ read, size: source.size });
    const told = await read(source, sequence, { signal: running.signal, progress });
    return { source: told.associations === 0 ? undefined : this.#keep({ sequence, source }), ...told };
  }

  async followCapture(
    { url }: Args<'followCapture'>,
    { signal, step }: Run<'followCapture'>,
  ): Result<'followCapture'> {
    const sequence = new Sequence();
    const source = this.#keep({ sequence, source: writtenSource(url) });
    step({ source });
    await read(growingSource(url, signal), sequence, { signal, progress: () => this.#wake() });
  }

  #keep(capture: Capture): number {
    this.#captures.set(++this.#lastSource, capture);
    return this.#lastSource;
  }

  async closeCapture({ source }: Args<'closeCapture'>): Result<'closeCapture'> {
    this.#captures.delete(source);
  }

  async saveCapture({ deidentify, ...wanted }: Args<'saveCapture'>): Result<'saveCapture'> {
    const file = this.#captures.get(wanted.source)?.source;
    const load = file && ((record: PduRecord): Promise<Bytes> => loadPdu(file, record));
    const records = [...this.#handshakes(wanted), ...this.#entries(wanted).map(({ record }) => record)];
    const kept = deidentify ? await withoutPatients(records, load) : records;
    const blob = await blobOf(captureOf(kept, { load }), 'application/x-pcapng');
    return { name: fileName(wanted, deidentify), blob };
  }

  async dcmtkLog({ level, patients, ...wanted }: Args<'dcmtkLog'>): Result<'dcmtkLog'> {
    const logs = dcmtkLogs(this.#entries(wanted), { level, patients });
    return [...logs.values()].flat().join('\n');
  }

  /** Not shown any more, and still what makes a saved record readable. */
  #handshakes({ source, association }: PartWanted): PduRecord[] {
    const left = source === LIVE ? this.#recorder.ring.handshakes() : [];
    return left.filter((record) => association === undefined || record.association === association);
  }

  #entries({ source, association }: PartWanted): Entry[] {
    const entries = this.#sequence(source).items.map(({ entry }) => entry);
    return association === undefined
      ? entries
      : entries.filter(({ record }) => record.association === association);
  }

  /** @throws DicomError USAGE for a capture that was closed. */
  #sequence(source: number): Sequence {
    if (source === LIVE) return this.#followed();
    const capture = this.#captures.get(source);
    if (capture === undefined) throw new DicomError('USAGE', 'this capture was closed');
    return capture.sequence;
  }

  /** The live record as far as it is there now. */
  #followed(): Sequence {
    const { ring } = this.#recorder;
    const live = this.#live ?? new Sequence();
    if (this.#live === undefined) {
      this.#known = 0;
      for (const record of ring.handshakes()) live.recall(record);
    }
    this.#live = live;
    for (const record of ring.since(this.#known)) {
      live.take(record);
      this.#known = record.id;
    }
    const oldest = live.items[0]?.entry.record.id ?? ring.first;
    if (oldest < ring.first) live.forget(ring.first - 1);
    return live;
  }

  #stateOf(view: TimelineView, source: number): ViewState {
    const { items, conversations } = this.#sequence(source);
    return {
      lines: view.length,
      records: items.length,
      associations: conversations.size,
      dropped: source === LIVE ? this.#recorder.ring.dropped : 0,
      on: this.#recorder.on,
    };
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

async function read(
  source: ByteSource,
  sequence: Sequence,
  options: ImportOptions,
): Promise<Omit<OpenedCapture, 'source'>> {
  let left = 0;
  const take = (record: InspectRecord): void => {
    if (sequence.items.length < MOST_RECORDS) sequence.take(record);
    else left++;
  };
  const told = await importCapture(source, take, options);
  if (left === 0) return told;
  const problem = `${left} records behind the first ${MOST_RECORDS} are left out: there are more than the page holds.`;
  return { ...told, problems: [...told.problems, problem] };
}

/** The profile is loaded when somebody wants it. */
async function withoutPatients(
  records: readonly InspectRecord[],
  load: Load | undefined,
): Promise<AsyncGenerator<InspectRecord>> {
  const { deidentifyRecords } = await import('../../core/inspect/capture/deidentify.ts');
  return deidentifyRecords(records, { ...(load && { load }) });
}

/** Until the next look is due. */
function passed(began: number, signal: AbortSignal): Promise<void> {
  const wait = Math.max(INTERVAL_MS, SHARE * (performance.now() - began));
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}

function fileName({ source, association }: PartWanted, deidentified: boolean): string {
  const capture = source === LIVE ? '' : `-capture-${source}`;
  const part = association === undefined ? '' : `-${association}`;
  return `webdimse${capture}${part}${deidentified ? '-deidentified' : ''}.pcapng`;
}
