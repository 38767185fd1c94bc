/** Numbers, dates and plurals by the chosen language, and by the country that the reader's browser names for it. */
class Formats {
  readonly #locale: string;
  #integer: Intl.NumberFormat | undefined;
  #oneDigit: Intl.NumberFormat | undefined;
  #date: Intl.DateTimeFormat | undefined;
  #plural: Intl.PluralRules | undefined;

  constructor(locale: string) {
    this.#locale = locale;
  }

  // Each is made when it is asked for: a browser takes milliseconds for the first of a kind.
  get integer(): Intl.NumberFormat {
    return (this.#integer ??= new Intl.NumberFormat(this.#locale));
  }

  get oneDigit(): Intl.NumberFormat {
    return (this.#oneDigit ??= new Intl.NumberFormat(this.#locale, { maximumFractionDigits: 1 }));
  }

  get date(): Intl.DateTimeFormat {
    return (this.#date ??= new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium', timeZone: 'UTC' }));
  }

  get plural(): Intl.PluralRules {
    return (this.#plural ??= new Intl.PluralRules(this.#locale));
  }
}

let tag = $state.raw('en');
const made = new Map<string, Formats>();

/** The formats of the chosen language. Read where a value is shown, so that it changes with the language. */
export function formats(): Formats {
  const known = made.get(tag) ?? new Formats(tag);
  made.set(tag, known);
  return known;
}

/** `tag` is a BCP 47 tag, such as `en-GB`. */
export function setLocale(to: string): void {
  tag = to;
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
