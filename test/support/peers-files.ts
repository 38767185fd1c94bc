/** Part 10 files read without our own code, to compare what different programs wrote. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface RawFile {
  readonly path: string;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  /** Everything behind the file meta information. */
  readonly dataSet: Buffer;
}

/** Reads the file meta information: explicit VR little endian, as long as (0002,0000) says (PS3.10 7.1). */
export function readRaw(path: string): RawFile {
  const file = readFileSync(path);
  if (file.toString('latin1', 128, 132) !== 'DICM') throw new Error(`${path}: no DICM at offset 128`);
  const end = 144 + file.readUInt32LE(140);
  const values = new Map<number, string>();
  for (let at = 144; at < end;) {
    const long = ['OB', 'UN'].includes(file.toString('latin1', at + 4, at + 6));
    const start = at + (long ? 12 : 8);
    const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
    values.set(file.readUInt16LE(at + 2), file.toString('latin1', start, start + length).replace(/\0+$/, ''));
    at = start + length;
  }
  return {
    path,
    sopClassUID: values.get(0x0002) ?? '',
    sopInstanceUID: values.get(0x0003) ?? '',
    transferSyntaxUID: values.get(0x0010) ?? '',
    dataSet: file.subarray(end),
  };
}

/** What a store of ours keeps for itself is left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.webdimse-'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The instances below a folder by SOP Instance UID. */
export function instancesBelow(folder: string): Map<string, RawFile> {
  return new Map(
    filesBelow(folder)
      .map(readRaw)
      .map((file) => [file.sopInstanceUID, file]),
  );
}

/** By SOP Instance UID: the transfer syntax, and every byte behind the file meta information. */
export function contentOf(files: Iterable<RawFile>): Record<string, string> {
  return Object.fromEntries(
    [...files].map((file) => [
      file.sopInstanceUID,
      `${file.transferSyntaxUID} ${file.dataSet.toString('base64')}`,
    ]),
  );
}

/** The content of all instances below a folder. */
export function content(folder: string): Record<string, string> {
  return contentOf(instancesBelow(folder).values());
}

/** Encapsulated pixel data: from its tag (7FE0,0010) to its sequence delimitation item (PS3.5 A.4). */
export function pixels({ path, dataSet }: RawFile): Buffer {
  const start = dataSet.lastIndexOf('e07f1000', undefined, 'hex');
  const end = dataSet.lastIndexOf('feffdde000000000', undefined, 'hex');
  if (end <= start) throw new Error(`${path}: no encapsulated pixel data`);
  return dataSet.subarray(start, end);
}
