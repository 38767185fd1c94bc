/** What a frame says of itself: its own functional groups, shared ones, or the data set (PS3.3 C.7.6.16). */
import type { DataSet } from '../data/index.ts';
import { items, number, tagOf, text, texts } from '../data/index.ts';
import { modalityLUT, voiLUTs } from './lookup.ts';
import { spacingOf } from './spacing.ts';
import type { FrameDescription, PixelFormat, Rescale, VOIFunction, VOIWindow } from './types.ts';
import { finite, numbers } from './values.ts';

/** The functional groups that say something about drawing (PS3.3 C.7.6.16.2). */
const MACROS = [
  'PixelMeasuresSequence',
  'PlanePositionSequence',
  'PlaneOrientationSequence',
  'PixelValueTransformationSequence',
  'FrameVOILUTSequence',
  'FramePixelDataPropertiesSequence',
] as const;

const FUNCTIONS: readonly VOIFunction[] = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'];

/** What reading a part takes beside the attributes. */
interface Image extends Pick<PixelFormat, 'signed' | 'kind'> {
  readonly modality: string;
}

/**
 * A part of a description, and the attributes that say it: who has one of them says the whole part, as a macro does.
 * What all frames share is so read once, and not for each of them, which would take long where both are many.
 */
interface Part {
  readonly keys: readonly string[];
  /** These attributes stand in several macros: what the frame does not say of them is taken from what is shared. */
  readonly scattered?: true;
  readonly read: (from: DataSet, image: Image) => Partial<FrameDescription>;
}

const PARTS: readonly Part[] = [
  {
    keys: ['RescaleSlope', 'RescaleIntercept', 'RescaleType'],
    read: (from) => ({ rescale: rescaleOf(from) }),
  },
  {
    keys: ['ModalityLUTSequence'],
    read: (from, { signed }) => told('modalityLUT', modalityLUT(from, signed)),
  },
  {
    keys: ['WindowCenter', 'WindowWidth', 'VOILUTFunction'],
    read: (from, { kind }) => ({ windows: windowsOf(from), voiFunction: functionOf(from, kind) }),
  },
  { keys: ['VOILUTSequence'], read: (from, { signed }) => ({ voiLUTs: voiLUTs(from, signed) }) },
  {
    keys: ['PixelSpacing', 'ImagerPixelSpacing', 'PixelSpacingCalibrationType'],
    scattered: true,
    read: (from, { modality }) => told('spacing', spacingOf(from, modality)),
  },
  {
    keys: ['ImagePositionPatient'],
    read: (from) =>
      told('position', finite(from, 'ImagePositionPatient', 3) as [number, number, number] | undefined),
  },
  {
    keys: ['ImageOrientationPatient'],
    read: (from) => told('orientation', finite(from, 'ImageOrientationPatient', 6)),
  },
];

/**
 * One description a frame; frames without groups of their own share one.
 * @throws DecodeError IMAGE_INVALID
 */
export function frameDescriptions(from: DataSet, count: number, format: PixelFormat): FrameDescription[] {
  const image = { modality: text(from, 'Modality'), signed: format.signed, kind: format.kind };
  const read = (part: Part, own: DataSet, rest: DataSet): Partial<FrameDescription> =>
    part.read(part.scattered ? { ...only(part, rest), ...own } : own, image);
  const groups = flattened(items(from, 'SharedFunctionalGroupsSequence')[0]);
  const common = Object.assign(
    {},
    ...PARTS.map((part) => read(part, says(part, groups) ? groups : from, from)),
  ) as FrameDescription;
  const shared = { ...from, ...groups };
  const perFrame = items(from, 'PerFrameFunctionalGroupsSequence');
  return Array.from({ length: count }, (_, i) => {
    const own = flattened(perFrame[i]);
    const differing = PARTS.filter((part) => says(part, own));
    if (differing.length === 0) return common;
    return Object.assign({}, common, ...differing.map((part) => read(part, own, shared))) as FrameDescription;
  });
}

function says({ keys }: Part, attributes: DataSet): boolean {
  return keys.some((key) => attributes[tagOf(key)] !== undefined);
}

function only({ keys }: Part, attributes: DataSet): DataSet {
  const found = keys.map(tagOf).filter((tag) => attributes[tag] !== undefined);
  return Object.fromEntries(found.map((tag) => [tag, attributes[tag]!]));
}

/** The attributes of the macros, as if they stood in the data set itself. */
function flattened(groups: DataSet | undefined): DataSet {
  if (groups === undefined) return {};
  return Object.assign({}, ...MACROS.map((macro) => items(groups, macro)[0] ?? {})) as DataSet;
}

/** A member that is absent where nothing tells it. */
function told<Key extends keyof FrameDescription>(
  key: Key,
  value: FrameDescription[Key],
): Partial<FrameDescription> {
  return value === undefined ? {} : { [key]: value };
}

function rescaleOf(from: DataSet): Rescale {
  return {
    slope: number(from, 'RescaleSlope') || 1, // a slope of 0 would leave nothing to see
    intercept: number(from, 'RescaleIntercept') ?? 0,
    type: text(from, 'RescaleType'),
  };
}

/** The half steps of LINEAR are those of whole numbers: a window from 0 to 1 would leave nothing between them. */
function functionOf(from: DataSet, kind: PixelFormat['kind']): VOIFunction {
  const name = text(from, 'VOILUTFunction');
  return FUNCTIONS.find((one) => one === name) ?? (kind === 'integer' ? 'LINEAR' : 'LINEAR_EXACT');
}

/** Those that have both a centre and a width above 0. */
function windowsOf(from: DataSet): VOIWindow[] {
  const widths = numbers(from, 'WindowWidth');
  const explanations = texts(from, 'WindowCenterWidthExplanation');
  return numbers(from, 'WindowCenter')
    .map((center, i) => ({ center, width: widths[i] ?? Number.NaN, explanation: explanations[i] ?? '' }))
    .filter(({ center, width }) => Number.isFinite(center) && Number.isFinite(width) && width > 0);
}
