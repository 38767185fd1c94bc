/** The texts of the inspector in the language that the page speaks; all of them come with the inspector. */
import { inspectorDe } from './inspector-de.ts';
import type { InspectorStrings } from './inspector-en.ts';
import { inspectorEn } from './inspector-en.ts';
import type { Language } from './table.svelte.ts';
import { spoken } from './table.svelte.ts';

const TABLES: Readonly<Record<Language, InspectorStrings>> = { en: inspectorEn, de: inspectorDe };

/** As `t`: read where it is shown, so that it changes with the language. */
export const i: InspectorStrings = new Proxy(inspectorEn, {
  get: (_, topic) => TABLES[spoken()][topic as keyof InspectorStrings],
});
