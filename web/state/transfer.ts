/** A retrieve or move from its first step to its end. */
import { statusCategory } from '../../core/dict/index.ts';
import type { RetrieveOutcome, RetrieveProgress } from '../../core/peer/types.ts';
import type { RetrieveRequest } from '../../core/service/types.ts';
import type { Steps } from '../engine/client.ts';
import type { GetOutcome } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import { text } from './attributes.ts';
import { personName } from './format.ts';
import type { Control, Ending } from './jobs.svelte.ts';
import { keysDataSet } from './query-keys.ts';
import type { ResultNode } from './results.svelte.ts';

/** `expected`: how many images the search told of; undefined where it did not. */
export async function transfer<R extends RetrieveOutcome>(
  responses: Steps<RetrieveProgress, R>,
  expected: number | undefined,
  control: Control,
  ending: (outcome: R) => Ending,
): Promise<Ending> {
  control.progress({ done: 0, total: expected, bytes: 0 });
  for await (const steps of responses) {
    const step = steps.at(-1);
    if (step !== undefined) control.progress(measured(step, expected));
  }
  const outcome = await responses.result;
  const { status, comment } = outcome;
  // A failure status after a part came: what came matters more than the status.
  if (statusCategory(status) === 'failure' && !cameInPart(outcome)) {
    throw new EngineError({ code: 'STATUS_FAILURE', message: '', details: { status, comment } });
  }
  return ending(outcome);
}

function cameInPart(outcome: RetrieveOutcome | GetOutcome): boolean {
  if ('storeFull' in outcome && outcome.storeFull) return true;
  return (outcome.received ?? 0) + (outcome.completed ?? 0) > 0;
}

function measured(step: RetrieveProgress, expected: number | undefined) {
  const { remaining, completed = 0, failed = 0, warning = 0 } = step;
  const told = completed + failed + warning;
  const total = remaining === undefined ? expected : remaining + told;
  return { done: step.received ?? told, total, bytes: step.bytes };
}

export function requestOf(node: ResultNode): RetrieveRequest {
  return { model: node.model, level: node.level, keys: keysDataSet(node.keys) };
}

/** `Doe, Jane · Thorax · series 3`. */
export function nodeTitle(node: ResultNode): string {
  const parts = [personName(node.top.match, '00100010').main];
  for (let at: ResultNode | undefined = node; at !== undefined; at = at.parent) {
    if (at.level === 'STUDY') parts.splice(1, 0, text(at.match, 'StudyDescription'));
    if (at.level === 'SERIES') parts.splice(1, 0, t.names.ofSeries(text(at.match, 'SeriesNumber')));
    if (at.level === 'IMAGE') parts.splice(1, 0, t.names.ofImage(text(at.match, 'InstanceNumber')));
  }
  return parts.filter((part) => part.trim() !== '').join(' · ') || t.names.unnamed;
}
