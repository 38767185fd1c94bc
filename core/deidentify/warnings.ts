/** What removing attributes does not remove: names in the picture (PS3.15 E.1.1, E.3.1, E.3.2). */
import type { DataSet } from '../data/index.ts';
import { text } from '../data/index.ts';
import { UID } from '../dict/index.ts';

/**
 * `burned in`: the file says that its pixels name the patient. `often burned in`: it does not, and its kind often does.
 * `overlay in pixels`: graphics lie in unused bits of the pixels. `face`: the file says that a face can be seen.
 */
export type DeidentifyWarning = 'burned in' | 'often burned in' | 'overlay in pixels' | 'face';

const CLASSES: ReadonlySet<string> = new Set([
  UID.SecondaryCaptureImageStorage,
  UID.MultiFrameSingleBitSecondaryCaptureImageStorage,
  UID.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
  UID.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
  UID.MultiFrameTrueColorSecondaryCaptureImageStorage,
  UID.UltrasoundImageStorage,
  UID.UltrasoundMultiFrameImageStorage,
  UID.UltrasoundImageStorageRetired,
  UID.UltrasoundMultiFrameImageStorageRetired,
  UID.EnhancedUSVolumeStorage,
  UID.VLPhotographicImageStorage,
  UID.VideoPhotographicImageStorage,
  UID.VLEndoscopicImageStorage,
  UID.VideoEndoscopicImageStorage,
]);
const MODALITIES: ReadonlySet<string> = new Set(['US', 'IVUS', 'SC', 'XC', 'ES', 'OT', 'DOC']);

/** Whether images of this SOP class often have the patient's name in their pixels. */
export function oftenBurnedIn(sopClassUID: string): boolean {
  return CLASSES.has(sopClassUID);
}

/** What to warn of, from the attributes in front of the pixel data. */
export function warningsOf(dataSet: DataSet): readonly DeidentifyWarning[] {
  const warnings: DeidentifyWarning[] = [];
  const burnedIn = text(dataSet, 'BurnedInAnnotation');
  if (burnedIn === 'YES') warnings.push('burned in');
  else if (burnedIn !== 'NO' && isSuspect(dataSet)) warnings.push('often burned in');
  if (hasEmbeddedOverlay(dataSet)) warnings.push('overlay in pixels');
  if (text(dataSet, 'RecognizableVisualFeatures') === 'YES') warnings.push('face');
  return warnings;
}

function isSuspect(dataSet: DataSet): boolean {
  return oftenBurnedIn(text(dataSet, 'SOPClassUID')) || MODALITIES.has(text(dataSet, 'Modality'));
}

/** (60xx,0102) Overlay Bit Position beside no (60xx,3000): retired, and still met. */
function hasEmbeddedOverlay(dataSet: DataSet): boolean {
  return Object.keys(dataSet).some((tag) => {
    const [, group] = /^(60..)0102$/.exec(tag) ?? [];
    return group !== undefined && dataSet[tag]?.Value?.[0] !== 0 && dataSet[`${group}3000`] === undefined;
  });
}
