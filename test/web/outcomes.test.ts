import { describe, expect, it } from 'vitest';
import type { GetOutcome, SendTally } from '../../web/engine/protocol.ts';
import { getEnding, moveEnding, moveHereEnding, sendEnding } from '../../web/state/outcomes.ts';
import type { Situation } from '../../web/state/sentences.ts';

const SITUATION: Situation = {
  service: 'C-GET',
  peer: 'PACS',
  address: '10.0.0.5:104',
  calledAETitle: 'PACS',
  callingAETitle: 'WEBSCU',
  destination: 'VIEWER1',
};

/** In an element of another's page. */
const APART: Situation = { ...SITUATION, apart: true };

function got(change: Partial<GetOutcome>): GetOutcome {
  return {
    status: 0,
    comment: undefined,
    remaining: undefined,
    completed: 24,
    failed: 0,
    warning: 0,
    failedSOPInstanceUIDs: [],
    received: 24,
    bytes: 3_200_000,
    milliseconds: 400,
    storeFull: false,
    ...change,
  };
}

describe('a retrieve', () => {
  it('says when it was compared, when nothing was missing, and why it came by C-MOVE', () => {
    expect(getEnding(got({ promised: 24 }), 24, SITUATION).sentence).toContain(
      'in 0.4 s, all that it listed.',
    );
    expect(getEnding(got({ promised: 0, received: 0 }), undefined, SITUATION, true)).toEqual({
      state: 'done',
      sentence: 'Nothing is missing: all that PACS lists is under Received.',
    });
    expect(getEnding(got({ movedBecause: 'It refuses C-GET.' }), 24, SITUATION).sentence).toMatch(
      / It was sent by C-MOVE: It refuses C-GET\.$/,
    );
  });

  it('says what came, how much and how fast', () => {
    expect(getEnding(got({}), 24, SITUATION)).toEqual({
      state: 'done',
      sentence: 'Retrieved 24 images from PACS: 3.2 MB in 0.4 s. They are under Received.',
    });
    expect(getEnding(got({ received: 1 }), 1, SITUATION).sentence).toMatch(
      /1 image .* It is under Received\.$/,
    );
  });

  it('does not believe a success of which something is missing', () => {
    const ending = getEnding(got({ received: 18 }), 24, SITUATION);
    expect(ending.state).toBe('partial');
    expect(ending.sentence).toMatch(/^18 images of 24 arrived from PACS .* 6 did not\. Retrieve again/);
  });

  it('adds what the peer said', () => {
    const ending = getEnding(got({ received: 1, failed: 1, comment: 'disk 7 is offline' }), 2, SITUATION);
    expect(ending.sentence).toMatch(/It says: “disk 7 is offline”\.$/);
  });

  it('that broke off says why, and what of it the peer listed did not come', () => {
    const failure = { code: 'CONNECTION_LOST', message: 'reset', details: { closeCode: 1006 } } as const;
    const { state, sentence } = getEnding(
      got({ received: 4, completed: 4, promised: 24, failure }),
      undefined,
      SITUATION,
    );
    expect(state).toBe('partial');
    expect(sentence).toMatch(
      /^4 images of 24 arrived from PACS .* 20 did not\. The bridge .* does not answer/,
    );
  });

  it('names the kinds of images that the peer does not send this way', () => {
    const outcome = got({ received: 4, promised: 5, refusedSOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.88.22'] });
    expect(getEnding(outcome, undefined, SITUATION).sentence).toMatch(
      /1 did not\. PACS does not send Enhanced SR Storage this way\. Retrieve again/,
    );
  });

  it('that brought nothing failed, whatever its status', () => {
    expect(getEnding(got({ received: 0 }), undefined, SITUATION)).toMatchObject({
      state: 'failed',
      sentence: expect.stringMatching(/sent nothing/),
    });
  });

  it('says when the page is full, and what to do', () => {
    const ending = getEnding(got({ received: 300, failed: 212, storeFull: true }), 512, SITUATION);
    expect(ending).toEqual({
      state: 'partial',
      sentence:
        'There is no room left in this page: 300 images arrived, the rest was refused. ' +
        'Save what you need under Received, remove it there, then retrieve again.',
      code: 'STORE_FULL',
    });
  });
});

it.each([
  [getEnding(got({}), 24, APART), /They are in this page\.$/],
  [getEnding(got({ promised: 0, received: 0 }), undefined, APART, true), /PACS lists is in this page\.$/],
  [getEnding(got({ storeFull: true }), 24, APART), /Ask who runs the site how to make room, then/],
  [moveHereEnding(got({ received: 0 }), 24, APART), /host and port at which the bridge is called\.$/],
])('where no view of what was received is, none is spoken of', ({ sentence }, told) => {
  expect(sentence).toMatch(told);
  expect(sentence).not.toContain('Received');
});

describe('a move', () => {
  it('says what went where', () => {
    expect(moveEnding(got({}), 24, SITUATION)).toEqual({
      state: 'done',
      sentence: 'PACS moved 24 images to VIEWER1 in 0.4 s.',
    });
  });

  it('of a peer that tells no numbers is believed', () => {
    const silent = got({ completed: undefined, failed: undefined, warning: undefined });
    expect(moveEnding(silent, 24, SITUATION).sentence).toMatch(/^PACS moved everything to VIEWER1/);
  });

  it('says what did not arrive', () => {
    const ending = moveEnding(got({ completed: 20, failed: 4 }), 24, SITUATION);
    expect(ending.state).toBe('partial');
    expect(ending.sentence).toMatch(
      /^20 of 24 images went from PACS to VIEWER1; 4 did not\. Check that VIEWER1/,
    );
  });

  it('of nothing failed', () => {
    expect(moveEnding(got({ completed: 0 }), undefined, SITUATION).state).toBe('failed');
  });
});

describe('sending', () => {
  const tally = (change: Partial<SendTally>): SendTally => ({
    stored: 3,
    warnings: 0,
    failed: 0,
    skipped: 0,
    bytes: 1000,
    ...change,
  });

  it.each<[Partial<SendTally>, string, RegExp]>([
    [{}, 'done', /^3 files stored by PACS \(1 kB\)\.$/],
    [{ skipped: 1 }, 'partial', /1 file left out as no DICOM instance\. The list says why for each file\.$/],
    [{ warnings: 1 }, 'partial', /^4 files stored .*, 1 of them with a warning/],
    [{ stored: 0, failed: 2 }, 'failed', /^0 files stored .*, 2 failed/],
  ])('%j ends as %s', (change, state, sentence) => {
    const ending = sendEnding(tally(change), SITUATION);
    expect(ending.state).toBe(state);
    expect(ending.sentence).toMatch(sentence);
  });
});
