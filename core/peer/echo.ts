/** Verification: does the peer answer, and how fast (PS3.4 A). */
import { SYSTEM_CLOCK } from '../bytes/index.ts';
import { NATIVE_SYNTAXES, openAssociation, VERIFICATION } from '../service/index.ts';
import { withAssociation } from './open.ts';
import type { EchoResult, PeerAddress } from './types.ts';

/** Echoes `repeat` times in one association. Rejects with the typed error of what went wrong. */
export async function echo(
  peer: PeerAddress,
  { repeat = 1, signal }: { readonly repeat?: number; readonly signal?: AbortSignal } = {},
): Promise<EchoResult> {
  const contexts = [{ abstractSyntax: VERIFICATION, transferSyntaxes: NATIVE_SYNTAXES }];
  return await withAssociation(openAssociation, peer, contexts, signal, async (association) => {
    const milliseconds: number[] = [];
    for (let i = 0; i < repeat; i++) {
      const start = SYSTEM_CLOCK.now();
      await association.echo(signal ? { signal } : {});
      milliseconds.push(SYSTEM_CLOCK.now() - start);
    }
    const { implementationVersionName, implementationClassUID } = association.peer;
    return { milliseconds, implementation: implementationVersionName || implementationClassUID };
  });
}
