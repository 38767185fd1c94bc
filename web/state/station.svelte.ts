/**
 * What the page does beyond searching: it retrieves, keeps, moves and sends instances, can be called itself, and asks for
 * worklists. The first search needs none of it, so it is loaded when the first of these is wanted.
 */
import type { ListeningAt, Peer } from '../../core/transport/peers.ts';
import type { Engine, FileChange } from '../engine/client.ts';
import type { SavedFile, Unfinished } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import { peerLane } from './asked.ts';
import { dcmtkPeer, moveCommand } from './dcmtk.ts';
import { Destination } from './destination.svelte.ts';
import { isHere, keysHere } from './here.ts';
import type { Job, Jobs } from './jobs.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import type { Wiping } from './keeping.svelte.ts';
import type { Looking } from './looking.svelte.ts';
import { moveEnding, moveHereEnding } from './outcomes.ts';
import { Probing } from './probing.svelte.ts';
import type { Pickers } from './received.svelte.ts';
import { Received } from './received.svelte.ts';
import { Receiving } from './receiving.svelte.ts';
import type { ResultNode } from './results.svelte.ts';
import { Retrieves } from './retrieves.ts';
import { Sending } from './sending.svelte.ts';
import type { Service, Situation } from './sentences.ts';
import { explain } from './sentences.ts';
import { nodeTitle, requestOf, transfer } from './transfer.ts';
import { Worklist } from './worklist.svelte.ts';

/** What the session gives it. */
export interface StationNeeds {
  readonly engine: Engine;
  readonly jobs: Jobs;
  readonly looking: Looking;
  /** By which the bridge is called here. */
  readonly bridgeHost: string;
  readonly pickers: Pickers;
  /** What the engine told of its files so far. */
  readonly files: readonly FileChange[];
  /** The chosen peer, or another one; undefined where nothing can be asked. */
  ask(service: Service, peer?: Peer): Asked | undefined;
  /** Where the bridge takes calls for this page. */
  listening(): ListeningAt | undefined;
  /** Whether there is room for a picture beside a list. */
  roomy(): boolean;
  /** Gives a file to the browser to save. */
  hand(file: SavedFile): void;
  readonly wiping: Wiping;
}

export class Station {
  readonly worklist: Worklist;
  readonly received: Received;
  readonly keeping: Keeping;
  readonly receiving: Receiving;
  readonly sending: Sending;
  readonly probing: Probing;
  /** This page, as a PACS reaches it. */
  readonly destination: Destination;
  readonly #retrieves: Retrieves;
  readonly #needs: StationNeeds;

  constructor(needs: StationNeeds) {
    const { engine, jobs, hand, pickers, bridgeHost } = needs;
    this.#needs = needs;
    this.worklist = new Worklist(engine, jobs, () => needs.ask('C-FIND'));
    this.received = new Received(engine, jobs, hand, pickers);
    this.keeping = new Keeping(engine, jobs, needs.wiping);
    this.receiving = new Receiving(engine, () => needs.listening(), bridgeHost);
    this.sending = new Sending(engine, jobs, () => needs.ask('C-STORE'));
    this.probing = new Probing(engine, jobs, () => needs.ask('C-ECHO'));
    this.destination = new Destination(engine, jobs, this.receiving, () => needs.ask('C-MOVE'));
    this.#retrieves = new Retrieves(engine, jobs, () => this.receiving.available);
    for (const change of needs.files) this.received.note(change);
    if (needs.files.length > 0) void this.keeping.look();
  }

  /** Takes up what was under way when the page was left, as far as its peers are still there. */
  goOn(unfinished: readonly Unfinished[], peers: readonly Peer[]): void {
    this.#retrieves.goOn(unfinished, (name) => {
      const peer = peers.find((one) => one.name === name);
      return peer && this.#needs.ask('C-GET', peer);
    });
  }

  /** C-GET into this page, shown beside the list where there is room. */
  retrieve(node: ResultNode): void {
    const { looking, roomy } = this.#needs;
    if (roomy() && !looking.whole) looking.expect(node.keys);
    this.#get(node);
  }

  /** C-GET of what the keys name, from the chosen peer; undefined where nobody can be asked. */
  fetch(wanted: Omit<Unfinished, 'peer' | 'paused'>): Job | undefined {
    const asked = this.#needs.ask('C-GET');
    if (asked === undefined) return undefined;
    void this.keeping.begin();
    return this.#retrieves.fetch(asked, wanted);
  }

  #get(node: ResultNode): void {
    void this.keeping.begin();
    this.#retrieves.get(answering(node, 'C-GET'), node);
  }

  /** Shows what a match stands for; what is not here, or not whole, is retrieved and shown when it begins to come. */
  async look(node: ResultNode): Promise<void> {
    const { looking } = this.#needs;
    const opened = await looking.open(keysHere(node));
    if (isHere(node)) return;
    if (opened && looking.holds(node.level, node.imageCount)) return;
    if (!opened) looking.expect(node.keys, true);
    this.#get(node);
  }

  /** C-MOVE from the searched peer to another AE title. */
  move(node: ResultNode, destination: string): void {
    const asked = answering(node, 'C-MOVE');
    const situation = { ...asked.situation, destination };
    this.#needs.jobs.queue({
      title: t.jobs.move(nodeTitle(node), destination),
      command: moveCommand(dcmtkPeer(asked), node, destination),
      transfer: `move ${node.id} ${destination}`,
      lanes: [peerLane(asked)],
      cancelled: t.jobs.moveCancelled,
      work: (control) =>
        transfer(
          this.#needs.engine.move(asked.peer, requestOf(node), destination, control),
          node.imageCount,
          control,
          (outcome) => moveEnding(outcome, node.imageCount, situation),
        ),
      explain: (thrown) => explain(thrown, situation),
    });
  }

  /** C-MOVE from the searched peer to this page, which is called by a title of the bridge for that. */
  moveHere(node: ResultNode): void {
    const asked = answering(node, 'C-MOVE');
    const { peer } = asked;
    let situation: Situation = { ...asked.situation, destination: t.jobs.thisPage };
    let command: string | undefined;
    void this.keeping.begin();
    this.#needs.jobs.queue({
      title: t.jobs.move(nodeTitle(node), t.jobs.thisPage),
      get command() {
        return command;
      },
      transfer: `move here ${node.id}`,
      lanes: [peerLane(asked)],
      cancelled: t.jobs.moveHereCancelled(situation.apart === true),
      work: async (control) => {
        const { aeTitle } = await this.receiving.start();
        situation = { ...situation, destination: aeTitle };
        command = moveCommand(dcmtkPeer(asked), node, aeTitle);
        const { signal, noted } = control;
        return transfer(
          this.#needs.engine.get(peer, requestOf(node), { signal, noted, byMove: 'all' }),
          node.imageCount,
          control,
          (outcome) => moveHereEnding(outcome, node.imageCount, situation),
        );
      },
      explain: (thrown) => this.receiving.problem || explain(thrown, situation),
    });
  }
}

/** A result belongs to the peer that gave it, whichever is chosen now. */
function answering({ asked }: ResultNode, service: Service): Asked {
  return { ...asked, situation: { ...asked.situation, service } };
}
