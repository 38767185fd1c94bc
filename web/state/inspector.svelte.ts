/** The inspector: what of the engine's record, or of a capture, is looked at, and what is done with it. */
import type { Details } from '../../core/inspect/details.ts';
import type { LineFilter } from '../../core/inspect/lines.ts';
import type { Engine } from '../engine/client.ts';
import type { Lines, TimelineLine, ViewState } from '../engine/inspector-protocol.ts';
import { LIVE } from '../engine/inspector-protocol.ts';
import type { OperationName, Operations, SavedFile } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { i } from '../strings/inspector.ts';
import { copyText } from '../ui/copy.ts';
import { isSame } from './line-key.ts';
import type { Opening, Source } from './sources.ts';

/** What the inspector needs of its surroundings. */
export interface InspectorNeeds {
  readonly engine: Pick<Engine, 'ask'>;
  /** Gives a file to the browser to save. */
  hand(file: SavedFile): void;
}

/** What of a log is wanted; see DCMTK's options. */
export type LogLevel = 'v' | 'd';

const NOTHING: Lines = { from: 0, lines: [], heads: [] };
const FOLDED: readonly string[] = [];
/** Lines before and behind those in sight that are asked for with them. */
const AROUND = 40;

export class Inspector {
  readonly #needs: InspectorNeeds;
  #sources = $state.raw<readonly Source[]>([{ number: LIVE, name: '' }]);
  #source = $state.raw(LIVE);
  #filter = $state.raw<LineFilter>({});
  #unfolded = $state.raw<readonly string[] | undefined>(FOLDED);
  #told = $state.raw<ViewState | undefined>();
  #window = $state.raw<Lines>(NOTHING);
  #lanes = $state.raw(1);
  #selected = $state.raw<TimelineLine | undefined>();
  #index = $state.raw(-1);
  #sentence = $state.raw('');
  #opening = $state.raw<Opening | undefined>();
  #following = $state.raw(true);
  #wanted = $state.raw<{ readonly index: number } | undefined>();
  #reading: AbortController | undefined;
  #looking: AbortController | undefined;
  #view = 0;
  #span = { from: 0, count: 0 };
  #loading = false;

  constructor(needs: InspectorNeeds) {
    this.#needs = needs;
  }

  /** Begins to look, and says how to end it. */
  look(): () => void {
    void this.#begin();
    return () => this.#looking?.abort();
  }

  get sources(): readonly Source[] {
    return this.#sources;
  }

  get source(): number {
    return this.#source;
  }

  set source(source: number) {
    this.#source = source;
    this.#following = source === LIVE;
    this.#filter = {};
    this.#unfolded = FOLDED;
    this.#lanes = 1;
    this.#forgetSelected();
    void this.#begin();
    this.#wanted = { index: 0 };
  }

  get isLive(): boolean {
    return this.#source === LIVE;
  }

  get filter(): LineFilter {
    return this.#filter;
  }

  /** Other lines are seen; what is chosen stays in sight, if it is among them. */
  set filter(filter: LineFilter) {
    this.#filter = filter;
    void this.#beginAtSelected();
  }

  get filtered(): boolean {
    return Object.values(this.#filter).some((value) => value !== undefined);
  }

  /** Whether a message is one line. */
  get folded(): boolean {
    return this.#unfolded !== undefined;
  }

  set folded(folded: boolean) {
    this.#unfolded = folded ? FOLDED : undefined;
    void this.#beginAtSelected();
  }

  /** Shows the PDUs of a message below it, or hides them. */
  unfold({ message, unfolded }: TimelineLine): void {
    if (message === undefined || this.#unfolded === undefined) return;
    const others = this.#unfolded.filter((key) => key !== message.key);
    this.#unfolded = unfolded ? others : [...others, message.key];
    void this.#begin();
  }

  /** How much there is; undefined before it is known. */
  get told(): ViewState | undefined {
    return this.#told;
  }

  get count(): number {
    return this.#told?.lines ?? 0;
  }

  /** Those in sight, and some around them. */
  get window(): Lines {
    return this.#window;
  }

  /** The most that were seen side by side. */
  get lanes(): number {
    return this.#lanes;
  }

  /** Whether the newest line stays in sight. */
  get following(): boolean {
    return this.#following;
  }

  set following(following: boolean) {
    this.#following = following && this.isLive;
  }

  /** Where the list should go; another object each time. */
  get wanted(): { readonly index: number } | undefined {
    return this.#wanted;
  }

  get selected(): TimelineLine | undefined {
    return this.#selected;
  }

  /** The line that is chosen; -1 where none is. */
  get index(): number {
    return this.#index;
  }

  /** What the last thing that was done came to; empty before. */
  get sentence(): string {
    return this.#sentence;
  }

  get opening(): Opening | undefined {
    return this.#opening;
  }

  /** Says which lines are in sight. */
  see(from: number, count: number): void {
    this.#span = { from: Math.max(0, from - AROUND), count: count + 2 * AROUND };
    const { from: first, lines } = this.#window;
    const end = Math.min(from + count, this.count);
    if (from < first || end > first + lines.length) void this.#load();
  }

  lineAt(index: number): TimelineLine | undefined {
    return this.#window.lines[index - this.#window.from];
  }

  /** Chooses a line, which may have to come first. */
  async select(index: number): Promise<void> {
    if (index < 0 || index >= this.count) return;
    this.#index = index;
    this.#selected = this.lineAt(index);
    if (index < this.count - 1) this.#following = false;
    if (this.#selected !== undefined) return;
    const { lines } = await this.#lines(this.#view, index, 1);
    if (this.#index === index) this.#selected = lines[0];
  }

  /** Looks at an association of the live record from its beginning. */
  async showAssociation(association: number): Promise<void> {
    this.#source = LIVE;
    this.#filter = {};
    this.#following = false;
    await this.#goTo({ association });
  }

  /** Chooses a record of the source, whatever the filter leaves. */
  async showRecord(id: number): Promise<void> {
    this.#filter = {};
    this.#following = false;
    await this.#goTo({ id });
  }

  /** All that can be told of a record; undefined where it is gone. @throws EngineError */
  detailsOf(id: number): Promise<Details | undefined> {
    return this.#ask('details', { source: this.#source, id });
  }

  async clear(): Promise<void> {
    this.#forgetSelected();
    this.#lanes = 1;
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
      this.#sources = [...this.#sources, { number: source, name: file.name }];
      this.source = source;
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
    const closed = this.#source;
    if (closed === LIVE) return;
    this.#sources = this.#sources.filter(({ number }) => number !== closed);
    this.source = LIVE;
    this.#sentence = '';
    void this.#do(() => this.#ask('closeCapture', { source: closed }));
  }

  /** As pcapng: all of it, or one association. */
  save(association?: number): Promise<void> {
    return this.#do(async () => {
      const file = await this.#ask('saveCapture', { source: this.#source, association });
      this.#needs.hand(file);
      this.#sentence = i.told.saved(file.name);
    });
  }

  /** As DCMTK's tools log it, into the clipboard. */
  copyLog(level: LogLevel, patients: boolean, association?: number): Promise<void> {
    return this.#do(async () => {
      const part = { source: this.#source, association };
      const text = await this.#ask('dcmtkLog', { ...part, level, patients });
      if (text === '') this.#sentence = i.told.nothingToCopy;
      else if (await copyText(text)) this.#sentence = i.told.copied(text.split('\n').length);
      else this.#saveLog(text);
    });
  }

  #saveLog(text: string): void {
    const name = 'webdimse-log.txt';
    this.#needs.hand({ name, blob: new Blob([text], { type: 'text/plain' }) });
    this.#sentence = i.told.savedLog(name);
  }

  #forgetSelected(): void {
    this.#selected = undefined;
    this.#index = -1;
  }

  /** Follows the source as the filter and the folding want it. */
  async #begin(): Promise<void> {
    this.#looking?.abort();
    const looking = new AbortController();
    this.#looking = looking;
    const view = ++this.#view;
    const wanted = { view, source: this.#source, filter: this.#filter, unfolded: this.#unfolded };
    try {
      const steps = this.#needs.engine.ask('timeline', wanted, { signal: looking.signal });
      for await (const batch of steps) {
        if (view !== this.#view) return;
        this.#told = batch.at(-1);
        await this.#load();
      }
    } catch (error) {
      if (view === this.#view && !looking.signal.aborted) this.#sentence = failed(error);
    }
  }

  async #beginAtSelected(): Promise<void> {
    const selected = this.#selected;
    if (selected === undefined) return this.#begin();
    this.#index = -1;
    await this.#goTo({ id: selected.row.id });
  }

  /** Begins anew, and goes to a place once it is known. */
  async #goTo(place: { readonly id?: number; readonly association?: number }): Promise<void> {
    void this.#begin();
    const view = this.#view;
    await this.#do(async () => {
      const index = await this.#ask('place', { view, ...place });
      if (view !== this.#view) return;
      if (index < 0) {
        this.#forgetSelected();
        if (place.association !== undefined) this.#sentence = i.told.gone;
        return;
      }
      const { lines } = await this.#lines(view, index, 1);
      if (view !== this.#view) return;
      this.#index = index;
      this.#selected = lines[0];
      this.#wanted = { index };
    });
  }

  /** Brings what is in sight; one request at a time, the newest wanted last. */
  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      let view = 0;
      let span = this.#span;
      do {
        view = this.#view;
        span = this.#span;
        const lines = await this.#lines(
          view,
          this.#following ? this.#last(span.count) : span.from,
          span.count,
        );
        if (view === this.#view) this.#take(lines);
      } while (view !== this.#view || span !== this.#span);
    } catch (error) {
      this.#sentence = failed(error);
    } finally {
      this.#loading = false;
    }
  }

  #last(count: number): number {
    return Math.max(0, this.count - count);
  }

  #take(lines: Lines): void {
    this.#window = lines;
    const open = lines.lines.reduce((bits, line) => bits | line.open, 0);
    this.#lanes = Math.max(this.#lanes, 32 - Math.clz32(open));
    const selected = this.#selected;
    if (selected === undefined) return;
    const at = lines.lines.findIndex((line) => isSame(line, selected));
    if (at < 0) return;
    this.#index = lines.from + at;
    this.#selected = lines.lines[at];
  }

  #lines(view: number, from: number, count: number): Promise<Lines> {
    return this.#ask('lines', { view, from, count });
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
