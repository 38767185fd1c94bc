/** multipart/related (RFC 2046 5.1, RFC 2387), in pieces of any size: no part is ever held whole. */
import type { Bytes } from '../bytes/index.ts';
import { concat, EMPTY, fromLatin1, toHex, toLatin1 } from '../bytes/index.ts';
import { Refusal } from './problem.ts';
import type { MediaType } from './response.ts';
import { contentType } from './response.ts';

/** Bytes of the header fields of one part; real ones have a hundred or two. */
const LONGEST_HEADERS = 8192;
/** Blanks behind a boundary, which some gateways add (RFC 2046 5.1.1). */
const LONGEST_PADDING = 256;
/** Bytes in front of the first boundary, which nobody reads. */
const LONGEST_PREAMBLE = 65_536;
/** Characters of a boundary (RFC 2046 5.1.1). */
const LONGEST_BOUNDARY = 70;
const CRLF = fromLatin1('\r\n');

/** What the parser finds, in the order of the bytes. */
export type PartEvent =
  | { readonly kind: 'part'; readonly headers: ReadonlyMap<string, string> }
  /** A view of what was pushed, or of what was kept back before. */
  | { readonly kind: 'bytes'; readonly bytes: Bytes }
  | { readonly kind: 'end of part' };

/** `delimiter`: behind a boundary, where the line may end or the message. */
type State = 'preamble' | 'delimiter' | 'headers' | 'body' | 'epilogue';

/** Looks for one byte string, skipping by its length where it can (Horspool). */
class Delimiter {
  readonly #bytes: Bytes;
  readonly #skips: Uint8Array;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    const last = bytes.length - 1;
    this.#skips = new Uint8Array(256).fill(bytes.length); // a boundary and its line have 74 at most
    for (let i = 0; i < last; i++) this.#skips[bytes[i]!] = last - i;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Where it begins first; -1 where it does not stand there whole. */
  find(bytes: Bytes): number {
    const last = this.#bytes.length - 1;
    for (let at = 0; at + last < bytes.length; at += this.#skips[bytes[at + last]!]!) {
      if (this.#matches(bytes, at, this.#bytes.length)) return at;
    }
    return -1;
  }

  /** How many bytes at the beginning cannot be a part of it, where `find` found none. */
  safe(bytes: Bytes): number {
    for (let at = Math.max(0, bytes.length - this.#bytes.length + 1); at < bytes.length; at++) {
      if (this.#matches(bytes, at, bytes.length - at)) return at;
    }
    return bytes.length;
  }

  #matches(bytes: Bytes, at: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (bytes[at + i] !== this.#bytes[i]) return false;
    return true;
  }
}

const END_OF_HEADERS = new Delimiter(fromLatin1('\r\n\r\n'));

/** Finds the parts of a message whose boundary is known; bytes may be cut anywhere. */
export class MultipartParser {
  readonly #delimiter: Delimiter;
  #state: State = 'preamble';
  /** What cannot be told yet: the beginning of a boundary, or headers that go on. */
  #held: Bytes = CRLF; // the first boundary need not follow a line
  #preamble = 0;

  /** @throws Refusal 400 where the boundary is none. */
  constructor(boundary: string) {
    if (
      boundary === '' ||
      boundary.length > LONGEST_BOUNDARY ||
      !/^[\x20-\x7e]*[\x21-\x7e]$/.test(boundary)
    ) {
      throw new Refusal(400, `A multipart message needs a boundary of 1 to ${LONGEST_BOUNDARY} characters.`);
    }
    this.#delimiter = new Delimiter(fromLatin1(`\r\n--${boundary}`));
  }

  /** @throws Refusal 400 where the bytes are no such message, or a limit is passed. */
  *push(chunk: Bytes): Generator<PartEvent, void, undefined> {
    let rest = this.#held.length === 0 ? chunk : concat([this.#held, chunk]);
    this.#held = EMPTY;
    while (rest.length > 0 && this.#state !== 'epilogue') {
      const before = rest;
      rest = yield* this.#step(rest);
      if (rest === before) {
        this.#held = rest.slice();
        return;
      }
    }
  }

  /** @throws Refusal 400 where the last part or the message has no end. */
  finish(): void {
    if (this.#state !== 'epilogue') throw new Refusal(400, 'The multipart message is cut off.');
  }

  /** Takes what can be told from the bytes, and gives what is left; all of them where more are needed. */
  *#step(bytes: Bytes): Generator<PartEvent, Bytes, undefined> {
    switch (this.#state) {
      case 'preamble':
      case 'body':
        return yield* this.#upToBoundary(bytes);
      case 'delimiter':
        return this.#behindBoundary(bytes);
      case 'headers':
        return yield* this.#headers(bytes);
      case 'epilogue':
        return EMPTY;
    }
  }

  *#upToBoundary(bytes: Bytes): Generator<PartEvent, Bytes, undefined> {
    const at = this.#delimiter.find(bytes);
    const end = at < 0 ? this.#delimiter.safe(bytes) : at;
    if (end > 0) yield* this.#contents(bytes.subarray(0, end));
    if (at < 0) return end === 0 ? bytes : bytes.subarray(end);
    if (this.#state === 'body') yield { kind: 'end of part' };
    this.#state = 'delimiter';
    return bytes.subarray(at + this.#delimiter.length);
  }

  *#contents(bytes: Bytes): Generator<PartEvent, void, undefined> {
    if (this.#state === 'body') return yield { kind: 'bytes', bytes };
    this.#preamble += bytes.length;
    if (this.#preamble > LONGEST_PREAMBLE)
      throw new Refusal(400, 'The multipart message has no boundary of its own.');
  }

  /** `--` ends the message; else blanks and the end of the line. */
  #behindBoundary(bytes: Bytes): Bytes {
    const start = toLatin1(bytes.subarray(0, LONGEST_PADDING));
    if (start.startsWith('--')) {
      this.#state = 'epilogue';
      return EMPTY;
    }
    const line = /^[ \t]*\r\n/.exec(start);
    if (line !== null) {
      this.#state = 'headers';
      // The line's end stays: it may be the first half of an empty line, where there are no headers.
      return bytes.subarray(line[0].length - CRLF.length);
    }
    if (/^(-|[ \t]*\r?)$/.test(start) && bytes.length < LONGEST_PADDING) return bytes;
    throw new Refusal(400, 'The multipart message has a boundary inside a line.');
  }

  *#headers(bytes: Bytes): Generator<PartEvent, Bytes, undefined> {
    const end = END_OF_HEADERS.find(bytes.subarray(0, LONGEST_HEADERS + END_OF_HEADERS.length));
    if (end < 0 && bytes.length <= LONGEST_HEADERS) return bytes;
    if (end < 0) throw new Refusal(400, `The headers of a part have at most ${LONGEST_HEADERS} bytes.`);
    yield { kind: 'part', headers: headersOf(toLatin1(bytes.subarray(0, end))) };
    this.#state = 'body';
    return bytes.subarray(end + END_OF_HEADERS.length);
  }
}

/** Names in lower case; lines that go on are joined. @throws Refusal 400 */
function headersOf(text: string): ReadonlyMap<string, string> {
  const lines = text
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      if (at < 1) throw new Refusal(400, 'A header of a part is none.');
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}

/** A part on its way out. */
export interface OutgoingPart {
  readonly media: MediaType;
  /** Of the media type, in their order. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Content-Location. */
  readonly location: string;
  readonly body: Bytes | AsyncIterable<Bytes>;
}

/** A boundary that no part holds, as far as 128 random bits go. */
export function newBoundary(): string {
  return `webdimse-${toHex(crypto.getRandomValues(new Uint8Array(16)))}`;
}

/** The parts as a message, each opened when those before it have gone. */
export async function* multipart(
  parts: AsyncIterable<OutgoingPart>,
  boundary: string,
): AsyncGenerator<Bytes, void, undefined> {
  for await (const { media, parameters, location, body } of parts) {
    const type = contentType(media, parameters);
    yield fromLatin1(`--${boundary}\r\nContent-Type: ${type}\r\nContent-Location: ${location}\r\n\r\n`);
    if (body instanceof Uint8Array) yield body;
    else yield* body;
    yield CRLF.slice();
  }
  yield fromLatin1(`--${boundary}--\r\n`);
}
