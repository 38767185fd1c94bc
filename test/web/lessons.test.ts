/** The lessons as the engine plays them: what is said, what is asked, and what the record answers. */
import { describe, expect, it } from 'vitest';
import type { SinkEvent } from '../../core/bytes/index.ts';
import type { LessonRun } from '../../web/engine/protocol.ts';
import type { LessonId, LessonValues } from '../../web/lessons/lessons.ts';
import { initialValues, LESSON_IDS, LESSONS, sameAnswer } from '../../web/lessons/lessons.ts';
import { runLesson } from '../../web/lessons/run.ts';

function play(lesson: LessonId, values: LessonValues = {}): Promise<LessonRun> {
  return runLesson(lesson, values, () => {});
}

/** Messages and PDUs in the order they were sent. */
function said({ lines }: LessonRun): string[] {
  return lines.flatMap(({ row, message }) => message?.name ?? row.pdu ?? []);
}

const OPENED = ['A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC'];
const RELEASED = ['A-RELEASE-RQ', 'A-RELEASE-RP'];

describe('the questions are answered by the record of the run', () => {
  it.each<[LessonId, LessonValues, string, string]>([
    ['handshake', {}, 'maximum', '131072'],
    ['handshake', { maximum: '16384' }, 'maximum', '16384'],
    ['handshake', { called: 'NOBODY' }, 'reason', '7'],
    ['contexts', {}, 'context', '3'],
    ['contexts', { order: 'first' }, 'context', '1'],
    ['contexts', { other: 'print', syntaxes: 'jpeg2000' }, 'context', '5'],
    ['echo', { count: '3' }, 'messageId', '3'],
    ['find', {}, 'pending', '7'],
    ['find', { modality: 'CR' }, 'pending', '2'],
    ['find', { name: 'Phantom*' }, 'pending', '2'],
    ['find', { level: 'PATIENT' }, 'pending', '5'],
    ['find', { level: 'SERIES' }, 'pending', '2'],
    ['find', { level: 'alone' }, 'status', 'A900'],
    ['get', {}, 'stores', '2'],
    ['get', { patient: 'SAMPLE-001' }, 'stores', '25'],
    ['get', { role: 'no' }, 'stores', '2'],
    ['get', { role: 'no', peer: 'strict' }, 'stores', '0'],
    ['move', {}, 'caller', 'DEMOPACS'],
    ['move', { destination: 'ELSEWHERE' }, 'status', 'A801'],
    ['release', { end: 'release' }, 'releasing', 'Sta7'],
    ['release', { end: 'abort' }, 'aborting', 'Sta13'],
    ['release', { end: 'peer' }, 'aborted', 'Evt16'],
    ['release', { end: 'cut' }, 'cut', 'Evt17'],
    ['wrong', { what: 'title' }, 'reason', '7'],
    ['wrong', { what: 'syntax' }, 'result', '4'],
    ['wrong', { what: 'role' }, 'failed', '2'],
    ['wrong', { what: 'destination' }, 'status', 'A801'],
    ['wrong', { what: 'silence' }, 'waited', '1500'],
    ['wrong', { what: 'http' }, 'event', 'Evt19'],
    ['capture', { capture: 'morning' }, 'status', 'A700'],
    ['capture', { capture: 'noon' }, 'title', 'DEMOPAC'],
    ['capture', { capture: 'night' }, 'failed', '1'],
  ])('%s %o: %s is %s', async (lesson, values, question, answer) => {
    expect((await play(lesson, values)).asked).toEqual({ question, answer });
  });

  it('fragments: as many as the longest PDU of the PACS makes of the data set', async () => {
    for (const maximum of [131_072, 16_384, 4096]) {
      const run = await play('store', { maximum: String(maximum) });
      const store = run.lines.find(({ message }) => message?.name === 'C-STORE-RQ')!.message!;
      // Each PDV has six bytes of its own in the PDU (PS3.8 9.3.5.1); the command fits into one.
      expect(run.asked.question).toBe('fragments');
      expect(Number(run.asked.answer)).toBeGreaterThanOrEqual(Math.ceil(store.dataSetLength / (maximum - 6)));
      expect(Number(run.asked.answer)).toBe(store.fragments - 1);
    }
  });

  it('an abort in mid-store: some fragments went, not all, and the sentence says who aborted', async () => {
    const run = await play('wrong', { what: 'abort' });
    const whole = await play('store', { image: 'chest', maximum: '16384' });
    expect(Number(run.asked.answer)).toBeGreaterThan(0);
    expect(Number(run.asked.answer)).toBeLessThan(Number(whole.asked.answer));
    expect(run.failure?.code).toBe('ASSOCIATION_ABORTED');
    expect(said(run)).toEqual([...OPENED, 'C-STORE-RQ', 'A-ABORT']);
  });
});

describe('what is shown', () => {
  it('an echo from beginning to end', async () => {
    expect(said(await play('echo'))).toEqual([...OPENED, 'C-ECHO-RQ', 'C-ECHO-RSP', ...RELEASED]);
  });

  it('the second association of a move, beside the first', async () => {
    const { heads, associations } = await play('move');
    expect(heads.map(({ requestor, acceptor }) => [requestor, acceptor])).toEqual([
      ['WEBSCU', 'DEMOPACS'],
      ['DEMOPACS', 'DEMOARCHIVE'],
    ]);
    expect(heads[1]?.parent).toBe(heads[0]?.association);
    expect(associations).toHaveLength(2);
  });

  it('a refused move says which destination, and what to do', async () => {
    const { failure } = await play('move', { destination: 'ELSEWHERE' });
    expect(failure).toMatchObject({ code: 'STATUS_FAILURE' });
    expect(failure?.message).toContain('ELSEWHERE');
  });

  it('the capture is a file of its own, and what is shown was read from it', async () => {
    const { capture, heads } = await play('capture', { capture: 'noon' });
    const [magic] = new Uint32Array(await capture!.slice(0, 4).arrayBuffer());
    expect(magic).toBe(0x0a0d0d0a);
    expect(heads.map(({ acceptor }) => acceptor)).toEqual(['DEMOPAC', 'DEMOPACS', 'DEMOPACS']);
  });

  it('goes into the record of the page, too', async () => {
    const events: SinkEvent[] = [];
    const { associations } = await runLesson('move', {}, (event) => events.push(event));
    expect([...new Set(events.map(({ association }) => association))]).toEqual(associations);
  });
});

it('ten lessons, each with something to change, and choices that include what it begins with', () => {
  expect(LESSON_IDS).toHaveLength(10);
  for (const id of LESSON_IDS) {
    expect(LESSONS[id].length).toBeGreaterThan(0);
    expect(Object.keys(initialValues(id))).toEqual(LESSONS[id].map(({ name }) => name));
  }
});

it.each([
  ['a801', 'A801', true],
  [' 0xA801 ', 'A801', true],
  ['A801H', 'A801', true],
  ['a801 h', 'A801', true],
  ['sta7', 'Sta7', true],
  ['Sta 7', 'Sta7', true],
  ['131,072', '131072', true],
  ['131.072 Bytes', '131072', true],
  ['1,500 ms', '1500', true],
  ['1,5', '15', false],
  ['1.2.840', '12840', false],
  ['7', '7', true],
  ['07', '7', false],
  ['A80', 'A801', false],
  ['', '', true],
  ['DEMOPACH', 'DEMOPAC', false],
])('"%s" is meant as "%s": %s', (given, answer, same) => {
  expect(sameAnswer(given, answer)).toBe(same);
});
