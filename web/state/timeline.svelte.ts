/** The lines that are looked at: those in sight are here, of as many as there may be; and the one that is chosen. */
import { untrack } from 'svelte';
import type { LineFilter } from '../../core/inspect/lines.ts';
import type { Engine } from '../engine/client.ts';
import type { Lines, TimelineLine, ViewState } from '../engine/inspector-protocol.ts';
import { LIVE } from '../engine/inspector-protocol.ts';
import { isSame } from './line-key.ts';

const NOTHING: Lines = { from: 0, lines: [], heads: [] };
const FOLDED: readonly string[] = [];
/** Lines before and behind those in sight that are asked for with them. */
const AROUND = 40;

export class TimelineState {
  readonly #engine: Pick<Engine, 'ask'>;
  readonly #fail: (error: unknown) => void;
  #source = $state.raw(LIVE);
  #grows = $state.raw(true);
  #filter = $state.raw<LineFilter>({});
  #unfolded = $state.raw<readonly string[] | undefined>(FOLDED);
  #told = $state.raw<ViewState | undefined>();
  #window = $state.raw<Lines>(NOTHING);
  #lanes = $state.raw(1);
  #selected = $state.raw<TimelineLine | undefined>();
  #index = $state.raw(-1);
  #following = $state.raw(true);
  #wanted = $state.raw<{ readonly index: number } | undefined>();
  #looking: AbortController | undefined;
  #view = 0;
  #span = { from: 0, count: 0 };
  #loading = false;
  /** How often lines were wanted. */
  #wishes = 0;

  /** `fail` is told what went wrong without anybody waiting for it. */
  constructor(engine: Pick<Engine, 'ask'>, fail: (error: unknown) => void) {
    this.#engine = engine;
    this.#fail = fail;
  }

  /** Begins to look, and says how to end it. */
  look(): () => void {
    // Who calls this in an effect is not to come again whenever what is wanted changes: that begins anew by itself.
    untrack(() => void this.#begin());
    return () => this.#looking?.abort();
  }

  get source(): number {
    return this.#source;
  }

  /** Whether more may come. */
  get grows(): boolean {
    return this.#grows;
  }

  /** Another source, all of it, from its beginning. */
  show(source: number, grows: boolean): void {
    this.#source = source;
    this.#grows = grows;
    this.#following = grows;
    this.#filter = {};
    this.#unfolded = FOLDED;
    this.forget();
    void this.#begin();
    this.#wanted = { index: 0 };
  }

  /** Nothing is chosen, and nothing known of what there was. */
  forget(): void {
    this.#lanes = 1;
    this.#unchoose();
  }

  /** Looks at an association of the live record from its beginning; false where nothing of it is there. */
  async showAssociation(association: number): Promise<boolean> {
    this.#source = LIVE;
    this.#grows = true;
    this.#filter = {};
    this.#following = false;
    return this.#goTo({ association });
  }

  /** Chooses a record, whatever the filter leaves. */
  async showRecord(id: number): Promise<void> {
    this.#filter = {};
    this.#following = false;
    await this.#goTo({ id });
  }

  get filter(): LineFilter {
    return this.#filter;
  }

  /** Other lines are seen; what is chosen stays in sight, if it is among them. */
  set filter(filter: LineFilter) {
    this.#filter = filter;
    void this.#beginAtSelected();
  }

  /** How many filters leave something out. */
  get filters(): number {
    return Object.values(this.#filter).filter((value) => value !== undefined).length;
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
    this.#following = following && this.#grows;
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

  /** Says which lines are in sight. */
  see(from: number, count: number): void {
    const span = { from: Math.max(0, from - AROUND), count: count + 2 * AROUND };
    // Said again with each answer: were that another wish, there would always be something left to bring.
    if (span.from === this.#span.from && span.count === this.#span.count) return;
    this.#span = span;
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

  #unchoose(): void {
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
      const steps = this.#engine.ask('timeline', wanted, { signal: looking.signal });
      for await (const batch of steps) {
        if (view !== this.#view) return;
        this.#told = batch.at(-1);
        await this.#load();
      }
    } catch (error) {
      if (view === this.#view && !looking.signal.aborted) this.#fail(error);
    }
  }

  async #beginAtSelected(): Promise<void> {
    const selected = this.#selected;
    if (selected === undefined) return this.#begin();
    this.#index = -1;
    await this.#goTo({ id: selected.row.id }).catch(this.#fail);
  }

  /** Begins anew, and chooses the line of a place once it is known; false where there is none. */
  async #goTo(place: { readonly id?: number; readonly association?: number }): Promise<boolean> {
    void this.#begin();
    const view = this.#view;
    const index = await this.#engine.ask('place', { view, ...place }).result;
    if (view !== this.#view) return true;
    if (index < 0) {
      this.#unchoose();
      return false;
    }
    const { lines } = await this.#lines(view, index, 1);
    if (view !== this.#view) return true;
    this.#index = index;
    this.#selected = lines[0];
    this.#wanted = { index };
    return true;
  }

  /** Brings what is in sight: one request at a time, and another one for all that was wanted meanwhile. */
  async #load(): Promise<void> {
    this.#wishes++;
    if (this.#loading) return;
    this.#loading = true;
    try {
      for (let met = 0; met !== this.#wishes;) {
        met = this.#wishes;
        const view = this.#view;
        const { from, count } = this.#span;
        const lines = await this.#lines(view, this.#following ? this.#last(count) : from, count);
        if (view === this.#view) this.#take(lines);
      }
    } catch (error) {
      this.#fail(error);
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
    return this.#engine.ask('lines', { view, from, count }).result;
  }
}
