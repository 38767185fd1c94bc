/** The lessons as a person goes through them, without a DOM. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SavedFile } from '../../web/engine/protocol.ts';
import { KIND_CLAUSES, LOOK_CLAUSES } from '../../web/lessons/clauses.ts';
import { initialValues, LESSON_IDS, LESSONS } from '../../web/lessons/lessons.ts';
import type { LessonField, LessonId } from '../../web/lessons/lessons.ts';
import { runLesson } from '../../web/lessons/run.ts';
import { standardPage } from '../../core/inspect/standard-page.ts';
import { Lessons } from '../../web/state/lessons.svelte.ts';
import { lessonTexts as de } from '../../web/strings/lessons/de.ts';
import { lessonTexts as en } from '../../web/strings/lessons/en.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine } from './fake-engine.ts';

let fake: FakeEngine;
afterEach(() => fake?.close());

interface Opened {
  readonly lessons: Lessons;
  readonly saved: SavedFile[];
  readonly inspected: number[];
}

async function open(broken = false): Promise<Opened> {
  fake = fakeEngine({
    lesson: async ({ lesson, values }) => {
      if (broken) throw new Error('no engine');
      return runLesson(lesson, values, () => {});
    },
  });
  const saved: SavedFile[] = [];
  const inspected: number[] = [];
  const { engine } = fake;
  const lessons = await Lessons.open(
    { engine, hand: (file) => saved.push(file), inspect: (association) => inspected.push(association) },
    'en',
  );
  return { lessons, saved, inspected };
}

describe('a lesson', () => {
  it('is run, asked and answered', async () => {
    const { lessons, inspected } = await open();
    expect([lessons.chosen, lessons.run, lessons.question]).toEqual(['handshake', undefined, '']);
    const run = lessons.play();
    expect(lessons.running).toBe(true);
    await run;
    expect([lessons.running, lessons.stale, lessons.outcome]).toEqual([false, false, en.well]);
    expect(lessons.question).toBe(en.lessons.handshake.questions['maximum']);
    lessons.check();
    expect(lessons.verdict).toBe('empty');
    lessons.given = '16384';
    expect(lessons.verdict).toBeUndefined();
    lessons.check();
    expect([lessons.verdict, lessons.isDone('handshake')]).toEqual(['wrong', false]);
    lessons.given = ' 131072 ';
    lessons.check();
    expect([lessons.verdict, lessons.isDone('handshake'), lessons.next]).toEqual(['right', true, 'contexts']);
    lessons.inspect();
    expect(inspected).toEqual(lessons.run!.associations);
  });

  it('that was changed says so, and asks about what it does now', async () => {
    const { lessons } = await open();
    lessons.change('called', 'NOBODY');
    expect(lessons.stale).toBe(false);
    await lessons.play();
    expect(lessons.outcome).toMatch(
      /^It ended early: DEMOPACS refused the association: .* called AE title NOBODY/,
    );
    expect(lessons.question).toBe(en.lessons.handshake.questions['reason']);
    lessons.change('called', 'DEMOPACS');
    expect(lessons.stale).toBe(true);
    await lessons.play();
    expect([lessons.stale, lessons.question]).toEqual([false, en.lessons.handshake.questions['maximum']]);
  });

  it('keeps what was done while others are looked at', async () => {
    const { lessons } = await open();
    lessons.choose('echo');
    lessons.change('count', '2');
    await lessons.play();
    lessons.choose('find');
    expect([lessons.run, lessons.value('level')]).toEqual([undefined, 'STUDY']);
    lessons.choose('echo');
    expect([lessons.value('count'), lessons.run?.asked.answer]).toEqual(['2', '2']);
  });

  it('saves the capture that it reads', async () => {
    const { lessons, saved } = await open();
    lessons.choose('capture');
    lessons.saveCapture();
    expect(saved).toEqual([]);
    await lessons.play();
    lessons.saveCapture();
    expect(saved.map(({ name }) => name)).toEqual(['webdimse-lesson.pcapng']);
  });

  it('that the engine cannot run says so', async () => {
    const { lessons } = await open(true);
    await lessons.play();
    expect([lessons.problem, lessons.run, lessons.running]).toEqual([en.notRun, undefined, false]);
  });

  it('with what cannot be sent says what was typed wrongly, and asks nothing', async () => {
    const { lessons } = await open();
    for (const typed of ['', '   ', 'MÜNCHEN']) {
      lessons.change('called', typed);
      await lessons.play();
      expect([lessons.problem, lessons.run, lessons.question]).toEqual([
        expect.stringMatching(/AE title/),
        undefined,
        '',
      ]);
    }
    lessons.change('called', 'DEMOPACS');
    await lessons.play();
    expect([lessons.problem, lessons.outcome]).toEqual(['', en.well]);
  });

  it('runs once however often it is asked to, and no other meanwhile; only of it is said that it runs', async () => {
    const { lessons } = await open();
    const run = lessons.play();
    await lessons.play();
    lessons.choose('echo');
    await lessons.play();
    expect([lessons.running, lessons.busy]).toEqual([false, true]);
    await run;
    expect([lessons.busy, lessons.run]).toEqual([false, undefined]);
    lessons.choose('handshake');
    expect(lessons.run?.associations).toHaveLength(1);
  });

  it('goes on in another language', async () => {
    const { lessons } = await open();
    await lessons.play();
    await lessons.speak('de');
    expect([lessons.outcome, lessons.text.title]).toEqual([de.well, de.lessons.handshake.title]);
  });
});

describe('what was said', () => {
  it('is explained once a kind, with the clause, and holds the numbers that are asked for', async () => {
    const { lessons } = await open();
    lessons.choose('echo');
    lessons.change('count', '3');
    await lessons.play();
    const meanings = lessons.said.flatMap(({ meaning }) => meaning?.clause ?? []);
    expect(meanings.filter((clause) => clause === 'PS3.7 9.3.5')).toHaveLength(2); // request and response
    const facts = lessons.said.flatMap((line) => line.facts);
    expect(facts).toContain('Context 1: Verification SOP Class; Implicit VR Little Endian');
    expect(facts).toContain('Longest PDU that is taken: 131072 bytes');
    expect(facts).toContain('The caller’s machine: Evt11, AR-1, Sta6 to Sta7');
  });

  // Whoever opens the lines finds the answer there.
  it.each<[LessonId, Record<string, string>]>([
    ['handshake', {}],
    ['handshake', { called: 'NOBODY' }],
    ['contexts', { other: 'print' }],
    ['store', { image: 'chart' }],
    ['release', { end: 'peer' }],
    ['release', { end: 'cut' }],
    ['wrong', { what: 'syntax' }],
    ['wrong', { what: 'role' }],
    ['wrong', { what: 'http' }],
    ['capture', { capture: 'night' }],
  ])('of %s %o has the answer in it', async (lesson, values) => {
    const { lessons } = await open();
    lessons.choose(lesson);
    for (const [name, value] of Object.entries(values)) lessons.change(name, value);
    await lessons.play();
    const { answer } = lessons.run!.asked;
    const facts = lessons.said.flatMap((line) => line.facts);
    expect(answer).not.toBe('');
    expect(facts.some((fact) => new RegExp(`\\b${answer}\\b`).test(fact))).toBe(true);
  });
});

describe.each([
  ['en', en],
  ['de', de],
])('the texts in %s', (_, texts) => {
  it.each(LESSON_IDS)('of %s name every field and choice', (id) => {
    const { fields, choices, title, goal, look } = texts.lessons[id];
    const known: readonly LessonField[] = LESSONS[id];
    expect(Object.keys(fields)).toEqual(known.map(({ name }) => name));
    for (const [name, labels] of Object.entries(choices)) {
      const { choices: values = [] } = known.find((field) => field.name === name)!;
      expect(values).toEqual(expect.arrayContaining(Object.keys(labels)));
    }
    for (const text of [title, goal, ...look]) expect(text).not.toBe('');
  });

  it('have every question that a run can ask', async () => {
    for (const id of LESSON_IDS) {
      const { asked } = await runLesson(id, initialValues(id), () => {});
      expect(texts.lessons[id].questions[asked.question], `${id} ${asked.question}`).toBeTruthy();
    }
    expect(Object.keys(de.lessons).toSorted()).toEqual([...LESSON_IDS].toSorted());
    for (const id of LESSON_IDS)
      expect(Object.keys(de.lessons[id].questions)).toEqual(Object.keys(en.lessons[id].questions));
  });
});

it('every clause that is cited has a page', () => {
  for (const clause of [...Object.values(KIND_CLAUSES), ...Object.values(LOOK_CLAUSES).flat()])
    expect(standardPage(clause), clause).toBeDefined();
});
