/** Whom the bridge can call. */
import type { ListeningAt, Peer, PeerList } from '../../core/transport/peers.ts';
import { IN_PAGE_HOST } from '../engine/in-page-host.ts';
import { t } from '../strings/index.ts';
import { bridgeProblem } from './explaining.ts';
import type { OwnPeer, PeerChoices } from './peer-choices.svelte.ts';
import type { Settings } from './settings.svelte.ts';

/** How the last echo went. */
export interface EchoState {
  readonly ok: boolean;
  readonly milliseconds?: number;
}

export class Peers {
  readonly choices: PeerChoices;
  readonly #settings: Settings;
  readonly #fetchList: () => Promise<PeerList>;
  #list = $state.raw<readonly Peer[]>([]);
  #targets = $state.raw(false);
  #titles = $state.raw<readonly string[] | undefined>();
  #listening = $state.raw<ListeningAt | undefined>();
  #problem = $state.raw('');
  #loaded = $state.raw(false);
  #here = $state.raw(false);
  #echoes = $state.raw<ReadonlyMap<string, EchoState>>(new Map());

  constructor(settings: Settings, choices: PeerChoices, fetchList: () => Promise<PeerList>) {
    this.#settings = settings;
    this.choices = choices;
    this.#fetchList = fetchList;
  }

  /** Those of the bridge, and behind them those that were added here, while the bridge lets us call them. */
  get list(): readonly Peer[] {
    const names = new Set(this.#list.map(({ name }) => name));
    return this.#targets
      ? [...this.#list, ...this.choices.own.filter(({ name }) => !names.has(name))]
      : this.#list;
  }

  /** Whether the bridge calls addresses that it has no name for. */
  get targets(): boolean {
    return this.#targets;
  }

  /** AE titles that we may call ourselves; undefined where any will do. */
  get titles(): readonly string[] | undefined {
    return this.#titles;
  }

  /** Whether the bridge has no name for it. */
  isOwn(peer: Peer): boolean {
    return this.list.includes(peer) && !this.#list.includes(peer);
  }

  add(peer: OwnPeer): void {
    this.choices.add(peer);
    this.choose(peer.name);
  }

  /** Where the bridge is called for its pages; undefined where it is not. */
  get listening(): ListeningAt | undefined {
    return this.#listening;
  }

  /** Whether there is no bridge: all peers, and whoever calls this page, are within it. */
  get alone(): boolean {
    return this.#listening?.host === IN_PAGE_HOST;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Why there is no list, in a sentence; empty where there is one. */
  get problem(): string {
    return this.#problem;
  }

  /** The chosen one; at the first visit the first of the list. */
  get chosen(): Peer | undefined {
    return this.list.find(({ name }) => name === this.#settings.peerName) ?? this.list[0];
  }

  choose(name: string): void {
    this.#settings.peerName = name;
    this.#here = false;
  }

  /** Whether the page's own archive is searched; whom it sends to stays the chosen peer. */
  get here(): boolean {
    return this.#here;
  }

  chooseHere(): void {
    this.#here = true;
  }

  /** Who can be asked beside whom is searched. */
  get others(): readonly Peer[] {
    return this.#here ? this.list : this.list.filter((peer) => peer !== this.chosen);
  }

  echoOf(peer: Peer | undefined): EchoState | undefined {
    return peer === undefined ? undefined : this.#echoes.get(peer.name);
  }

  noteEcho(name: string, state: EchoState): void {
    this.#echoes = new Map(this.#echoes).set(name, state);
  }

  async load(): Promise<void> {
    try {
      const { peers, listening, targets = false, aeTitles } = await this.#fetchList();
      this.#list = peers;
      this.#listening = listening;
      this.#targets = targets;
      this.#titles = aeTitles;
      this.#problem = this.list.length > 0 ? '' : t.peers.noneKnown;
    } catch (error) {
      this.#problem = await bridgeProblem(error);
    }
    this.#loaded = true;
  }
}

/** Whether the peer runs on the bridge's own machine, as the embedded PACS does, or in this page. */
export function isLocal({ host }: Peer): boolean {
  return [IN_PAGE_HOST, 'localhost', '::1'].includes(host) || host.startsWith('127.');
}
