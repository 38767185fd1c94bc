/**
 * Failures in sentences, for what is there before `sentences.ts` is: the sentences and all they need are loaded with the
 * first failure, or in idle time before it. Where they cannot be, the failure is told as the engine worded it.
 */
import { asError } from '../../core/bytes/errors.ts';
import { failureOf } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Situation } from '../strings/index.ts';

/** What was thrown, in sentences. */
export function explained(thrown: unknown, situation: Situation): Promise<string> {
  return import('./sentences.ts').then(
    async ({ explain, localNetwork }) => {
      await localNetwork.look();
      return explain(thrown, situation);
    },
    () => unexplained(thrown),
  );
}

/** Why the bridge cannot be asked whom it calls. */
export async function bridgeProblem(thrown: unknown): Promise<string> {
  const said = t.peers.noAnswer(asError(thrown).message);
  if (!(thrown instanceof TypeError)) return said; // it did answer: only a request that does not arrive rejects so
  try {
    const { localNetwork, localNetworkSentence } = await import('./sentences.ts');
    await localNetwork.look();
    return localNetwork.refused ? localNetworkSentence() : said;
  } catch {
    return said;
  }
}

/** Something of the page itself failed, with no peer in it. */
export function explainedLocal(thrown: unknown): Promise<string> {
  return import('./sentences.ts').then(
    ({ explainLocal }) => explainLocal(thrown),
    () => unexplained(thrown),
  );
}

function unexplained(thrown: unknown): string {
  return t.app.unexplained(failureOf(thrown).message);
}
