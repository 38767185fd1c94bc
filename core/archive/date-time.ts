/** Combined date-time matching: a range of dates with a range of times as one range of moments (PS3.4 C.2.2.2.5). */
import type { Attribute, DataSet } from '../data/index.ts';
import { values } from './matching.ts';
import { rangeTest } from './range.ts';

/** Attributes that name one moment together, by tag. */
const PAIRS: readonly (readonly [date: string, time: string])[] = [
  ['00080020', '00080030'], // Study
  ['00080021', '00080031'], // Series
  ['00080022', '00080032'], // Acquisition
  ['00080023', '00080033'], // Content
  ['00080024', '00080034'], // Overlay
  ['00080025', '00080035'], // Curve
  ['00080012', '00080013'], // Instance Creation
  ['00100030', '00100032'], // Patient's Birth
  ['00400002', '00400003'], // Scheduled Procedure Step Start
  ['00400004', '00400005'], // Scheduled Procedure Step End
  ['00400244', '00400245'], // Performed Procedure Step Start
  ['00400250', '00400251'], // Performed Procedure Step End
];

/** A pair of keys, and the test that stands for both. */
export interface Pair {
  readonly date: string;
  readonly time: string;
  test(date: Attribute | undefined, time: Attribute | undefined): boolean;
}

/** The pairs that these keys give ranges of one form for; keys of other forms match each by itself. */
export function dateTimePairs(keys: DataSet): Pair[] {
  return PAIRS.flatMap(([date, time]) => {
    const range = combined(only(keys[date]), only(keys[time]));
    return range === undefined ? [] : [{ date, time, test: pairTest(range, only(keys[date])!) }];
  });
}

/** `20240101-20240102` with `10-12` is `2024010110-2024010212`; both open at the same end, or at none. */
function combined(dates: string | undefined, times: string | undefined): string | undefined {
  const [from, to] = ends(dates);
  const [fromTime, toTime] = ends(times);
  if (from === undefined || to === undefined || fromTime === undefined || toTime === undefined)
    return undefined;
  const oneForm = (from === '') === (fromTime === '') && (to === '') === (toTime === '');
  return oneForm ? `${plain(from + fromTime)}-${plain(to + toTime)}` : undefined;
}

function pairTest(range: string, dates: string): Pair['test'] {
  const [atMoment, onDay] = [rangeTest('DT', range), rangeTest('DA', dates)];
  return (date, time) => {
    const [day, moment] = [only(date), only(time)];
    if (day === undefined) return true; // what is not known matches any key (PS3.4 C.2.2.1.2)
    return moment === undefined ? onDay(day) : atMoment(plain(day + moment));
  };
}

/** Both ends of a range; nothing for what is none. */
function ends(key: string | undefined): readonly (string | undefined)[] {
  const parts = key?.split('-').map((part) => part.trim()) ?? [];
  return parts.length === 2 && parts.some((part) => part !== '') ? parts : [];
}

function only(attribute: Attribute | undefined): string | undefined {
  return attribute && values(attribute)[0];
}

/** Without the marks of old forms: `2024.01.01`, `10:30`. The point before fractions of a second stays. */
function plain(text: string): string {
  return text.replace(/^(\d{4})\.(\d\d)\.(\d\d)/, '$1$2$3').replaceAll(':', '');
}
