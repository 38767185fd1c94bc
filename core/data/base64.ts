/** Base64 (RFC 4648 section 4), the form of InlineBinary (PS3.18 F.2.7). No global is needed for it. */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, fromLatin1, toLatin1 } from '../bytes/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LETTERS = fromLatin1(ALPHABET);
const PADDING = 0x3d; // =
const SEXTETS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (letter, i) => [letter, i]));

export function toBase64(bytes: Uint8Array): string {
  // As bytes first: letters that are put one behind the other take 32 bytes each meanwhile.
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(PADDING);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3, at += 4) {
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    const bits = (bytes[i]! << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out[at] = LETTERS[bits >> 18]!;
    out[at + 1] = LETTERS[(bits >> 12) & 63]!;
    if (b !== undefined) out[at + 2] = LETTERS[(bits >> 6) & 63]!;
    if (c !== undefined) out[at + 3] = LETTERS[bits & 63]!;
  }
  return toLatin1(out);
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
