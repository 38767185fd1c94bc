/** How transfers ended, in sentences: the counters and what arrived are trusted, not the status word alone. */
import type { RetrieveOutcome } from '../../core/peer/types.ts';
import { uidName } from '../../core/dict/index.ts';
import type { GetOutcome, SendTally } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import type { Situation } from '../strings/index.ts';
import { t } from '../strings/index.ts';
import { bytes, seconds } from './format.ts';
import type { Ending } from './jobs.svelte.ts';
import { explain } from './sentences.ts';

/** `expected` is what the search said there is; undefined where it did not tell. */
export function getEnding(
  outcome: GetOutcome,
  expected: number | undefined,
  situation: Situation,
  missingOnly = false,
): Ending {
  const { peer, apart = false } = situation;
  const received = outcome.received ?? 0;
  const size = bytes(outcome.bytes);
  const time = seconds(outcome.milliseconds);
  if (outcome.storeFull) return fullEnding(received, apart);
  if (received === 0 && missingOnly && outcome.promised === 0)
    return { state: 'done', sentence: t.outcomes.allHere(peer, apart) };
  if (received === 0) return { state: 'failed', sentence: t.outcomes.nothingSent(peer) };
  const missing = missingCount(received, outcome, outcome.promised ?? expected);
  if (missing === 0) {
    const compared = outcome.promised !== undefined && !missingOnly;
    const sentence = t.outcomes.retrieved(received, peer, size, time, compared, apart) + moved(outcome);
    return { state: 'done', sentence };
  }
  const told = t.outcomes.inPart(received, received + missing, peer, size, time);
  return {
    state: 'partial',
    sentence: told + whyInPart(outcome, situation) + said(outcome) + moved(outcome),
    code: outcome.failure?.code,
  };
}

/** Why not all came by C-GET. */
function moved({ movedBecause = '' }: GetOutcome): string {
  return movedBecause === '' ? '' : t.outcomes.movedBecause(movedBecause);
}

function whyInPart({ failure, refusedSOPClassUIDs = [] }: GetOutcome, situation: Situation): string {
  if (failure !== undefined) return explain(new EngineError(failure), situation);
  const { again, refusedKinds } = t.outcomes;
  if (refusedSOPClassUIDs.length === 0) return again;
  return refusedKinds(situation.peer, refusedSOPClassUIDs.map(uidName).join(', ')) + again;
}

function fullEnding(received: number, apart: boolean): Ending {
  const state = received === 0 ? 'failed' : 'partial';
  return { state, sentence: t.outcomes.full(received, apart), code: 'STORE_FULL' };
}

/** A C-MOVE to this page, which is called `destination` there. */
export function moveHereEnding(
  outcome: GetOutcome,
  expected: number | undefined,
  situation: Situation,
): Ending {
  const { peer, destination = '', apart = false } = situation;
  if (outcome.received !== 0 || outcome.storeFull) return getEnding(outcome, expected, situation);
  return { state: 'failed', sentence: t.outcomes.nothingCame(peer, destination, apart) };
}

export function moveEnding(
  outcome: RetrieveOutcome,
  expected: number | undefined,
  situation: Situation,
): Ending {
  const { peer, destination = '' } = situation;
  const told = outcome.completed !== undefined;
  const arrived = (outcome.completed ?? 0) + (outcome.warning ?? 0);
  const missing = told ? missingCount(arrived, outcome, expected) : (outcome.failed ?? 0);
  if (missing > 0) {
    const sentence = t.outcomes.movedInPart(arrived, arrived + missing, peer, destination);
    return { state: arrived === 0 ? 'failed' : 'partial', sentence: sentence + said(outcome) };
  }
  if (told && arrived === 0) {
    return { state: 'failed', sentence: t.outcomes.nothingToMove(peer, destination) };
  }
  const time = seconds(outcome.milliseconds);
  const sentence = told
    ? t.outcomes.moved(arrived, peer, destination, time)
    : t.outcomes.movedEverything(peer, destination, time);
  return { state: 'done', sentence };
}

/** Error Comment (0000,0902), where the peer wrote one. */
function said({ comment = '' }: RetrieveOutcome): string {
  return comment.trim() === '' ? '' : t.outcomes.says(comment.trim());
}

/** What the peer says it could not send, or what of the expected is not there, whichever is more. */
function missingCount(arrived: number, outcome: RetrieveOutcome, expected: number | undefined): number {
  return Math.max(0, outcome.failed ?? 0, (expected ?? 0) - arrived);
}

export function sendEnding(tally: SendTally, situation: Situation): Ending {
  const { stored, warnings, failed, skipped } = tally;
  const arrived = stored + warnings;
  const parts = [t.outcomes.stored(arrived, situation.peer, bytes(tally.bytes))];
  if (warnings > 0) parts.push(t.outcomes.withWarning(warnings));
  if (failed > 0) parts.push(t.outcomes.failed(failed));
  if (skipped > 0) parts.push(t.outcomes.leftOut(skipped));
  const clean = failed === 0 && skipped === 0 && warnings === 0;
  return {
    state: arrived === 0 ? 'failed' : clean ? 'done' : 'partial',
    sentence: `${parts.join(', ')}.${clean ? '' : t.outcomes.listSays}`,
  };
}
