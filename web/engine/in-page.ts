/** A DICOM network within this worker: two small PACS and the page, joined in memory. Loaded with the first call to one of them. */
import { Archive, MemoryStore, addSamples } from '../../core/archive/index.ts';
import { archiveHandlers, sampleWorklist, worklistHandler } from '../../core/archive/index.ts';
import type { ConnectionError, Sink } from '../../core/bytes/index.ts';
import type { Handlers, MoveDestination, ServeOptions, Server } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Connection, Dialer, Listener, Peer, TunnelListener } from '../../core/transport/index.ts';
import { MemoryNetwork, deferred } from '../../core/transport/index.ts';
import { IN_PAGE_PEERS, THIS_PAGE } from './in-page-peers.ts';
import { SharedTitle } from './shared-title.ts';

/** What one of the PACS does otherwise than usual, from its next association on. */
export interface Behaviour {
  /** Its handlers, given those that it has. */
  handlers?(usual: Handlers): Handlers;
  /** Its end of each connection. */
  connection?(accepted: Connection): Connection;
  /** How it serves beside that: its longest PDU, or how long it waits. */
  readonly options?: Pick<ServeOptions, 'maximumLength' | 'maximumAssociations' | 'deadlines'>;
}

export interface InPageOptions {
  /** Told what the PACS do, those associations included that they open for a move. */
  readonly sink?: Sink | undefined;
}

export class InPageNetwork {
  /** How the PACS call this page, while anybody listens. */
  readonly title: SharedTitle = new SharedTitle(async () => this.#listen());
  readonly #network = new MemoryNetwork();
  readonly #systems: ReadonlyMap<string, System>;

  private constructor(archives: readonly FilledArchive[], { sink }: InPageOptions) {
    const systems = IN_PAGE_PEERS.map((peer, i): [string, System] => [
      peer.aeTitle,
      new System(peer, archives[i]!, this.#network, sink),
    ]);
    this.#systems = new Map(systems);
  }

  /** Starts both; questions to the first wait until its synthetic studies are made, an echo does not. */
  static async start(options: InPageOptions = {}): Promise<InPageNetwork> {
    const samples = await Archive.open(new MemoryStore());
    const empty = await Archive.open(new MemoryStore());
    const archives = [
      { archive: samples, filled: addSamples(samples.store, turn) },
      { archive: empty, filled: Promise.resolve() },
    ];
    return new InPageNetwork(archives, options);
  }

  /** Reaches the PACS, and the page while it listens. */
  get dialer(): Dialer {
    return this.#network;
  }

  /** Lets one of them behave otherwise; nothing given, as usual. What is under way with it is aborted. */
  async behave(aeTitle: string, behaviour: Behaviour = {}): Promise<void> {
    await this.#systems.get(aeTitle)?.restart(behaviour);
  }

  #listen(): TunnelListener {
    const { incoming, close } = this.#network.listen(THIS_PAGE.host, THIS_PAGE.port);
    const closed = deferred<ConnectionError | undefined>();
    return {
      ...THIS_PAGE,
      incoming,
      closed: closed.promise,
      close: () => close().then(() => closed.resolve(undefined)),
    };
  }
}

/** An archive, and when it holds what it begins with. */
interface FilledArchive {
  readonly archive: Archive;
  readonly filled: Promise<void>;
}

/** One of the PACS. */
class System {
  readonly #peer: Peer;
  readonly #archive: FilledArchive;
  readonly #network: MemoryNetwork;
  readonly #sink: Sink | undefined;
  #server: Server;

  constructor(peer: Peer, archive: FilledArchive, network: MemoryNetwork, sink: Sink | undefined) {
    this.#peer = peer;
    this.#archive = archive;
    this.#network = network;
    this.#sink = sink;
    this.#server = this.#serve({});
  }

  async restart(behaviour: Behaviour): Promise<void> {
    await this.#server.close();
    this.#server = this.#serve(behaviour);
  }

  #serve({ handlers = same, connection = same, options }: Behaviour): Server {
    const { aeTitle, host, port } = this.#peer;
    const usual = {
      ...whenFilled(this.#archive, aeTitle),
      ...(this.#peer === IN_PAGE_PEERS[0] && { worklist: worklistHandler(() => sampleWorklist()) }),
    };
    return serve(each(this.#network.listen(host, port), connection), handlers(usual), {
      aeTitle,
      dialer: this.#network,
      ...options,
      ...(this.#sink && { sink: this.#sink }),
    });
  }
}

/** The handlers of a PACS over the archive. */
function whenFilled({ archive, filled }: FilledArchive, aeTitle: string): Handlers {
  const usual = archiveHandlers(archive, { aeTitle, destination });
  return {
    ...usual,
    async *find(...asked) {
      await filled;
      yield* usual.find(...asked);
    },
    get: (...asked) => filled.then(() => usual.get(...asked)),
    move: (...asked) => filled.then(() => usual.move(...asked)),
    commit: (...asked) => filled.then(() => usual.commit(...asked)),
  };
}

/** Lets others have theirs: what is made here takes a second on a slow computer. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function same<T>(usual: T): T {
  return usual;
}

function destination(aeTitle: string): MoveDestination | undefined {
  return [...IN_PAGE_PEERS, THIS_PAGE].find((one) => one.aeTitle === aeTitle);
}

/** The same listener, each of its connections as `change` gives it back. */
function each(listener: Listener, change: (accepted: Connection) => Connection): Listener {
  const changed = new TransformStream<Connection, Connection>({
    transform: (accepted, controller) => controller.enqueue(change(accepted)),
  });
  return { incoming: listener.incoming.pipeThrough(changed), close: () => listener.close() };
}
