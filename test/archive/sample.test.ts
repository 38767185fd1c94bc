import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiskStore } from '../../bridge/node/index.ts';
import type { SampleInstance } from '../../core/archive/index.ts';
import { Archive, MemoryStore, sampleInstances } from '../../core/archive/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  number,
  elementSpans,
  text,
  texts,
} from '../../core/data/index.ts';
import { entriesOf, keep, readAll } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';

const TODAY = new Date(2026, 10, 22);
let samples: SampleInstance[];
let store: MemoryStore;
let archive: Archive;

beforeAll(async () => {
  samples = [...sampleInstances(TODAY)];
  store = new MemoryStore();
  for (const one of samples) await keep(store, one);
  archive = await Archive.open(store);
});

const find = (keys: Record<string, string>): DataSet[] => [
  ...archive.find({ model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '', ...keys }) }),
];

const digest = (all: Iterable<SampleInstance>): string[] =>
  [...all].map(({ info, dataSet }) =>
    createHash('sha256').update(JSON.stringify(info)).update(dataSet).digest('hex'),
  );

describe('the sample studies', () => {
  it('are the same in each run', () => {
    expect(digest(sampleInstances(TODAY))).toEqual(digest(samples));
  });

  it('keep their UIDs on another day', () => {
    const [tomorrow] = sampleInstances(new Date(2026, 10, 23));
    expect(tomorrow!.info).toEqual(samples[0]!.info);
    expect(tomorrow!.dataSet).not.toEqual(samples[0]!.dataSet);
  });

  it('have UIDs of their own, valid ones', async () => {
    const shared = ['StudyInstanceUID', 'SeriesInstanceUID', 'FrameOfReferenceUID'];
    const uids = (await entriesOf(store)).flatMap(({ header, sopInstanceUID }) => {
      expect(text(header, 'SOPInstanceUID')).toBe(sopInstanceUID);
      return [sopInstanceUID, ...shared.map((key) => text(header, key)).filter((uid) => uid !== '')];
    });
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.(?=.{1,39}$)[1-9]\d*$/);
    expect(new Set(uids).size).toBe(samples.length + 7 + 8 + 2); // studies, series, frames of reference
  });

  it('cover the modalities, with names in three scripts', () => {
    const studies = find({ ModalitiesInStudy: '', PatientID: '', PatientName: '' });
    expect(studies).toHaveLength(7);
    expect(new Set(studies.map((study) => text(study, 'PatientID'))).size).toBe(5);
    expect(new Set(studies.flatMap((study) => texts(study, 'ModalitiesInStudy')))).toEqual(
      new Set(['CT', 'CR', 'MR', 'OT', 'US']),
    );
    expect(find({ PatientName: '山田*' })).toHaveLength(1);
    expect(find({ PatientName: 'müß*' })).toHaveLength(2);
  });

  it('are recent: some of today, more of the last week', () => {
    expect(find({ StudyDate: '20261122' })).toHaveLength(1);
    expect(find({ StudyDate: '20261116-20261122' })).toHaveLength(5);
    expect(find({ StudyDate: '-20261001' })).toHaveLength(1);
  });

  it('have the pixels that their attributes promise', async () => {
    for (const { header, sopInstanceUID } of await entriesOf(store)) {
      const value = (key: string): number => number(header, key) ?? 1;
      const pixels = value('Rows') * value('Columns') * value('SamplesPerPixel') * value('NumberOfFrames');
      const span = elementSpans(await readAll(store, sopInstanceUID), EXPLICIT_VR_LITTLE_ENDIAN).at(-1);
      expect(span).toMatchObject({ tag: '7FE00010', length: 12 + (pixels * value('BitsAllocated')) / 8 });
    }
  });

  it('stay small', () => {
    expect(samples.reduce((sum, { dataSet }) => sum + dataSet.length, 0)).toBeLessThan(30e6);
  });
});

describeWith(['dcmtk'], 'the sample studies as files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'webdimse-samples-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read by dcmdump without a warning', async () => {
    const store = await DiskStore.open(folder);
    const files = await Promise.all(samples.map((one) => keep(store, one).then(({ file }) => file!)));
    const args = ['-ll', 'warn', '+E', '+P', 'PatientName', '+P', 'PixelData', ...files];
    const { stdout, stderr } = spawnSync('dcmdump', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.match(/PatientName/g)).toHaveLength(samples.length);
    expect(stdout.match(/PixelData/g)).toHaveLength(samples.length);
    expect((await DiskStore.open(folder)).ignored).toBe(0);
  });
});
