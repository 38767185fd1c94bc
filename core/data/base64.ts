/** Base64 (RFC 4648 section 4), the form of InlineBinary (PS3.18 F.2.7). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, toLatin1 } from '../bytes/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTETS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (letter, i) => [letter, i]));

export function toBase64(bytes: Uint8Array): string {
  return btoa(toLatin1(bytes)); // letters put one behind the other would take 32 bytes each meanwhile
}

/** @throws DicomError VALUE_INVALID where the text is not base64 with its padding. */
export function fromBase64(text: string): Bytes {
  const digits = text.replace(/={1,2}$/, '');
  if (text.length % 4 !== 0 || digits.length % 4 === 1) throw invalid();
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let i = 0; i < digits.length; i++) {
    const sextet = SEXTETS.get(digits[i]!);
    if (sextet === undefined) throw invalid();
    bits = ((bits << 6) | sextet) & 0xffffff;
    if (i % 4 !== 0) out[at++] = (bits >> (6 - 2 * (i % 4))) & 0xff;
  }
  return out;
}

function invalid(): DicomError {
  return new DicomError('VALUE_INVALID', 'InlineBinary is not base64');
}
