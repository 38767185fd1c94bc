/** The worklist of the mini-PACS: which scheduled procedure steps match a C-FIND, and what is returned of them (PS3.4 K.6.1). */
import type { Attribute, DataSet } from '../data/index.ts';
import { tagOf } from '../data/index.ts';
import type { Handlers } from '../service/types.ts';
import { requested } from './answer.ts';
import type { Pair } from './date-time.ts';
import { dateTimePairs } from './date-time.ts';
import { items, matcher, values } from './matching.ts';

/** The worklist as it is now: asked once a query. An entry holds one scheduled procedure step, or several. */
export type WorklistEntries = () => readonly DataSet[] | Promise<readonly DataSet[]>;

const STEPS = tagOf('ScheduledProcedureStepSequence');
const SPECIFIC_CHARACTER_SET = '00080005';

/** Answers C-FIND on the worklist with what matches in `entries`. */
export function worklistHandler(entries: WorklistEntries): NonNullable<Handlers['worklist']> {
  return async function* (keys, _requestor, signal) {
    for (const match of findSteps(await entries(), keys)) {
      if (signal.aborted) return;
      yield match;
    }
  };
}

/**
 * The steps that match, one answer each, with what the keys name and empty where it is not known. Every attribute
 * is a matching key; one that is not known matches none (PS3.4 K.2.2.1.1.1). A range of dates and one of times together
 * are one period (PS3.4 Table K.6-1).
 */
export function* findSteps(entries: Iterable<DataSet>, keys: DataSet): Generator<DataSet> {
  const [asked = {}] = items(keys[STEPS] ?? { vr: 'SQ' });
  const pairs = dateTimePairs(asked);
  const paired = pairs.flatMap(({ date, time }) => [date, time]);
  const others = paired.length === 0 ? keys : { ...keys, [STEPS]: without(asked, paired) };
  const tests = keyTests(others);
  for (const entry of entries) {
    for (const step of stepsOf(entry)) {
      if (!pairs.every((pair) => isDuring(step, pair))) continue;
      const single = { ...entry, [STEPS]: { vr: 'SQ', Value: [step] } };
      if (tests.every((passes) => passes(single))) yield answer(single, others);
    }
  }
}

/** An answer holds a single step (PS3.4 Table K.6-1). An entry without any has one of which nothing is known. */
function stepsOf(entry: DataSet): readonly DataSet[] {
  const steps = items(entry[STEPS] ?? { vr: 'SQ' });
  return steps.length === 0 ? [{}] : steps;
}

/** The key for a step without these of it. */
function without(asked: DataSet, tags: readonly string[]): Attribute {
  const emptied = tags.map((tag) => [tag, { vr: asked[tag]!.vr }] as const);
  return { vr: 'SQ', Value: [{ ...asked, ...Object.fromEntries(emptied) }] };
}

/** Whether a step falls into the period of a pair of ranges; it does not where its date is not known. */
function isDuring(step: DataSet, { date, time, test }: Pair): boolean {
  return step[date] !== undefined && values(step[date]).length > 0 && test(step[date], step[time]);
}

function keyTests(keys: DataSet): ((entry: DataSet) => boolean)[] {
  return Object.entries(keys).flatMap(([tag, key]) => {
    const passes = isAttribute(tag) ? matcher(key, {}, false) : undefined;
    return passes === undefined ? [] : [(entry: DataSet): boolean => passes(entry[tag])];
  });
}

function answer(entry: DataSet, keys: DataSet): DataSet {
  const asked = Object.entries(keys).filter(([tag]) => isAttribute(tag));
  return Object.fromEntries(
    asked.map(([tag, key]) => {
      const known = entry[tag];
      return [tag, known === undefined ? { vr: key.vr } : requested(key, known)];
    }),
  );
}

/** The character set is that of the message; group lengths are no attributes. */
function isAttribute(tag: string): boolean {
  return tag !== SPECIFIC_CHARACTER_SET && !tag.endsWith('0000');
}
