import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DiskStore } from '../../bridge/node/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { storeContract } from './contract.ts';
import { entriesOf, instance, keep, largeInstance, readAll } from './instances.ts';

const root = await mkdtemp(join(tmpdir(), 'webdimse-store-'));
let folder: string;
const fresh = (): Promise<string> => mkdtemp(join(root, 'store-'));

beforeEach(async () => {
  folder = await fresh();
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rm(root, { recursive: true }));

storeContract('DiskStore', async () => DiskStore.open(await fresh()));

describe('the files of a DiskStore', () => {
  it('are Part 10 files named by their UID', async () => {
    const store = await DiskStore.open(folder);
    const one = instance('1.2.3.1.1');
    const stored = await keep(store, one);
    expect(await readdir(folder)).toEqual(['1.2.3.1.1.dcm']);
    expect(stored.file).toBe(join(folder, '1.2.3.1.1.dcm'));
    const expected = concat([fileMetaInformation(one.info), one.dataSet]);
    expect(Buffer.compare(await readFile(join(folder, '1.2.3.1.1.dcm')), expected)).toBe(0);
  });

  it('are not there under their final name before commit', async () => {
    const store = await DiskStore.open(folder);
    const one = largeInstance('1.2.3.1.1', 3 << 20);
    const sink = await store.put(one.info);
    await sink.write(one.dataSet);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.webdimse-.*\.part$/)]);
    await sink.commit();
    expect(await readdir(folder)).toEqual(['1.2.3.1.1.dcm']);
  });

  it('leave nothing behind when aborted, even in the middle of a write', async () => {
    const store = await DiskStore.open(folder);
    const one = largeInstance('1.2.3.1.1', 3 << 20);
    const sink = await store.put(one.info);
    const writing = Promise.resolve(sink.write(one.dataSet));
    await sink.abort();
    await writing;
    expect(await readdir(folder)).toEqual([]);
  });

  it('leave nothing behind when aborted while they are committed, nor write into another', async () => {
    const store = await DiskStore.open(folder);
    const written = vi.spyOn(fs, 'write');
    const closed = vi.spyOn(fs, 'close');
    const one = largeInstance('1.2.3.1.1', 300 << 10);
    const sink = await store.put(one.info);
    await sink.write(one.dataSet);
    const committing = Promise.resolve(sink.commit());
    const aborting = sink.abort();
    await expect(committing).rejects.toMatchObject({ code: 'USAGE' });
    await aborting;
    expect(await readdir(folder)).toEqual([]);
    expect(written.mock.invocationCallOrder.at(-1)).toBeLessThan(closed.mock.invocationCallOrder.at(-1)!);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('are closed once when aborted while their last piece is written', async () => {
    const store = await DiskStore.open(folder);
    const closed = vi.spyOn(fs, 'close');
    const one = instance('1.2.3.1.1');
    const sink = await store.put(one.info);
    await sink.write(one.dataSet);
    const write = fs.write as (...args: unknown[]) => void;
    let aborting: Promise<void> | undefined;
    vi.spyOn(fs, 'write').mockImplementationOnce((...args: unknown[]) => {
      aborting = sink.abort();
      write(...args);
    });
    await expect(Promise.resolve(sink.commit())).rejects.toMatchObject({ code: 'USAGE' });
    await aborting;
    expect(closed).toHaveBeenCalledTimes(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['', '.', '..', '../../x', '1.2/3', '1.2\\3', 'C:1.2', '1.2\0', '1'.repeat(65), '1.2 3'])(
    'refuse the UID %j',
    async (uid) => {
      const store = await DiskStore.open(folder);
      const info = { ...instance('1.2.3').info, sopInstanceUID: uid };
      expect(() => store.put(info)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('do not replace a file of that name that holds something else', async () => {
    const other = instance('9.9');
    await writeFile(join(folder, '1.2.3.1.1.dcm'), concat([fileMetaInformation(other.info), other.dataSet]));
    await writeFile(join(folder, '1.2.3.1.2.dcm'), 'notes');
    const store = await DiskStore.open(folder);
    await keep(store, instance('1.2.3.1.1'));
    await keep(store, instance('1.2.3.1.2'));
    expect(await readAll(store, '9.9')).toEqual(other.dataSet);
    expect(await readFile(join(folder, '1.2.3.1.2.dcm'), 'utf8')).toBe('notes');
    expect((await readdir(folder)).sort()).toHaveLength(4);
  });
});

describe('a DiskStore that is opened again', () => {
  it('holds the same instances', async () => {
    const store = await DiskStore.open(folder);
    for (let i = 1; i <= 30; i++) await keep(store, largeInstance(`1.2.3.1.${i}`, 256 * i));
    const again = await DiskStore.open(folder);
    const byUID = (a: { sopInstanceUID: string }, b: { sopInstanceUID: string }): number =>
      a.sopInstanceUID < b.sopInstanceUID ? -1 : 1;
    expect((await entriesOf(again)).sort(byUID)).toEqual((await entriesOf(store)).sort(byUID));
    expect(await readAll(again, '1.2.3.1.7')).toEqual(largeInstance('1.2.3.1.7', 256 * 7).dataSet);
    expect(again.ignored).toBe(0);
  });

  it('finds files below it under any name, and counts what is none', async () => {
    const one = instance('1.2.3.1.1');
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    await writeFile(join(folder, 'a', 'b', 'IM00001'), concat([fileMetaInformation(one.info), one.dataSet]));
    await writeFile(join(folder, 'a', 'zz-copy'), concat([fileMetaInformation(one.info), one.dataSet]));
    await writeFile(join(folder, 'readme.txt'), 'no DICOM');
    await writeFile(join(folder, 'empty.dcm'), '');
    await symlink(folder, join(folder, 'loop'));
    const store = await DiskStore.open(folder);
    expect((await entriesOf(store)).map((stored) => stored.file)).toEqual([
      join(folder, 'a', 'b', 'IM00001'),
    ]);
    expect(await readAll(store, '1.2.3.1.1')).toEqual(one.dataSet);
    expect(store.ignored).toBe(3);
  });

  it('puts the new file of a UID in place of the old one, wherever that lay', async () => {
    const first = await DiskStore.open(folder);
    await keep(first, instance('1.2.3.1.1'));
    await mkdir(join(folder, 'sub'));
    await rename(join(folder, '1.2.3.1.1.dcm'), join(folder, 'sub', 'x'));
    const store = await DiskStore.open(folder);
    await keep(store, instance('1.2.3.1.1', { PatientID: 'NEW' }));
    expect(await readdir(join(folder, 'sub'))).toEqual([]);
    expect(await entriesOf(await DiskStore.open(folder))).toHaveLength(1);
  });

  it('removes what dead writers left, and nothing of living ones', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const living = await DiskStore.open(folder);
    const one = largeInstance('1.2.3.1.1', 2 << 20);
    const sink = await living.put(one.info);
    await sink.write(one.dataSet);
    await writeFile(join(folder, `.webdimse-${dead}-0a.part`), 'x');
    await writeFile(join(folder, `.webdimse-${process.pid}-0b.part`), 'of a former process of this number');
    await writeFile(join(folder, `.webdimse-${process.ppid}-0c.part`), 'of a living process');
    const store = await DiskStore.open(folder);
    expect(store.ignored).toBe(0);
    expect(await readdir(folder)).toHaveLength(2);
    await sink.commit();
    expect((await readdir(folder)).sort()).toEqual([`.webdimse-${process.ppid}-0c.part`, '1.2.3.1.1.dcm']);
  });

  it('makes its folder', async () => {
    await DiskStore.open(join(folder, 'new', 'deep'));
    expect(await readdir(join(folder, 'new'))).toEqual(['deep']);
  });

  it('says so where the folder is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(DiskStore.open(join(folder, 'file'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('a disk that fails', () => {
  /** Lets every write fail as the system would. */
  function failWrites(code: string): void {
    type Done = (error: Error) => void;
    const write = (...args: unknown[]): void => {
      const error = Object.assign(new Error(`${code}: write`), { code });
      queueMicrotask(() => (args.at(-1) as Done)(error));
    };
    vi.spyOn(fs, 'write').mockImplementation(write as unknown as typeof fs.write);
  }

  it.each([
    ['ENOSPC', 'STORE_FULL'],
    ['EDQUOT', 'STORE_FULL'],
    ['EIO', 'STORE_FAILED'],
  ])('%s becomes %s, at once or at commit, and leaves nothing', async (system, code) => {
    const store = await DiskStore.open(folder);
    failWrites(system);
    const large = largeInstance('1.2.3.1.1', 3 << 20);
    const sink = await store.put(large.info);
    await expect(sink.write(large.dataSet)).rejects.toMatchObject({ code });
    await expect(sink.commit()).rejects.toMatchObject({ code: 'USAGE' });
    await sink.abort();
    await expect(keep(store, instance('1.2.3.1.2'))).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
    expect(await entriesOf(store)).toEqual([]);
  });

  it('errors the stream of a file that was cut', async () => {
    const store = await DiskStore.open(folder);
    const { file } = await keep(store, largeInstance('1.2.3.1.1', 1 << 20));
    await writeFile(file!, (await readFile(file!)).subarray(0, 5000));
    await expect(readAll(store, '1.2.3.1.1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('does not read another instance than was opened', async () => {
    const store = await DiskStore.open(folder);
    await keep(store, instance('1.2.3.1.1'));
    const { dataSet } = await store.open('1.2.3.1.1');
    await keep(store, instance('1.2.3.1.1', { PatientID: 'NEW' }));
    await expect(dataSet.getReader().read()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('tells that a file is gone', async () => {
    const store = await DiskStore.open(folder);
    const { file } = await keep(store, instance('1.2.3.1.1'));
    await rm(file!);
    await expect(readAll(store, '1.2.3.1.1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await store.delete('1.2.3.1.1');
    expect(await store.has('1.2.3.1.1')).toBe(false);
  });
});
