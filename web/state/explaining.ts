/**
 * Failures in sentences, for what is there before `sentences.ts` is: the sentences and all they need are loaded with the
 * first failure, or in idle time before it. Where they cannot be, the failure is told as the engine worded it.
 */
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
export function bridgeProblem(message: string): Promise<string> {
  return import('./sentences.ts').then(
    async ({ localNetwork, localNetworkSentence }) => {
      await localNetwork.look();
      return localNetwork.refused ? localNetworkSentence() : t.peers.noAnswer(message);
    },
    () => t.peers.noAnswer(message),
  );
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
