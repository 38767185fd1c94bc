/** Files to send, read in place. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lookInto, piecesOf } from '../../bridge/cli/local-file.ts';
import { concat, equals } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { Random } from '../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'webdimse-local-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, bytes: Bytes): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** As who sends them has them: each piece is looked at before the next one is asked for. */
async function copied(source: Bytes | AsyncIterable<Bytes>): Promise<Bytes[]> {
  const copies: Bytes[] = [];
  for await (const piece of source instanceof Uint8Array ? [source] : source) copies.push(piece.slice());
  return copies;
}

test.each([1, 4096, 1 << 20, (1 << 20) + 1, 3_500_000])('%i bytes come whole', async (size) => {
  const bytes = new Random(size).bytes(size + 300);
  const path = fileOf(`${size}.dcm`, bytes);
  const pieces = await copied(await piecesOf(path, 300, size + 300));
  expect(equals(concat(pieces), bytes.subarray(300))).toBe(true);
  expect(pieces).toHaveLength(Math.ceil(size / (1 << 20)));
});

test('several files at once do not meet in memory', async () => {
  const files = Array.from({ length: 20 }, (_, i) => new Random(i + 1).bytes(40_000));
  const paths = files.map((bytes, i) => fileOf(`several-${i}`, bytes));
  const opened = await Promise.all(paths.map((path) => piecesOf(path, 0, 40_000)));
  for (let round = 0; round < 2; round++) {
    const sources = round === 0 ? opened : await Promise.all(paths.map((path) => piecesOf(path, 0, 40_000)));
    for (const [i, source] of sources.entries()) {
      expect(equals(concat(await copied(source)), files[i]!)).toBe(true);
    }
  }
});

test.each([5000, 2_000_000])('a file of %i bytes that was cut since is told', async (size) => {
  const path = fileOf(`cut-${size}`, new Random(size).bytes(size));
  truncateSync(path, size - 10);
  const read = async (): Promise<unknown> => copied(await piecesOf(path, 0, size));
  await expect(read()).rejects.toMatchObject({ code: 'FILE_INVALID' });
});

test('its beginning and what lies far behind are looked into', async () => {
  const bytes = new Random(1).bytes(100_000);
  const path = fileOf('look', bytes);
  const parts = await lookInto(path, async ({ size, read }) => {
    expect(size).toBe(100_000);
    const [first, far] = [await read(10, 20), await read(99_990, 100_000)];
    return concat([first, far]);
  });
  expect(equals(parts, concat([bytes.subarray(10, 20), bytes.subarray(-10)]))).toBe(true);
});

test('a folder is no file, and what is not there neither', async () => {
  const use = (): Promise<void> => Promise.resolve();
  await expect(lookInto(folder, use)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(lookInto(join(folder, 'none'), use)).rejects.toThrow('ENOENT');
  await expect(piecesOf(join(folder, 'none'), 0, 10)).rejects.toThrow('ENOENT');
});
