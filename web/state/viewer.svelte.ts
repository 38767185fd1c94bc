/** One series that is looked at: which instance of it, and what that shows. */
import type { FileChange, Engine } from '../engine/client.ts';
import type { Looked, SeriesBrief, Stack, StackItem, StackKeys } from '../engine/looked.ts';
import type { SavedFile } from '../engine/protocol.ts';
import type { Clock } from '../../core/bytes/index.ts';
import { SYSTEM_CLOCK } from '../../core/bytes/index.ts';
import { text } from '../../core/data/index.ts';
import { wholeDictionary } from '../dictionary.ts';
import type { Content } from './content.ts';
import { contentOf } from './content.ts';
import { explainLook } from './look-sentences.ts';
import type { FrameOf } from './picture.svelte.ts';
import { Picture } from './picture.svelte.ts';
import { Tags } from './tags.svelte.ts';

/** Milliseconds of a picture in cine where the images tell no rate: some fifteen a second. */
const CINE_MS = 66;
/** Frames decoded ahead of the one that is shown. */
const AHEAD = 3;

interface Place {
  readonly item: StackItem;
  readonly frame: number;
}

export class Viewer {
  readonly picture: Picture;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #hand: (file: SavedFile) => void;
  #stack = $state.raw<Stack | undefined>();
  #position = $state.raw(0);
  #looked = $state.raw<Looked | undefined>();
  #content = $state.raw<Content>({ kind: 'loading' });
  #tags = $derived(this.#looked === undefined ? undefined : new Tags(this.#looked));
  #tagsShown = $state.raw(false);
  #playing = $state.raw(false);
  /** Counts what was asked for, so that what comes late is known as such. */
  #turn = 0;
  #looking = false;
  #refreshing: 'no' | 'yes' | 'again' = 'no';

  /** `hand` gives a file to the browser to save. */
  constructor(engine: Engine, hand: (file: SavedFile) => void, clock: Clock = SYSTEM_CLOCK) {
    this.#engine = engine;
    this.#hand = hand;
    this.#clock = clock;
    this.picture = new Picture(engine);
  }

  /** Shows what the keys name: an instance, else the first of a series. False where nothing of it is here. */
  async open(keys: StackKeys): Promise<boolean> {
    // Without it tags have no names, and that is all.
    const named = wholeDictionary().catch(() => undefined);
    const [stack] = await Promise.all([this.#engine.stack(keys), named]);
    if (stack === undefined) return false;
    if (stack.seriesInstanceUID !== this.seriesInstanceUID) this.#rewind();
    this.#stack = stack;
    this.#position = positionOf(stack, keys.SOPInstanceUID) ?? 0;
    this.#content = { kind: 'loading' };
    void this.#look();
    return true;
  }

  get items(): readonly StackItem[] {
    return this.#stack?.items ?? [];
  }

  get series(): readonly SeriesBrief[] {
    return this.#stack?.series ?? [];
  }

  get studyInstanceUID(): string {
    return this.#stack?.studyInstanceUID ?? '';
  }

  get seriesInstanceUID(): string {
    return this.#stack?.seriesInstanceUID ?? '';
  }

  /** Images of the series, frames counted each. */
  get count(): number {
    return this.items.reduce((sum, { frames }) => sum + frames, 0);
  }

  /** Which of `count`, from 0. */
  get position(): number {
    return this.#position;
  }

  /** The instance at hand, and which of its frames, from 0. */
  get place(): Place | undefined {
    return this.#placeAt(this.#position);
  }

  #placeAt(position: number): Place | undefined {
    let before = 0;
    for (const item of this.items) {
      if (position < before + item.frames) return { item, frame: position - before };
      before += item.frames;
    }
    return undefined;
  }

  /** What is known of the instance at hand, or of the one before it while it is read. */
  get looked(): Looked | undefined {
    return this.#looked;
  }

  get content(): Content {
    return this.#content;
  }

  get tags(): Tags | undefined {
    return this.#tags;
  }

  get tagsShown(): boolean {
    return this.#tagsShown;
  }

  set tagsShown(shown: boolean) {
    this.#tagsShown = shown;
  }

  /** Value of an attribute of the instance at hand; '' where there is none. */
  told(keyword: string): string {
    return this.#looked === undefined ? '' : text(this.#looked.dataSet, keyword);
  }

  /** Goes to the nearest position that there is. */
  go(position: number): void {
    const next = Math.max(0, Math.min(this.count - 1, position));
    if (next === this.#position) return;
    const back = next < this.#position;
    this.#position = next;
    if (this.#content.kind === 'image') this.#draw(back);
    void this.#look();
  }

  #draw(back = false): void {
    const steps = Array.from({ length: AHEAD + 1 }, (_, i) => (back ? -i : i));
    const frames = steps
      .map((step) => this.#placeAt(this.#position + step))
      .filter((place) => place !== undefined);
    const [wanted, ...ahead] = frames.map(({ item, frame }): FrameOf => ({
      sopInstanceUID: item.sopInstanceUID,
      frame,
    }));
    if (wanted !== undefined) this.picture.show(wanted, ahead);
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Cine over the whole series, at the rate that its images tell, begins or ends. */
  toggleCine(): void {
    this.#playing = !this.#playing;
    if (this.#playing) void this.#play();
  }

  async #play(): Promise<void> {
    while (this.#playing && this.count > 1) {
      this.go((this.#position + 1) % this.count);
      const milliseconds = this.picture.shown?.milliseconds ?? CINE_MS;
      const time = new Promise<void>((resolve) => this.#clock.after(milliseconds, resolve));
      await Promise.all([time, this.picture.settled()]);
    }
  }

  /** Ends what goes on by itself. */
  close(): void {
    this.#playing = false;
  }

  #rewind(): void {
    this.#playing = false;
    this.picture.reset();
  }

  async chooseSeries(seriesInstanceUID: string): Promise<void> {
    const StudyInstanceUID = this.#stack?.studyInstanceUID;
    await this.open({ StudyInstanceUID, SeriesInstanceUID: seriesInstanceUID });
  }

  /** Another multiplex group of a waveform. */
  async chooseGroup(group: number): Promise<void> {
    const looked = this.#looked;
    if (looked !== undefined) await this.#fill(looked, group);
  }

  /** The instance at hand as a file. */
  async save(): Promise<void> {
    const uid = this.place?.item.sopInstanceUID;
    if (uid !== undefined) this.#hand(await this.#engine.save([uid]).result);
  }

  /** The document inside the instance as a file of its own. */
  saveDocument(): void {
    if ('file' in this.#content) this.#hand(this.#content.file);
  }

  /** Instances came or went: what is at hand stays so, with its neighbours around it. */
  noteFiles({ stored, deleted }: FileChange): void {
    const study = this.#stack?.studyInstanceUID;
    const concerns =
      stored.some(({ header }) => text(header, 'StudyInstanceUID') === study) ||
      this.items.some(({ sopInstanceUID }) => deleted.includes(sopInstanceUID));
    if (!concerns) return;
    if (this.#refreshing === 'no') void this.#refresh();
    else this.#refreshing = 'again';
  }

  async #refresh(): Promise<void> {
    do {
      this.#refreshing = 'yes';
      const { studyInstanceUID: StudyInstanceUID, seriesInstanceUID: SeriesInstanceUID } = this.#stack!;
      const stack = await this.#engine.stack({ StudyInstanceUID, SeriesInstanceUID }).catch(() => undefined);
      if (this.#stack?.seriesInstanceUID === SeriesInstanceUID) this.#take(stack);
    } while (this.#isWantedAgain());
    this.#refreshing = 'no';
  }

  #isWantedAgain(): boolean {
    return this.#refreshing === 'again';
  }

  #take(stack: Stack | undefined): void {
    const { item, frame } = this.place ?? {};
    this.#stack = stack ?? { ...this.#stack!, items: [], series: [] };
    const at = positionOf(this.#stack, item?.sopInstanceUID);
    this.#position = at === undefined ? Math.max(0, Math.min(this.#position, this.count - 1)) : at + frame!;
    if (at === undefined) void this.#look();
  }

  /** One look at a time, and after it at what is at hand then: who scrolls fast passes over some. */
  async #look(): Promise<void> {
    const turn = ++this.#turn;
    if (this.#looking) return;
    this.#looking = true;
    const uid = this.place?.item.sopInstanceUID;
    if (uid !== this.#looked?.info.sopInstanceUID || this.#content.kind === 'loading')
      await this.#lookAt(uid);
    this.#looking = false;
    if (turn !== this.#turn) await this.#look();
  }

  async #lookAt(uid: string | undefined): Promise<void> {
    try {
      const looked = await this.#engine.look(uid ?? '');
      this.#looked = looked;
      await this.#fill(looked, 0);
    } catch (error) {
      this.#looked = undefined;
      this.#content = { kind: 'message', sentence: explainLook(error) };
    }
  }

  async #fill(looked: Looked, group: number): Promise<void> {
    const content = await contentOf(this.#engine, looked, group);
    if (looked !== this.#looked) return;
    const begins = content.kind === 'image' && this.#content.kind !== 'image';
    this.#content = content;
    if (begins) this.#draw();
  }
}

/** Where the first frame of an instance stands. */
function positionOf({ items }: Stack, sopInstanceUID: string | undefined): number | undefined {
  let before = 0;
  for (const item of items) {
    if (item.sopInstanceUID === sopInstanceUID) return before;
    before += item.frames;
  }
  return undefined;
}
