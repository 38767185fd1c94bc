/** The page's state as a whole: what the panels read and call. */
import type { DoorAnswer, Peer, PeerList } from '../../core/transport/peers.ts';
import { settingsOf } from '../../core/transport/peers.ts';
import { hostAndPort } from '../../core/transport/transport.ts';
import type { Stored } from '../../core/file/store.ts';
import type { Engine, FileChange } from '../engine/client.ts';
import { IN_PAGE_HOST } from '../engine/in-page-host.ts';
import type { SavedFile } from '../engine/protocol.ts';
import { spoken, t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { Columns } from './columns.svelte.ts';
import type { ExportFormat } from './export.ts';
import { startExport } from './exporting.ts';
import { seconds } from './format.ts';
import { askedHere, keptInstances, keysHere } from './here.ts';
import { Inspecting } from './inspecting.svelte.ts';
import type { Job } from './jobs.svelte.ts';
import { Jobs } from './jobs.svelte.ts';
import type { Wiping } from './keeping.svelte.ts';
import type { Lessons } from './lessons.svelte.ts';
import { Looking } from './looking.svelte.ts';
import { PeerChoices } from './peer-choices.svelte.ts';
import { loadClassNames } from './class-names.svelte.ts';
import { dcmtkPeer, echoCommand } from './dcmtk.ts';
import { explained } from './explaining.ts';
import { Peers, isLocal } from './peers.svelte.ts';
import type { Pickers } from './received.svelte.ts';
import { SavedSearches } from './saved-searches.svelte.ts';
import type { ResultNode } from './results.svelte.ts';
import { Search } from './search.svelte.ts';
import type { Service, Situation } from './sentences.ts';
import { SignIn } from './sign-in.svelte.ts';
import { Settings } from './settings.svelte.ts';
import type { Station } from './station.svelte.ts';
import type { KeyValueStore } from './settings.svelte.ts';

export type View = 'find' | 'worklist' | 'received' | 'send' | 'learn';

/** What the session needs of its surroundings. */
export interface Surroundings {
  readonly engine: Engine;
  readonly storage: KeyValueStore | undefined;
  /** By which the bridge is called here. */
  readonly bridgeHost?: string;
  /** Changes when the browser is started anew. */
  readonly browserSession?: string;
  /** What a person should know of this browser; empty where all is well. */
  readonly withheld?: string;
  /** What is spoken where nobody chose a language, the best first; by default what the browser prefers. */
  readonly languages?: readonly string[];
  /** Whether it is shown without a view of what was received. */
  apart?(): boolean;
  /** Whether there is room for a picture beside a list. */
  roomy?(): boolean;
  /** Ask for something to write to; absent where the browser has no such thing. */
  readonly pickers?: Pickers;
  readonly wiping?: Wiping;
  /** Of another session with the same engine; by default its own. */
  readonly jobs?: Jobs;
  fetchDoor(token?: string): Promise<DoorAnswer>;
  fetchPeers(token?: string): Promise<PeerList>;
  /** Gives a file to the browser to save. */
  hand(file: SavedFile): void;
}

const NO_WIPING: Wiping = { begin() {}, end() {} };

export class Session {
  readonly settings: Settings;
  readonly jobs: Jobs;
  readonly signIn: SignIn;
  readonly peers: Peers;
  readonly search: Search;
  readonly savedSearches: SavedSearches;
  readonly columns: Columns;
  readonly looking: Looking;
  readonly inspecting: Inspecting;
  readonly #engine: Engine;
  readonly #surroundings: Surroundings;
  readonly #withheld: string;
  readonly #roomy: () => boolean;
  readonly #hand: (file: SavedFile) => void;
  #view = $state.raw<View>('find');
  #awaited: (() => void) | undefined;
  #leaving = false;
  #station = $state.raw<Station | undefined>();
  #opened: Promise<Station> | undefined;
  #lessons: Promise<Lessons> | undefined;
  /** What the engine told of its files before there was a station to hear it. */
  #files: readonly FileChange[] = [];
  #stopWatching: () => void;

  constructor(surroundings: Surroundings) {
    const { engine, storage, browserSession = '', withheld = '', roomy = () => false } = surroundings;
    const { fetchDoor, fetchPeers, hand } = surroundings;
    this.#surroundings = surroundings;
    this.#engine = engine;
    this.jobs = surroundings.jobs ?? new Jobs();
    this.#withheld = withheld;
    this.#roomy = roomy;
    this.#hand = hand;
    this.settings = new Settings(storage);
    this.signIn = new SignIn(engine, fetchDoor, browserSession);
    this.peers = new Peers(this.settings, new PeerChoices(storage), () => fetchPeers(this.signIn.token));
    this.savedSearches = new SavedSearches(storage);
    this.columns = new Columns(storage, 'columns');
    this.search = new Search(engine, this.jobs, (also) => this.#askedAll(also));
    this.looking = new Looking(engine, hand);
    this.inspecting = new Inspecting({ engine, hand });
    this.#stopWatching = engine.watchFiles((change) => {
      this.#files = [...this.#files, change];
      this.atStation(() => {});
    });
  }

  /** Comes in at the bridge, with what a person signs in with where that is needed, and asks whom it can call. */
  async start(token?: string): Promise<void> {
    if (!(await this.signIn.enter(token))) return;
    await this.peers.load();
    this.#suggestDate();
    this.#awaited?.();
    this.#awaited = undefined;
    const unfinished = await this.#engine.unfinished().catch(() => []);
    if (unfinished.length > 0) this.atStation((station) => station.goOn(unfinished, this.peers.list));
  }

  /** All that goes beyond searching; undefined until it is loaded. */
  get station(): Station | undefined {
    return this.#station;
  }

  /** Loads it where it is not here yet; rejects where the bridge does not answer. */
  openStation(): Promise<Station> {
    this.#opened ??= this.#loadStation().catch((error: unknown) => {
      this.#opened = undefined; // the bridge may be back the next time
      throw error;
    });
    return this.#opened;
  }

  /** A panel that is being loaded, with the station that it is about. */
  async openPanel<T>(panel: Promise<{ readonly default: T }>): Promise<readonly [T, Station]> {
    const [{ default: component }, station] = await Promise.all([panel, this.openStation()]);
    return [component, station];
  }

  /** Does something there: at once where it is loaded, else when it is. That it cannot be is told. */
  atStation(deed: (station: Station) => void): void {
    if (this.#station !== undefined) return deed(this.#station);
    this.openStation().then(deed, (thrown: unknown) => this.#tellUnloaded(thrown));
  }

  #tellUnloaded(thrown: unknown): void {
    const sentence = t.app.notLoaded;
    const work = (): Promise<never> => Promise.reject(thrown);
    this.jobs.start({ title: t.app.loading, cancelled: sentence, work, explain: () => sentence });
  }

  async #loadStation(): Promise<Station> {
    const { Station } = await import('./station.svelte.ts');
    const { engine, hand, bridgeHost = '', pickers, wiping = NO_WIPING } = this.#surroundings;
    this.#stopWatching();
    this.#station = new Station({
      engine,
      jobs: this.jobs,
      looking: this.looking,
      bridgeHost,
      pickers: pickers ?? {},
      files: this.#files,
      ask: (service, peer) => this.#asked(service, peer),
      listening: () => this.peers.listening,
      roomy: this.#roomy,
      hand,
      wiping,
    });
    this.#files = [];
    return this.#station;
  }

  /** Where a person stands in the lessons, as long as the page is open; rejects where the bridge does not answer. */
  lessons(): Promise<Lessons> {
    this.#lessons ??= this.#loadLessons().catch((error: unknown) => {
      this.#lessons = undefined; // the bridge may be back the next time
      throw error;
    });
    return this.#lessons;
  }

  async #loadLessons(): Promise<Lessons> {
    const { Lessons } = await import('./lessons.svelte.ts');
    const inspect = (association: number): void => this.inspecting.show(association);
    return Lessons.open({ engine: this.#engine, hand: this.#hand, inspect }, spoken());
  }

  /** Loads what the first search does without, so that a retrieve, or the reason of a failure, waits for no bridge. */
  async prepare(): Promise<void> {
    await Promise.allSettled([this.openStation(), loadClassNames()]);
  }

  /** To be told once; empty where there is nothing, or it was read. */
  get notice(): string {
    return this.#withheld === this.settings.noticeRead ? '' : this.#withheld;
  }

  dismissNotice(): void {
    this.settings.noticeRead = this.#withheld;
  }

  /** Whether any called AE title may be used: the bridge looks at titles only where it tells users apart. */
  get titlesFree(): boolean {
    return this.signIn.user === '';
  }

  /** The peers that were added here and the settings of each, as a file. */
  exportPeers(): void {
    const blob = new Blob([this.peers.choices.exported()], { type: 'application/json' });
    this.#hand({ name: 'webdimse-peers.json', blob });
  }

  /** Whether closing the page now loses what is under way: retrieves onto the disk are taken up again. */
  get losesWork(): boolean {
    return (
      !this.#leaving &&
      this.jobs.active.some(
        (job) => job.task.resumable === undefined || this.#station?.keeping.onDisk !== true,
      )
    );
  }

  /** Brings nothing more into the page. */
  stop(): void {
    this.jobs.cancelAll();
    this.#station?.receiving.stop();
  }

  /** Everything is wiped: the page is left without a question. */
  leave(): void {
    this.stop();
    this.#leaving = true;
  }

  /** Of the page before this one. */
  tellWiped(): void {
    const { wipe: title, wiped: sentence, wipeCancelled: cancelled } = t.keeping;
    this.jobs.start({ title, cancelled, work: async () => ({ state: 'done', sentence }), explain: () => '' });
  }

  get languages(): readonly string[] {
    return this.#surroundings.languages ?? navigator.languages;
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    if (this.looking.whole || !this.#roomy()) this.looking.close();
  }

  /** Whether anything can be asked: there is a peer, and a usable title of ours. */
  get ready(): boolean {
    return this.peers.chosen !== undefined && this.settings.callingProblem === undefined;
  }

  /** Whether nothing can be asked, nor will be once the bridge has told its peers. */
  get blocked(): boolean {
    if (this.searchesHere) return false;
    return this.settings.callingProblem !== undefined || (this.peers.loaded && !this.ready);
  }

  /** Asks at once, or as soon as the peers are known: people type faster than a bridge answers. */
  ask(question: () => void): void {
    if (this.peers.loaded) question();
    else this.#awaited = question;
  }

  choosePeer(name: string): void {
    this.peers.choose(name);
    this.#suggestDate();
  }

  /** Whether the search is of the page's own archive. */
  get searchesHere(): boolean {
    return this.peers.here && this.#view === 'find';
  }

  chooseHere(): void {
    this.peers.chooseHere();
    this.search.suggestDate('any');
  }

  /** Shows what is kept as the results of a search. */
  searchHere(): void {
    this.chooseHere();
    this.view = 'find';
    this.search.run();
  }

  /** Puts what is kept on the plan of what is sent. */
  sendKept(files: readonly Stored[]): void {
    if (files.length === 0) return;
    this.atStation(({ sending }) => sending.add(keptInstances(files)));
    this.view = 'send';
  }

  sendFound(node: ResultNode): void {
    this.atStation(({ received }) => this.sendKept(received.below(keysHere(node))));
  }

  saveFound(node: ResultNode): void {
    this.atStation(({ received }) => {
      void received.save(received.below(keysHere(node)).map(({ sopInstanceUID }) => sopInstanceUID));
    });
  }

  /** Undefined where nobody can be asked. */
  echo(): Job | undefined {
    const asked = this.#asked('C-ECHO');
    if (asked === undefined) return undefined;
    const { peer, situation } = asked;
    return this.jobs.start({
      title: t.jobs.echo(peer.name),
      command: echoCommand(dcmtkPeer(asked)),
      cancelled: t.jobs.echoCancelled,
      work: async (control) => {
        const { milliseconds, implementation } = await this.#engine.echo(peer, control);
        const took = milliseconds[0] ?? 0;
        this.peers.noteEcho(peer.name, { ok: true, milliseconds: took });
        const by = implementation === '' ? '' : t.jobs.implementation(implementation);
        return { state: 'done', sentence: t.jobs.echoed(peer.name, seconds(took)) + by };
      },
      explain: (thrown) => {
        this.peers.noteEcho(peer.name, { ok: false });
        return explained(thrown, situation);
      },
    });
  }

  /** Gives what is shown of the results to the browser to save, in the order it is shown. */
  exportResults(format: ExportFormat): void {
    const { list, extras } = this.search;
    startExport(this.jobs, format, list.rows, extras, this.#hand);
  }

  /** C-GET into this page, shown beside the list where there is room. */
  retrieve(node: ResultNode): void {
    this.atStation((station) => station.retrieve(node));
  }

  /** Shows what a match stands for; what is not here, or not whole, is retrieved and shown when it begins to come. */
  look(node: ResultNode): void {
    this.atStation((station) => void station.look(node));
  }

  #asked(service: Service, chosen: Peer | undefined = this.peers.chosen): Asked | undefined {
    if (chosen === undefined || !this.ready) return undefined;
    const { name, host, port, ...settings } = chosen;
    const { characterSet, associations, timeouts, ...titles } = this.peers.choices.of(name);
    const aeTitle = titles.aeTitle ?? chosen.aeTitle;
    const callingAETitle = titles.callingAETitle ?? this.settings.callingAETitle.trim();
    const situation: Situation = {
      service,
      peer: name,
      address: hostAndPort(host, port),
      calledAETitle: aeTitle,
      callingAETitle,
      apart: this.#surroundings.apart?.() ?? false,
    };
    const patience = timeouts && { ...settings.timeouts, ...timeouts };
    const ours = settingsOf({
      ...settings,
      ...settingsOf({ characterSet, associations, timeouts: patience }),
    });
    const byAddress = host === IN_PAGE_HOST || this.peers.isOwn(chosen);
    const target = byAddress ? { host, port } : undefined;
    return { peer: { name, aeTitle, callingAETitle, ...ours, target }, at: { host, port }, situation };
  }

  /** Whom the search is of, and those named beside it. */
  #askedAll(also: readonly string[]): readonly Asked[] {
    const others = this.peers.others.filter(({ name }) => also.includes(name));
    const first = this.peers.here ? askedHere() : this.#asked('C-FIND');
    return [first, ...others.map((peer) => this.#asked('C-FIND', peer))].filter(
      (asked) => asked !== undefined,
    );
  }

  /** A PACS of others may hold millions of studies: there the date starts at today. */
  #suggestDate(): void {
    const { chosen } = this.peers;
    if (chosen !== undefined) this.search.suggestDate(isLocal(chosen) ? 'any' : 'today');
  }
}
