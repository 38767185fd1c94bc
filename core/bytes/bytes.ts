/**
 * The one byte-string type of the whole project. `Uint8Array` alone may sit on a SharedArrayBuffer,
 * which `WebSocket.send` and file writes refuse; naming the buffer here avoids a cast at every edge.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

export const EMPTY: Bytes = new Uint8Array(0);

/** Copies the parts into one new byte string. */
export function concat(parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

export function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Lower-case hexadecimal without separators: `0a1b`. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** A number as the standard writes tags and codes: upper case, at least so many digits: `A801`. */
export function hexNumber(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** Reads hexadecimal; white space is skipped. @throws RangeError when a character is no hexadecimal digit. */
export function fromHex(text: string): Bytes {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new RangeError('not hexadecimal bytes');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** One character per byte, U+0000 to U+00FF: shows any bytes without failing (PS3.5 6.1.2.1 is a subset). */
export function toLatin1(bytes: Uint8Array): string {
  if (bytes.length > SHORT_TEXT && isASCII(bytes)) return ASCII_DECODER.decode(bytes);
  let text = '';
  let at = 0;
  // By eights: a character alone makes a string of its own each time.
  for (; at + 8 <= bytes.length; at += 8) {
    const [a, b, c, d] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
    const [e, f, g, h] = [bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!];
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; at < bytes.length; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** Bytes from which on a call of the decoder is worth its cost. */
const SHORT_TEXT = 20;
const ASCII_DECODER = new TextDecoder();

function isASCII(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}

/** The reverse of `toLatin1`. @throws RangeError for a character above U+00FF. */
export function fromLatin1(text: string): Bytes {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new RangeError(`character U+${code.toString(16)} does not fit into one byte`);
    out[i] = code;
  }
  return out;
}
