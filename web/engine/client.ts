/** The page's end of the engine. */
import type { DataSet } from '../../core/data/index.ts';
import type { Stored } from '../../core/file/index.ts';
import type { ProbeSummary } from '../../core/peer/probe.ts';
import type { EchoResult, QueryResult, RetrieveOutcome, RetrieveProgress } from '../../core/peer/types.ts';
import type { RetrieveRequest } from '../../core/service/types.ts';
import type { Options, Steps } from './call.ts';
import { Call } from './call.ts';
import type { DrawnPicture, Looked, PictureWanted, Stack, StackKeys, ValueWanted } from './looked.ts';
import type {
  AcceptedKind,
  Access,
  ArchiveState,
  AttributeHint,
  ByMove,
  CalledPeer,
  Command,
  Deidentification,
  EnginePort,
  EngineStats,
  ExportStep,
  Failure,
  FileKind,
  GetOutcome,
  InspectStep,
  Keys,
  OperationName,
  Operations,
  Outgoing,
  Preview,
  Question,
  ReceivingStep,
  Report,
  SavedFile,
  SendStep,
  SendTally,
  Unfinished,
} from './protocol.ts';

export type { Options, Steps } from './call.ts';

interface OfBatch {
  /** Without it files go as they are. */
  readonly deidentify?: Deidentification | undefined;
}

/** How a get goes beyond C-GET. */
export interface RetrieveOptions {
  readonly byMove?: ByMove | undefined;
  /** Only what the page does not hold yet. */
  readonly missingOnly?: boolean;
}

/** What came into the store, and the SOP Instance UIDs of what left it. */
export interface FileChange {
  readonly stored: readonly Stored[];
  readonly deleted: readonly string[];
}

/** Every method can be cancelled by its signal; leaving the loop of a `Steps` cancels, too. */
export class Engine {
  /** The address of its bridge. */
  readonly bridge: string;
  readonly #port: EnginePort<Command, Report>;
  readonly #calls = new Map<number, Call<unknown, unknown>>();
  readonly #watchers = new Set<(change: FileChange) => void>();
  #lastId = 0;
  #broken: Failure | undefined;

  /** @internal */
  constructor(port: EnginePort<Command, Report>, tunnelUrl: string) {
    this.#port = port;
    this.bridge = tunnelUrl;
    port.addEventListener('message', (event) => this.#receive(event.data));
    port.postMessage({ type: 'start', tunnelUrl });
  }

  /**
   * Says how every later call comes in at the bridge.
   * @internal
   */
  access(access: Access): Promise<void> {
    return this.#call('access', access).result;
  }

  echo(peer: CalledPeer, options?: Options): Promise<EchoResult> {
    return this.#call('echo', { peer }, options).result;
  }

  /** What the peer can do; it is asked for five of the studies from `since` on (DA). */
  probe(peer: CalledPeer, since: string, options?: Options): Promise<ProbeSummary> {
    return this.#call('probe', { peer, since }, options).result;
  }

  /** At most `limit` matches; the rest is cancelled (PS3.4 C.4.1.1.4, C-CANCEL) and `limited` is true. */
  find(peer: CalledPeer, query: Question, limit: number, options?: Options): Steps<DataSet, QueryResult> {
    return this.#call('find', { peer, query, limit }, options);
  }

  /** The same of the Modality Worklist (PS3.4 K). */
  worklist(
    peer: CalledPeer,
    keys: readonly Keys[],
    limit: number,
    options?: Options,
  ): Steps<DataSet, QueryResult> {
    return this.#call('worklist', { peer, keys, limit }, options);
  }

  /**
   * The attributes that may be meant by what was typed so far, the likeliest first.
   * @internal
   */
  attributes(typed: string): Promise<readonly AttributeHint[]> {
    return this.#call('attributes', { typed }).result;
  }

  get(
    peer: CalledPeer,
    request: RetrieveRequest,
    { byMove, missingOnly, ...options }: Options & RetrieveOptions = {},
  ): Steps<RetrieveProgress, GetOutcome> {
    return this.#call('get', { peer, request, byMove, missingOnly }, options);
  }

  move(
    peer: CalledPeer,
    request: RetrieveRequest,
    destination: string,
    options?: Options,
  ): Steps<RetrieveProgress, RetrieveOutcome> {
    return this.#call('move', { peer, request, destination }, options);
  }

  /**
   * Starts the AEs within this page before they are called.
   * @internal
   */
  startInPage(): Promise<void> {
    return this.#call('startInPage', {}).result;
  }

  /**
   * Leases an AE title and keeps what is sent to it, until it is cancelled; the steps tell who we are, and who echoes.
   * `inPage`: of the AEs within this page instead of the bridge.
   */
  receive({ inPage = false, ...options }: Options & { readonly inPage?: boolean } = {}): Steps<
    ReceivingStep,
    void
  > {
    return this.#call('receive', { inPage }, options);
  }

  /**
   * Says what each file is; what archives hold comes on the way.
   * @internal
   */
  inspect(files: readonly Outgoing[], options?: Options): Steps<InspectStep, void> {
    return this.#call('inspect', { files }, options);
  }

  /** The kinds of these that the peer accepts, asked by negotiation alone. */
  accepts(
    peer: CalledPeer,
    kinds: readonly FileKind[],
    options: Options & OfBatch = {},
  ): Promise<readonly AcceptedKind[]> {
    const { deidentify } = options;
    return this.#call('accepts', { peer, kinds, deidentify }, options).result;
  }

  /** What de-identification would change in a file. */
  preview(file: Outgoing, deidentify: Deidentification): Promise<Preview> {
    return this.#call('preview', { file, deidentify }).result;
  }

  send(
    peer: CalledPeer,
    files: readonly Outgoing[],
    options: Options & OfBatch & { readonly convert?: readonly AcceptedKind[] } = {},
  ): Steps<SendStep, SendTally> {
    const { deidentify, convert = [] } = options;
    return this.#call('send', { peer, files, deidentify, convert }, options);
  }

  /** One instance as it is, several as one ZIP; the result is for the browser to save. */
  save(sopInstanceUIDs: readonly string[], options?: Options): Steps<ExportStep, SavedFile> {
    return this.#call('save', { sopInstanceUIDs }, options);
  }

  /** The same into a file. */
  saveTo(
    sopInstanceUIDs: readonly string[],
    file: FileSystemFileHandle,
    options?: Options,
  ): Steps<ExportStep, ExportStep> {
    return this.#call('saveTo', { sopInstanceUIDs, file }, options);
  }

  /** Writes instances into a folder, each under the name that the pattern gives it. */
  exportTo(
    sopInstanceUIDs: readonly string[],
    folder: FileSystemDirectoryHandle,
    pattern: string,
    options?: Options,
  ): Steps<ExportStep, ExportStep> {
    return this.#call('exportTo', { sopInstanceUIDs, folder, pattern }, options);
  }

  remove(sopInstanceUIDs: readonly string[]): Promise<void> {
    return this.#call('remove', { sopInstanceUIDs }).result;
  }

  /**
   * What one instance of the store holds, without its long values.
   * @internal
   */
  look(sopInstanceUID: string, options?: Options): Promise<Looked> {
    return this.#call('look', { sopInstanceUID }, options).result;
  }

  /**
   * The first series that the keys name, as far as it is in the store; undefined where nothing of it is.
   * @internal
   */
  stack(keys: StackKeys): Promise<Stack | undefined> {
    return this.#call('stack', keys).result;
  }

  /**
   * The first bytes of one value.
   * @internal
   */
  value(wanted: ValueWanted, options?: Options): Promise<Blob> {
    return this.#call('value', wanted, options).result;
  }

  /**
   * One frame, drawn.
   * @internal
   */
  picture(wanted: PictureWanted): Promise<DrawnPicture> {
    return this.#call('picture', wanted).result;
  }

  /**
   * Decodes a frame that will be wanted soon.
   * @internal
   */
  prepare(wanted: PictureWanted): Promise<void> {
    return this.#call('prepare', wanted).result;
  }

  /** Where instances are kept, and how much room there is. */
  archive(): Promise<ArchiveState> {
    return this.#call('archive', {}).result;
  }

  /** Whether what is on the disk outlives the browser; remembered for this user. */
  keep(keep: boolean): Promise<void> {
    return this.#call('keep', { keep }).result;
  }

  /** Removes everything that the page keeps on the disk, of all users that are not here now, too. */
  wipe(): Promise<void> {
    return this.#call('wipe', {}).result;
  }

  /**
   * What the engines before this one had still to retrieve when they ended; told once.
   * @internal
   */
  unfinished(): Promise<readonly Unfinished[]> {
    return this.#call('unfinished', {}).result;
  }

  /**
   * Remembers what is still to be retrieved, where the archive is on the disk.
   * @internal
   */
  remember(transfers: readonly Unfinished[]): Promise<void> {
    return this.#call('remember', { transfers }).result;
  }

  /** @internal */
  stats(): Promise<EngineStats> {
    return this.#call('stats', {}).result;
  }

  /**
   * Holds receiving back to a rate, as a slow disk would; `undefined` lifts it. For measurements.
   * @internal
   */
  pace(bytesPerSecond: number | undefined): Promise<void> {
    return this.#call('pace', { bytesPerSecond }).result;
  }

  /**
   * Anything of the protocol that has no method of its own.
   * @internal
   */
  ask<N extends OperationName>(
    name: N,
    args: Operations[N]['args'],
    options?: Options,
  ): Steps<Operations[N]['step'], Operations[N]['result']> {
    return this.#call(name, args, options);
  }

  /** Calls back when instances came into the engine's store or left it. Returns how to stop. */
  watchFiles(watcher: (change: FileChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /**
   * The worker died: whatever waits fails, and so does every later call.
   * @internal
   */
  fail(failure: Failure): void {
    this.#broken = failure;
    for (const call of this.#calls.values()) call.end(undefined, failure);
    this.#calls.clear();
  }

  #call<N extends OperationName>(
    name: N,
    args: Operations[N]['args'],
    options?: Options,
  ): Call<Operations[N]['step'], Operations[N]['result']> {
    const id = ++this.#lastId;
    const call = new Call<Operations[N]['step'], Operations[N]['result']>(() => this.#cancel(id), options);
    if (this.#broken !== undefined) {
      call.end(undefined, this.#broken);
      return call;
    }
    this.#calls.set(id, call as Call<unknown, unknown>);
    this.#port.postMessage({ type: 'call', id, name, args });
    const { signal } = options ?? {};
    if (signal?.aborted === true) this.#cancel(id);
    else signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    return call;
  }

  #cancel(id: number): void {
    if (this.#calls.has(id)) this.#port.postMessage({ type: 'cancel', id });
  }

  #receive(report: Report): void {
    if (report.type === 'files') {
      for (const watcher of this.#watchers) watcher(report);
      return;
    }
    const call = this.#calls.get(report.id);
    if (report.type === 'steps') return call?.push(report.steps);
    this.#calls.delete(report.id);
    if (report.association !== undefined) call?.options?.noted?.(report.association);
    call?.end(report.result, report.failure);
  }
}
