/** An association with a peer, opened for one task and released after it. */
import { associate } from '../service/index.ts';
import type { Association, ContextProposal } from '../service/index.ts';
import type { PeerAddress } from './types.ts';

/** Runs `task` on a new association and releases it behind, whether the task succeeds or throws. */
export async function withAssociation<T>(
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
  task: (association: Association) => Promise<T>,
): Promise<T> {
  const association = await open(peer, contexts, signal);
  try {
    return await task(association);
  } finally {
    await leave(association);
  }
}

/** Nobody waits for an operation that was cancelled and still drains: the release then goes on behind the scenes. */
async function leave(association: Association): Promise<void> {
  const { busy } = association;
  const released = association.release();
  if (!busy) await released;
}

function open(
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<Association> {
  return associate(peer.dialer, peer.target, {
    callingAETitle: peer.callingAETitle,
    calledAETitle: peer.aeTitle,
    contexts,
    ...(peer.maximumLength !== undefined && { maximumLength: peer.maximumLength }),
    ...(peer.deadlines && { deadlines: peer.deadlines }),
    ...(peer.sink && { sink: peer.sink }),
    ...(signal && { signal }),
  });
}
