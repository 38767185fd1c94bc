/** From which addresses DICOM calls are taken: those of the named peers, and what the operator allows beside them. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Network, plainAddress } from '../dial/addresses.ts';

/** The addresses of a host; a test has a name server of its own. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveAll: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

export class Sources {
  readonly #resolve: Resolve;
  readonly #known = new Map<string, readonly string[]>();
  #networks: readonly Network[] = [];
  #sets = 0;

  constructor(resolve: Resolve = resolveAll) {
    this.#resolve = resolve;
  }

  /**
   * Takes these hosts and networks instead of those before. A name that cannot be resolved now keeps the addresses
   * that it had. Networks are checked before: what is none is left out.
   */
  async set(hosts: readonly string[], networks: readonly string[]): Promise<void> {
    const set = ++this.#sets;
    const unique = [...new Set(hosts)];
    const addresses = await Promise.all(unique.map((host) => this.#addressesOf(host)));
    if (set !== this.#sets) return; // a later one was faster
    this.#networks = [...addresses.flat(), ...networks].flatMap((text) => Network.parse(text) ?? []);
    for (const host of this.#known.keys()) if (!unique.includes(host)) this.#known.delete(host);
  }

  admits(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && this.#networks.some((network) => network.has(plain));
  }

  async #addressesOf(host: string): Promise<readonly string[]> {
    const plain = plainAddress(host);
    if (isIP(plain) !== 0) return [plain];
    try {
      const addresses = (await this.#resolve(host)).map(plainAddress);
      this.#known.set(host, addresses);
      return addresses;
    } catch {
      return this.#known.get(host) ?? [];
    }
  }
}
