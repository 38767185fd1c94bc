/** What a frame says of itself: its own functional groups, shared ones, or the data set (PS3.3 C.7.6.16). */
import type { DataSet } from '../data/index.ts';
import { items, number, text, texts } from '../data/index.ts';
import { modalityLUT, voiLUTs } from './lookup.ts';
import { spacingOf } from './spacing.ts';
import type { FrameDescription, PixelFormat, VOIFunction, VOIWindow } from './types.ts';
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

/**
 * One description a frame; frames without groups of their own share one.
 * @throws DecodeError IMAGE_INVALID
 */
export function frameDescriptions(from: DataSet, count: number, format: PixelFormat): FrameDescription[] {
  const modality = text(from, 'Modality');
  const describe = (attributes: DataSet): FrameDescription => describeFrame(attributes, modality, format);
  const shared = { ...from, ...flattened(items(from, 'SharedFunctionalGroupsSequence')[0]) };
  const common = describe(shared);
  const perFrame = items(from, 'PerFrameFunctionalGroupsSequence');
  return Array.from({ length: count }, (_, i) => {
    const own = flattened(perFrame[i]);
    return Object.keys(own).length === 0 ? common : describe({ ...shared, ...own });
  });
}

/** The attributes of the macros, as if they stood in the data set itself. */
function flattened(groups: DataSet | undefined): DataSet {
  if (groups === undefined) return {};
  return Object.assign({}, ...MACROS.map((macro) => items(groups, macro)[0] ?? {})) as DataSet;
}

function describeFrame(from: DataSet, modality: string, { signed, kind }: PixelFormat): FrameDescription {
  const table = modalityLUT(from, signed);
  const spacing = spacingOf(from, modality);
  const position = finite(from, 'ImagePositionPatient', 3) as [number, number, number] | undefined;
  const orientation = finite(from, 'ImageOrientationPatient', 6);
  return {
    rescale: {
      slope: number(from, 'RescaleSlope') || 1, // a slope of 0 would leave nothing to see
      intercept: number(from, 'RescaleIntercept') ?? 0,
      type: text(from, 'RescaleType'),
    },
    ...(table !== undefined && { modalityLUT: table }),
    windows: windowsOf(from),
    // The half steps of LINEAR are those of whole numbers: a window from 0 to 1 would leave nothing between them.
    voiFunction:
      FUNCTIONS.find((name) => name === text(from, 'VOILUTFunction')) ??
      (kind === 'integer' ? 'LINEAR' : 'LINEAR_EXACT'),
    voiLUTs: voiLUTs(from, signed),
    ...(spacing !== undefined && { spacing }),
    ...(position !== undefined && { position }),
    ...(orientation !== undefined && { orientation }),
  };
}

/** Those that have both a centre and a width above 0. */
function windowsOf(from: DataSet): VOIWindow[] {
  const widths = numbers(from, 'WindowWidth');
  const explanations = texts(from, 'WindowCenterWidthExplanation');
  return numbers(from, 'WindowCenter')
    .map((center, i) => ({ center, width: widths[i] ?? Number.NaN, explanation: explanations[i] ?? '' }))
    .filter(({ center, width }) => Number.isFinite(center) && Number.isFinite(width) && width > 0);
}
