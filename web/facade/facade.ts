/** DICOMweb over the page's archive and the peers behind its bridge: each peer has a path of its own. */
import { Archive } from '../../core/archive/index.ts';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { DicomWeb, DicomWebOptions, Retrieved } from '../../core/dicomweb/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import { Refusal, problemOf } from '../../core/dicomweb/problem.ts';
import { respondProblem } from '../../core/dicomweb/response.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { Dialer, DoorAnswer, Peer, PeerList } from '../../core/transport/index.ts';
import { DEFAULT_ASSOCIATIONS } from '../../core/transport/index.ts';
import type { PageStore } from '../engine/page-store.ts';
import type { SharedTitle } from '../engine/shared-title.ts';
import type { SlotLocks } from '../engine/slots.ts';
import { slotsOfPeers } from '../engine/slots.ts';

/** What the facade stands on. */
export interface FacadeOptions {
  readonly store: PageStore;
  /** Takes over what tabs left in it that crashed since; before a peer is asked for it. */
  readonly recover: () => Promise<void>;
  readonly dialer: Dialer;
  /** By which peers without C-GET send to this page. */
  readonly title: SharedTitle;
  readonly locks: SlotLocks | undefined;
  readonly render: NonNullable<DicomWebOptions['render']>;
  /** The bridge's address, by which archives of several are told apart. */
  readonly bridge: string;
  /** Path before the peer, with slashes around it. */
  readonly path: string;
  readonly callingAETitle: string;
  /** Of the browser: another one after its restart. */
  readonly session: string;
  /** What the bridge takes this page for. @throws ConnectionError NOT_ALLOWED; TypeError where it is not reached. */
  readonly door: () => Promise<DoorAnswer>;
  /** Whom this page may call. @throws the same. */
  readonly peers: () => Promise<PeerList>;
  readonly onError?: (error: Error) => void;
}

/** Where a request goes. */
interface Addressed {
  readonly name: string;
  /** Of all resources of the peer. */
  readonly path: string;
}

export class Facade {
  readonly #options: FacadeOptions;
  readonly #slotsOf: ReturnType<typeof slotsOfPeers>;
  readonly #webs = new Map<string, Promise<DicomWeb>>();
  #archive: Promise<Archive> | undefined;

  constructor(options: FacadeOptions) {
    this.#options = options;
    this.#slotsOf = slotsOfPeers(options.locks);
  }

  /** Answers a request below the path. It never rejects. */
  readonly answer: DicomWeb = async (request) => {
    try {
      const addressed = this.#addressed(new URL(request.url));
      return await (
        await this.#webOf(addressed)
      )(request);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) this.#options.onError?.(asError(error));
      return respondProblem(problem);
    }
  };

  /** @throws Refusal 404 */
  #addressed({ pathname }: URL): Addressed {
    const { path } = this.#options;
    const [segment = ''] = pathname.startsWith(path) ? pathname.slice(path.length).split('/', 1) : [];
    const name = decoded(segment);
    if (name === undefined || name === '')
      throw new Refusal(404, `Paths here are ${path}PEER/studies and so on.`);
    return { name, path: path + segment };
  }

  /** One for each way to write the peer's name in a path; names that the bridge does not know leave nothing behind. */
  #webOf({ name, path }: Addressed): Promise<DicomWeb> {
    const known = this.#webs.get(path);
    if (known !== undefined) return known;
    const made = this.#make(name, path);
    this.#webs.set(path, made);
    made.catch(() => this.#webs.delete(path)); // the bridge may be back with the next request
    return made;
  }

  async #make(name: string, path: string): Promise<DicomWeb> {
    const { title, render, onError, peers } = this.#options;
    const archive = await this.#opened();
    const list = await asked(peers);
    const peer = list.peers.find((one) => one.name === name);
    if (peer === undefined) throw new Refusal(404, 'The bridge has no peer of this name, or not for you.');
    const how = list.listening === undefined ? {} : { receiver: title };
    const { find, retrieve, store: send } = dicomWebPeer(this.#addressOf(peer), archive, how);
    return createDicomWeb({
      archive,
      path,
      render,
      find,
      retrieve: (request) => this.#retrieved(() => retrieve(request)),
      store: send,
      ...(onError && { onError }),
    });
  }

  /** What came is seen by other tabs as soon as it is sealed. */
  async #retrieved(retrieve: () => Promise<Retrieved>): Promise<Retrieved> {
    const { store, recover } = this.#options;
    await store.wake(); // it was let go where all was wiped
    await recover().catch(() => undefined); // what cannot be taken over is retrieved once more
    return retrieve().finally(() => store.seal());
  }

  #addressOf({ name, aeTitle, timeouts = {}, associations, ...settings }: Peer): PeerAddress {
    const { dialer, callingAETitle } = this.#options;
    const { characterSet, emptyCharacterSet } = settings;
    return {
      dialer,
      target: { peer: name },
      aeTitle,
      callingAETitle,
      deadlines: deadlinesOf(timeouts),
      slots: this.#slotsOf(name, associations ?? DEFAULT_ASSOCIATIONS),
      ...(associations !== undefined && { associations }),
      ...(characterSet !== undefined && { characterSet }),
      ...(emptyCharacterSet !== undefined && { emptyCharacterSet }),
    };
  }

  /** The archive of whom the bridge takes this page for. @throws Refusal 401, 502 */
  #opened(): Promise<Archive> {
    this.#archive ??= this.#open().catch((error: unknown) => {
      this.#archive = undefined;
      throw error;
    });
    return this.#archive;
  }

  async #open(): Promise<Archive> {
    const { store, bridge, session, door } = this.#options;
    const { ticket, user } = await asked(door);
    if (ticket && user === null)
      throw new Refusal(401, 'The bridge wants its users to sign in, and nobody is.');
    await store.enter({ bridge, user: user ?? '', session });
    await store.wake();
    return Archive.open(store);
  }
}

/** @throws ConnectionError NOT_ALLOWED, CONNECT_FAILED; Refusal 502 */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DicomError) throw error;
    throw new Refusal(502, 'The bridge cannot be reached: it may be down, or this page kept from it.');
  }
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
