/** The attributes of PS3.6 and PS3.7 Annex E, by tag and by keyword. */
import { spaced } from './spaced.ts';
import { TAGS } from './tags.ts';

/** A row of PS3.6 chapters 6 to 9 or PS3.7 Annex E. */
export interface AttributeEntry {
  /** Eight upper-case hexadecimal digits: `00100010`. */
  readonly tag: string;
  /** `US or SS` and the like where it depends on the data set (PS3.5 Annex A); `NONE` for items and delimiters. */
  readonly vr: string;
  /** `1`, `1-n`, `2-2n`, … */
  readonly vm: string;
  readonly keyword: string;
  readonly name: string;
  readonly retired: boolean;
}

interface Index {
  readonly byTag: ReadonlyMap<string, AttributeEntry>;
  readonly byKeyword: ReadonlyMap<string, AttributeEntry>;
  /** Rows whose tag holds `x` (PS3.5 7.6). */
  readonly repeating: readonly { readonly pattern: RegExp; readonly entry: AttributeEntry }[];
}

let index: Index | undefined;

/**
 * The attribute of a tag (eight hexadecimal digits) or keyword; undefined where the standard has none, as
 * for private tags. Tags of repeating groups (50xx, 60xx) are known; their keywords mean the first group.
 */
export function attribute(tagOrKeyword: string): AttributeEntry | undefined {
  const { byTag, byKeyword } = (index ??= readTable());
  return byTag.get(tagOrKeyword) ?? byKeyword.get(tagOrKeyword) ?? ofTag(tagOrKeyword.toUpperCase());
}

/** The keywords most like a misspelt one, nearest first; none where all are far off. */
export function similarKeywords(word: string, count = 1): readonly string[] {
  const { byKeyword } = (index ??= readTable());
  const wanted = word.toLowerCase();
  const farthest = Math.max(2, Math.floor(word.length / 4));
  const near: { keyword: string; distance: number }[] = [];
  for (const keyword of byKeyword.keys()) {
    if (Math.abs(keyword.length - word.length) > farthest) continue;
    const distance = editDistance(keyword.toLowerCase(), wanted);
    if (distance <= farthest) near.push({ keyword, distance });
  }
  near.sort((a, b) => a.distance - b.distance);
  return near.slice(0, count).map((candidate) => candidate.keyword);
}

/**
 * The attributes that may be meant by a beginning: those whose keyword, name or tag (`0018,00`) begins so, then those
 * with a word that begins so, then those that hold it anywhere; retired ones last. At most `count`.
 */
export function attributesLike(typed: string, count: number): readonly AttributeEntry[] {
  const { byKeyword } = (index ??= readTable());
  const wanted = typed.toLowerCase().replace(/[\s(),]/g, '');
  if (wanted === '') return [];
  const ranked: { entry: AttributeEntry; rank: number }[] = [];
  for (const entry of byKeyword.values()) {
    const rank = likeness(entry, wanted);
    if (rank !== undefined) ranked.push({ entry, rank: entry.retired ? rank + 3 : rank });
  }
  ranked.sort((a, b) => a.rank - b.rank || a.entry.keyword.length - b.entry.keyword.length);
  return ranked.slice(0, count).map(({ entry }) => entry);
}

/** 0 is nearest; undefined where nothing of the attribute is like it. */
function likeness({ keyword, name, tag }: AttributeEntry, wanted: string): number | undefined {
  if (keyword.toLowerCase().startsWith(wanted) || tag.toLowerCase().startsWith(wanted)) return 0;
  const words = name.toLowerCase().split(' ');
  if (words.some((_, at) => words.slice(at).join('').startsWith(wanted))) return 1;
  return keyword.toLowerCase().includes(wanted) ? 2 : undefined;
}

function ofTag(tag: string): AttributeEntry | undefined {
  if (!/^[0-9A-F]{8}$/.test(tag) || isPrivate(tag)) return undefined;
  const { byTag, repeating } = (index ??= readTable());
  const exact = byTag.get(tag);
  if (exact !== undefined) return exact;
  const row = repeating.find(({ pattern }) => pattern.test(tag));
  return row && { ...row.entry, tag };
}

/** Odd groups are private (PS3.5 7.8). */
export function isPrivate(tag: string): boolean {
  return (parseInt(tag.slice(3, 4), 16) & 1) === 1;
}

/** Goes by another table of the form of `TAGS`, as the page does, which begins with a short one. */
export function readAttributes(table: string): void {
  index = readTable(table);
}

function readTable(table: string = TAGS): Index {
  const rows = readRows(table);
  const exact = rows.filter((row) => !row.tag.includes('x'));
  const byTag = new Map(exact.map((entry) => [entry.tag, entry]));
  const repeating = rows
    .filter((row) => row.tag.includes('x'))
    .map((row) => ({ pattern: patternOf(row.tag), entry: { ...row, tag: firstTag(row.tag, byTag) } }));
  const named = [...exact, ...repeating.map(({ entry }) => entry)].filter((entry) => entry.keyword !== '');
  return { byTag, byKeyword: new Map(named.map((entry) => [entry.keyword, entry])), repeating };
}

function readRows(table: string): AttributeEntry[] {
  const rows: AttributeEntry[] = [];
  let group = '';
  for (const line of table.trim().split('\n')) {
    if (line.startsWith('#')) group = line.slice(1);
    else rows.push(readRow(group, line));
  }
  return rows;
}

function readRow(group: string, line: string): AttributeEntry {
  const [element = '', vr = '', vm = '', keyword = '', name = '', retired = ''] = line.split('|');
  return {
    tag: group + element,
    vr,
    vm: vm === '' ? '1' : vm,
    keyword,
    name: name === '' ? spaced(keyword) : name,
    retired: retired === 'Y',
  };
}

const patternOf = (tag: string): RegExp => new RegExp(`^${tag.replaceAll('x', '[0-9A-F]')}$`);

/** (0028,0400) is an attribute of its own, not the first of (0028,04x0). */
function firstTag(tag: string, taken: ReadonlyMap<string, AttributeEntry>): string {
  const first = tag.replaceAll('x', '0');
  return taken.has(first) ? tag.replaceAll('x', '1') : first;
}

/** Levenshtein's: how many letters to put in, take out or change. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
