/** A queue worked off over several associations at once: the only remedy against a round trip a message. */
import { asError, AssociationAbortedError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { associate } from '../service/index.ts';
import type { Association, ContextProposal } from '../service/index.ts';
import { DEFAULT_ASSOCIATIONS } from '../transport/peers.ts';
import { withAssociation } from './open.ts';
import { countedSlots, withSlot } from './slots.ts';
import type { Slots } from './slots.ts';
import type { PeerAddress } from './types.ts';

/** What opening, asking and releasing cost is about what so many small instances cost: below, one does as well. */
const INSTANCES_EACH = 4;
/** How often is looked whether there are slots for more, or too few for others, in milliseconds: a browser takes a while to tell. */
const LOOK_MS = 200;

/** How many associations are worth opening for so many instances; `otherwise` where the peer's address does not say. */
export function associationsFor(
  peer: PeerAddress,
  instances: number,
  otherwise: number = DEFAULT_ASSOCIATIONS,
): number {
  const most = peer.associations ?? otherwise;
  return Math.max(1, Math.min(most, Math.ceil(instances / INSTANCES_EACH)));
}

export interface PoolOptions<T> {
  readonly contexts: readonly ContextProposal[];
  readonly signal: AbortSignal;
  /** Associations at once, at most. */
  readonly associations: number;
  /** Taken from its head, and may be added to; what is left when the last association has ended stays in it. */
  readonly queue: T[];
  /** Called when an association is open, before its first item. */
  opened?(association: Association): void;
  /** Does one item; what it throws ends its association. The signal is the association's own. */
  work(association: Association, item: T, signal: AbortSignal): Promise<void>;
  /** Told of an item that was begun and whose association ended. */
  failed?(item: T, error: Error): void | Promise<void>;
}

/**
 * Works the queue off. One association is opened first, with patience; the others follow once it is there, as far
 * as slots are free and the peer takes them. Where it has no more, or one ends early, the others go on. Where others
 * wait for a slot all but one make room for them, and come back when there is room again. Resolves with what ended the
 * first one that ended early, and never rejects.
 */
export async function workOff<T>(peer: PeerAddress, options: PoolOptions<T>): Promise<Error | undefined> {
  const { signal, queue } = options;
  const pool = new Pool(peer, options);
  const abort = (): void => pool.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  await pool.lead();
  // Put back by one that the peer did not let work when the others had gone, or lost by the last of them.
  while (queue.length > 0 && (pool.error === undefined || pool.comeBack())) await pool.lead(1);
  signal.removeEventListener('abort', abort);
  return pool.error;
}

class Pool<T> {
  /** What ended the first association that ended early. */
  error: Error | undefined;
  readonly #peer: PeerAddress;
  readonly #options: PoolOptions<T>;
  readonly #slots: Slots;
  /** A signal for each: platforms take many listeners on one for a leak, and say so on the console. */
  readonly #controllers = new Set<AbortController>();
  readonly #followers = new Set<Promise<void>>();
  #aborted = false;
  /** Associations that are at work. */
  #working = 0;
  /** Associations that made room for others, and have not come back. */
  #away = 0;
  /** Associations that are open, or for which there may be a slot. */
  #held = 0;
  /** The peer has no more associations for us. */
  #noMore = false;
  #looked = -Infinity;

  constructor(peer: PeerAddress, options: PoolOptions<T>) {
    this.#peer = peer;
    this.#options = options;
    this.#slots = peer.slots ?? countedSlots(options.associations);
  }

  abort(): void {
    this.#aborted = true;
    for (const controller of this.#controllers) controller.abort();
  }

  /** Opens an association, and behind it the others; resolves when all have ended. */
  async lead(associations: number = this.#options.associations): Promise<void> {
    const work = (association: Association, signal: AbortSignal): Promise<void> => {
      for (let i = 1; i < associations; i++) this.#grow();
      return this.#work(association, signal);
    };
    this.#held++;
    await this.#run((signal) =>
      withSlot(this.#slots, signal, () => this.#associated(signal, true, (one) => work(one, signal))),
    );
    this.#held--;
    while (this.#followers.size > 0) await Promise.all(this.#followers);
  }

  #grow(): void {
    this.#held++;
    const follower = this.#follow().finally(() => {
      this.#held--;
      this.#followers.delete(follower);
    });
    this.#followers.add(follower);
  }

  /** Whether one that made room may be opened again, after those that stayed have ended early. */
  comeBack(): boolean {
    return !this.#aborted && this.#away-- > 0;
  }

  /** One more, if there is room for it here and there. That the peer has none is no failure. */
  async #follow(): Promise<void> {
    const free = await this.#slots.tryTake();
    if (free === undefined) return;
    await this.#run(async (signal) => {
      let open = false;
      const work = (association: Association): Promise<void> => {
        open = true;
        this.#away = Math.max(0, this.#away - 1);
        return this.#work(association, signal, true);
      };
      await this.#associated(signal, false, work).catch((error: unknown) => {
        this.#noMore = true;
        if (open) throw error;
      });
    }).finally(free);
  }

  async #run(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    if (this.#aborted) controller.abort();
    this.#controllers.add(controller);
    try {
      await task(controller.signal);
    } catch (error) {
      this.error ??= asError(error);
    } finally {
      this.#controllers.delete(controller);
    }
  }

  #associated(
    signal: AbortSignal,
    patient: boolean,
    work: (association: Association) => Promise<void>,
  ): Promise<void> {
    if (this.#options.queue.length === 0) return Promise.resolve(); // done by the others meanwhile
    return withAssociation(associate, this.#peer, this.#options.contexts, signal, work, patient);
  }

  /** `extra`: one that the peer ends at once was one too many, and its item is left to the others. */
  async #work(association: Association, signal: AbortSignal, extra = false): Promise<void> {
    this.#options.opened?.(association);
    this.#working++;
    try {
      await this.#workThrough(association, signal, extra);
    } finally {
      this.#working--;
    }
  }

  async #workThrough(association: Association, signal: AbortSignal, extra: boolean): Promise<void> {
    const { queue, work, failed } = this.#options;
    let first = extra;
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(association, item, signal);
      } catch (thrown) {
        if (first && endedByPeer(association)) return this.#putBack(item);
        const error = asError(thrown);
        await failed?.(item, error);
        throw error;
      }
      first = false;
      if (association.end && queue.length > 0) throw association.end.error ?? releasedEarly();
      if (queue.length > 0 && (await this.#othersWait()) && this.#working > 1) return void this.#away++;
    }
  }

  #putBack(item: T): void {
    this.#noMore = true;
    this.#options.queue.unshift(item);
  }

  /** Whether others wait for a slot; where nobody does, one more may be opened. Looks now and then only. */
  async #othersWait(): Promise<boolean> {
    const { queue, associations } = this.#options;
    const now = (this.#peer.clock ?? SYSTEM_CLOCK).now();
    if (now - this.#looked < LOOK_MS) return false;
    this.#looked = now;
    if (await this.#slots.wanted()) return true;
    if (queue.length > 0 && this.#held < associations && !this.#noMore && !this.#aborted) this.#grow();
    return false;
  }
}

function releasedEarly(): DicomError {
  return new DicomError('ASSOCIATION_ENDED', 'The peer released the association.');
}

function endedByPeer({ end }: Association): boolean {
  const error = end?.error;
  if (error instanceof AssociationAbortedError) return error.by === 'peer';
  return error instanceof DicomError && error.code === 'CONNECTION_LOST';
}
