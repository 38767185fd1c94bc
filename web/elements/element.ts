/** What the five elements have in common: what they are told, what they can be asked, and where they stand. */
import type { Component } from 'svelte';
import { mount, unmount } from 'svelte';
import { asError } from '../../core/bytes/errors.ts';
import type { Job } from '../state/jobs.svelte.ts';
import type { Session } from '../state/session.svelte.ts';
import { Settings } from '../state/settings.svelte.ts';
import { elements } from '../strings/elements.ts';
import { speak, spoken } from '../strings/index.ts';
import { storage } from '../surroundings.ts';
import type { Desk } from './desk.svelte.ts';
import { hubOf } from './hub.ts';
import { Joining } from './joining.ts';
import type { Member } from './member.ts';
import { bridgeOf, scriptUrl, workerOf } from './places.ts';
import type { GetTicket } from '../engine/portal-tickets.ts';
import { oneSheet } from './sheet.ts';
import { jobTold, resultsTold, wantedBy } from './telling.ts';
import type { DimseElement, DimseJob, DimseKeys, DimsePeer, DimseResults, DimseSearch } from './types.ts';
import { when } from './watch.svelte.ts';

/** What a component of an element is given. */
export interface Given {
  readonly desk: Desk;
  readonly element: ElementBase;
}

/** Those that are read when it is connected; another value lets it begin anew. */
const READ_AT_START = ['bridge', 'worker-url', 'user', 'desk', 'peer', 'calling-ae-title', 'compact', 'view'];
/** May be set before the script that defines the element has come, and would hide what it defines. */
const PROPERTIES = [
  'bridge',
  'workerUrl',
  'user',
  'desk',
  'theme',
  'peer',
  'callingAETitle',
  'compact',
  'view',
  'token',
  'getTicket',
  'peers',
];

export abstract class ElementBase extends HTMLElement implements DimseElement, Member {
  static readonly observedAttributes: readonly string[] = [...READ_AT_START, 'theme'];
  /** What it shows, loaded with its script. */
  abstract readonly component: Component<Given>;
  #token: string | undefined;
  #getTicket: GetTicket | undefined;
  #peers: readonly DimsePeer[] | undefined;
  #ground: HTMLElement | undefined;
  #desk: Desk | undefined;
  #shown: Record<string, unknown> | undefined;
  #turn: ReturnType<typeof setTimeout> | undefined;
  #joined = new Joining();

  /** Resolves when peers are known; rejects where it cannot start. */
  get ready(): Promise<void> {
    return this.#joined.desk.then(() => {});
  }

  get bridge(): string {
    return this.getAttribute('bridge') ?? '';
  }

  set bridge(url: string) {
    this.setAttribute('bridge', url);
  }

  get workerUrl(): string {
    return this.getAttribute('worker-url') ?? '';
  }

  set workerUrl(url: string) {
    this.setAttribute('worker-url', url);
  }

  get user(): string {
    return this.getAttribute('user') ?? '';
  }

  set user(user: string) {
    this.setAttribute('user', user);
  }

  get desk(): string {
    return this.getAttribute('desk') ?? '';
  }

  set desk(name: string) {
    this.setAttribute('desk', name);
  }

  get theme(): DimseElement['theme'] {
    const theme = this.getAttribute('theme');
    return theme === 'light' || theme === 'dark' || theme === 'system' ? theme : '';
  }

  set theme(theme: DimseElement['theme']) {
    this.setAttribute('theme', theme);
  }

  get peer(): string {
    return this.getAttribute('peer') ?? '';
  }

  set peer(name: string) {
    this.setAttribute('peer', name);
  }

  get callingAETitle(): string {
    return this.getAttribute('calling-ae-title') ?? '';
  }

  set callingAETitle(title: string) {
    this.setAttribute('calling-ae-title', title);
  }

  get token(): string | undefined {
    return this.#token;
  }

  set token(token: string | undefined) {
    if (this.#token === token) return;
    this.#token = token;
    this.#soon();
  }

  get getTicket(): GetTicket | undefined {
    return this.#getTicket;
  }

  set getTicket(getTicket: GetTicket | undefined) {
    const first = this.#getTicket === undefined;
    this.#getTicket = getTicket;
    if (this.#desk === undefined) return;
    this.#desk.hub.getTicket = getTicket;
    if (first) this.#desk.hub.enter();
  }

  get peers(): readonly DimsePeer[] | undefined {
    return this.#peers;
  }

  set peers(peers: readonly DimsePeer[] | undefined) {
    this.#peers = peers;
    if (this.#desk === undefined) return;
    this.#desk.hub.peers = peers;
    this.#desk.hub.enter();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#takeEarly(name);
    this.#soon();
  }

  disconnectedCallback(): void {
    this.#soon();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === 'theme') this.#dress();
    else this.#soon();
  }

  renew(): void {
    this.#leave();
    this.#soon();
  }

  async search(fields: DimseSearch = {}): Promise<DimseResults> {
    const { search } = await this.#session();
    search.change(fields);
    search.run();
    if (!search.running) throw new Error(elements.nobody);
    await when(() => !search.running);
    return resultsTold(search);
  }

  async get(keys: DimseKeys): Promise<DimseJob> {
    return ended(await this.#fetch(keys));
  }

  async store(files: Iterable<File>): Promise<DimseJob> {
    const session = await this.#session();
    if (!session.ready) throw new Error(elements.nobody);
    const { sending } = await session.openStation();
    const list = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    const job = await sending.sendThese(list);
    if (job === undefined) throw new Error(elements.nothingToSend);
    return ended(job);
  }

  async open(keys: DimseKeys): Promise<void> {
    const { looking } = await this.#session();
    if (await looking.open(keys)) return;
    const job = await this.#fetch(keys);
    looking.expect(keys, true);
    await when(() => looking.viewer !== undefined || !job.active);
    if (looking.viewer === undefined && !(await looking.open(keys))) throw new Error(job.sentence);
  }

  async echo(): Promise<DimseJob> {
    const job = (await this.#session()).echo();
    if (job === undefined) throw new Error(elements.nobody);
    return ended(job);
  }

  /** Of its desk, while it is at one. */
  protected get session(): Session | undefined {
    return this.#desk?.session;
  }

  protected jobsTold(): DimseJob[] {
    return this.#desk?.hub.jobs.all.map(jobTold) ?? [];
  }

  stop(): void {
    this.#desk?.hub.jobs.cancelAll();
  }

  /** When it is connected, and peers are known. Rejects where it cannot start, or its own is none of them: nobody else is called instead. */
  async #session(): Promise<Session> {
    const { session } = await this.#joined.desk;
    const { chosen, problem } = session.peers;
    if (chosen === undefined && problem !== '') throw new Error(problem);
    const isAnother = (): boolean => this.peer !== '' && session.peers.chosen?.name !== this.peer;
    if (isAnother()) session.choosePeer(this.peer); // another element of the desk has one of its own
    if (isAnother()) throw new Error(elements.noPeer(this.peer));
    return session;
  }

  async #fetch(keys: DimseKeys): Promise<Job> {
    const wanted = wantedBy(keys);
    const job = (await (await this.#session()).openStation()).fetch(wanted);
    if (job === undefined) throw new Error(elements.nobody);
    return job;
  }

  /** Set on the object before it was one of ours. */
  #takeEarly(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  /** In a turn of its own: who makes an element says several things of it, and who moves it takes it out first. */
  #soon(): void {
    if (this.#joined.settled) this.#joined = new Joining(); // calls from now on are for what it is told now
    clearTimeout(this.#turn);
    const turn = setTimeout(() => {
      this.#leave();
      if (!this.isConnected) return;
      this.#join().catch((error: unknown) => {
        if (turn === this.#turn) this.#tellNotStarted(error);
      });
    });
    this.#turn = turn;
  }

  async #join(): Promise<void> {
    const turn = this.#turn;
    await speak(new Settings(storage()).language, [document.documentElement.lang, ...navigator.languages]);
    if (turn !== this.#turn || !this.isConnected) return;
    const ground = this.#stand();
    const bridge = bridgeOf(this.bridge);
    const place = { bridge, token: this.#token, user: this.user };
    const hub = hubOf(place, workerOf(this.workerUrl, scriptUrl));
    if (this.#getTicket !== undefined) hub.getTicket = this.#getTicket;
    if (this.#peers !== undefined) hub.peers = this.#peers;
    const desk = hub.desk(this.desk);
    this.#desk = desk;
    desk.join(this);
    desk.begin(this.#token);
    if (this.peer !== '') desk.session.choosePeer(this.peer);
    if (this.callingAETitle !== '') desk.session.settings.callingAETitle = this.callingAETitle;
    this.#shown = mount(this.component, { target: ground, props: { desk, element: this } });
    const joined = this.#joined;
    void desk.ready.then(() => {
      if (turn === this.#turn) joined.resolve(desk); // else it was told otherwise meanwhile, as by who heard `dimse-ready`
    });
  }

  #leave(): void {
    if (this.#desk === undefined) return;
    if (this.#shown !== undefined) void unmount(this.#shown);
    this.#shown = undefined;
    this.#desk.leave(this);
    this.#desk = undefined;
  }

  /** The ground in its shadow tree. */
  #stand(): HTMLElement {
    if (this.#ground === undefined) {
      const root = this.attachShadow({ mode: 'open', delegatesFocus: false });
      root.adoptedStyleSheets = [oneSheet()];
      this.#ground = document.createElement('section');
      this.#ground.className = 'ground';
      root.append(this.#ground);
    }
    this.#ground.replaceChildren();
    this.#ground.lang = spoken();
    this.#ground.setAttribute('aria-label', elements.names[this.localName] ?? '');
    this.#dress();
    return this.#ground;
  }

  #dress(): void {
    if (this.#ground === undefined) return;
    if (this.theme === '') delete this.#ground.dataset['theme'];
    else this.#ground.dataset['theme'] = this.theme;
  }

  #tellNotStarted(error: unknown): void {
    this.#leave();
    const why = asError(error).message.replace(/[.\s]+$/, '');
    const sentence = elements.notStarted(why);
    this.#stand().textContent = sentence;
    this.#joined.reject(new Error(sentence, { cause: error }));
  }
}

async function ended(job: Job): Promise<DimseJob> {
  await when(() => !job.active);
  return jobTold(job);
}
