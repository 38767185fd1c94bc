/** Specific Character Set (0008,0005): which bytes mean which characters (PS3.5 6.1, PS3.3 C.12.1.1.2). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, fromLatin1, toLatin1 } from '../bytes/index.ts';

/**
 * How characters are coded: the default repertoire, ISO_IR 100, ISO_IR 192, or a set whose characters beyond
 * ASCII are not known here: they are read one per byte, and never written.
 */
export type CharacterSet = 'ascii' | 'latin1' | 'utf8' | 'other';

const SETS: Readonly<Record<string, CharacterSet>> = {
  '': 'ascii',
  ISO_IR_6: 'ascii',
  ISO_IR_100: 'latin1',
  ISO_IR_192: 'utf8',
};

/** The set that the first value of (0008,0005) names; spellings with spaces instead of underscores are seen. */
export function characterSet(value: string): CharacterSet {
  const name = value.trim().replaceAll(' ', '_');
  return Object.hasOwn(SETS, name) ? SETS[name]! : 'other';
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const UTF8_ENCODER = new TextEncoder();

/** Never fails: bytes that form no character become U+FFFD or one character each. A byte order mark is dropped. */
export function decodeText(bytes: Bytes, set: CharacterSet): string {
  return set === 'utf8' && !isAscii(bytes) ? UTF8.decode(bytes).replace(/^\uFEFF+/, '') : toLatin1(bytes);
}

/** @throws DicomError VALUE_INVALID where the set lacks a character; the message does not show the value. */
export function encodeText(text: string, set: CharacterSet): Bytes {
  if (set === 'utf8') return UTF8_ENCODER.encode(text);
  if (!fits(text, set)) {
    throw new DicomError('VALUE_INVALID', 'a value holds characters that its character set cannot carry', {
      characterSet: set,
    });
  }
  return fromLatin1(text);
}

/** Whether every character of the text can be written in the set. */
export function fits(text: string, set: CharacterSet): boolean {
  if (set === 'utf8') return true;
  const last = set === 'latin1' ? 0xff : 0x7f;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > last) return false;
  return true;
}

function isAscii(bytes: Bytes): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}
