/** What the page keeps between visits: no patient data, ever. */
import { isAETitle } from '../../core/transport/peers.ts';
import type { LanguageChoice } from '../strings/index.ts';
import { LANGUAGES, t } from '../strings/index.ts';

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const CHOICES: readonly LanguageChoice[] = [
  'system',
  ...(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]),
];
const PREFIX = 'webdimse.';

/** The part of `localStorage` that is used; a browser may refuse it. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class Settings {
  readonly #store: KeyValueStore | undefined;
  #callingAETitle = $state.raw('WEBSCU');
  #peerName = $state.raw('');
  #theme = $state.raw<Theme>('system');
  #shortcuts = $state.raw(true);
  #language = $state.raw<LanguageChoice>('system');
  #noticeRead = $state.raw('');

  constructor(store: KeyValueStore | undefined) {
    this.#store = store;
    this.#callingAETitle = this.#read('callingAETitle') ?? 'WEBSCU';
    this.#peerName = this.#read('peer') ?? '';
    this.#theme = THEMES.find((theme) => theme === this.#read('theme')) ?? 'system';
    this.#shortcuts = this.#read('shortcuts') !== 'off';
    this.#language = CHOICES.find((choice) => choice === this.#read('language')) ?? 'system';
    this.#noticeRead = this.#read('noticeRead') ?? '';
  }

  get callingAETitle(): string {
    return this.#callingAETitle;
  }

  set callingAETitle(value: string) {
    this.#callingAETitle = value;
    if (aeTitleProblem(value) === undefined) this.#write('callingAETitle', value);
  }

  /** Why the calling AE title cannot be used, or undefined. */
  get callingProblem(): string | undefined {
    return aeTitleProblem(this.#callingAETitle);
  }

  get peerName(): string {
    return this.#peerName;
  }

  set peerName(value: string) {
    this.#peerName = value;
    this.#write('peer', value);
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(value: Theme) {
    this.#theme = value;
    this.#write('theme', value);
  }

  nextTheme(): void {
    this.theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length]!;
  }

  /** Whether single keys do something outside of text fields and grids (WCAG 2.1.4). */
  get shortcuts(): boolean {
    return this.#shortcuts;
  }

  set shortcuts(on: boolean) {
    this.#shortcuts = on;
    this.#write('shortcuts', on ? 'on' : 'off');
  }

  get language(): LanguageChoice {
    return this.#language;
  }

  set language(value: LanguageChoice) {
    this.#language = value;
    this.#write('language', value);
  }

  /** The notice that was dismissed last; another one is shown again. */
  get noticeRead(): string {
    return this.#noticeRead;
  }

  set noticeRead(text: string) {
    this.#noticeRead = text;
    this.#write('noticeRead', text);
  }

  #read(key: string): string | undefined {
    try {
      return this.#store?.getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined; // blocked by the browser: nothing is remembered
    }
  }

  #write(key: string, value: string): void {
    try {
      this.#store?.setItem(PREFIX + key, value);
    } catch {
      // Full or blocked: the setting holds for this visit only.
    }
  }
}

/** Why this is no AE title, in a sentence; `undefined` where it is one. */
export function aeTitleProblem(value: string): string | undefined {
  const title = value.trim();
  if (title === '') return t.aeTitle.empty;
  if (title.length > 16) return t.aeTitle.tooLong(title.length);
  return isAETitle(title) ? undefined : t.aeTitle.characters;
}
