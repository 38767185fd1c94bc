/** A peer as what the facade asks: C-FIND, C-GET or C-MOVE into the archive, C-STORE. */
import type { Archive } from '../archive/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { DicomError, StatusError } from '../bytes/index.ts';
import { statusCategory } from '../dict/index.ts';
import type { InstanceInfo } from '../file/index.ts';
import type { GetOptions, PeerAddress, SendResult } from '../peer/index.ts';
import { get, query, send } from '../peer/index.ts';
import { Line } from './line.ts';
import type { DicomWebOptions, Storing } from './types.ts';

/** How a peer is asked. */
export interface DicomWebPeerOptions extends Pick<GetOptions, 'receiver' | 'moveOnly'> {
  /** Ends what is under way: nobody else does, since several requests may wait for one retrieve. */
  readonly signal?: AbortSignal;
  /**
   * Queries, retrieves and instances to store that may be under way or wait for the peer's `slots`; who comes when it
   * is reached is answered with 503 and Retry-After. Any number by default.
   */
  readonly longestLine?: number;
}

/**
 * `find`, `retrieve` and `store` of the facade over a peer; what is retrieved goes into `archive`, what is stored to the
 * peer, over an association for each instance. All of them take their associations from the peer's `slots`, if it has
 * some, each in its turn.
 */
export function dicomWebPeer(
  peer: PeerAddress,
  archive: Archive,
  { signal, longestLine = Infinity, ...how }: DicomWebPeerOptions = {},
): Required<Pick<DicomWebOptions, 'find' | 'retrieve' | 'store'>> {
  const memory = {};
  const line = new Line(peer.slots, longestLine);
  const inTurn = how.receiver === undefined ? atOnce : oneByOne();
  return {
    find: (asked, whileAsked) => line.inTurn(whileAsked, () => query(peer, asked, { signal: whileAsked })),
    retrieve(request) {
      // The peer may hold what its query does not list: only where something is here the list decides.
      const missingOnly = archive.select(request).length > 0;
      const options = { request, store: archive.store, missingOnly, memory, ...how };
      return line.within(() => inTurn(() => get(peer, { ...options, ...(signal && { signal }) }).result));
    },
    store: (info) => new Sending(peer, info, line.enter()),
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

const atOnce: InTurn = (work) => work();

/** A receiver listens for one retrieve at a time: each waits for those before it. */
function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** An instance on its way to the peer while it still comes; whoever writes waits until the peer has taken it. */
class Sending implements Storing {
  readonly #stop = new AbortController();
  readonly #sent: Promise<SendResult | undefined>;
  #offered: Bytes | undefined;
  #isWhole = false;
  #isStopped = false;
  /** Of whoever waits for the other side: the reader for bytes, the writer until they are taken. */
  #wake: (() => void) | undefined;
  #isOver = false;
  warning: number | undefined;

  /** `over` is called when the peer has answered, or nothing more is sent. */
  constructor(peer: PeerAddress, info: InstanceInfo, over: () => void) {
    const item = { ...info, label: info.sopInstanceUID, open: () => this.#pieces() };
    this.#sent = only(send(peer, [item], { signal: this.#stop.signal })).finally(() => {
      this.#isOver = true;
      over();
      this.#signal();
    });
    this.#sent.catch(() => undefined); // told by write and commit
  }

  async write(bytes: Bytes): Promise<void> {
    this.#offered = bytes;
    this.#signal();
    while (this.#offered !== undefined && !this.#isOver) await this.#signalled();
    if (this.#isOver) await this.#result();
  }

  async commit(): Promise<void> {
    this.#isWhole = true;
    this.#signal();
    await this.#result();
  }

  async abort(): Promise<void> {
    this.#isStopped = true;
    this.#signal();
    this.#stop.abort();
    await this.#sent.catch(() => undefined);
  }

  async *#pieces(): AsyncGenerator<Bytes, void, undefined> {
    for (;;) {
      while (this.#offered === undefined && !this.#isWhole && !this.#isStopped) await this.#signalled();
      if (this.#isStopped) throw new DicomError('CANCELLED', 'The instance did not come whole.');
      if (this.#offered === undefined) return;
      yield this.#offered;
      this.#offered = undefined;
      this.#signal();
    }
  }

  /** @throws StatusError, or what kept the peer from answering */
  async #result(): Promise<void> {
    const result = await this.#sent;
    if (result?.error !== undefined) throw result.error;
    if (result?.status === undefined) throw new DicomError('ASSOCIATION_ENDED', 'The peer did not answer.');
    const category = statusCategory(result.status);
    if (category === 'warning') this.warning = result.status;
    if (category === 'failure') {
      throw new StatusError(result.status, 'The peer did not store the instance.');
    }
  }

  #signalled(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** The one result. */
async function only(task: ReturnType<typeof send>): Promise<SendResult | undefined> {
  let last: SendResult | undefined;
  for await (const result of task) last = result;
  const { error } = await task.result;
  if (last === undefined && error !== undefined) throw error;
  return last;
}
