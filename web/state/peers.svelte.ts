/** Whom the bridge can call. */
import type { ListeningAt, Peer, PeerList } from '../../core/transport/peers.ts';
import { asError } from '../../core/bytes/index.ts';
import { t } from '../strings/index.ts';
import type { Settings } from './settings.svelte.ts';

/** How the last echo went. */
export interface EchoState {
  readonly ok: boolean;
  readonly milliseconds?: number;
}

export class Peers {
  readonly #settings: Settings;
  readonly #fetchList: () => Promise<PeerList>;
  #list = $state.raw<readonly Peer[]>([]);
  #listening = $state.raw<ListeningAt | undefined>();
  #problem = $state.raw('');
  #loaded = $state.raw(false);
  #echoes = $state.raw<ReadonlyMap<string, EchoState>>(new Map());

  constructor(settings: Settings, fetchList: () => Promise<PeerList>) {
    this.#settings = settings;
    this.#fetchList = fetchList;
  }

  get list(): readonly Peer[] {
    return this.#list;
  }

  /** Where the bridge is called for its pages; undefined where it is not. */
  get listening(): ListeningAt | undefined {
    return this.#listening;
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
    return this.#list.find(({ name }) => name === this.#settings.peerName) ?? this.#list[0];
  }

  choose(name: string): void {
    this.#settings.peerName = name;
  }

  echoOf(peer: Peer | undefined): EchoState | undefined {
    return peer === undefined ? undefined : this.#echoes.get(peer.name);
  }

  noteEcho(name: string, state: EchoState): void {
    this.#echoes = new Map(this.#echoes).set(name, state);
  }

  async load(): Promise<void> {
    try {
      const { peers, listening } = await this.#fetchList();
      this.#list = peers;
      this.#listening = listening;
      this.#problem = peers.length > 0 ? '' : t.peers.noneKnown;
    } catch (error) {
      this.#problem = t.peers.noAnswer(asError(error).message);
    }
    this.#loaded = true;
  }
}

/** Whether the peer runs on the bridge's own machine, as the embedded PACS does. */
export function isLocal({ host }: Peer): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
