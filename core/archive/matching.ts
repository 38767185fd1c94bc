/** Attribute matching of C-FIND (PS3.4 C.2.2.2): universal, single value, UID list, wild card, range, sequence. */
import type { Attribute, DataSet, PersonName, Value } from '../data/index.ts';
import { personNameText } from '../data/index.ts';
import type { ExtendedBehavior } from '../service/types.ts';
import { fuzzyTest } from './fuzzy.ts';
import { rangeTest } from './range.ts';

/** Whether one value of an entity satisfies a key. */
type Test = (value: string) => boolean;

/** VRs in which `*` and `?` are wild cards (PS3.4 C.2.2.2.4); in others they stand for themselves. */
const WILDCARD_VRS: ReadonlySet<string> = new Set([
  'AE',
  'CS',
  'LO',
  'LT',
  'PN',
  'SH',
  'ST',
  'UC',
  'UR',
  'UT',
]);
/** Longest pattern compared, in characters: far beyond what names and texts of these VRs need. */
const LONGEST_PATTERN = 1024;
/** VRs with range matching (PS3.4 C.2.2.2.5). */
const RANGE_VRS: ReadonlySet<string> = new Set(['DA', 'TM', 'DT']);
/** VRs whose leading spaces are significant (PS3.5 Table 6.2-1). */
const TEXT_VRS: ReadonlySet<string> = new Set(['LT', 'ST', 'UC', 'UT']);

/**
 * Prepares a key of an identifier for any number of entities. `undefined` means universal matching:
 * the key is empty, `*` alone (PS3.4 C.2.2.2.4), or of a kind that is only returned, such as bytes. `unknownMatches`
 * says whether an entity that lacks the value does: in queries it does (PS3.4 C.2.2.1.2).
 */
export function matcher(
  key: Attribute,
  how: ExtendedBehavior = {},
  unknownMatches = true,
): ((held: Attribute | undefined) => boolean) | undefined {
  if (key.vr === 'SQ') return sequenceMatcher(key, how, unknownMatches);
  const wanted = values(key);
  if (wanted.length === 0 || (WILDCARD_VRS.has(key.vr) && wanted.includes('*'))) return undefined;
  const tests = wanted.map((value) => test(key.vr, value, how));
  return (held) => {
    const known = held === undefined ? [] : values(held);
    if (known.length === 0) return unknownMatches;
    return known.some((value) => tests.some((passes) => passes(value)));
  };
}

/** The values of an attribute as text, empty ones left out. */
export function values(attribute: Attribute): string[] {
  return (attribute.Value ?? [])
    .map((value) => valueText(value, attribute.vr))
    .filter((value) => value !== '');
}

/** Whether a text would be taken as a pattern in this VR. */
export function isPattern(vr: string, value: string): boolean {
  return WILDCARD_VRS.has(vr) && /[*?]/.test(value);
}

/** PS3.4 C.2.2.2.6: all keys of the one item match within one item of the entity. */
function sequenceMatcher(
  key: Attribute,
  how: ExtendedBehavior,
  unknownMatches: boolean,
): ((held: Attribute | undefined) => boolean) | undefined {
  const item = items(key)[0] ?? {};
  const tests = Object.entries(item).flatMap(([tag, attribute]) => {
    const passes = matcher(attribute, how, unknownMatches);
    return passes === undefined ? [] : [(held: DataSet): boolean => passes(held[tag])];
  });
  if (tests.length === 0) return undefined;
  return (held) => held !== undefined && items(held).some((one) => tests.every((passes) => passes(one)));
}

export function items(attribute: Attribute): DataSet[] {
  if (attribute.vr !== 'SQ') return [];
  return (attribute.Value ?? []).filter((value) => typeof value === 'object' && value !== null) as DataSet[];
}

function test(vr: string, key: string, { fuzzy }: ExtendedBehavior): Test {
  if (vr === 'PN') return fuzzy ? either(nameTest(key), fuzzyTest(key)) : nameTest(key);
  if (RANGE_VRS.has(vr)) return rangeTest(vr, key);
  if (isPattern(vr, key)) return glob(key);
  if (vr === 'IS' || vr === 'DS') return (value) => value === key || Number(value) === Number(key);
  return (value) => value === key;
}

function either(one: Test, other: Test): Test {
  return (value) => one(value) || other(value);
}

/**
 * Names match without regard to case, as PS3.4 C.2.2.2.1 allows. A key of one group matches any
 * group, since people type ideographs where the alphabetic group stands; else each group its own.
 */
function nameTest(key: string): Test {
  const groups = key.split('=').map((group) => foldName(group));
  const tests = groups.map((group) =>
    /[*?]/.test(group) ? glob(group) : (value: string) => value === group,
  );
  return (value) => {
    const held = value.split('=').map((group) => foldName(group));
    if (tests.length === 1) return held.some((group) => group !== '' && tests[0]!(group));
    return tests.every((passes, i) => groups[i] === '' || passes(held[i] ?? ''));
  };
}

/** One spelling for equal names: composed characters, one case, no empty components at the end (PS3.5 6.2.1). */
function foldName(group: string): string {
  const components = group.normalize('NFC').toLowerCase().split('^');
  return withoutEmptyEnd(components.map((component) => component.trim())).join('^');
}

/**
 * `*` is any sequence of characters, `?` any one (PS3.4 C.2.2.2.4). Not a regular expression: with
 * many `*` those take exponential time, and the pattern comes from outside.
 */
function glob(pattern: string): Test {
  const wanted = [...pattern];
  if (wanted.length > LONGEST_PATTERN) return () => false;
  return (value) => globMatches(wanted, [...value]);
}

function globMatches(pattern: readonly string[], value: readonly string[]): boolean {
  let p = 0;
  let star = -1;
  let retry = 0;
  for (let v = 0; v < value.length;) {
    if (pattern[p] === '*') {
      star = p++;
      retry = v;
    } else if (pattern[p] === '?' || pattern[p] === value[v]) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1; // the last star takes one character more
      v = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function valueText(value: Value, vr: string): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return trim(value, vr);
  return vr === 'PN' ? personNameText(value as PersonName) : '';
}

/** Padding is no part of a value (PS3.5 6.2); NULs come from careless senders of UIDs. */
function trim(value: string, vr: string): string {
  let end = value.length;
  while (end > 0 && ' \0'.includes(value[end - 1]!)) end--;
  const text = value.slice(0, end);
  return TEXT_VRS.has(vr) ? text : text.trimStart();
}

function withoutEmptyEnd(parts: string[]): string[] {
  while (parts.at(-1) === '') parts.pop();
  return parts;
}
