/** All texts that people read, and the formats that go with their language. */
export { count, counted, formats, formFor } from './locale.svelte.ts';
export type { Service, Situation } from './situation.ts';
export { LANGUAGES, speak, spoken, t } from './table.svelte.ts';
export type { Language, LanguageChoice } from './table.svelte.ts';
