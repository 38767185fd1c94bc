/** Kinds of files as a peer is asked for them. */
import { rewritableAs } from '../../core/data/index.ts';
import { accepted } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import type { AcceptedKind, FileKind } from './protocol.ts';

/** The kinds that the peer takes in their own transfer syntax, or in one that they can be converted to. */
export async function acceptedKinds(
  peer: PeerAddress,
  kinds: readonly FileKind[],
  deidentify: boolean,
  signal: AbortSignal,
): Promise<AcceptedKind[]> {
  const asked = kinds.flatMap((kind) =>
    syntaxesOf(kind, deidentify).map((sentAs) => ({ ...kind, transferSyntaxUID: sentAs, kind })),
  );
  const taken = await accepted(peer, asked, { signal });
  return kinds.flatMap((kind) => {
    const best = taken.find((one) => one.kind === kind); // in the order in which they were asked
    return best === undefined ? [] : [{ ...kind, sentAs: best.transferSyntaxUID }];
  });
}

/** What a kind can be sent in, the best first; de-identified it is always rewritten. */
export function syntaxesOf({ transferSyntaxUID }: FileKind, deidentify: boolean): readonly string[] {
  try {
    const others = rewritableAs(transferSyntaxUID);
    return deidentify ? others : [...new Set([transferSyntaxUID, ...others])];
  } catch {
    return deidentify ? [] : [transferSyntaxUID];
  }
}
