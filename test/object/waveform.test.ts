import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet, elementSpans, readDataSet } from '../../core/data/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { channelValues, isWaveform, waveformGroups } from '../../core/object/index.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';

const unit = (value: string): DataSet => dataSet({ CodeValue: value, CodeMeaning: 'x' });

function waveform(keys: Record<string, KeyValue>, channels: readonly Record<string, KeyValue>[]): DataSet {
  const group = dataSet({
    NumberOfWaveformChannels: channels.length,
    NumberOfWaveformSamples: 3,
    SamplingFrequency: '500',
    MultiplexGroupLabel: 'RHYTHM',
    WaveformSampleInterpretation: 'SS',
    ChannelDefinitionSequence: channels.map((channel) => dataSet(channel)),
    ...keys,
  });
  return dataSet({ WaveformSequence: [group] });
}
const LEAD_I = {
  ChannelLabel: 'I',
  ChannelSensitivity: '2.5',
  ChannelSensitivityUnitsSequence: [unit('uV')],
  ChannelSensitivityCorrectionFactor: '2',
  ChannelBaseline: '-1',
};
const BARE = { ChannelSourceSequence: [dataSet({ CodeMeaning: 'Lead II' })] };

test('channels take turns, and each has its own scale (PS3.3 C.10.9.1.4)', () => {
  const from = waveform({}, [LEAD_I, BARE]);
  expect(isWaveform(from)).toBe(true);
  const [group] = waveformGroups(from);
  expect(group).toEqual({
    path: '54000100[0].54001010',
    label: 'RHYTHM',
    channels: [
      { label: 'I', unit: 'uV', scale: 5, baseline: -1 },
      { label: 'Lead II', unit: '', scale: 1, baseline: 0 },
    ],
    samples: 3,
    frequency: 500,
    sampleBytes: 2,
    signed: true,
  });
  const bytes = Uint8Array.of(1, 0, 10, 0, 0xff, 0xff, 20, 0, 0, 0x80, 30, 0);
  expect([...channelValues(group!, 0, bytes)]).toEqual([4, -6, -163841]);
  expect([...channelValues(group!, 1, bytes)]).toEqual([10, 20, 30]);
  expect([...channelValues(group!, 1, bytes.subarray(0, 9))]).toEqual([10, 20]);
});

test.each([
  ['SB', [0xff], [-1]],
  ['UB', [0xff], [255]],
  ['US', [0xfe, 0xff], [65534]],
  ['SL', [0xfe, 0xff, 0xff, 0xff], [-2]],
  ['UL', [0, 0, 0, 1], [16777216]],
])('%s samples are read as what they are', (interpretation, bytes, values) => {
  const [group] = waveformGroups(waveform({ WaveformSampleInterpretation: interpretation }, [BARE]));
  expect([...channelValues(group!, 0, Uint8Array.from(bytes))]).toEqual(values);
});

test.each<[string, Record<string, KeyValue>]>([
  ['sound', { WaveformSampleInterpretation: 'MB' }],
  ['what every object inherits', { WaveformSampleInterpretation: 'constructor' }],
  ['another number of channels', { NumberOfWaveformChannels: 2 }],
  ['no channel', { NumberOfWaveformChannels: 0, ChannelDefinitionSequence: [] }],
  ['no samples', { NumberOfWaveformSamples: 0 }],
  ['no frequency', { SamplingFrequency: '' }],
])('%s is refused', (_, keys) => {
  expect(() => waveformGroups(waveform(keys, [BARE]))).toThrow(/^unreadable waveform: /);
});

describeWith(['pydicom'], 'an ECG of others', () => {
  test('has twelve leads in microvolts', async () => {
    const file = Uint8Array.from(readFileSync(join(PYDICOM_FILES, 'waveform_ecg.dcm')));
    const { info, dataSetOffset } = await openPart10(bytesSource(file));
    const bytes = file.subarray(dataSetOffset);
    const [rhythm] = waveformGroups(readDataSet(bytes, info.transferSyntaxUID));
    expect(rhythm).toMatchObject({ label: 'RHYTHM', samples: 10000, frequency: 1000, sampleBytes: 2 });
    expect(rhythm!.channels.map(({ unit: each }) => each)).toEqual(Array.from({ length: 12 }, () => 'uV'));
    const span = elementSpans(bytes, info.transferSyntaxUID).find(({ path }) => path === rhythm!.path)!;
    const values = channelValues(
      rhythm!,
      0,
      bytes.subarray(span.valueOffset, span.valueOffset + span.valueLength),
    );
    // The file's bytes hold 80, 65 and 50; its sensitivity is 1.25 (dcmdump).
    expect([...values.subarray(0, 3)]).toEqual([100, 81.25, 62.5]);
  });
});
