/** The texts of the lessons in one language: loaded with the view that shows them. */
import type { Language } from '../index.ts';
import type { LessonTexts } from './en.ts';

const LOADERS: Readonly<Record<Language, () => Promise<{ readonly lessonTexts: LessonTexts }>>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
};

/** Rejects where the bridge does not answer. */
export async function lessonTextsOf(language: Language): Promise<LessonTexts> {
  return (await LOADERS[language]()).lessonTexts;
}
