/**
 * Reads the tar archives that npm packs: POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"), regular files
 * with paths of at most 255 characters. All else in one is refused, not skipped: we know what we want.
 */
import { DicomError } from '../../core/bytes/index.ts';

const BLOCK = 512;
/** Of a file: they are held whole, one at a time. */
const MAX_FILE = 32 << 20;
/** Of all files together, and of what lies between them. */
const MAX_TOTAL = 512 << 20;
const MAX_FILES = 2000;

export interface TarFile {
  /** As packed: `package/dist/index.html`; relative, without `.` and `..`. */
  readonly path: string;
  readonly body: Buffer;
}

/** @throws DicomError FILE_INVALID: no archive of such files, or more than one of ours holds; LIMIT_EXCEEDED likewise. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const blocks = new Blocks(chunks);
  for (let count = 0; ; count++) {
    const header = await blocks.take(BLOCK);
    if (header.every((byte) => byte === 0)) return; // what follows is padding
    if (count === MAX_FILES) throw tooMuch('files', MAX_FILES);
    const { path, size } = readHeader(header);
    const body = await blocks.take(Math.ceil(size / BLOCK) * BLOCK);
    yield { path, body: body.subarray(0, size) };
  }
}

/** Where the fields of a header stand: offset and length in bytes. */
const FIELD = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 5],
  prefix: [345, 155],
} as const;

function readHeader(header: Buffer): { path: string; size: number } {
  const text = (field: keyof typeof FIELD): string => {
    const [offset, length] = FIELD[field];
    return header.toString('latin1', offset, offset + length).split('\0', 1)[0]!;
  };
  const number = (field: 'size' | 'checksum'): number => {
    const digits = text(field).trim();
    if (!/^[0-7]{1,11}$/.test(digits)) throw invalid(`its ${field} is no octal number`);
    return Number.parseInt(digits, 8);
  };
  if (text('magic') !== 'ustar') throw invalid('a header is not of ustar');
  if (number('checksum') !== checksumOf(header)) throw invalid('the checksum of a header is wrong');
  if (!['', '0'].includes(text('type'))) throw invalid('it holds something else than files');
  const path = [text('prefix'), text('name')].filter((part) => part !== '').join('/');
  if (!isPlain(path)) throw invalid('the path of a file is not plain');
  const size = number('size');
  if (size > MAX_FILE) throw tooMuch('bytes in a file', MAX_FILE);
  return { path, size };
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function checksumOf(header: Buffer): number {
  const [start, length] = FIELD.checksum;
  return header.reduce((sum, byte, i) => sum + (i >= start && i < start + length ? 0x20 : byte), 0);
}

/** Whether nothing in a path leads anywhere else, on any system: names of letters, digits and `@ _ - .`, none of them dots alone. */
function isPlain(path: string): boolean {
  return path.split('/').every((name) => /^[\w@.-]+$/.test(name) && !/^\.+$/.test(name));
}

/** The bytes of a stream, taken by length. */
class Blocks {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  #total = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const pieces = [this.#rest];
    for (let held = this.#rest.length; held < length; held += pieces.at(-1)!.length) {
      const next = await this.#chunks.next();
      if (next.done === true) throw invalid('it is cut off');
      pieces.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length));
    }
    this.#total += length;
    if (this.#total > MAX_TOTAL) throw tooMuch('bytes', MAX_TOTAL);
    const bytes = pieces.length === 1 ? this.#rest : Buffer.concat(pieces);
    this.#rest = bytes.subarray(length);
    return bytes.subarray(0, length);
  }
}

function invalid(why: string): DicomError {
  return new DicomError('FILE_INVALID', `This is no archive as npm packs it: ${why}.`);
}

function tooMuch(what: string, limit: number): DicomError {
  return new DicomError('LIMIT_EXCEEDED', `The archive holds more than ${limit} ${what}.`, { limit });
}
