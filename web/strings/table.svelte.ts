/** Which language the page speaks, and its texts. English comes with the page, others are fetched when chosen. */
import type { Strings } from './en.ts';
import { en } from './en.ts';
import { setLocale } from './locale.svelte.ts';

/** What each language calls itself. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof LANGUAGES;

/** The browser's choice, or a person's. */
export type LanguageChoice = Language | 'system';

const LOADERS: Readonly<Record<Language, () => Promise<Strings>>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
};

let table = $state.raw<Strings>(en);
let language = $state.raw<Language>('en');
let wanted: Language = 'en';

/** Every text in the chosen language: `t.queue.cancel`. Read where it is shown, so that it changes with the language. */
export const t: Strings = new Proxy(en, { get: (_, topic) => table[topic as keyof Strings] });

export function spoken(): Language {
  return language;
}

/** Changes the language. `preferred` are the browser's languages, the best first. */
export async function speak(choice: LanguageChoice, preferred: readonly string[]): Promise<void> {
  const next = choice === 'system' ? languageOf(preferred) : choice;
  wanted = next;
  const texts = await LOADERS[next]().catch(() => undefined);
  // The bridge may be away, or another language be chosen by now: then the page speaks on as it did.
  if (texts === undefined || wanted !== next) return;
  setLocale(preferred.find((tag) => primary(tag) === next) ?? next);
  table = texts;
  language = next;
}

function languageOf(preferred: readonly string[]): Language {
  const known = preferred.map(primary).find((tag) => Object.hasOwn(LANGUAGES, tag));
  return (known as Language | undefined) ?? 'en';
}

/** `de` of `de-CH`. */
function primary(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0]!;
}
