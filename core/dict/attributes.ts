/** The attributes of PS3.6 and PS3.7 Annex E, by tag and by keyword. */
import type { AttributeEntry } from './table.ts';
import { AttributeTable } from './table.ts';
import { TAGS } from './tags.ts';

export type { AttributeEntry } from './table.ts';
export { isPrivate } from './table.ts';

let table: AttributeTable | undefined;

/**
 * The attribute of a tag (eight hexadecimal digits) or keyword; undefined where the standard has none, as
 * for private tags. Tags of repeating groups (50xx, 60xx) are known; their keywords mean the first group.
 */
export function attribute(tagOrKeyword: string): AttributeEntry | undefined {
  table ??= new AttributeTable(TAGS);
  return table.entry(tagOrKeyword);
}

/** The keywords most like a misspelt one, nearest first; none where all are far off. */
export function similarKeywords(word: string, count = 1): readonly string[] {
  table ??= new AttributeTable(TAGS);
  const wanted = word.toLowerCase();
  const farthest = Math.max(2, Math.floor(word.length / 4));
  const near: { keyword: string; distance: number }[] = [];
  for (const { keyword } of table.named) {
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
  table ??= new AttributeTable(TAGS);
  const wanted = typed.toLowerCase().replace(/[\s(),]/g, '');
  if (wanted === '') return [];
  const ranked: { entry: AttributeEntry; rank: number }[] = [];
  for (const entry of table.named) {
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

/** Goes by another table of the form of `TAGS`, as the page does, which begins with a short one. */
export function readAttributes(text: string): void {
  table = new AttributeTable(text);
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
