/** An association with a peer, opened for one task and released after it. */
import { transferSyntax } from '../data/index.ts';
import { associate, NATIVE_SYNTAXES } from '../service/index.ts';
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
    peer.opened?.(association);
    return await task(association);
  } finally {
    await leave(association, signal);
  }
}

/** Who cancelled waits for nothing: what still drains, and the release, go on behind the scenes. */
async function leave(association: Association, signal: AbortSignal | undefined): Promise<void> {
  const { busy } = association;
  const released = association.release();
  if (busy || signal?.aborted) return;
  let cancel!: () => void;
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  signal?.addEventListener('abort', cancel, { once: true });
  await Promise.race([released, cancelled]);
  signal?.removeEventListener('abort', cancel);
}

/** What the address asks for in the place of our own choice: one context for each storage class. */
function chosen(
  contexts: readonly ContextProposal[],
  wanted: readonly string[] | undefined,
): ContextProposal[] {
  if (wanted === undefined) return [...contexts];
  const written = wanted.filter((uid) => transferSyntax(uid)?.writable);
  const identifiers = written.length > 0 ? written : NATIVE_SYNTAXES;
  return contexts.flatMap((context, i) => {
    if (context.role === undefined) {
      const ours = context.transferSyntaxes === NATIVE_SYNTAXES;
      return ours ? { ...context, transferSyntaxes: identifiers } : context;
    }
    const first = contexts.findIndex(({ abstractSyntax }) => abstractSyntax === context.abstractSyntax) === i;
    return first ? { ...context, transferSyntaxes: wanted } : [];
  });
}

function open(
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<Association> {
  return associate(peer.dialer, peer.target, {
    callingAETitle: peer.callingAETitle,
    calledAETitle: peer.aeTitle,
    contexts: chosen(contexts, peer.transferSyntaxes),
    ...(peer.maximumLength !== undefined && { maximumLength: peer.maximumLength }),
    ...(peer.deadlines && { deadlines: peer.deadlines }),
    ...(peer.extended && { extended: peer.extended }),
    ...(peer.userIdentity && { userIdentity: peer.userIdentity }),
    ...(peer.sink && { sink: peer.sink }),
    ...(signal && { signal }),
  });
}
