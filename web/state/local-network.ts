/**
 * Whether the browser keeps this page from the local network. Chromium asks the person before a page calls an address of
 * it, over WebSockets from version 147 on; where that is refused a call fails as if nobody were there (close code 1006),
 * so only the permission tells.
 */

/** The part of `navigator.permissions` that is used. */
export interface Permissions {
  query(wanted: { readonly name: string }): Promise<{ readonly state: string }>;
}

/** As browsers have called it: the first for all, then one for the network and one for this machine. */
const NAMES = ['local-network-access', 'local-network', 'loopback-network'];

export class LocalNetwork {
  readonly #permissions: Permissions | undefined;
  #known: readonly { readonly state: string }[] = [];
  #looked: Promise<void> | undefined;

  constructor(permissions: Permissions | undefined) {
    this.#permissions = permissions;
  }

  /** Resolves when it is known. Later changes are seen without looking again. */
  look(): Promise<void> {
    this.#looked ??= this.#look();
    return this.#looked;
  }

  /** As far as it was looked for. */
  get refused(): boolean {
    return this.#known.some(({ state }) => state === 'denied');
  }

  async #look(): Promise<void> {
    // A browser rejects names that it does not know.
    const asked = NAMES.map(async (name) => this.#permissions?.query({ name }));
    const told = await Promise.allSettled(asked);
    this.#known = told.flatMap((each) => (each.status === 'fulfilled' ? (each.value ?? []) : []));
  }
}

/** Of this page. */
export const localNetwork: LocalNetwork = new LocalNetwork(
  (globalThis.navigator as { readonly permissions?: Permissions } | undefined)?.permissions,
);
