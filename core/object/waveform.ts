/** Waveforms: ECG, haemodynamic and other curves (PS3.3 C.10.9). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { items, number, text } from '../data/index.ts';

/** One curve of a multiplex group. Its value is `(sample * scale) + baseline`, in `unit` (PS3.3 C.10.9.1.4). */
export interface WaveformChannel {
  /** Channel Label (003A,0203), else the meaning of Channel Source (003A,0208); '' where neither is told. */
  readonly label: string;
  /** A code of UCUM as `uV` and `mm[Hg]`; '' where samples have no known unit, and then `scale` is 1. */
  readonly unit: string;
  readonly scale: number;
  readonly baseline: number;
}

/** Channels that were sampled together: an item of Waveform Sequence (5400,0100). */
export interface WaveformGroup {
  /** Where its samples lie: the path of (5400,1010). */
  readonly path: string;
  readonly label: string;
  readonly channels: readonly WaveformChannel[];
  /** Of each channel. */
  readonly samples: number;
  /** Samples a second. */
  readonly frequency: number;
  /** Bytes of a sample: 1, 2 or 4. */
  readonly sampleBytes: number;
  readonly signed: boolean;
}

/** Waveform Sample Interpretation (5400,1006) to bytes and sign (PS3.3 C.10.9.1.5); A-law and mu-law are sound. */
const SAMPLES: ReadonlyMap<string, readonly [sampleBytes: number, signed: boolean]> = new Map([
  ['SB', [1, true]],
  ['UB', [1, false]],
  ['SS', [2, true]],
  ['US', [2, false]],
  ['SL', [4, true]],
  ['UL', [4, false]],
]);
/** Channels of a group at most: ECGs have up to 15, EEGs some hundred. */
const MOST_CHANNELS = 512;
const WAVEFORM_DATA = '54001010';
const WAVEFORM_SEQUENCE = '54000100';

/** Whether a data set holds waveforms. */
export function isWaveform(dataSet: DataSet): boolean {
  return dataSet[WAVEFORM_SEQUENCE] !== undefined;
}

/**
 * The multiplex groups. @throws DicomError VALUE_INVALID where a group contradicts itself or is of a kind that is not
 * drawn, sound for example.
 */
export function waveformGroups(dataSet: DataSet): readonly WaveformGroup[] {
  return items(dataSet, WAVEFORM_SEQUENCE).map(groupOf);
}

function groupOf(item: DataSet, index: number): WaveformGroup {
  const interpretation = text(item, 'WaveformSampleInterpretation');
  const [sampleBytes, signed] = SAMPLES.get(interpretation) ?? [0, false];
  if (sampleBytes === 0) throw invalid(`samples of the interpretation "${interpretation}" are not drawn`);
  const channels = items(item, 'ChannelDefinitionSequence').map(channelOf);
  const samples = number(item, 'NumberOfWaveformSamples') ?? 0;
  const frequency = number(item, 'SamplingFrequency') ?? 0;
  const told = number(item, 'NumberOfWaveformChannels') ?? channels.length;
  if (channels.length !== told || told < 1 || told > MOST_CHANNELS) {
    throw invalid(`${channels.length} channels are defined, ${told} are told`);
  }
  if (samples < 1 || frequency <= 0)
    throw invalid('number of samples and sampling frequency have to be more than 0');
  const path = `${WAVEFORM_SEQUENCE}[${index}].${WAVEFORM_DATA}`;
  const label = text(item, 'MultiplexGroupLabel');
  return { path, label, channels, samples, frequency, sampleBytes, signed };
}

function channelOf(item: DataSet): WaveformChannel {
  const [source] = items(item, 'ChannelSourceSequence');
  const label = text(item, 'ChannelLabel') || (source === undefined ? '' : text(source, 'CodeMeaning'));
  const sensitivity = number(item, 'ChannelSensitivity');
  const [unit] = items(item, 'ChannelSensitivityUnitsSequence');
  const known = sensitivity !== undefined && unit !== undefined;
  if (!known) return { label, unit: '', scale: 1, baseline: 0 };
  const scale = sensitivity * (number(item, 'ChannelSensitivityCorrectionFactor') ?? 1);
  return { label, unit: text(unit, 'CodeValue'), scale, baseline: number(item, 'ChannelBaseline') ?? 0 };
}

/**
 * Values of one channel in its unit. `bytes` are those of (5400,1010), little endian, samples of all channels by
 * turns (PS3.3 C.10.9.1.6); where they end early, so do the values.
 */
export function channelValues(group: WaveformGroup, channel: number, bytes: Bytes): Float32Array {
  const { scale, baseline } = group.channels[channel]!;
  const stride = group.channels.length * group.sampleBytes;
  const count = Math.min(group.samples, Math.floor(bytes.length / stride));
  const values = new Float32Array(count);
  const read = reader(group, bytes);
  for (let i = 0, at = channel * group.sampleBytes; i < count; i++, at += stride) {
    values[i] = read(at) * scale + baseline;
  }
  return values;
}

function reader({ sampleBytes, signed }: WaveformGroup, bytes: Bytes): (at: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (sampleBytes === 1) return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
  if (sampleBytes === 2) return signed ? (at) => view.getInt16(at, true) : (at) => view.getUint16(at, true);
  return signed ? (at) => view.getInt32(at, true) : (at) => view.getUint32(at, true);
}

function invalid(what: string): DicomError {
  return new DicomError('VALUE_INVALID', `unreadable waveform: ${what}`);
}
