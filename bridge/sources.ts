/** From which addresses DICOM calls are taken: those of the named peers, and what the operator allows beside them. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4 } from 'node:net';

/** The addresses of a host; a test has a name server of its own. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveAll: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

export class Sources {
  readonly #resolve: Resolve;
  readonly #known = new Map<string, readonly string[]>();
  #list = new BlockList();
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
    const list = new BlockList();
    for (const address of addresses.flat()) list.addAddress(address, familyOf(address));
    for (const network of networks) addNetwork(list, network);
    this.#list = list;
    for (const host of this.#known.keys()) if (!unique.includes(host)) this.#known.delete(host);
  }

  admits(address: string): boolean {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && this.#list.check(plain, familyOf(plain));
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

/** Whether a text is a network, as `10.0.0.0/8`, or a single address. */
export function isNetwork(text: string): boolean {
  const [base = '', prefix, ...more] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(base)];
  if (bits === undefined || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

function addNetwork(list: BlockList, text: string): void {
  if (!isNetwork(text)) return;
  const [base = '', prefix] = text.split('/');
  const bits = isIPv4(base) ? 32 : 128;
  list.addSubnet(base, Number(prefix ?? bits), familyOf(base));
}

/** Without zone, and as IPv4 where it is IPv4 written as IPv6 (RFC 4291 2.5.5.2), as sockets of both families tell it. */
function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
