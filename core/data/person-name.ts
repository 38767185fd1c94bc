/** PN: component groups divided by `=` (PS3.5 6.2.1). */
import { trim } from './padding.ts';
import type { PersonName } from './types.ts';

type Groups = { -readonly [K in keyof PersonName]: PersonName[K] };

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;

/** Reads `Alphabetic=Ideographic=Phonetic`; undefined where all groups are empty. */
export function parsePersonName(text: string): PersonName | undefined {
  if (!text.includes('=')) {
    const Alphabetic = trim(text, true);
    return Alphabetic === '' ? undefined : { Alphabetic };
  }
  const [alphabetic = '', ideographic = '', ...rest] = text.split('=');
  const parts = [alphabetic, ideographic, rest.join('=')];
  const name: Groups = {};
  GROUPS.forEach((group, i) => {
    const part = trim(parts[i]!, true);
    if (part !== '') name[group] = part;
  });
  return Object.keys(name).length === 0 ? undefined : name;
}

/** The name as it stands in a PN value: `Yamada^Tarou=山田^太郎=やまだ^たろう`, without empty groups at its end. */
export function personNameText(name: PersonName): string {
  const groups = GROUPS.map((group) => name[group] ?? '');
  while (groups.at(-1) === '') groups.pop();
  return groups.join('=');
}
