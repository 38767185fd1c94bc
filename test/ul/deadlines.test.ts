/** Deadlines by name: what each is, and what is said where one passes. Each passing is tested where it happens. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { TIMEOUT_PHASES } from '../../core/bytes/index.ts';
import { DEFAULT_DEADLINES, deadlinesOf, timeoutError } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { RQ } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import { established, fill, meet } from './meeting.ts';

ownClock();

/** Phase, default in seconds, and words of the message; `C-FIND` is what the peer was doing. */
const TABLE: [phase: (typeof TIMEOUT_PHASES)[number], seconds: number, words: RegExp][] = [
  ['connect', 10, /No connection within 10 s\. Is the host right/],
  ['associate', 30, /did not answer the association request within 30 s\. Is it a DICOM server/],
  ['response', 60, /did not answer C-FIND for 60 s.*Ask for less/],
  ['progress', 60, /nothing for 60 s during C-FIND.*Try again/],
  ['move-progress', 300, /nothing for 300 s during C-FIND.*look at the destination/],
  ['report', 60, /storage commitment and did not report for 60 s.*call our AE title/],
  ['release', 5, /did not answer A-RELEASE-RQ for 5 s/],
  ['cancel', 5, /C-FIND went on for 5 s after it was cancelled/],
  ['artim', 30, /connected for 30 s without asking/],
];

describe('phases', () => {
  test('are these, and no others', () => {
    expect(TIMEOUT_PHASES).toEqual(TABLE.map(([phase]) => phase));
  });

  test.each(TABLE)(
    '%s has a default of %i s, and a message that says what to do',
    (phase, seconds, words) => {
      expect({ ...DEFAULT_DEADLINES, ...deadlinesOf({ [phase]: seconds }) }).toEqual(DEFAULT_DEADLINES);
      const error = timeoutError(phase, seconds * 1000, 'C-FIND');
      expect(error).toMatchObject({ code: 'TIMEOUT', phase, milliseconds: seconds * 1000 });
      expect(error.message).toMatch(words);
    },
  );

  test('are set in seconds; what is not set stays', () => {
    expect(deadlinesOf({ 'move-progress': 1.5, cancel: 2, artim: undefined })).toEqual({
      moveProgress: 1500,
      cancelGrace: 2000,
    });
  });
});

describe('passing', () => {
  test('of one that was set is told with its value', async () => {
    const deadlines = { ...DEFAULT_DEADLINES, ...deadlinesOf({ associate: 0.25 }) };
    const { association, peer } = await meet('requestor', 'whole', { deadlines });
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await clock.advance(249);
    expect(association.end).toBeUndefined();
    await clock.advance(1);
    expect(await answer).toMatchObject({ phase: 'associate', milliseconds: 250 });
    await association.closed;
    await turns(2);
  });

  test('of the release that an acceptor asks for', async () => {
    const { association, peer } = await established('acceptor');
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await clock.advance(DEFAULT_DEADLINES.release);
    await released;
    expect(association.end?.error).toMatchObject({ phase: 'release', milliseconds: 5000 });
    await association.closed;
    await turns(2);
  });

  test.each(['requestor', 'acceptor'] as const)(
    'of progress, by a peer of a %s that takes nothing',
    async (role) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      const { association } = await established(role);
      const stuck = failure(fill(association));
      await turns(2);
      await clock.advance(DEFAULT_DEADLINES.progress);
      expect(await stuck).toMatchObject({ phase: 'progress', milliseconds: 60_000 });
      await vi.advanceTimersByTimeAsync(2000); // the transport's own grace
      await association.closed;
      await turns(2);
    },
  );

  test('of ARTIM in Sta13: who does not close after our reject is closed on', async () => {
    const { association, peer } = await meet('acceptor');
    await peer.send(RQ);
    await association.requested();
    association.answer({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 });
    await peer.expect('A-ASSOCIATE-RJ');
    await clock.advance(DEFAULT_DEADLINES.artim);
    await association.closed;
    await turns(2);
    expect(association.end).toMatchObject({ kind: 'rejected' });
  });
});
