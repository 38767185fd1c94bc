/** Specific Character Set (0008,0005): which bytes mean which characters (PS3.5 6.1, PS3.3 C.12.1.1.2). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, fromLatin1, toLatin1 } from '../bytes/index.ts';
import type { GraphicSet } from './graphic-sets.ts';
import { GB18030, LATIN1, SINGLE_BYTE } from './graphic-sets.ts';
import type { Designated } from './iso2022.ts';
import { decodeISO2022, REGISTERED, UPPER } from './iso2022.ts';

/** How the characters of a data set are coded. All sets have ASCII as it is. */
export interface CharacterSet {
  /** Defined terms as in (0008,0005), separated by `\`. */
  readonly name: string;
  /** Never fails: bytes that form no character become U+FFFD or one character each. */
  decode(bytes: Bytes, delimiters: string): string;
  /** Undefined where a character cannot be written. */
  encode(text: string): Bytes | undefined;
}

/** The default repertoire (ISO-IR 6). Bytes beyond it, which some senders write all the same, are shown as Latin-1. */
export const ASCII: CharacterSet = { name: 'ISO_IR 6', decode: toLatin1, encode: encodeASCII };
/** A term that we do not know. It is not repeated: it may be anything. */
const UNKNOWN: CharacterSet = { ...ASCII, name: 'an unknown character set' };
const LATIN: CharacterSet = { name: 'ISO_IR 100', decode: LATIN1.decode, encode: LATIN1.encode };

const UTF8_DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const UTF8_ENCODER = new TextEncoder();
/** A byte order mark is dropped. */
const UTF8: CharacterSet = {
  name: 'ISO_IR 192',
  decode: (bytes) => (isPlain(bytes) ? toLatin1(bytes) : UTF8_DECODER.decode(bytes).replace(/^\uFEFF+/, '')),
  encode: (text) => UTF8_ENCODER.encode(text),
};

/** What most data sets name, letter by letter. */
const COMMON: ReadonlyMap<string, CharacterSet> = new Map([
  ['', ASCII],
  ['ISO_IR 6', ASCII],
  ['ISO_IR 100', LATIN],
  ['ISO_IR 192', UTF8],
]);

/** Terms without code extensions, by their letters and digits. They stand alone (PS3.3 C.12.1.1.2). */
const WHOLE: ReadonlyMap<string, CharacterSet> = new Map([
  ['ISOIR192', UTF8],
  ['UTF8', UTF8],
  ['GB18030', whole('GB18030', GB18030)],
  ['GBK', whole('GBK', GB18030)],
  ['GB2312', whole('GBK', GB18030)],
]);

/**
 * The set that the values of (0008,0005) name together; none is the default repertoire. Terms are known in any
 * spelling: `ISO IR 192`, `ISO_IR_100`, `iso-ir 100`. Where none is known, bytes are shown as Latin-1 and only ASCII
 * is written.
 */
export function characterSet(values: readonly string[]): CharacterSet {
  const name = values.join('\\');
  return COMMON.get(name) ?? namedSet(values.map(plainTerm));
}

/** Whether we know the set that these values of (0008,0005) name. */
export function isCharacterSet(values: readonly string[]): boolean {
  return characterSet(values) !== UNKNOWN;
}

/** Whether every character of the text can be written in the set. */
export function fits(text: string, set: CharacterSet): boolean {
  return set.encode(text) !== undefined;
}

/** @throws DicomError VALUE_INVALID where the set lacks a character; the message does not show the value. */
export function encodeText(text: string, set: CharacterSet): Bytes {
  const bytes = set.encode(text);
  if (bytes !== undefined) return bytes;
  throw new DicomError('VALUE_INVALID', `a value holds characters that ${set.name} does not carry here`, {
    characterSet: set.name,
  });
}

function namedSet(terms: readonly string[]): CharacterSet {
  const numbers = terms.map((term) => /^ISO(?:2022)?(?:IR)?(\d+)$/.exec(term)?.[1] ?? '');
  const first = terms[0] ?? '';
  const isDefault = first === '' || numbers[0] === '6';
  // Behind the default repertoire such a term should not stand, but what it means is plain.
  const alone = isDefault ? terms.find((term) => WHOLE.has(term)) : first;
  if (alone !== undefined && WHOLE.has(alone)) return WHOLE.get(alone)!;
  if (terms.length > 1 || first.startsWith('ISO2022') || isMultiByte(numbers[0]!)) return extended(numbers);
  const single = SINGLE_BYTE.get(numbers[0]!);
  if (single !== undefined) return whole(`ISO_IR ${numbers[0]}`, single);
  return isDefault ? ASCII : UNKNOWN;
}

/** Letters and digits only: `ISO 2022 IR 87` is ISO2022IR87. */
const plainTerm = (value: string): string => value.toUpperCase().replace(/[^A-Z0-9]/g, '');

const isMultiByte = (number: string): boolean =>
  REGISTERED.has(number) && number !== '6' && !SINGLE_BYTE.has(number);

function whole(name: string, { decode, encode }: GraphicSet): CharacterSet {
  return { name, decode: (bytes) => (isPlain(bytes) ? toLatin1(bytes) : decode(bytes)), encode };
}

/**
 * With code extensions (PS3.5 6.1.2.5). Text begins in the first value's set. Where that has no upper half, the first
 * set that has one serves: some senders write it without its escape sequence.
 */
function extended(numbers: readonly string[]): CharacterSet {
  const upper = numbers.map((number) => UPPER.get(number)).find((set) => set !== undefined);
  const initial: Designated = { g0: undefined, g1: upper };
  const own = SINGLE_BYTE.get(numbers[0]!);
  return {
    name: numbers.map((number) => number && `ISO 2022 IR ${number}`).join('\\'),
    decode: (bytes, delimiters) =>
      isPlain(bytes) ? toLatin1(bytes) : decodeISO2022(bytes, initial, delimiters),
    // Written without escape sequences: what the first set has, and no ESC that could become part of one.
    encode: (text) =>
      text.includes('\x1b') ? undefined : own === undefined ? encodeASCII(text) : own.encode(text),
  };
}

function encodeASCII(text: string): Bytes | undefined {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return undefined;
  return fromLatin1(text);
}

/** Neither a byte above 7FH nor ESC: the same in every set. */
function isPlain(bytes: Bytes): boolean {
  for (const byte of bytes) if (byte > 0x7f || byte === 0x1b) return false;
  return true;
}
