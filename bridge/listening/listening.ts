/** All that a bridge has where it listens for its pages: the DICOM port, who may call it, and where callers wait. */
import type { ListeningAt, Peer } from '../../core/transport/index.ts';
import type { TlsServer } from '../dial/tls.ts';
import type { Rights } from '../access/access.ts';
import { mayUseTitle } from '../access/access.ts';
import type { OwnSocket } from '../dial/addresses.ts';
import { DicomPort } from './listen.ts';
import type { Admits, Pools, ReceptionOptions } from './reception.ts';
import { Reception } from './reception.ts';
import type { Resolve } from './sources.ts';
import { Sources } from './sources.ts';

/** How a bridge listens for its pages. */
export interface ListenerSettings {
  /** An address of this machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Takes callers by TLS only, which ends here. */
  readonly tls?: TlsServer | undefined;
  /** AE titles that pages may lease, by the name of their pool; the first pool is that of who names none. */
  readonly pools: Pools;
  /** Networks that may call beside the named peers: `10.0.0.0/8`, or an address. */
  readonly allowSource?: readonly string[] | undefined;
  /** Finds the addresses of peers by name; the system's by default. */
  readonly resolve?: Resolve | undefined;
}

/** A further bridge of this process, whose pages lease titles here. */
export interface Guest {
  /** Which origins may. */
  readonly admits: Admits;
  /** Resolves when it needs the port no more. */
  readonly gone: Promise<void>;
}

export class Listening {
  readonly reception: Reception;
  readonly guests: Set<Guest> = new Set();
  readonly #port: DicomPort;
  readonly #sources: Sources;
  #settings: ListenerSettings;

  constructor(settings: ListenerSettings, surroundings: Omit<ReceptionOptions, 'pools' | 'address'>) {
    const { limits, emit } = surroundings;
    this.#settings = settings;
    this.#sources = new Sources(settings.resolve);
    this.reception = new Reception({
      ...surroundings,
      mayVisit: (origin) =>
        surroundings.mayVisit(origin) || [...this.guests].some(({ admits }) => admits(origin)),
      pools: () => this.#settings.pools,
      address: () => this.address,
    });
    const { tls } = settings;
    this.#port = new DicomPort({ limits, emit, tls, sources: this.#sources, reception: this.reception });
  }

  get address(): Pick<ListeningAt, 'host' | 'port'> {
    return { host: this.#settings.host, port: this.#port.bound?.port ?? 0 };
  }

  /** What the system says that it is bound to; undefined while it is not. */
  get bound(): OwnSocket | undefined {
    return this.#port.bound;
  }

  /** Whether a page holds a title. */
  get held(): boolean {
    return this.reception.leases > 0;
  }

  /** Resolves when the guests of now are gone. */
  async guestsGone(): Promise<void> {
    await Promise.all([...this.guests].map(({ gone }) => gone));
  }

  /** What this user is told of it. */
  at(rights: Rights): ListeningAt {
    const own = Object.entries(this.#settings.pools).map(
      ([name, titles]) => [name, titles.filter((title) => mayUseTitle(rights, title))] as const,
    );
    return { ...this.address, pools: Object.fromEntries(own.filter(([, titles]) => titles.length > 0)) };
  }

  /** @throws DicomError USAGE, `details.reason` the system's code. */
  async open(peers: readonly Peer[]): Promise<void> {
    await this.#setSources(peers);
    await this.#port.listen(this.#settings.host, this.#settings.port);
  }

  /** Takes other settings, ends what they do not allow any more, and finds out anew where the peers are. */
  review(settings: ListenerSettings | undefined, peers: readonly Peer[]): void {
    const { host, port, tls } = this.#settings;
    const next = settings ?? { pools: {}, tls };
    if (next.tls !== tls) this.#port.tls = next.tls;
    this.#settings = { ...next, host, port };
    this.reception.review();
    void this.#setSources(peers);
  }

  close(): void {
    this.reception.shutDown(); // who waits is told before he is cut off
    this.#port.close();
  }

  #setSources(peers: readonly Peer[]): Promise<void> {
    const hosts = peers.map(({ host }) => host);
    return this.#sources.set(hosts, this.#settings.allowSource ?? []);
  }
}
