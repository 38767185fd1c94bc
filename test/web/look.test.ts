import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from '../../core/bytes/index.ts';
import { MemoryStore, sampleInstances } from '../../core/archive/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, text, toBase64 } from '../../core/data/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { look, stack, valueOf } from '../../web/engine/look.ts';
import { instance, keep } from '../store/instances.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';

const binary = (vr: string, length: number): KeyValue => ({
  vr,
  InlineBinary: toBase64(Uint8Array.from({ length }, (_, i) => i)),
});

async function storeOf(keys: Record<string, KeyValue>): Promise<MemoryStore> {
  const store = new MemoryStore();
  await keep(store, instance('1.2.9', keys));
  return store;
}

describe('a look at an instance', () => {
  it('has its data set, but for long values', async () => {
    const store = await storeOf({
      PatientName: '<script>alert(1)</script>',
      '00091010': binary('OB', 1024),
      '00091011': binary('OB', 1026),
      RedPaletteColorLookupTableData: binary('OW', 2000),
    });
    const looked = await look(store, '1.2.9');
    expect(looked).toMatchObject({
      kind: 'other',
      info: { sopInstanceUID: '1.2.9', callingAETitle: 'SENDER' },
    });
    expect('header' in looked.info).toBe(false);
    expect(text(looked.dataSet, 'PatientName')).toBe('<script>alert(1)</script>');
    expect(looked.dataSet['00091010']?.InlineBinary).toHaveLength(1368);
    expect(looked.left).toEqual([
      { path: '00091011', vr: 'OB', length: 1026 },
      { path: '00281201', vr: 'OW', length: 2000 },
    ]);
    expect(looked.failure).toBeUndefined();
  });

  it('tells what kind of thing it is', async () => {
    const report = { ValueType: 'CONTAINER', ConceptNameCodeSequence: [dataSet({ CodeMeaning: 'Report' })] };
    const group = dataSet({ WaveformSampleInterpretation: 'MB' });
    const kinds = await Promise.all(
      [
        { '7FE00010': binary('OW', 2) },
        report,
        { WaveformSequence: [group] },
        { MIMETypeOfEncapsulatedDocument: 'text/xml' },
        { '00420011': binary('OB', 5000) },
        {},
      ].map(async (keys) => look(await storeOf(keys), '1.2.9')),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'image',
      'report',
      'waveform',
      'document',
      'document',
      'other',
    ]);
    expect(kinds[1]!.report?.title).toBe('Report');
    expect(kinds[2]!.waveforms).toBeUndefined();
  });

  it('goes as far as a broken data set does, and says why no further', async () => {
    const store = new MemoryStore();
    const { info, dataSet: bytes } = instance('1.2.9');
    await keep(store, { info, dataSet: concat([bytes, fromHex('e07f 1000 4f57 0000 0010 0000 0102')]) });
    const { dataSet: read, failure } = await look(store, '1.2.9');
    expect(text(read, 'PatientID')).toBe('P1');
    expect(failure?.code).toBe('DATASET_INVALID');
  });

  it('crosses with 20,000 elements at most', async () => {
    const item = dataSet({ CodeValue: 'a', CodeMeaning: 'b' });
    const items = Array.from({ length: 15_000 }, () => item);
    const { failure, dataSet: read } = await look(await storeOf({ ConceptCodeSequence: items }), '1.2.9');
    expect(failure?.message).toBe('only the first 20000 elements are shown');
    expect(JSON.stringify(read).match(/"vr"/g)).toHaveLength(20_000);
  });

  it('refuses what is not there, or not read', async () => {
    const store = await storeOf({});
    await expect(look(store, '1.2.10')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const { info, dataSet: bytes } = instance('1.2.11');
    await keep(store, { info: { ...info, transferSyntaxUID: '1.2.840.99999.1' }, dataSet: bytes });
    await expect(look(store, '1.2.11')).rejects.toMatchObject({ code: 'TRANSFER_SYNTAX_UNSUPPORTED' });
  });
});

describe('a value', () => {
  it('comes up to a limit', async () => {
    const store = await storeOf({ '00420011': binary('OB', 5000) });
    const value = await valueOf(store, { sopInstanceUID: '1.2.9', path: '00420011', limit: 4 });
    expect([...new Uint8Array(await value.arrayBuffer())]).toEqual([0, 1, 2, 3]);
    const none = valueOf(store, { sopInstanceUID: '1.2.9', path: '00420012', limit: 4 });
    await expect(none).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is given where the instance is cut off behind it, as it is shown', async () => {
    const { info, dataSet: bytes } = instance('1.2.9', { '00420011': binary('OB', 5000), Rows: 1 });
    const pixels = Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 1, 0, 0, 7);
    const store = new MemoryStore();
    await keep(store, { info, dataSet: concat([bytes, pixels]) });
    const { left, failure } = await look(store, '1.2.9');
    expect(failure?.code).toBe('DATASET_INVALID');
    expect(left.map(({ path }) => path)).toContain('00420011');
    const value = await valueOf(store, { sopInstanceUID: '1.2.9', path: '00420011', limit: 4 });
    expect([...new Uint8Array(await value.arrayBuffer())]).toEqual([0, 1, 2, 3]);
  });
});

describe('a stack', () => {
  it('is the series of an instance in the order of position, with the frames of each', async () => {
    const store = new MemoryStore();
    for (const [z, number] of [
      [3, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      const keys = { ImagePositionPatient: [0, 0, z], ImageOrientationPatient: [1, 0, 0, 0, 1, 0] };
      await keep(store, instance(`1.2.${z}`, { ...keys, InstanceNumber: number, NumberOfFrames: z }));
    }
    const other = { SeriesInstanceUID: '1.2.3.2', NumberOfFrames: 'x', SeriesNumber: 1, Modality: 'MR' };
    await keep(store, instance('1.2.4', other));
    const one = (await stack(store, { SOPInstanceUID: '1.2.1' }))!;
    expect(one.items.map(({ sopInstanceUID }) => sopInstanceUID)).toEqual(['1.2.3', '1.2.2', '1.2.1']);
    expect(one.items.map(({ frames }) => frames)).toEqual([3, 2, 1]);
    const all = (await stack(store, { StudyInstanceUID: '1.2.3' }))!;
    expect(all).toEqual({
      studyInstanceUID: '1.2.3',
      seriesInstanceUID: '1.2.3.2',
      items: [{ sopInstanceUID: '1.2.4', frames: 1 }],
      series: [
        { seriesInstanceUID: '1.2.3.2', number: '1', modality: 'MR', description: '', instances: 1 },
        { seriesInstanceUID: '1.2.3.1', number: '', modality: '', description: '', instances: 3 },
      ],
    });
    expect((await stack(store, { SeriesInstanceUID: '1.2.3.1' }))!.items).toEqual(one.items);
    expect(await stack(store, { SOPInstanceUID: '1.2.5' })).toBeUndefined();
  });
});

describe('the sample studies', () => {
  it('are images all', async () => {
    const store = new MemoryStore();
    const uids: string[] = [];
    for (const { info, dataSet: bytes } of sampleInstances()) {
      await keep(store, { info, dataSet: bytes });
      uids.push(info.sopInstanceUID);
    }
    for (const uid of uids) {
      const { kind, failure } = await look(store, uid);
      expect([kind, failure]).toEqual(['image', undefined]);
    }
  });
});

describeWith(['pydicom'], 'files of others', () => {
  const files = [
    'JPEG2000.dcm',
    'MR_small_bigendian.dcm',
    'image_dfl.dcm',
    'waveform_ecg.dcm',
    'reportsi.dcm',
  ];
  it.each(files)('%s is read, and each value that was left out is there', async (name) => {
    const file = Uint8Array.from(readFileSync(join(PYDICOM_FILES, name)));
    const { info, dataSetOffset } = await openPart10(bytesSource(file));
    const store = new MemoryStore();
    await keep(store, { info: { ...info, callingAETitle: 'X' }, dataSet: file.subarray(dataSetOffset) });
    const { left, failure } = await look(store, info.sopInstanceUID);
    expect(failure).toBeUndefined();
    for (const { path, length } of left) {
      const value = await valueOf(store, { ...info, path, limit: 1 << 20 });
      expect(value.size, path).toBe(length);
    }
  });
});
