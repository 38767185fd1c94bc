/** Why something failed, in the language that the page speaks; all of it comes with the first failure. */
import { failuresDe } from './failures-de.ts';
import type { FailureStrings } from './failures-en.ts';
import { failuresEn } from './failures-en.ts';
import type { Language } from './table.svelte.ts';
import { spoken } from './table.svelte.ts';

const TABLES: Readonly<Record<Language, FailureStrings>> = { en: failuresEn, de: failuresDe };

/** As `t`: read where it is shown, so that it changes with the language. */
export const failures: FailureStrings = new Proxy(failuresEn, {
  get: (_, topic) => TABLES[spoken()][topic as keyof FailureStrings],
});
