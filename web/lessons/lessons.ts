/** The lessons by what a learner can change in them; what they do stands in `scripts.ts`, what they say in `strings/lessons`. */

/** One thing to change: a text, or one of a few choices. */
export interface LessonField {
  readonly name: string;
  readonly initial: string;
  /** Absent where anything may be typed. */
  readonly choices?: readonly string[];
  /** Of a text. */
  readonly maxlength?: number;
}

const title = (name: string, initial: string): LessonField => ({ name, initial, maxlength: 16 });
const choice = (name: string, ...choices: readonly [string, ...string[]]): LessonField => ({
  name,
  initial: choices[0],
  choices,
});

const CALLING = title('calling', 'WEBSCU');
const PATIENT = choice('patient', 'SAMPLE-003', 'SAMPLE-004', 'SAMPLE-001');

/** In the order in which they are best learnt. */
export const LESSONS = {
  handshake: [CALLING, title('called', 'DEMOPACS'), choice('maximum', '131072', '65536', '16384')],
  contexts: [
    choice('syntaxes', 'both', 'implicit', 'jpeg2000'),
    choice('order', 'last', 'first'),
    choice('other', 'none', 'print'),
  ],
  echo: [choice('count', '1', '2', '3', '5'), choice('delay', '0', '250')],
  store: [choice('image', 'chest', 'slice', 'chart'), choice('maximum', '131072', '16384', '4096')],
  find: [
    choice('level', 'STUDY', 'SERIES', 'PATIENT', 'alone'),
    { name: 'name', initial: '*', maxlength: 64 },
    choice('modality', '', 'CT', 'MR', 'CR'),
  ],
  get: [PATIENT, choice('role', 'yes', 'no'), choice('peer', 'lenient', 'strict')],
  move: [PATIENT, title('destination', 'DEMOARCHIVE'), choice('refuses', 'no', 'yes')],
  release: [choice('end', 'release', 'abort', 'peer', 'cut')],
  wrong: [choice('what', 'title', 'syntax', 'role', 'destination', 'silence', 'abort', 'http')],
  capture: [choice('capture', 'morning', 'noon', 'night')],
} satisfies Record<string, readonly LessonField[]>;

export type LessonId = keyof typeof LESSONS;

export const LESSON_IDS: readonly LessonId[] = Object.keys(LESSONS) as LessonId[];

/** What a learner chose, by the names of the fields. */
export type LessonValues = Readonly<Record<string, string>>;

/** What is asked at the end: which question, and the answer that the record gives to it. */
export interface LessonQuestion {
  readonly question: string;
  readonly answer: string;
}

/** What is seen of a line only when one looks into it: the numbers and names that a question may ask for. */
export type LessonFact =
  | {
      readonly is: 'context';
      readonly id: number;
      readonly name: string;
      readonly syntaxes: readonly string[];
    }
  | { readonly is: 'answer'; readonly id: number; readonly result: number; readonly syntax: string }
  | { readonly is: 'maximum'; readonly length: number }
  | { readonly is: 'role'; readonly name: string; readonly scu: boolean; readonly scp: boolean }
  | { readonly is: 'rejection'; readonly result: number; readonly source: number; readonly reason: number }
  | { readonly is: 'abort'; readonly source: number; readonly reason: number }
  | { readonly is: 'fragments'; readonly command: number; readonly dataSet: number }
  | {
      readonly is: 'counters';
      readonly remaining: number | undefined;
      readonly completed: number | undefined;
      readonly failed: number | undefined;
      readonly warning: number | undefined;
    }
  | { readonly is: 'destination'; readonly aeTitle: string }
  | { readonly is: 'originator'; readonly aeTitle: string; readonly messageId: number }
  | { readonly is: 'key'; readonly keyword: string; readonly value: string }
  /** Of the caller's machine. */
  | {
      readonly is: 'step';
      readonly event: string;
      readonly action: string;
      readonly from: string;
      readonly to: string;
    };

/** What each lesson begins with. */
export function initialValues(lesson: LessonId): LessonValues {
  return Object.fromEntries(LESSONS[lesson].map(({ name, initial }) => [name, initial]));
}

/** Case, spaces, units and the signs of numbers do not matter: `0xA801`, `a801 H`, `131,072 bytes`, `1500 ms`. */
export function sameAnswer(given: string, answer: string): boolean {
  const bare = (text: string): string =>
    text
      .toUpperCase()
      .replace(/\s/g, '')
      .replace(/^0X(?=[\dA-F]{4}$)/, '')
      .replace(/(?<=^[\dA-F]{4})H$/, '')
      .replace(/(?<=^[\d.,]+)(MS|BYTES?)$/, '')
      .replace(/^\d{1,3}([.,]\d{3})+$/, (number) => number.replace(/\D/g, ''));
  return bare(given) === bare(answer);
}
