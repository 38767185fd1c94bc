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
    ({ explain }) => explain(thrown, situation),
    () => unexplained(thrown),
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
