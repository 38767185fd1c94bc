/** One engine for all elements that come in at one bridge as one user, and all that goes on in it. */
import type { DoorAnswer, PeerList } from '../../core/transport/peers.ts';
import { DOOR_PATH, PEERS_PATH, TUNNEL_PATH } from '../../core/transport/peers.ts';
import { Engine } from '../engine/client.ts';
import type { Command, EnginePort, Report } from '../engine/protocol.ts';
import { startWorker } from '../engine/start-worker.ts';
import type { Wiped } from '../opfs/place.ts';
import { WIPED_CHANNEL } from '../opfs/place.ts';
import { browserSession } from '../state/browser-session.ts';
import { Jobs } from '../state/jobs.svelte.ts';
import { forgetAll } from '../state/kept.ts';
import { Session } from '../state/session.svelte.ts';
import { withheldSentence } from '../state/withheld.ts';
import { t } from '../strings/index.ts';
import { ROOMY_WIDTH, fetchJson, hand, pickers, storage } from '../surroundings.ts';
import type { BehindDesk } from './desk.svelte.ts';
import { Desk } from './desk.svelte.ts';
import type { Member } from './member.ts';
import type { GetTicket } from '../engine/portal-tickets.ts';
import { answerTickets } from '../engine/portal-tickets.ts';
import { tellJobs, tellStored } from './tell-jobs.ts';
import type { DimsePeer } from './types.ts';

/** By which elements are told to belong together. */
export interface Place {
  /** Where the bridge is, with a slash at its end; `none` where there is none. */
  readonly bridge: string;
  readonly token: string | undefined;
  readonly user: string;
}

/** How long an engine outlives its last element, in milliseconds: pages move elements about. */
const LINGER_MS = 30_000;
const NO_DOOR: DoorAnswer = { origin: null, ticket: false, user: null };

const hubs = new Map<string, Hub>();

/** The hub of a place; `workerUrl` counts where it is made for it. Throws where the policy of the page lets no worker be. */
export function hubOf(place: Place, workerUrl: string): Hub {
  const key = JSON.stringify(place);
  const hub = hubs.get(key) ?? new Hub(place, workerUrl, () => void hubs.delete(key));
  hubs.set(key, hub);
  return hub;
}

export class Hub implements BehindDesk {
  readonly jobs: Jobs = new Jobs();
  readonly engine: Engine;
  getTicket: GetTicket | undefined;
  peers: readonly DimsePeer[] | undefined;
  readonly #place: Place;
  readonly #worker: Worker;
  readonly #desks = new Map<string, Desk>();
  readonly #channel = new BroadcastChannel(WIPED_CHANNEL);
  readonly #gone: () => void;
  readonly #ends: (() => void)[];
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(place: Place, workerUrl: string, gone: () => void) {
    this.#place = place;
    this.#gone = gone;
    this.#worker = startWorker(workerUrl);
    const port = answerTickets(() => this.getTicket);
    this.#worker.postMessage(port, [port]);
    const tunnel = this.#url(TUNNEL_PATH).href.replace(/^http/, 'ws');
    this.engine = new Engine(this.#worker as EnginePort<Command, Report>, tunnel);
    this.#worker.addEventListener('error', ({ message }) => {
      this.engine.fail({ code: 'UNEXPECTED', message: message || t.app.engineLost, details: {} });
    });
    this.#channel.onmessage = ({ data }: MessageEvent<Wiped>) => this.#hearWiped(data);
    this.#ends = [tellJobs(this), tellStored(this)];
  }

  /** Where it is joined by an element, by the name of its desk. */
  desk(name: string): Desk {
    clearTimeout(this.#lingering);
    const desk = this.#desks.get(name) ?? this.#newDesk();
    this.#desks.set(name, desk);
    return desk;
  }

  get members(): readonly Member[] {
    return [...this.#desks.values()].flatMap(({ members }) => members);
  }

  /** An element left: without any the engine ends, when nothing is under way any more. */
  left(): void {
    clearTimeout(this.#lingering);
    if (this.#ended) return; // its place is another's
    this.#lingering = setTimeout(() => {
      if (this.members.length > 0) return;
      if (this.jobs.active.length > 0) this.left();
      else this.#end();
    }, LINGER_MS);
  }

  /** Another token or other peers: comes in anew. */
  enter(): void {
    for (const { session } of this.#desks.values()) void session.start(this.#place.token);
  }

  #newDesk(): Desk {
    const stored = storage();
    const { engine, jobs } = this;
    const desk: Desk = new Desk(
      new Session({
        engine,
        jobs,
        bridgeHost: this.#url('').hostname,
        browserSession: browserSession(document, location.protocol),
        storage: stored,
        wiping: { begin: () => this.#beginWiping(), end: () => this.#endWiping() },
        pickers: pickers(),
        withheld: withheldSentence(window, this.#alone),
        apart: () => !desk.has('dimse-scu'),
        roomy: () => desk.members.some(({ clientWidth }) => clientWidth >= ROOMY_WIDTH),
        languages: [document.documentElement.lang, ...navigator.languages].filter(Boolean),
        fetchDoor: (token) => this.#fetchDoor(token),
        fetchPeers: (token) => this.#fetchPeers(token),
        hand,
      }),
      this,
    );
    return desk;
  }

  get #alone(): boolean {
    return this.#place.bridge === 'none';
  }

  #url(path: string): URL {
    return new URL(path, this.#alone ? location.href : this.#place.bridge);
  }

  async #fetchDoor(token: string | undefined): Promise<DoorAnswer> {
    if (this.#alone) return NO_DOOR;
    if (this.getTicket !== undefined) return { origin: null, ticket: true, user: this.#place.user };
    return fetchJson(this.#url(DOOR_PATH), token);
  }

  async #fetchPeers(token: string | undefined): Promise<PeerList> {
    if (this.peers !== undefined) return { peers: this.peers };
    if (!this.#alone) return fetchJson(this.#url(PEERS_PATH), token);
    this.engine.startInPage().catch(() => {}); // that it does not come is told with the first call
    return (await import('../engine/in-page-peers.ts')).IN_PAGE_LIST;
  }

  #hearWiped({ bridge, user }: Wiped): void {
    const ours = bridge === undefined || (bridge === this.engine.bridge && user === this.#user);
    if (ours) this.#renew();
  }

  get #user(): string {
    return [...this.#desks.values()][0]?.session.signIn.user ?? '';
  }

  #beginWiping(): void {
    for (const { session } of this.#desks.values()) session.stop();
    this.#channel.postMessage({ bridge: this.engine.bridge, user: this.#user } satisfies Wiped);
  }

  #endWiping(): void {
    const local = storage();
    if (local !== undefined) forgetAll(local);
    this.#renew();
  }

  /** Lists, pictures and the engine's memory go, and the elements begin anew. */
  #renew(): void {
    const { members } = this;
    for (const { session } of this.#desks.values()) session.leave();
    this.#end();
    for (const member of members) member.renew();
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#lingering);
    this.#gone();
    for (const end of this.#ends) end();
    for (const desk of this.#desks.values()) desk.end();
    this.#channel.close();
    this.#worker.terminate();
  }
}
