/** Dates and times compared by their meaning, single and in ranges (PS3.4 C.2.2.2.1, C.2.2.2.5). */

/** From its first to its last moment: a value of less precision spans what it leaves open. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Reads one value of a VR; `undefined` where it is none. */
type Parse = (text: string) => Span | undefined;

/** The old form `1997.07.15` is still met (PS3.5 6.2, note on DA); so is `10:30:00` for TM. */
const DATE = /^(\d{4})(\d\d)(\d\d)$|^(\d{4})\.(\d\d)\.(\d\d)$/;
const TIME = /^(\d\d):?(?:(\d\d):?(?:(\d\d)(?:\.(\d{1,6}))?)?)?$/;
const DATE_TIME =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?([+-](?:0\d|1[0-4])[0-5]\d)?$/;

const PARSERS: Readonly<Record<string, Parse>> = { DA: date, TM: time, DT: dateTime };

/**
 * The test of a DA, TM or DT key: `a`, `a-b`, `-b` or `a-`, ends included. A key that is neither
 * value nor range matches nothing but the same text.
 */
export function rangeTest(vr: string, key: string): (value: string) => boolean {
  const parse = PARSERS[vr]!;
  const wanted = parse(key) ?? range(key, parse);
  if (wanted === undefined) return (value) => value === key;
  return (value) => {
    const held = parse(value);
    return held !== undefined && held.first >= wanted.first && held.first <= wanted.last;
  };
}

/** Tries each hyphen: in DT some belong to the offset from UTC, and the value as a whole comes first. */
function range(key: string, parse: Parse): Span | undefined {
  for (let at = key.indexOf('-'); at >= 0; at = key.indexOf('-', at + 1)) {
    const from = key.slice(0, at).trim();
    const to = key.slice(at + 1).trim();
    if (from === '' && to === '') return undefined;
    const first = from === '' ? -Infinity : parse(from)?.first;
    const last = to === '' ? Infinity : parse(to)?.last;
    if (first !== undefined && last !== undefined) return { first, last };
  }
  return undefined;
}

function date(text: string): Span | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const day = Number((found[1] ?? found[4]!) + (found[2] ?? found[5]!) + (found[3] ?? found[6]!));
  return { first: day, last: day };
}

/** Microseconds of the day. */
function time(text: string): Span | undefined {
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes, seconds, fraction] = found;
  const first = Number(hours) * 3600e6 + Number(minutes ?? 0) * 60e6 + Number(seconds ?? 0) * 1e6;
  const open = seconds !== undefined ? 1e6 : minutes !== undefined ? 60e6 : 3600e6;
  return fraction === undefined ? { first, last: first + open - 1 } : fractionOf(first, fraction);
}

function fractionOf(second: number, fraction: string): Span {
  const first = second + Number(fraction.padEnd(6, '0'));
  return { first, last: first + 10 ** (6 - fraction.length) - 1 };
}

/** Microseconds since 1970. Without an offset the same for all is assumed, here UTC. */
function dateTime(text: string): Span | undefined {
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const parts = found.slice(1, 7).flatMap((part) => (part === undefined ? [] : [Number(part)]));
  const offset = offsetMinutes(found[8]) * 60e6;
  const first = moment(parts) - offset;
  if (found[7] !== undefined) return fractionOf(first, found[7]);
  const next = [...parts.slice(0, -1), parts.at(-1)! + 1];
  return { first, last: moment(next) - offset - 1 };
}

/** Year, month and so on as far as given, in microseconds; a part one too large carries over. */
function moment(parts: readonly number[]): number {
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0] = parts;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return at.setUTCHours(hours, minutes, seconds) * 1000;
}

function offsetMinutes(offset: string | undefined): number {
  if (offset === undefined) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return offset.startsWith('-') ? -minutes : minutes;
}
