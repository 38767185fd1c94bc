import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { bytesSource, fileMetaInformation, isDirectoryName, openDirectory } from '../../core/file/index.ts';
import { describeWith, program } from '../support/needs.ts';

test('is known by its name, as discs and copies of them write it', () => {
  expect(['DICOMDIR', 'dicomdir', 'DICOMDIR.', 'DICOMDIR;1'].map(isDirectoryName)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['DICOMDIR.dcm', 'xDICOMDIR', ''].map(isDirectoryName)).toEqual([false, false, false]);
});

test('is refused where it is an instance, or no DICOM at all', async () => {
  const info = {
    sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUID: '1.2',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    callingAETitle: '',
  };
  await expect(openDirectory(bytesSource(fileMetaInformation(info)))).rejects.toMatchObject({
    code: 'FILE_INVALID',
  });
  await expect(openDirectory(bytesSource(new Uint8Array(500)))).rejects.toMatchObject({
    code: 'FILE_INVALID',
  });
});

test('names no file of a record that was deleted, and follows no offset', async () => {
  const record = (file: string, inUse: number): DataSet =>
    dataSet({ '00041400': 4, '00041410': inUse, '00041420': 4, '00041500': file });
  const given = dataSet({
    DirectoryRecordSequence: [record('A\\B', 0xffff), record('A\\C', 0), record('D', 0xffff)],
  });
  const info = {
    sopClassUID: UID.MediaStorageDirectoryStorage,
    sopInstanceUID: '1.2',
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: '',
  };
  const file = concat([fileMetaInformation(info), writeDataSet(given, EXPLICIT_VR_LITTLE_ENDIAN)]);
  expect(await openDirectory(bytesSource(file))).toEqual(['A/B', 'D']);
});

describeWith(['dcmtk'], 'as dcmmkdir makes it', () => {
  test('names the file of each instance', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webdimse-directory-'));
    try {
      mkdirSync(join(folder, 'IMAGES'));
      const names: string[] = [];
      for (const { info, dataSet } of sampleInstances()) {
        if (names.length === 5) break;
        const name = `IMAGES/IM${names.length}`;
        writeFileSync(join(folder, name), Buffer.concat([fileMetaInformation(info), dataSet]));
        names.push(name);
      }
      const made = spawnSync(program('dcmmkdir')!, ['-W', '-Nxc', '-Nec', ...names], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(made.stderr).not.toMatch(/^E:/m);
      const directory = bytesSource(new Uint8Array(readFileSync(join(folder, 'DICOMDIR'))));
      expect((await openDirectory(directory)).toSorted()).toEqual(names);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
