/** Data sets as DICOM JSON, with links to what is long (PS3.18 10.4.1.1.2, F.2). */
import { describe, expect, test } from 'vitest';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import { instance, keep } from '../store/instances.ts';
import { facade, get, ROOT } from './facade.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';

describe('metadata', () => {
  test('has numbers as Numbers, and what is none as it stands', async () => {
    const { store, handle } = await facade();
    const { info } = instance('1.1.1');
    const keys = {
      StudyInstanceUID: '1',
      SeriesInstanceUID: '1.1',
      SliceThickness: '1.000000e+01',
      PixelSpacing: ['.5', '+2.'],
      PatientSize: 'tall',
      InstanceNumber: '007',
      PatientWeight: '1e999',
    };
    await keep(store, { info, dataSet: writeDataSet(dataSet(keys), EXPLICIT) });
    const [told] = (await (await get(handle, '/studies/1/metadata')).json()) as DataSet[];
    const values = ['00180050', '00280030', '00101020', '00200013', '00101030'].map(
      (tag) => told![tag]?.Value,
    );
    expect(values).toEqual([[10], [0.5, 2], ['tall'], [7], ['1e999']]);
  });

  const LONG = btoa('x'.repeat(2000));

  test('with links in the place of bulk data, in order', async () => {
    const { store, handle } = await facade();
    const { info } = instance('1.1.1');
    const bytes = writeDataSet(
      {
        ...dataSet({
          SpecificCharacterSet: 'ISO_IR 100',
          PatientName: 'Müller',
          StudyInstanceUID: '1',
          SeriesInstanceUID: '1.1',
          'WaveformSequence[0].NumberOfWaveformChannels': 1,
          'WaveformSequence[1].NumberOfWaveformChannels': 2,
          'WaveformSequence[1].WaveformBitsAllocated': 8,
          Rows: 1,
          BitsAllocated: 16,
          BitsStored: 12,
        }),
        '00091001': { vr: 'OB', InlineBinary: LONG },
        '00091002': { vr: 'OB', InlineBinary: btoa('ab') },
        '7FE00010': { vr: 'OW', InlineBinary: LONG },
      },
      EXPLICIT,
    );
    await keep(store, { info, dataSet: bytes });
    const response = await get(handle, '/studies/1/metadata', 'application/dicom+json');
    const link = (path: string): string => `${ROOT}/studies/1/series/1.1/instances/1.1.1/bulkdata/${path}`;
    const text = await response.text();
    const [told] = JSON.parse(text) as [Record<string, unknown>];
    expect(told['00091001']).toEqual({ vr: 'OB', BulkDataURI: link('00091001') });
    expect(told['00091002']).toEqual({ vr: 'OB', InlineBinary: btoa('ab') });
    expect(told['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: link('7FE00010') });
    expect(told['00083002']).toEqual({ vr: 'UI', Value: [EXPLICIT] });
    expect(told['00080005']).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    expect(told['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'Müller' }] });
    const order = Object.keys(told).toSorted((a, b) => text.indexOf(`"${a}":`) - text.indexOf(`"${b}":`));
    expect(order).toEqual(Object.keys(told).toSorted());
  });

  test('links lead into items', async () => {
    const { store, handle } = await facade();
    const { info } = instance('1.1.1');
    const bytes = writeDataSet(
      {
        ...dataSet({ StudyInstanceUID: '1', SeriesInstanceUID: '1.1' }),
        '54000100': {
          vr: 'SQ',
          Value: [
            {},
            {
              '54001004': { vr: 'US', Value: [8] },
              '54001010': { vr: 'OW', InlineBinary: LONG },
              '54001012': { vr: 'US' },
            },
          ],
        },
      },
      EXPLICIT,
    );
    await keep(store, { info, dataSet: bytes });
    const [told] = (await (await get(handle, '/studies/1/metadata')).json()) as [
      Record<string, { Value: Record<string, unknown>[] }>,
    ];
    const [, item] = told['54000100']!.Value;
    expect(Object.entries(item!)).toEqual([
      ['54001004', { vr: 'US', Value: [8] }],
      [
        '54001010',
        {
          vr: 'OW',
          BulkDataURI: `${ROOT}/studies/1/series/1.1/instances/1.1.1/bulkdata/54000100/1/54001010`,
        },
      ],
      ['54001012', { vr: 'US' }],
    ]);
  });

  test('of an instance whose head comes in many pieces', async () => {
    const { store, handle } = await facade();
    const { info } = instance('1.1.1');
    const comments = 'y'.repeat(300_000);
    const keys = { StudyInstanceUID: '1', SeriesInstanceUID: '1.1', TextValue: comments };
    await keep(store, { info, dataSet: writeDataSet(dataSet(keys), EXPLICIT) });
    const [told] = (await (await get(handle, '/studies/1/metadata')).json()) as [Record<string, unknown>];
    expect(told['0040A160']).toEqual({ vr: 'UT', Value: [comments] });
  });
});
