/** A queue worked off over several associations at once: the only remedy against a round trip a message. */
import { AssociationRejectedError, asError } from '../bytes/index.ts';
import type { Association, ContextProposal } from '../service/index.ts';
import { withAssociation } from './open.ts';
import type { PeerAddress } from './types.ts';

/** PS3.8 Table 9-21: rejected-transient, as for temporary-congestion and local-limit-exceeded. */
const TRANSIENT = 2;

export interface PoolOptions<T> {
  readonly contexts: readonly ContextProposal[];
  readonly signal: AbortSignal;
  /** Associations at once, at most. */
  readonly associations: number;
  /** Taken from its head; what is left when the last association has ended stays in it. */
  readonly queue: T[];
  /** Called when an association is open, before its first item. */
  opened?(association: Association): void;
  /** Does one item; what it throws ends its association. The signal is the association's own. */
  work(association: Association, item: T, signal: AbortSignal): Promise<void>;
}

/**
 * Works the queue off. Where the peer has no more associations, or one ends early, the others go on. Resolves
 * with what ended the first one that ended early, and never rejects.
 */
export async function workOff<T>(peer: PeerAddress, options: PoolOptions<T>): Promise<Error | undefined> {
  const { contexts, queue } = options;
  const workers = Math.min(options.associations, queue.length);
  let left = workers;
  let first: Error | undefined;
  const controllers = Array.from({ length: workers }, () => new AbortController());
  // One listener for all: platforms take many on one signal for a leak, and say so on the console.
  const abort = (): void => controllers.forEach((controller) => controller.abort());
  if (options.signal.aborted) abort();
  options.signal.addEventListener('abort', abort, { once: true });
  const worker = async ({ signal }: AbortController): Promise<void> => {
    try {
      await withAssociation(peer, contexts, signal, async (association) => {
        options.opened?.(association);
        for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
          await options.work(association, item, signal);
        }
      });
    } catch (error) {
      const oneTooMany = error instanceof AssociationRejectedError && error.result === TRANSIENT && left > 1;
      if (!oneTooMany) first ??= asError(error);
    } finally {
      left--;
    }
  };
  await Promise.all(controllers.map(worker));
  options.signal.removeEventListener('abort', abort);
  return first;
}
