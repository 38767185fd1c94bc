/** The lessons as a person goes through them: which one, what is changed in it, what came of the last run. */
import type { Engine } from '../engine/client.ts';
import { IN_PAGE_PEERS } from '../engine/in-page-peers.ts';
import type { LessonRun, SavedFile } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { LOOK_CLAUSES } from '../lessons/clauses.ts';
import type { LessonField, LessonId, LessonValues } from '../lessons/lessons.ts';
import { initialValues, LESSON_IDS, LESSONS, sameAnswer } from '../lessons/lessons.ts';
import type { LessonText, LessonTexts } from '../strings/lessons/en.ts';
import { lessonTextsOf } from '../strings/lessons/index.ts';
import type { Language, Service, Situation } from '../strings/index.ts';
import { count } from '../strings/index.ts';
import type { Cited, SaidLine } from './lesson-lines.ts';
import { cited, saidLines } from './lesson-lines.ts';
import { explain } from './sentences.ts';

export interface LessonSurroundings {
  readonly engine: Pick<Engine, 'ask'>;
  /** Gives a file to the browser to save. */
  hand(file: SavedFile): void;
  /** Opens the inspector at an association. */
  inspect(association: number): void;
}

/** What a person did with one lesson. */
interface Course {
  readonly values: LessonValues;
  readonly run: LessonRun | undefined;
  /** With these it was run last. */
  readonly ran: LessonValues;
  /** Changed since it was run. */
  readonly stale: boolean;
  readonly given: string;
  readonly verdict: 'right' | 'wrong' | 'empty' | undefined;
  /** Was answered rightly at least once. */
  readonly done: boolean;
  /** Why it could not be run at all. */
  readonly problem: unknown;
}

/** What a lesson is about, for the sentence on what ended it early. */
const SERVICES: Readonly<Partial<Record<string, Service>>> = {
  store: 'C-STORE',
  find: 'C-FIND',
  get: 'C-GET',
  move: 'C-MOVE',
  role: 'C-GET',
  destination: 'C-MOVE',
  abort: 'C-STORE',
  morning: 'C-STORE',
};

function situationOf(lesson: LessonId, values: LessonValues): Situation {
  const [{ name, aeTitle, host, port }] = IN_PAGE_PEERS;
  const { what, capture, calling = 'WEBSCU', called = aeTitle, destination = 'NOWHERE' } = values;
  return {
    service: SERVICES[what ?? capture ?? lesson] ?? 'C-ECHO',
    peer: name,
    address: `${host}:${port}`,
    callingAETitle: calling,
    calledAETitle: what === 'title' ? 'NOBODY' : called,
    destination,
  };
}

function begun(lesson: LessonId): Course {
  return {
    values: initialValues(lesson),
    run: undefined,
    ran: {},
    stale: false,
    given: '',
    verdict: undefined,
    done: false,
    problem: undefined,
  };
}

export class Lessons {
  #texts: LessonTexts;
  #chosen = $state.raw<LessonId>('handshake');
  #courses = $state.raw<Readonly<Partial<Record<LessonId, Course>>>>({});
  #running = $state.raw<LessonId | undefined>();
  readonly #run: LessonRun | undefined = $derived(this.#course.run);
  /** Made once a run, and not with every letter of an answer. */
  readonly #said: readonly SaidLine[] = $derived.by(() =>
    this.#run === undefined ? [] : saidLines(this.#run, this.#texts),
  );
  readonly #surroundings: LessonSurroundings;

  constructor(surroundings: LessonSurroundings, texts: LessonTexts) {
    this.#surroundings = surroundings;
    this.#texts = $state.raw(texts);
  }

  /** In this language; rejects where its texts cannot be loaded. */
  static async open(surroundings: LessonSurroundings, language: Language): Promise<Lessons> {
    return new Lessons(surroundings, await lessonTextsOf(language));
  }

  /** Goes on in another language; as before where its texts cannot be loaded. */
  async speak(language: Language): Promise<void> {
    this.#texts = await lessonTextsOf(language).catch(() => this.#texts);
  }

  get texts(): LessonTexts {
    return this.#texts;
  }

  get ids(): readonly LessonId[] {
    return LESSON_IDS;
  }

  get chosen(): LessonId {
    return this.#chosen;
  }

  choose(lesson: LessonId): void {
    this.#chosen = lesson;
  }

  get text(): LessonText {
    return this.texts.lessons[this.#chosen];
  }

  isDone(lesson: LessonId): boolean {
    return this.#courses[lesson]?.done === true;
  }

  get allDone(): boolean {
    return LESSON_IDS.every((lesson) => this.isDone(lesson));
  }

  /** The first behind this one that is not answered yet, or before it. */
  get next(): LessonId | undefined {
    const at = LESSON_IDS.indexOf(this.#chosen);
    const others = [...LESSON_IDS.slice(at + 1), ...LESSON_IDS.slice(0, at)];
    return others.find((lesson) => !this.isDone(lesson));
  }

  get fields(): readonly LessonField[] {
    return LESSONS[this.#chosen];
  }

  /** The choices of a field, each with its label. */
  options({ name, choices = [] }: LessonField): readonly (readonly [string, string])[] {
    const labels = this.text.choices[name];
    return choices.map((value) => [value, labels?.[value] ?? numberOr(value)]);
  }

  value(name: string): string {
    return this.#course.values[name] ?? '';
  }

  change(name: string, value: string): void {
    const { values, run } = this.#course;
    if (values[name] === value) return;
    const stale = run !== undefined;
    this.#set({ values: { ...values, [name]: value }, stale, verdict: undefined });
  }

  /** Whether it is this one that runs. */
  get running(): boolean {
    return this.#running === this.#chosen;
  }

  /** Whether any does: one at a time. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  get run(): LessonRun | undefined {
    return this.#run;
  }

  get stale(): boolean {
    return this.#course.stale;
  }

  /** Why it could not be run at all; empty where it could. */
  get problem(): string {
    const { problem, ran } = this.#course;
    if (problem === undefined) return '';
    const known = problem instanceof EngineError && problem.failure.code !== 'UNEXPECTED';
    return known ? explain(problem, situationOf(this.#chosen, ran)) : this.texts.notRun;
  }

  async play(): Promise<void> {
    if (this.#running !== undefined) return;
    const lesson = this.#chosen;
    this.#running = lesson;
    const { values } = this.#course;
    this.#set({ values });
    const asked = { ran: values, stale: false, given: '', verdict: undefined } as const;
    try {
      const run = await this.#surroundings.engine.ask('lesson', { lesson, values }).result;
      const { values: now } = this.#courses[lesson] ?? begun(lesson);
      this.#set({ ...asked, run, stale: now !== values, problem: undefined }, lesson);
    } catch (problem) {
      this.#set({ ...asked, run: undefined, problem }, lesson);
    } finally {
      this.#running = undefined;
    }
  }

  /** How the run ended, in a sentence. */
  get outcome(): string {
    const { run, ran } = this.#course;
    if (run === undefined) return '';
    if (run.failure === undefined) return this.texts.well;
    return this.texts.ended(explain(new EngineError(run.failure), situationOf(this.#chosen, ran)));
  }

  get question(): string {
    const { run } = this.#course;
    return run === undefined ? '' : (this.text.questions[run.asked.question] ?? '');
  }

  get given(): string {
    return this.#course.given;
  }

  set given(given: string) {
    if (given !== this.#course.given) this.#set({ given, verdict: undefined });
  }

  get verdict(): Course['verdict'] {
    return this.#course.verdict;
  }

  check(): void {
    const { run, given, done } = this.#course;
    if (run === undefined) return;
    if (given.trim() === '') return this.#set({ verdict: 'empty' });
    const right = sameAnswer(given, run.asked.answer);
    this.#set({ verdict: right ? 'right' : 'wrong', done: done || right });
  }

  /** What to look at. */
  get points(): readonly Cited[] {
    const clauses = LOOK_CLAUSES[this.#chosen];
    return this.text.look.map((text, i) => cited(text, clauses[i]!));
  }

  /** What was said in the last run, line by line. */
  get said(): readonly SaidLine[] {
    return this.#said;
  }

  saveCapture(): void {
    const blob = this.#course.run?.capture;
    if (blob) this.#surroundings.hand({ name: 'webdimse-lesson.pcapng', blob });
  }

  inspect(): void {
    const [association] = this.#course.run?.associations ?? [];
    if (association !== undefined) this.#surroundings.inspect(association);
  }

  get #course(): Course {
    return this.#courses[this.#chosen] ?? begun(this.#chosen);
  }

  #set(changed: Partial<Course>, lesson: LessonId = this.#chosen): void {
    const course = { ...(this.#courses[lesson] ?? begun(lesson)), ...changed };
    this.#courses = { ...this.#courses, [lesson]: course };
  }
}

function numberOr(value: string): string {
  return /^\d+$/.test(value) ? count(Number(value)) : value;
}
