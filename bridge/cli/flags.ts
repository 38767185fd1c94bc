/** Flags of a command: their table makes both the parser and the help text. */
import { parseArgs } from 'node:util';
import { DicomError, asError } from '../../core/bytes/index.ts';

/** One flag. `value` names what follows it, for the help text; without it the flag stands alone. */
export interface Flag {
  readonly help: string;
  readonly value?: string;
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: true;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** A mistake in what was typed or configured: exit code 2. */
export function usage(message: string): DicomError {
  return new DicomError('USAGE', message);
}

/** The flags and words of one call, read by name; every complaint names the flag. */
export class Flags {
  readonly words: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  private constructor(words: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.words = words;
    this.#values = values;
  }

  /** @throws DicomError USAGE for an unknown flag, or one without its value. */
  static parse(args: readonly string[], table: FlagTable): Flags {
    const options = Object.fromEntries(
      Object.entries(table).map(([name, flag]) => [name, optionOf(flag)] as const),
    );
    try {
      const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
      return new Flags(positionals, values);
    } catch (error) {
      // Node's messages go on with advice about `--`; the first sentence names the flag.
      const [sentence] = asError(error).message.split('. ');
      throw usage(`${sentence}; "--help" lists the flags`);
    }
  }

  on(name: string): boolean {
    return this.#values[name] === true;
  }

  /** @throws DicomError USAGE where the value is empty, as that of an unset variable of a script. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === '') throw usage(`--${name} is empty`);
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** @throws DicomError USAGE where the value is no whole number from `least` to `most`. */
  int(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : wholeNumber(text, `--${name}`, least, most);
  }

  /** @throws DicomError USAGE where the value is none of `choices`; case does not matter. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw usage(`--${name} is ${choices.join(', ')}, not "${text}"`);
    return found;
  }

  /** @throws DicomError USAGE where there are words that the command does not take. */
  only(count: number): void {
    const extra = this.words[count];
    if (extra !== undefined) throw usage(`"${extra}" is one word too many`);
  }
}

/** @throws DicomError USAGE where the text is no whole number from `least` to `most`; `what` names it. */
function wholeNumber(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw usage(`${what} is a whole number from ${least} to ${most}, not "${text}"`);
  }
  return number;
}

function optionOf(flag: Flag): { type: 'string' | 'boolean'; short?: string; multiple?: boolean } {
  return {
    type: flag.value === undefined ? 'boolean' : 'string',
    ...(flag.short === undefined ? {} : { short: flag.short }),
    ...(flag.multiple === undefined ? {} : { multiple: true }),
  };
}

/** The flags as lines of a help text, aligned. */
export function flagLines(table: FlagTable): string[] {
  const names = Object.entries(table).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    return `${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
  });
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return Object.values(table).map((flag, i) => `  ${names[i]!.padEnd(width)}${flag.help}`);
}
