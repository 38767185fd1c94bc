/** What this page received and keeps in memory: chosen, saved, removed. */
import type { Stored } from '../../core/file/index.ts';
import type { Engine, FileChange, Steps } from '../engine/client.ts';
import type { StackKeys } from '../engine/looked.ts';
import type { ExportStep, SavedFile } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Keyword } from './attributes.ts';
import { text } from './attributes.ts';
import { bytes } from './format.ts';
import { isBelow } from './here.ts';
import type { Jobs } from './jobs.svelte.ts';
import { explainLocal } from './sentences.ts';

/** A study's files, in the order of series and instance number. */
export interface StudyGroup {
  readonly id: string;
  readonly files: readonly Stored[];
  readonly bytes: number;
}

export type ReceivedRow =
  | { readonly kind: 'study'; readonly id: string; readonly group: StudyGroup }
  | { readonly kind: 'file'; readonly id: string; readonly file: Stored };

/** Asks the person for a folder; rejects where none is chosen. */
export type PickFolder = () => Promise<FileSystemDirectoryHandle>;

/** The same for a file of this name. */
export type PickFile = (name: string) => Promise<FileSystemFileHandle>;

/** What a browser lets a page write to. */
export interface Pickers {
  readonly folder?: PickFolder | undefined;
  readonly file?: PickFile | undefined;
}

/** Bytes of what the browser saves where it saves everything; of more the person says where, and it is written there. */
const HANDED_OVER = 64 << 20;

/** Something that is written out of the archive. */
interface Writing<R> {
  readonly title: string;
  readonly cancelled: string;
  readonly uids: readonly string[];
  write(options: { readonly signal: AbortSignal }): Steps<ExportStep, R>;
  /** What to say at the end. */
  ending(result: R): string;
}

export class Received {
  readonly #engine: Engine;
  readonly #jobs: Jobs;
  readonly #hand: (file: SavedFile) => void;
  readonly #pickFolder: PickFolder | undefined;
  readonly #pickFile: PickFile | undefined;
  /** Names of files in a chosen folder. */
  pattern: string = $state(
    '{PatientID}/{StudyDate} {StudyDescription}/{SeriesNumber} {Modality}/{InstanceNumber}',
  );
  #files = $state.raw<ReadonlyMap<string, Stored>>(new Map());
  #groups = $state.raw<readonly StudyGroup[]>([]);
  #selected = $state.raw<ReadonlySet<string>>(new Set());
  #open = $state.raw<ReadonlySet<string>>(new Set());

  /** `hand` gives a file to the browser to save. */
  constructor(engine: Engine, jobs: Jobs, hand: (file: SavedFile) => void, pickers: Pickers = {}) {
    this.#engine = engine;
    this.#jobs = jobs;
    this.#hand = hand;
    this.#pickFolder = pickers.folder;
    this.#pickFile = pickers.file;
    engine.watchFiles((change) => this.note(change));
  }

  get count(): number {
    return this.#files.size;
  }

  get bytes(): number {
    return this.#groups.reduce((sum, group) => sum + group.bytes, 0);
  }

  /** Studies, and the files of the open ones. */
  get rows(): readonly ReceivedRow[] {
    return this.#groups.flatMap((group) => [
      { kind: 'study' as const, id: group.id, group },
      ...(this.#open.has(group.id) ? group.files.map(fileRow) : []),
    ]);
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  toggleOpen(id: string): void {
    this.#open = toggled(this.#open, [id]);
  }

  /** What Save and Remove act on: the chosen files, or all where none is chosen. */
  get targets(): readonly string[] {
    return this.#selected.size > 0 ? [...this.#selected] : [...this.#files.keys()];
  }

  get selectedCount(): number {
    return this.#selected.size;
  }

  /** `'some'` for a study of which only a part is chosen. */
  selection(row: ReceivedRow): 'all' | 'some' | 'none' {
    const uids = uidsOf(row);
    const chosen = uids.filter((uid) => this.#selected.has(uid)).length;
    if (chosen === 0) return 'none';
    return chosen === uids.length ? 'all' : 'some';
  }

  toggle(row: ReceivedRow): void {
    const uids = uidsOf(row);
    const wanted = this.selection(row) === 'all' ? uids : uids.filter((uid) => !this.#selected.has(uid));
    this.#selected = toggled(this.#selected, wanted);
  }

  selectNone(): void {
    this.#selected = new Set();
  }

  /** `24 files · 3.2 MB`. */
  get whole(): string {
    return t.received.all(this.count, bytes(this.bytes));
  }

  /** `3 of 24 files chosen · 1.2 MB`. */
  get summary(): string {
    if (this.#selected.size === 0) return this.whole;
    const size = [...this.#selected].reduce((sum, uid) => sum + (this.#files.get(uid)?.bytes ?? 0), 0);
    return t.received.chosen(this.#selected.size, this.count, bytes(size));
  }

  /** What lies below these keys; where nothing does any more, that is said. */
  below(keys: StackKeys): readonly Stored[] {
    const files = [...this.#files.values()].filter((file) => isBelow(file, keys)).sort(bySeriesAndNumber);
    if (files.length === 0) this.#tellGone();
    return files;
  }

  /** The files of a row, or those of `targets`. */
  filesOf(row?: ReceivedRow): readonly Stored[] {
    const uids = row === undefined ? this.targets : uidsOf(row);
    return uids.flatMap((uid) => this.#files.get(uid) ?? []).sort(bySeriesAndNumber);
  }

  /** Must be called by a press: of much the person is asked where to, if the browser can write there. */
  async save(uids: readonly string[] = this.targets): Promise<void> {
    if (uids.length === 0) return;
    if (this.#pickFile === undefined || this.#sizeOf(uids) <= HANDED_OVER) return this.#handOver(uids);
    const file = await this.#pickFile(uids.length === 1 ? `${uids[0]}.dcm` : 'webdimse.zip').catch(
      () => undefined,
    ); // none was chosen
    if (file === undefined) return;
    this.#start({
      title: t.received.saveJob(uids.length),
      cancelled: t.received.saveCancelled,
      uids,
      write: (options) => this.#engine.saveTo(uids, file, options),
      ending: ({ done, bytes: size }) => t.received.savedAs(done, file.name, bytes(size)),
    });
  }

  #handOver(uids: readonly string[]): void {
    this.#start({
      title: t.received.saveJob(uids.length),
      cancelled: t.received.saveCancelled,
      uids,
      write: (options) => this.#engine.save(uids, options),
      ending: (file) => {
        this.#hand(file);
        return savedSentence(uids.length, file);
      },
    });
  }

  #sizeOf(uids: readonly string[]): number {
    return uids.reduce((sum, uid) => sum + (this.#files.get(uid)?.bytes ?? 0), 0);
  }

  /** A job that writes files, and tells how many it has written. */
  #start<R>({ title, cancelled, uids, write, ending }: Writing<R>): void {
    this.#jobs.start({
      title,
      cancelled,
      work: async ({ signal, progress }) => {
        const writing = write({ signal });
        for await (const steps of writing)
          progress({ done: 0, bytes: 0, ...steps.at(-1), total: uids.length });
        const result = await writing.result;
        signal.throwIfAborted();
        return { state: 'done', sentence: ending(result) };
      },
      explain: explainLocal,
    });
  }

  /** Whether this browser lets a page write into a folder. */
  get canPickFolder(): boolean {
    return this.#pickFolder !== undefined;
  }

  /** Must be called by a press: only then a browser asks for a folder. */
  async saveToFolder(): Promise<void> {
    const uids = this.targets;
    if (uids.length === 0) return;
    const folder = await this.#pickFolder?.().catch(() => undefined); // none was chosen
    if (folder === undefined) return;
    this.#start({
      title: t.received.folderJob(uids.length, folder.name),
      cancelled: t.received.folderCancelled,
      uids,
      write: (options) => this.#engine.exportTo(uids, folder, this.pattern, options),
      ending: ({ done, bytes: size }) => t.received.savedInFolder(done, folder.name, bytes(size)),
    });
  }

  remove(): void {
    const uids = this.targets;
    this.#jobs.start({
      title: t.received.removeJob(uids.length),
      cancelled: t.received.removeCancelled,
      work: async () => {
        await this.#engine.remove(uids);
        return { state: 'done', sentence: t.received.removed(uids.length) };
      },
      explain: explainLocal,
    });
  }

  #tellGone(): void {
    this.#jobs.start({
      title: t.received.title,
      cancelled: '',
      work: async () => ({ state: 'failed', sentence: t.received.gone }),
      explain: explainLocal,
    });
  }

  /** Files came or went. */
  note({ stored, deleted }: FileChange): void {
    const files = new Map(this.#files);
    for (const file of stored) files.set(file.sopInstanceUID, file);
    for (const uid of deleted) files.delete(uid);
    this.#files = files;
    this.#groups = grouped([...files.values()]);
    this.#selected = new Set([...this.#selected].filter((uid) => files.has(uid)));
  }
}

function savedSentence(files: number, { name, blob }: SavedFile): string {
  const size = bytes(blob.size);
  return files === 1 ? t.received.savedOne(name, size) : t.received.savedSeveral(files, name, size);
}

function fileRow(file: Stored): ReceivedRow {
  return { kind: 'file', id: file.sopInstanceUID, file };
}

function uidsOf(row: ReceivedRow): string[] {
  return row.kind === 'file' ? [row.id] : row.group.files.map(({ sopInstanceUID }) => sopInstanceUID);
}

function toggled(set: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  const next = new Set(set);
  for (const id of ids) if (!next.delete(id)) next.add(id);
  return next;
}

function grouped(files: readonly Stored[]): StudyGroup[] {
  const groups = new Map<string, Stored[]>();
  for (const file of files) {
    const study = text(file.header, 'StudyInstanceUID');
    const group = groups.get(study);
    if (group === undefined) groups.set(study, [file]);
    else group.push(file);
  }
  return [...groups].map(([study, members]) => ({
    id: `study ${study}`,
    files: members.sort(bySeriesAndNumber),
    bytes: members.reduce((sum, file) => sum + file.bytes, 0),
  }));
}

function bySeriesAndNumber(a: Stored, b: Stored): number {
  return (
    text(a.header, 'StudyInstanceUID').localeCompare(text(b.header, 'StudyInstanceUID')) ||
    numberOf(a, 'SeriesNumber') - numberOf(b, 'SeriesNumber') ||
    text(a.header, 'SeriesInstanceUID').localeCompare(text(b.header, 'SeriesInstanceUID')) ||
    numberOf(a, 'InstanceNumber') - numberOf(b, 'InstanceNumber')
  );
}

function numberOf({ header }: Stored, keyword: Keyword): number {
  return Number(text(header, keyword)) || 0;
}
