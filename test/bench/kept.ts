/** What lies in a folder behind a run that was to put it there. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { filesBelow } from '../support/peers-files.ts';
import type { Run } from './bench.ts';

/** The Part 10 files of a folder, and how long their data sets are together. What else a server keeps there does not count. */
export function keptIn(folder: string): Required<Pick<Run, 'count' | 'bytes'>> {
  const lengths = filesBelow(folder)
    .map(dataSetLength)
    .filter((length) => length !== undefined);
  return { count: lengths.length, bytes: lengths.reduce((sum, length) => sum + length, 0) };
}

/** Where the prefix stands, and where the value of (0002,0000) ends (PS3.10 7.1). */
const PREFIX_AT = 128;
const META_AT = 144;

/** What is behind the file meta information; undefined where there is none. */
function dataSetLength(path: string): number | undefined {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(META_AT);
    readSync(file, head, 0, META_AT, 0);
    if (head.toString('latin1', PREFIX_AT, PREFIX_AT + 4) !== 'DICM') return undefined;
    return fstatSync(file).size - META_AT - head.readUInt32LE(META_AT - 4);
  } finally {
    closeSync(file);
  }
}
