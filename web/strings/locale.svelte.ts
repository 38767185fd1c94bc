/** Numbers, dates and plurals by the chosen language, and by the country that the reader's browser names for it. */
interface Formats {
  readonly integer: Intl.NumberFormat;
  readonly oneDigit: Intl.NumberFormat;
  readonly date: Intl.DateTimeFormat;
  readonly plural: Intl.PluralRules;
}

let tag = $state.raw('en');
const made = new Map<string, Formats>();

/** The formats of the chosen language. Read where a value is shown, so that it changes with the language. */
export function formats(): Formats {
  const known = made.get(tag) ?? formatsOf(tag);
  made.set(tag, known);
  return known;
}

/** `tag` is a BCP 47 tag, such as `en-GB`. */
export function setLocale(to: string): void {
  tag = to;
}

function formatsOf(locale: string): Formats {
  return {
    integer: new Intl.NumberFormat(locale),
    oneDigit: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
    plural: new Intl.PluralRules(locale),
  };
}

export function count(value: number): string {
  return formats().integer.format(value);
}

/** The forms of a word that go with numbers (CLDR); a language has those it needs. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** `1 study`, `3 studies`. */
export function counted(value: number, forms: Forms): string {
  return `${count(value)} ${formFor(value, forms)}`;
}

/** The form alone, where more than the word changes with the number. */
export function formFor(value: number, forms: Forms): string {
  return forms[formats().plural.select(value)] ?? forms.other;
}
