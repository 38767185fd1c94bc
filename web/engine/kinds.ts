/** Kinds of files as a peer is asked for them. */
import type { Deidentifier } from '../../core/deidentify/index.ts';
import { accepted } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import type { FileKind } from './protocol.ts';

interface Asked extends FileKind {
  readonly kind: FileKind;
}

/** The kinds of which the peer takes what they become; what cannot be de-identified is not asked for. */
export async function acceptedKinds(
  peer: PeerAddress,
  kinds: readonly FileKind[],
  deidentifier: Deidentifier | undefined,
  signal: AbortSignal,
): Promise<FileKind[]> {
  const asked = kinds.flatMap((kind): Asked[] => {
    const transferSyntaxUID = writtenSyntax(kind.transferSyntaxUID, deidentifier);
    return transferSyntaxUID === undefined ? [] : [{ ...kind, transferSyntaxUID, kind }];
  });
  return (await accepted(peer, asked, { signal })).map(({ kind }) => kind);
}

function writtenSyntax(uid: string, deidentifier: Deidentifier | undefined): string | undefined {
  try {
    return deidentifier?.transferSyntaxUID(uid) ?? uid;
  } catch {
    return undefined;
  }
}
