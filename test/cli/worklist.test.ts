/** `webdimse pacs --worklist`: files of a folder, as they are when a query comes. */
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { WorklistFolder } from '../../bridge/cli/worklist-folder.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, text, writeDataSet } from '../../core/data/index.ts';
import { records, run, temporaryFolder, webdimse } from '../support/peers-process.ts';
import { startWebdimsePacs, worklistFile } from '../support/peers.ts';

const STEP = 'ScheduledProcedureStepSequence[0]';

function file(id: string, modality = 'CT'): Buffer {
  const entry = dataSet({
    SpecificCharacterSet: 'ISO_IR 100',
    PatientName: 'Müller^Jürgen',
    RequestedProcedureID: id,
    [`${STEP}.Modality`]: modality,
  });
  return worklistFile(writeDataSet(entry, EXPLICIT_VR_LITTLE_ENDIAN), 1);
}

let folder: string;
let told: string[];
let worklist: WorklistFolder;
beforeEach(() => {
  folder = temporaryFolder();
  told = [];
  worklist = new WorklistFolder(folder, (sentence) => told.push(sentence));
});

const write = (name: string, content: Buffer | string): void => writeFileSync(join(folder, name), content);
const ids = (entries: readonly DataSet[]): string[] =>
  entries.map((entry) => text(entry, 'RequestedProcedureID'));

describe('a folder of worklist files', () => {
  test('is read in the order of the names, by extension', async () => {
    write('b.WL', file('2'));
    write('a.dcm', file('1'));
    write('c.txt', 'notes');
    write('lockfile', '');
    const entries = await worklist.entries();
    expect(ids(entries)).toEqual(['1', '2']);
    expect(text(entries[0]!, 'PatientName')).toBe('Müller^Jürgen');
    expect(told).toEqual([]);
  });

  test('is read again where files have changed, come or gone', async () => {
    write('a.wl', file('1'));
    write('b.wl', file('2'));
    const [first, second] = await worklist.entries();
    const again = await worklist.entries();
    expect(again[0]).toBe(first); // what has not changed is not read
    write('a.wl', file('9'));
    utimesSync(join(folder, 'a.wl'), 1, 1); // as long as before, and perhaps in the same tick
    write('c.wl', file('3'));
    const third = await worklist.entries();
    expect(ids(third)).toEqual(['9', '2', '3']);
    expect(third[1]).toBe(second);
    rmSync(join(folder, 'b.wl'));
    expect(ids(await worklist.entries())).toEqual(['9', '3']);
  });

  test('says of each file that cannot be used why, once until it changes, and goes on', async () => {
    write('a.wl', file('1'));
    write('cut.wl', file('2').subarray(0, -3));
    write('empty.wl', '');
    write('large.wl', Buffer.alloc(300_000));
    write('notes.wl', 'no DICOM');
    const image = dataSet({ SOPInstanceUID: '1.2.3' });
    write('unscheduled.dcm', worklistFile(writeDataSet(image, EXPLICIT_VR_LITTLE_ENDIAN), 1));
    expect(ids(await worklist.entries())).toEqual(['1']);
    expect(told).toEqual([
      expect.stringMatching(/^skipped .*cut\.wl: unreadable data set: /),
      expect.stringMatching(/^skipped .*empty\.wl: the file is empty$/),
      expect.stringMatching(/^skipped .*large\.wl: 300 kB are too many for a worklist entry \(262 kB\)$/),
      expect.stringMatching(/^skipped .*notes\.wl: it is not a DICOM file/),
      expect.stringMatching(/^skipped .*unscheduled\.dcm: no procedure step is scheduled in it/),
    ]);
    told.length = 0;
    expect(ids(await worklist.entries())).toEqual(['1']);
    expect(told).toEqual([]);
    write('notes.wl', 'still no DICOM');
    write('empty.wl', file('5'));
    expect(ids(await worklist.entries())).toEqual(['1', '5']);
    expect(told).toEqual([expect.stringMatching(/notes\.wl/)]);
  });

  test('does not open what is no file', async () => {
    mkdirSync(join(folder, 'folder.wl'));
    symlinkSync('nowhere', join(folder, 'link.wl'));
    await run('mkfifo', [join(folder, 'pipe.wl')]);
    write('a.wl', file('1'));
    expect(ids(await worklist.entries())).toEqual(['1']);
    expect(told).toEqual([]);
  });

  test('ends at its limits, and says so', async () => {
    const names = ['a', 'b', 'c'];
    for (const name of names) write(`${name}.wl`, file(name));
    const { length } = file('a');
    for (const limits of [
      { files: 2, bytes: 1 << 20 },
      { files: 9, bytes: 2 * length },
    ]) {
      const bounded = new WorklistFolder(folder, (sentence) => told.push(sentence), limits);
      expect(ids(await bounded.entries())).toEqual(['a', 'b']);
      expect(told.splice(0)).toEqual([expect.stringMatching(/^the worklist ends before c\.wl: /)]);
    }
  });
});

test('webdimse pacs answers from it, and says what is wrong with it', async () => {
  write('a.wl', file('1'));
  write('notes.wl', 'no DICOM');
  const pacs = await startWebdimsePacs([], { worklist: folder, sample: true });
  try {
    const find = async (...keys: string[]): Promise<Record<string, unknown> | undefined> =>
      records(await webdimse('worklist', pacs.address, '--json', ...keys)).at(-1);
    expect(await find('-k', `${STEP}.Modality=CT`)).toMatchObject({ status: '0000', matches: 2 }); // one is a sample
    write('b.wl', file('2', 'XA'));
    expect(await find('-k', `${STEP}.Modality=XA`)).toMatchObject({ status: '0000', matches: 1 });
    rmSync(folder, { recursive: true });
    const failed = await webdimse('worklist', pacs.address);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/the worklist cannot be read/);
    expect(failed.stderr).not.toContain(folder);
    expect(pacs.output()).toMatch(/webdimse pacs: skipped .*notes\.wl: /);
    expect(pacs.output()).toMatch(/the worklist cannot be read: no such file or directory/);
  } finally {
    await pacs.stop();
  }
});

test('a folder that is not there is a usage error; without one there is no worklist', async () => {
  const { code, stderr } = await webdimse('pacs', '--worklist', join(folder, 'no'), '--port', '0');
  expect(stderr).toMatch(/^webdimse pacs: --worklist: no such file or directory\n$/);
  expect(code).toBe(2);
  const pacs = await startWebdimsePacs();
  try {
    const refused = await webdimse('worklist', pacs.address);
    expect(refused.stderr).toMatch(/does not offer Modality Worklist/);
    expect(refused.code).toBe(1);
  } finally {
    await pacs.stop();
  }
});
