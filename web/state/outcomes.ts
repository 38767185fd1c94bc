/** How transfers ended, in sentences: the counters and what arrived are trusted, not the status word alone. */
import type { RetrieveOutcome } from '../../core/peer/types.ts';
import { uidName } from '../../core/dict/index.ts';
import type { GetOutcome, SendTally } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { bytes, count, plural, seconds } from './format.ts';
import type { Ending } from './jobs.svelte.ts';
import type { Situation } from './sentences.ts';
import { explain } from './sentences.ts';

/** `expected` is what the search said there is; undefined where it did not tell. */
export function getEnding(outcome: GetOutcome, expected: number | undefined, situation: Situation): Ending {
  const received = outcome.received ?? 0;
  const size = `${bytes(outcome.bytes)} in ${seconds(outcome.milliseconds)}`;
  if (outcome.storeFull) return fullEnding(received);
  const missing = missingCount(received, outcome, outcome.promised ?? expected);
  if (missing === 0 && received > 0) {
    const sentence = `Retrieved ${plural(received, 'image')} from ${situation.peer}: ${size}. They are under Received.`;
    return { state: 'done', sentence: received === 1 ? sentence.replace('They are', 'It is') : sentence };
  }
  if (received === 0) {
    const why = `${situation.peer} sent nothing. It may hold no images of this any more, or can send them only by Move.`;
    return { state: 'failed', sentence: why };
  }
  return {
    state: 'partial',
    sentence:
      `${plural(received, 'image')} of ${count(received + missing)} arrived from ${situation.peer} (${size}); ` +
      `${count(missing)} did not. ${whyInPart(outcome, situation)}${said(outcome)}`,
  };
}

function whyInPart({ failure, refusedSOPClassUIDs = [] }: GetOutcome, situation: Situation): string {
  if (failure !== undefined) return explain(new EngineError(failure), situation);
  const advice = 'Retrieve again to fetch the rest, or use Move.';
  if (refusedSOPClassUIDs.length === 0) return advice;
  return `${situation.peer} does not send ${refusedSOPClassUIDs.map(uidName).join(', ')} this way. ${advice}`;
}

function fullEnding(received: number): Ending {
  return {
    state: received === 0 ? 'failed' : 'partial',
    sentence:
      `The memory of this page is full (1 GiB): ${plural(received, 'image')} arrived, the rest was refused. ` +
      'Save what you need under Received, remove it there, then retrieve again.',
  };
}

/** A C-MOVE to this page, which is called `destination` there. */
export function moveHereEnding(
  outcome: GetOutcome,
  expected: number | undefined,
  situation: Situation,
): Ending {
  const { peer, destination = '' } = situation;
  if (outcome.received !== 0 || outcome.storeFull) return getEnding(outcome, expected, situation);
  const why = `${peer} was asked to send to ${destination}, and nothing came. It may have another address for it`;
  return {
    state: 'failed',
    sentence: `${why}: its list of AE titles needs the host and port under Received.`,
  };
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
    return {
      state: arrived === 0 ? 'failed' : 'partial',
      sentence:
        `${count(arrived)} of ${plural(arrived + missing, 'image')} went from ${peer} to ${destination}; ` +
        `${count(missing)} did not. Check that ${destination} runs and has room, then move again.${said(outcome)}`,
    };
  }
  if (told && arrived === 0) {
    return {
      state: 'failed',
      sentence: `${peer} found nothing to move to ${destination}. Search again: it may be gone.`,
    };
  }
  const what = told ? plural(arrived, 'image') : 'everything';
  return {
    state: 'done',
    sentence: `${peer} moved ${what} to ${destination} in ${seconds(outcome.milliseconds)}.`,
  };
}

/** Error Comment (0000,0902), where the peer wrote one. */
function said({ comment = '' }: RetrieveOutcome): string {
  return comment.trim() === '' ? '' : ` It says: “${comment.trim()}”.`;
}

/** What the peer says it could not send, or what of the expected is not there, whichever is more. */
function missingCount(arrived: number, outcome: RetrieveOutcome, expected: number | undefined): number {
  return Math.max(0, outcome.failed ?? 0, (expected ?? 0) - arrived);
}

export function sendEnding(tally: SendTally, situation: Situation): Ending {
  const { stored, warnings, failed, skipped } = tally;
  const arrived = stored + warnings;
  const parts = [`${plural(arrived, 'file')} stored by ${situation.peer} (${bytes(tally.bytes)})`];
  if (warnings > 0) parts.push(`${count(warnings)} of them with a warning`);
  if (failed > 0) parts.push(`${count(failed)} failed`);
  if (skipped > 0) parts.push(`${plural(skipped, 'file')} left out as no DICOM instance`);
  const clean = failed === 0 && skipped === 0 && warnings === 0;
  const why = clean ? '' : ' The list says why for each file.';
  return {
    state: arrived === 0 ? 'failed' : clean ? 'done' : 'partial',
    sentence: `${parts.join(', ')}.${why}`,
  };
}
