import fs from 'node:fs';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DiskStore } from '../../bridge/node/index.ts';
import { Archive } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { Stored } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';
import { entriesOf, instance, keep, largeInstance, readAll } from './instances.ts';
import type { TestInstance } from './instances.ts';

const root = await mkdtemp(join(tmpdir(), 'webdimse-journal-'));
let folder: string;
let journal: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'store-'));
  journal = join(folder, '.webdimse-index');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rm(root, { recursive: true }));

/** Everything that a store tells, and which files it had to read for that. */
async function opened(): Promise<{ told: Stored[]; ignored: number; read: string[] }> {
  const open = vi.spyOn(fs, 'open');
  const store = await DiskStore.open(folder, { journal: true });
  const read = (open.mock.calls as readonly unknown[][])
    .filter(([, flags]) => flags === 'r')
    .map(([path]) => String(path).slice(folder.length + 1));
  open.mockRestore();
  await store.close();
  return { told: (await entriesOf(store)).map(plain), ignored: store.ignored, read: read.toSorted() };
}

/** What a store without a journal tells. */
async function truth(): Promise<{ told: Stored[]; ignored: number }> {
  const store = await DiskStore.open(folder);
  return { told: (await entriesOf(store)).map(plain), ignored: store.ignored };
}

function plain(stored: Stored): Stored {
  const { sopClassUID, sopInstanceUID, transferSyntaxUID, callingAETitle, bytes, header, file } = stored;
  return {
    sopClassUID,
    sopInstanceUID,
    transferSyntaxUID,
    callingAETitle,
    bytes,
    header,
    ...(file !== undefined && { file }),
  };
}

function fileOf({ info, dataSet: bytes }: TestInstance): Uint8Array {
  return concat([fileMetaInformation(info), bytes]);
}

const named = (PatientName: string): Record<string, string> => ({
  SpecificCharacterSet: 'ISO_IR 192',
  PatientName,
});

/** Three instances that came, one that somebody put there, and a file that is none. */
async function fill(): Promise<void> {
  const store = await DiskStore.open(folder, { journal: true });
  await keep(store, instance('1.2.3.1.1', named('Müller^Jürgen=山田')));
  await keep(store, largeInstance('1.2.3.1.2', 32 << 10));
  await keep(store, instance('1.2.3.1.3', { SeriesInstanceUID: '1.2.3.2', Modality: 'MR' }));
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'ä\tb'), fileOf(instance('1.2.3.9')));
  await writeFile(join(folder, 'notes.txt'), 'no DICOM');
  await store.close();
  await opened(); // tells of what others put there
}

describe('the journal of a folder', () => {
  it('tells all that the files tell, and none is read', async () => {
    await fill();
    const again = await opened();
    expect(again.read).toEqual([]);
    expect(again).toMatchObject(await truth());
    expect(again.told).toHaveLength(4);
    expect(again.ignored).toBe(1);
  });

  it('is as private as the files', async () => {
    await fill();
    expect((await stat(journal)).mode).toBe((await stat(join(folder, '1.2.3.1.1.dcm'))).mode);
  });

  it('is no instance, and not there where nobody asked for it', async () => {
    await keep(await DiskStore.open(folder), instance('1.2.3.1.1'));
    expect(await readdir(folder)).toEqual(['1.2.3.1.1.dcm']);
    await opened();
    expect((await readdir(folder)).toSorted()).toEqual(['.webdimse-index', '1.2.3.1.1.dcm']);
    expect((await opened()).ignored).toBe(0);
  });

  it('finds files again that lie where a link to the folder leads', async () => {
    await fill();
    await rename(folder, `${folder}-moved`);
    folder = `${folder}-moved`;
    const again = await opened();
    expect(again.read).toEqual([]);
    expect(again).toMatchObject(await truth());
  });

  it('serves instances that it told', async () => {
    const large = largeInstance('1.2.3.1.2', 32 << 10);
    await fill();
    const store = await DiskStore.open(folder, { journal: true });
    expect(await readAll(store, '1.2.3.1.2')).toEqual(large.dataSet);
    const archive = await Archive.open(store);
    const keys = dataSet({ PatientName: '山*', StudyInstanceUID: '' });
    const matches = [...archive.find({ model: 'STUDY', level: 'STUDY', keys })];
    expect(matches.map((match) => text(match, 'StudyInstanceUID'))).toEqual(['1.2.3']);
    await store.close();
  });

  it('is written while the store is open', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store = await DiskStore.open(folder, { journal: true });
    await keep(store, instance('1.2.3.1.1'));
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await readFile(journal, 'latin1')).toContain('1.2.3.1.1.dcm'));
    expect((await opened()).read).toEqual([]);
    await store.close();
  });
});

describe('a journal that is not true', () => {
  beforeEach(fill);

  const one = (): string => join(folder, '1.2.3.1.1.dcm');

  it.each<[string, () => Promise<void>, string[]]>([
    [
      'written anew',
      () => writeFile(one(), fileOf(instance('1.2.3.1.1', { PatientID: 'NEW' }))),
      ['1.2.3.1.1.dcm'],
    ],
    ['another file of that name', () => rename(join(folder, '1.2.3.1.3.dcm'), one()), ['1.2.3.1.1.dcm']],
    ['gone', () => rm(one()), []],
    ['new', () => writeFile(join(folder, 'new'), fileOf(instance('1.2.3.1.4'))), ['new']],
    ['no DICOM any more', () => writeFile(one(), 'x'), ['1.2.3.1.1.dcm']],
    [
      'an instance now',
      () => writeFile(join(folder, 'notes.txt'), fileOf(instance('1.2.3.8'))),
      ['notes.txt'],
    ],
    ['cut off', () => truncate(join(folder, '1.2.3.1.2.dcm'), 5000), ['1.2.3.1.2.dcm']],
  ])('of a file that is %s', async (_, change, read) => {
    await change();
    const again = await opened();
    expect(again.read).toEqual(read);
    expect(again).toMatchObject(await truth());
    expect((await opened()).read).toEqual([]);
  });

  it('of a file that was changed behind its back: as long, and with the time that it had', async () => {
    const { atime, mtime } = await stat(one());
    const changed = fileOf(instance('1.2.3.1.1', named('Muller^Jurgen=xxxxxxxx')));
    expect(changed.length).toBe((await stat(one())).size);
    await writeFile(one(), changed);
    await utimes(one(), atime, mtime);
    const again = await opened();
    expect(again.read).toEqual(['1.2.3.1.1.dcm']);
    expect(again).toMatchObject(await truth());
  });

  it('is not believed in a copy of the folder, which has other files', async () => {
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true, preserveTimestamps: true });
    folder = copy;
    const again = await opened();
    expect(again.read).toHaveLength(5);
    expect(again).toMatchObject(await truth());
  });
});

/** The same journal, of which some characters of a block are others. */
function forged(whole: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(whole);
  const block = bytes.indexOf('\n') + 1;
  const length = bytes.readUInt32LE(block);
  const text = bytes.subarray(block + 8, block + 8 + length);
  for (let n = 0; n < 8; n++) text[random.int(length)] = random.pick([...Buffer.from('"[]{}@:,\\\t\n-9a')]);
  bytes.writeUInt32LE(crc32(text), block + 4);
  return bytes;
}

describe('a journal that is broken', () => {
  let whole: Buffer;
  beforeEach(async () => {
    await fill();
    whole = await readFile(journal);
  });

  async function mended(): Promise<void> {
    const expected = await truth();
    expect(await opened()).toMatchObject(expected);
    const after = await opened();
    expect(after.read).toEqual([]);
    expect(after).toMatchObject(expected);
  }

  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => rm(journal)],
    ['empty', () => writeFile(journal, '')],
    [
      'of another version',
      () => writeFile(journal, whole.toString('latin1').replace('index 1', 'index 2'), 'latin1'),
    ],
    ['followed by half a block', () => appendFile(journal, whole.subarray(40, 90))],
    ['told that a block is of 4 GiB', () => appendFile(journal, Buffer.alloc(8, 255))],
    [
      'a link',
      async () => {
        await rename(journal, `${folder}-elsewhere`);
        await symlink(`${folder}-elsewhere`, journal);
      },
    ],
  ])('%s', async (_, harm) => {
    await harm();
    await mended();
  });

  it('cut off anywhere', async () => {
    const random = new Random(3);
    for (let i = 0; i < 25; i++) {
      await writeFile(journal, whole.subarray(0, random.int(whole.length)));
      await mended();
    }
  });

  it('with a wrong byte anywhere', async () => {
    const random = new Random(5);
    for (let i = 0; i < 25; i++) {
      const bytes = Buffer.from(whole);
      bytes[random.int(bytes.length)]! ^= 1 + random.int(255);
      await writeFile(journal, bytes);
      await mended();
    }
  });

  it('with what nobody wrote, and a check sum that is right: the archive opens and answers', async () => {
    const random = new Random(6);
    for (let i = 0; i < 60; i++) {
      await writeFile(journal, forged(whole, random));
      const store = await DiskStore.open(folder, { journal: true });
      const archive = await Archive.open(store);
      const keys = dataSet({ PatientName: 'M*', ModalitiesInStudy: '', NumberOfStudyRelatedInstances: '' });
      expect([...archive.find({ model: 'STUDY', level: 'STUDY', keys })].length).toBeLessThan(5);
      for await (const { header } of store.entries()) expect(header).toBeInstanceOf(Object);
      await store.close();
    }
  });

  it('that cannot be written does not matter', async () => {
    await rm(journal);
    await mkdir(journal);
    const expected = await truth();
    expect(await opened()).toMatchObject(expected);
    expect(await opened()).toMatchObject(expected);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is written anew where most of it is about files as they were', async () => {
    const blocks = whole.subarray(whole.indexOf('\n') + 1);
    await appendFile(journal, Buffer.concat(Array.from({ length: 300 }, () => blocks)));
    const { size } = await stat(journal);
    await mended();
    expect((await stat(journal)).size).toBeLessThan(size / 10);
  });
});
