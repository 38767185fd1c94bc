/** Parts of a representation (RFC 9110 14): one range of bytes, of what goes out alone. */
import { Refusal } from './problem.ts';

/** From `start` up to `end`. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * Which bytes are asked for; undefined for all of them: where nothing is said, where several ranges are named, and where
 * the range is only meant for what has not changed, which nobody here tells.
 * @throws Refusal 416 where none of them is there.
 */
export function rangeOf({ headers }: Request, length: number): Slice | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(headers.get('range') ?? '') ?? [];
  if ((first === '' && last === '') || headers.has('if-range')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined; // RFC 9110 14.1.1: it is none
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  if (start < end) return { start, end };
  throw new Refusal(416, `There are ${length} bytes.`, { 'Content-Range': `bytes */${length}` });
}

/** What tells which bytes these are, and that others can be asked for. */
export function rangeHeaders(slice: Slice | undefined, length: number): Readonly<Record<string, string>> {
  const { start, end } = slice ?? { start: 0, end: length };
  return {
    'Accept-Ranges': 'bytes',
    'Content-Length': String(end - start),
    ...(slice && { 'Content-Range': `bytes ${start}-${end - 1}/${length}` }),
  };
}
