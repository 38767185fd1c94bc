/** The index of a folder as a journal: one line an instance, each with its checksum; the last line of a UID counts. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { Stored } from '../../core/file/index.ts';
import { checksum } from './checksum.ts';
import type { AccessFile, Folder } from './disk.ts';
import { cutBack, readAt, storeError, writeAll } from './disk.ts';

/** Where an instance lies. */
export interface Placed {
  readonly stored: Stored;
  /** The name of a file in the folder. */
  readonly pack: string;
  /** In bytes. */
  readonly offset: number;
  readonly checksum: number;
  /** When it was kept, in milliseconds since 1970: of two folders, the newer instance counts. */
  readonly time: number;
}

/** `flushed`: all that is told before it is on the disk. */
export type Line = Placed | { readonly flushed: true };

const PIECE = 1 << 20;
/** No header is so long: what has no end until then is no line. */
const LONGEST_LINE = 16 << 20;
const NEWLINE = 0x0a;
const NAME = /^index-(\d+)$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A log that is open for appending. */
export class Log {
  readonly #folder: Folder;
  #number: number;
  #file: AccessFile;
  #size: number;
  /** Lines in the file, those included that later ones replaced. */
  lines: number;

  private constructor(folder: Folder, number: number, file: AccessFile, { size, lines }: Read) {
    this.#folder = folder;
    this.#number = number;
    this.#file = file;
    this.#size = size;
    this.lines = lines.length;
  }

  /**
   * Opens the newest log that is complete, and reads it up to the first line that is not whole. What a crash left of a
   * newer one, or an older one, is removed.
   */
  static async open(folder: Folder): Promise<{ log: Log; lines: readonly Line[] }> {
    const found = (await folder.names()).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    const numbers = found.sort((a, b) => b - a);
    let chosen: { log: Log; lines: readonly Line[] } | undefined;
    for (const [i, number] of numbers.entries()) {
      const file = chosen ? undefined : await folder.open(`index-${number}`);
      const read = file && readLines(file);
      const complete = read?.lines.some((line) => 'flushed' in line) || i === numbers.length - 1;
      if (file && read && complete) chosen = { log: new Log(folder, number, file, read), lines: read.lines };
      else {
        file?.close();
        await folder.remove(`index-${number}`);
      }
    }
    return chosen ?? { log: await Log.#start(folder), lines: [] };
  }

  static async #start(folder: Folder): Promise<Log> {
    return new Log(folder, 0, await folder.open('index-0'), { size: 0, lines: [] });
  }

  /** @throws DicomError STORE_FULL or STORE_FAILED; then the log is as it was before. */
  append(line: Line): void {
    const bytes = encode(line);
    writeAll(this.#file, bytes, this.#size);
    this.#size += bytes.length;
    this.lines++;
  }

  flush(): void {
    this.#file.flush();
  }

  /**
   * Begins a new log with these instances, and removes the old one with all that it tells of others. `placed` is called
   * when the new file is open, and must have flushed what it names.
   */
  async rewrite(placed: () => Iterable<Placed>): Promise<void> {
    const name = `index-${this.#number + 1}`;
    const file = await this.#folder.open(name);
    try {
      const { size, lines } = writeLines(file, placed());
      const old = this.#file;
      this.#file = file;
      this.#size = size;
      this.lines = lines;
      this.#number++;
      old.close();
    } catch (error) {
      cutBack(file, 0); // were it not removed, it must not be taken for the newer one
      file.close();
      await this.#folder.remove(name);
      throw storeError(error, 'the index of the archive could not be written');
    }
    await this.#folder.remove(`index-${this.#number - 1}`);
  }

  close(): void {
    this.#file.close();
  }
}

interface Read {
  /** Bytes up to the end of the last whole line. */
  readonly size: number;
  readonly lines: readonly Line[];
}

function writeLines(file: AccessFile, placed: Iterable<Placed>): { size: number; lines: number } {
  let size = 0;
  let lines = 0;
  let batch: Bytes[] = [];
  const write = (): void => {
    const bytes = concat(batch);
    writeAll(file, bytes, size);
    size += bytes.length;
    batch = [];
  };
  file.truncate(0);
  for (const one of placed) {
    lines++;
    if (batch.push(encode(one)) === 100) write();
  }
  batch.push(encode({ flushed: true }));
  write();
  file.flush();
  return { size, lines: lines + 1 };
}

function encode(line: Line): Bytes {
  const json = encoder.encode(JSON.stringify(line));
  return concat([encoder.encode(`${hex(checksum(json))} `), json, Uint8Array.of(NEWLINE)]);
}

function decode(bytes: Bytes): Line | undefined {
  const json = bytes.subarray(9);
  if (decoder.decode(bytes.subarray(0, 9)) !== `${hex(checksum(json))} `) return undefined;
  return JSON.parse(decoder.decode(json)) as Line;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** All whole lines; what follows them is cut off. */
function readLines(file: AccessFile): Read {
  const lines: Line[] = [];
  const total = file.getSize();
  let size = 0;
  let held: Bytes = new Uint8Array(0);
  for (let at = 0; at < total; at += PIECE) {
    held = concat([held, readAt(file, at, Math.min(total, at + PIECE))]);
    for (let end = held.indexOf(NEWLINE); end >= 0; end = held.indexOf(NEWLINE)) {
      const line = decode(held.subarray(0, end));
      if (line === undefined) return cut(file, { size, lines });
      lines.push(line);
      size += end + 1;
      held = held.subarray(end + 1);
    }
    if (held.length > LONGEST_LINE) break;
  }
  return cut(file, { size, lines });
}

function cut(file: AccessFile, read: Read): Read {
  if (file.getSize() > read.size) cutBack(file, read.size);
  return read;
}
