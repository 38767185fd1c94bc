/** What only elements say, in the language that they speak. */
import { elementsDe } from './elements-de.ts';
import type { ElementStrings } from './elements-en.ts';
import { elementsEn } from './elements-en.ts';
import type { Language } from './table.svelte.ts';
import { spoken } from './table.svelte.ts';

const TABLES: Readonly<Record<Language, ElementStrings>> = { en: elementsEn, de: elementsDe };

/** As `t`: read where it is shown, so that it changes with the language. */
export const elements: ElementStrings = new Proxy(elementsEn, {
  get: (_, topic) => TABLES[spoken()][topic as keyof ElementStrings],
});
