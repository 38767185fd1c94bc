import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
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
