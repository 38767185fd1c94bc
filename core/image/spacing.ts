/** How long a pixel is, and what told it (PS3.3 10.7, C.8.5.5). */
import type { DataSet } from '../data/index.ts';
import { items, number, text } from '../data/index.ts';
import type { PixelSpacing } from './types.ts';
import { finite } from './values.ts';

/** Modalities whose images are shadows: what lies nearer to the source is drawn larger. */
const PROJECTION = new Set(['CR', 'DX', 'IO', 'MG', 'PX', 'RF', 'RG', 'RTIMAGE', 'XA']);
/** Physical Units X and Y Direction (0018,6024), (0018,6026): centimetres. */
const CENTIMETRES = 3;
/** Region Spatial Format (0018,6012): a section through the body. */
const SECTION = 1;

/** `modality` is the image's, where `from` is a frame's functional groups. */
export function spacingOf(from: DataSet, modality: string): PixelSpacing | undefined {
  const imager = pair(from, 'ImagerPixelSpacing');
  const pixel = pair(from, 'PixelSpacing');
  if (pixel !== undefined) return { ...pixel, kind: kindOf(from, modality, pixel, imager) };
  if (imager !== undefined) return { ...imager, kind: 'detector' };
  const nominal = pair(from, 'NominalScannedPixelSpacing');
  if (nominal !== undefined) return { ...nominal, kind: 'nominal' };
  return ofRegions(from);
}

/** Height of a pixel divided by its width; 1 where that is told wrongly. */
export function aspectOf(from: DataSet, spacing: PixelSpacing | undefined): number {
  const { row, column } = spacing ?? pair(from, 'PixelAspectRatio') ?? SQUARE;
  const aspect = row / column;
  return aspect > 1 / STEEPEST && aspect < STEEPEST ? aspect : 1;
}

const SQUARE = { row: 1, column: 1 };
/** No pixel is so much longer than wide; a quotient may be endless, and so would be the picture. */
const STEEPEST = 65_536;

type Pair = Omit<PixelSpacing, 'kind'>;

function pair(from: DataSet, key: string): Pair | undefined {
  const [row, column] = finite(from, key, 2) ?? [];
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? { row, column } : undefined;
}

function kindOf(
  from: DataSet,
  modality: string,
  pixel: Pair,
  imager: Pair | undefined,
): PixelSpacing['kind'] {
  if (text(from, 'PixelSpacingCalibrationType') !== '') return 'calibrated';
  if (imager !== undefined) {
    return pixel.row === imager.row && pixel.column === imager.column ? 'detector' : 'calibrated';
  }
  return PROJECTION.has(modality) ? 'detector' : 'patient';
}

/** Of ultrasound, where all sections in the image are of one scale. */
function ofRegions(from: DataSet): PixelSpacing | undefined {
  const sections = items(from, 'SequenceOfUltrasoundRegions').filter(isSection);
  const scales = sections.map((region) => ({
    row: 10 * Math.abs(number(region, 'PhysicalDeltaY') ?? 0),
    column: 10 * Math.abs(number(region, 'PhysicalDeltaX') ?? 0),
  }));
  const [first] = scales;
  if (first === undefined || !(first.row > 0 && first.column > 0)) return undefined;
  const same = scales.every(({ row, column }) => row === first.row && column === first.column);
  return same ? { ...first, kind: 'region' } : undefined;
}

function isSection(region: DataSet): boolean {
  return (
    number(region, 'RegionSpatialFormat') === SECTION &&
    number(region, 'PhysicalUnitsXDirection') === CENTIMETRES &&
    number(region, 'PhysicalUnitsYDirection') === CENTIMETRES
  );
}
