/** The inspector: what of the engine's record, or of a capture, is looked at, and what is done with it. */
import type { Details } from '../../core/inspect/details.ts';
import type { Engine } from '../engine/client.ts';
import type { PathStep } from '../engine/packed-path.ts';
import { LIVE } from '../engine/inspector-protocol.ts';
import { unpackPath } from '../engine/packed-path.ts';
import type { OperationName, Operations, SavedFile } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { i } from '../strings/inspector.ts';
import type { Opening, Source } from './sources.ts';
import { TimelineState } from './timeline.svelte.ts';

/** What the inspector needs of its surroundings. */
export interface InspectorNeeds {
  readonly engine: Pick<Engine, 'ask'>;
  /** Gives a file to the browser to save. */
  hand(file: SavedFile): void;
}

/** What of a log is wanted; see DCMTK's options. */
export type LogLevel = 'v' | 'd';

export class Inspector {
  readonly timeline: TimelineState;
  readonly #needs: InspectorNeeds;
  #sources = $state.raw<readonly Source[]>([{ number: LIVE, name: '', grows: true }]);
  #sentence = $state.raw('');
  #opening = $state.raw<Opening | undefined>();
  #reading: AbortController | undefined;

  constructor(needs: InspectorNeeds) {
    this.#needs = needs;
    this.timeline = new TimelineState(needs.engine, (error) => (this.#sentence = failed(error)));
  }

  get sources(): readonly Source[] {
    return this.#sources;
  }

  get source(): number {
    return this.timeline.source;
  }

  set source(source: number) {
    this.timeline.show(source, this.#sources.find(({ number }) => number === source)?.grows === true);
  }

  get isLive(): boolean {
    return this.source === LIVE;
  }

  /** What the last thing that was done came to; empty before. */
  get sentence(): string {
    return this.#sentence;
  }

  get opening(): Opening | undefined {
    return this.#opening;
  }

  /** Looks at an association of the live record from its beginning. */
  showAssociation(association: number): Promise<void> {
    return this.#do(async () => {
      const found = await this.timeline.showAssociation(association);
      this.#sentence = found ? '' : i.told.gone;
    });
  }

  /** Chooses a record of the source, whatever the filter leaves. */
  showRecord(id: number): Promise<void> {
    return this.#do(() => this.timeline.showRecord(id));
  }

  /** All that can be told of a record; undefined where it is gone. @throws EngineError */
  detailsOf(id: number): Promise<Details | undefined> {
    return this.#ask('details', { source: this.source, id });
  }

  /** The steps of both machines of an association, the oldest first. @throws EngineError */
  async pathOf(association: number): Promise<readonly PathStep[]> {
    return unpackPath(await this.#ask('path', { source: this.source, association }));
  }

  async clear(): Promise<void> {
    this.timeline.forget();
    await this.#do(() => this.#ask('recording', { clear: true }));
  }

  async record(on: boolean): Promise<void> {
    await this.#do(() => this.#ask('recording', { on }));
  }

  /** Reads a capture; what was opened before stays open. */
  async openCapture(file: File): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#opening = { name: file.name, read: 0, size: file.size };
    this.#sentence = '';
    try {
      const steps = this.#needs.engine.ask('openCapture', { file }, { signal: reading.signal });
      for await (const batch of steps)
        if (this.#reading === reading) this.#opening = { name: file.name, ...batch.at(-1)! };
      const { source, associations, others, problems } = await steps.result;
      if (source !== undefined) {
        this.#sources = [...this.#sources, { number: source, name: file.name, grows: false }];
        this.source = source;
      }
      this.#sentence = [i.told.opened(file.name, associations, others), ...problems].join(' ');
    } catch (error) {
      this.#sentence = reading.signal.aborted ? i.told.cancelled(file.name) : failed(error);
    } finally {
      if (this.#reading === reading) this.#opening = undefined;
    }
  }

  cancelOpening(): void {
    this.#reading?.abort();
  }

  closeSource(): void {
    const closed = this.source;
    if (closed === LIVE) return;
    this.#sources = this.#sources.filter(({ number }) => number !== closed);
    this.source = LIVE;
    this.#sentence = '';
    void this.#do(() => this.#ask('closeCapture', { source: closed }));
  }

  /** Looks at a capture while it is written, and at nothing else. */
  follow(url: string): Promise<void> {
    return this.#do(async () => {
      const name = url.slice(url.lastIndexOf('/') + 1);
      for await (const [told] of this.#needs.engine.ask('followCapture', { url })) {
        if (told === undefined) continue;
        this.#sources = [{ number: told.source, name, grows: true }];
        this.source = told.source;
      }
    });
  }

  /** As pcapng: all of it, or one association; with `deidentify` without patients. */
  save(deidentify: boolean, association?: number): Promise<void> {
    return this.#do(async () => {
      const part = { source: this.source, association };
      const file = await this.#ask('saveCapture', { ...part, deidentify });
      this.#needs.hand(file);
      this.#sentence = (deidentify ? i.told.savedWithout : i.told.saved)(file.name);
    });
  }

  /** As DCMTK's tools log it, for `copy` to put into the clipboard; a file where it cannot. */
  copyLog(
    copy: (text: string) => Promise<boolean>,
    level: LogLevel,
    patients: boolean,
    association?: number,
  ): Promise<void> {
    return this.#do(async () => {
      const part = { source: this.source, association };
      const text = await this.#ask('dcmtkLog', { ...part, level, patients });
      if (text === '') this.#sentence = i.told.nothingToCopy;
      else if (await copy(text)) this.#sentence = i.told.copied(text.split('\n').length);
      else this.#saveLog(text);
    });
  }

  #saveLog(text: string): void {
    const name = 'webdimse-log.txt';
    this.#needs.hand({ name, blob: new Blob([text], { type: 'text/plain' }) });
    this.#sentence = i.told.savedLog(name);
  }

  #ask<N extends OperationName>(name: N, args: Operations[N]['args']): Promise<Operations[N]['result']> {
    return this.#needs.engine.ask(name, args).result;
  }

  async #do(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      this.#sentence = failed(error);
    }
  }
}

function failed(error: unknown): string {
  const message = error instanceof EngineError ? error.failure.message : String(error);
  return i.told.failed(message.replace(/\.$/, ''));
}
