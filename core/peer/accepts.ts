/** What of some instances a peer takes, asked by negotiation before anything is sent (PS3.8 7.1.1). */
import { DicomError } from '../bytes/index.ts';
import { openAssociation, storageContexts } from '../service/index.ts';
import type { ContextProposal, PresentationContext } from '../service/index.ts';
import type { OutgoingInstance } from '../service/types.ts';
import { withAssociation } from './open.ts';
import type { PeerAddress } from './types.ts';

/** A SOP class in a transfer syntax. */
export type InstanceKind = Pick<OutgoingInstance, 'sopClassUID' | 'transferSyntaxUID'>;

/**
 * Which of these kinds the peer accepts, each asked for in a context of its own, in as many associations as they need.
 * Rejects with the typed error of what went wrong; that all are refused is none.
 */
export async function accepted<Kind extends InstanceKind>(
  peer: PeerAddress,
  kinds: readonly Kind[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Kind[]> {
  const taken: Kind[] = [];
  for (let rest = [...kinds]; rest.length > 0;) {
    const contexts = storageContexts(rest);
    const keys = await acceptedKeys(peer, [...contexts.values()], signal);
    taken.push(...rest.filter((kind) => keys.has(keyOf(kind))));
    rest = rest.filter((kind) => !contexts.has(keyOf(kind)));
  }
  return taken;
}

const keyOf = ({ sopClassUID, transferSyntaxUID }: InstanceKind): string =>
  `${sopClassUID} ${transferSyntaxUID}`;

async function acceptedKeys(
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const found = await acceptedOf(peer, contexts, signal);
  return new Set(found.map(({ abstractSyntax, transferSyntax }) => `${abstractSyntax} ${transferSyntax}`));
}

/** The contexts that the peer accepts; none where it refuses them all. */
export async function acceptedOf(
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<PresentationContext[]> {
  try {
    return await withAssociation(openAssociation, peer, contexts, signal, async (association) => [
      ...association.contexts.values(),
    ]);
  } catch (error) {
    if (error instanceof DicomError && error.code === 'CONTEXT_REFUSED') return [];
    throw error;
  }
}
