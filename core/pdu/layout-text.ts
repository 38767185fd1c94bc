/** The vocabulary of the byte tables, continued: AE titles, UIDs and text. */
import type { Bytes, Reader, Writer } from '../bytes/index.ts';
import { fromLatin1 } from '../bytes/index.ts';
import { uidName } from '../dict/index.ts';
import type { Draft, Field, KeyOf } from './layout.ts';
import { get, invalid, lengthPrefixed, position, readLength16, set } from './layout.ts';
import type { DeviationCode, Walk } from './walk.ts';

const AE_TITLE_LENGTH = 16;
const AE_TITLE_CHARACTERS = /^[ -[\]-~]*$/;

/**
 * Sixteen bytes, padded with spaces; leading and trailing spaces carry no meaning (PS3.8 9.3.2, PS3.5
 * AE). What follows a NUL is dropped: some senders leave C strings behind.
 */
export function aeTitle<T>(name: string, key: KeyOf<T, string>): Field<T> {
  return {
    read(from, into, walk) {
      const offset = position(from);
      const title = readTitle(from, into, walk, name, key);
      if (title.nul) walk.note('AE_TITLE_NUL', name, offset);
      if (title.text === '') walk.note('AE_TITLE_EMPTY', name, offset);
      if (!AE_TITLE_CHARACTERS.test(title.text)) walk.note('AE_TITLE_CHARACTERS', name, offset);
    },
    write(to, value) {
      const title = get<string>(value, key);
      if (title.trim() === '') throw invalid(name, 'an AE title needs a character other than space');
      if (!AE_TITLE_CHARACTERS.test(title)) {
        throw invalid(name, 'an AE title has no backslash, no control and no non-ASCII characters');
      }
      writeTitle(to, title, name);
    },
  };
}

/** The titles of an A-ASSOCIATE-AC: an echo of what came in the RQ, which nobody tests (PS3.8 Table 9-17). */
export function echoedTitle<T>(name: string, key: KeyOf<T, string>): Field<T> {
  return {
    read: (from, into, walk) => void readTitle(from, into, walk, name, key),
    write: (to, value) => writeTitle(to, get<string>(value, key), name),
  };
}

function readTitle<T>(
  from: Reader,
  into: Draft<T>,
  walk: Walk,
  name: string,
  key: KeyOf<T, string>,
): { text: string; nul: boolean } {
  const offset = position(from);
  const sent = from.latin1(AE_TITLE_LENGTH, name);
  const end = sent.indexOf('\0');
  const text = trimSpaces(end < 0 ? sent : sent.slice(0, end));
  set(into, key, text);
  walk.spans?.leaf(offset, AE_TITLE_LENGTH, name, text);
  return { text, nul: end >= 0 };
}

// Not String.trim: that also takes characters such as U+00A0, which are no padding.
function trimSpaces(text: string): string {
  let start = 0;
  while (text[start] === ' ') start++;
  return text.slice(start, lengthWithout(text, ' '));
}

function writeTitle(to: Writer, title: string, name: string): void {
  if (title.length > AE_TITLE_LENGTH) throw invalid(name, 'an AE title has 16 characters at most');
  to.put(latin1(title.padEnd(AE_TITLE_LENGTH, ' '), name));
}

function latin1(text: string, name: string): Bytes {
  try {
    return fromLatin1(text);
  } catch {
    throw invalid(name, 'a character does not fit into one byte');
  }
}

/** Length of `text` without its last characters as far as they are in `padding`; linear, unlike a pattern. */
function lengthWithout(text: string, padding: string): number {
  let end = text.length;
  while (end > 0 && padding.includes(text[end - 1]!)) end--;
  return end;
}

const UID = /^[0-9.]{1,64}$/;

/** A UID that fills the rest of its item; no padding is allowed, NUL and space at the end are taken off (PS3.8 Annex F). */
export function uid<T>(name: string, key: KeyOf<T, string>): Field<T> {
  return {
    read: (from, into, walk) => set(into, key, readUid(from, from.remaining, name, walk)),
    write: (to, value) => writeUid(to, get<string>(value, key), name),
  };
}

/** A UID behind a 16-bit length. */
export function uid16<T>(name: string, key: KeyOf<T, string>): Field<T> {
  return {
    read(from, into, walk) {
      set(into, key, readUid(from, readLength16(from, name, walk), name, walk));
    },
    write: (to, value) => lengthPrefixed(to, name, () => writeUid(to, get<string>(value, key), name)),
  };
}

/** A list behind a 16-bit length, of UIDs that have a 16-bit length each (PS3.7 D.3.3.6). */
export function uids16<T>(list: string, name: string, key: KeyOf<T, readonly string[]>): Field<T> {
  return {
    read(from, into, walk) {
      const within = from.within(readLength16(from, list, walk), list);
      const uids: string[] = [];
      while (within.remaining > 0) {
        walk.countItem(uids.length + 1, list, position(within));
        uids.push(readUid(within, readLength16(within, name, walk), name, walk));
      }
      set(into, key, uids);
    },
    write(to, value) {
      lengthPrefixed(to, list, () => {
        for (const one of get<readonly string[]>(value, key)) {
          lengthPrefixed(to, name, () => writeUid(to, one, name));
        }
      });
    },
  };
}

function readUid(from: Reader, length: number, name: string, walk: Walk): string {
  const value = readUnpadded(from, length, name, walk, 'UID_PADDED', uidMeaning);
  if (!UID.test(value)) walk.note('UID_INVALID', name, position(from) - length);
  return value;
}

function uidMeaning(value: string): string | undefined {
  const known = uidName(value);
  return known === value ? undefined : known;
}

function readUnpadded(
  from: Reader,
  length: number,
  name: string,
  walk: Walk,
  code: DeviationCode,
  meaning?: (value: string) => string | undefined,
): string {
  const offset = position(from);
  const sent = from.latin1(length, name);
  const value = sent.slice(0, lengthWithout(sent, '\0 '));
  if (value.length < sent.length) walk.note(code, name, offset);
  walk.spans?.leaf(offset, length, name, value, meaning?.(value));
  return value;
}

function writeUid(to: Writer, value: string, name: string): void {
  if (!UID.test(value)) throw invalid(name, 'a UID has 1 to 64 digits and dots (PS3.5 9.1)');
  to.put(fromLatin1(value));
}

const TEXT = /^[ -~]{1,16}$/;

/** 1 to 16 characters of ISO 646 that fill the rest of the item (PS3.7 D.3.3.2). */
export function text<T>(name: string, key: KeyOf<T, string>): Field<T> {
  return {
    read(from, into, walk) {
      const offset = position(from);
      const value = readUnpadded(from, from.remaining, name, walk, 'TEXT_PADDED');
      if (value.length < 1 || value.length > 16) walk.note('TEXT_LENGTH', name, offset);
      set(into, key, value);
    },
    write(to, value) {
      const characters = get<string>(value, key);
      if (!TEXT.test(characters)) throw invalid(name, 'needs 1 to 16 ASCII characters');
      to.put(fromLatin1(characters));
    },
  };
}
