import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, readDataSet, text } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeWith, program } from '../support/needs.ts';

/** The upper half of a set, as far as we have characters for it; the space at A0H aside, which printing may trim. */
function upperHalf(set: string): Bytes {
  const all = Uint8Array.from({ length: 0x5f }, (_, i) => 0xa1 + i);
  return all.filter((byte) => read(encoded(set, Uint8Array.of(byte))) !== '\uFFFD');
}

/** All characters of some rows of the code table, as pairs above A0H. */
function pairs(escape: string, rows: readonly number[]): Bytes {
  const all = rows.flatMap((row) => Array.from({ length: 94 }, (_, cell) => [0xa0 + row, 0xa1 + cell]));
  return concat([fromHex(escape), Uint8Array.from(all.flat())]);
}

const rows = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** All sets that dcmdump 3.6.7 converts. Rows of pairs that are full: Hangul 16 to 40 and Hanja 42 to 93 of KS X 1001, first and second level of GB 2312. */
const TEXTS: readonly (readonly [set: string, value: () => Bytes])[] = [
  ...[100, 101, 109, 110, 144, 127, 126, 138, 148, 13, 166].map(
    (number) => [`ISO_IR ${number}`, (): Bytes => upperHalf(`ISO_IR ${number}`)] as const,
  ),
  ['\\ISO 2022 IR 149', () => pairs('1b242943', [...rows(16, 40), ...rows(42, 93)])],
  ['\\ISO 2022 IR 58', () => pairs('1b242941', [...rows(16, 54), ...rows(56, 87)])],
  ['GB18030', () => pairs('', [...rows(16, 54), ...rows(56, 87)])],
];

/** (0008,0005) and Text Value (0040,A160). */
function encoded(set: string, value: Bytes): Bytes {
  const padded = (bytes: Bytes): Bytes => (bytes.length % 2 === 0 ? bytes : concat([bytes, fromLatin1(' ')]));
  const [terms, text] = [padded(fromLatin1(set)), padded(value)];
  return concat([
    fromHex('08000500 4353'),
    Uint8Array.of(terms.length, 0),
    terms,
    fromHex('400060a1 5554 0000'),
    new Uint8Array(Uint32Array.of(text.length).buffer),
    text,
  ]);
}

const read = (bytes: Bytes): string => text(readDataSet(bytes, EXPLICIT_VR_LITTLE_ENDIAN), 'TextValue');

describeWith(['dcmtk'], 'dcmdump +U8', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'webdimse-charset-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(TEXTS)('agrees on every character of %s', (set, value) => {
    const bytes = encoded(set, value());
    const info = { sopClassUID: '1.2.3', sopInstanceUID: '1.2.4', callingAETitle: 'TEST' };
    const file = join(folder, 'text.dcm');
    writeFileSync(
      file,
      concat([fileMetaInformation({ ...info, transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN }), bytes]),
    );
    const run = spawnSync(program('dcmdump')!, ['-q', '+U8', '+L', '+P', '0040,a160', file], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    const printed = /\[(.*)\]/.exec(run.stdout)![1]!;
    expect(printed.trimEnd()).toBe(read(bytes));
    expect(printed.length).toBeGreaterThan(40);
  });
});
