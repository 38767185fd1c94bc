/** Windows that people expect by modality, in modality units. */
import type { VOIWindow } from './types.ts';

/** A window by the name of what it shows; the name is a key, the page has the words. */
export interface WindowPreset extends Omit<VOIWindow, 'explanation'> {
  readonly name: 'abdomen' | 'bone' | 'brain' | 'liver' | 'lung' | 'mediastinum' | 'angio' | 'subdural';
}

/** Hounsfield units; the usual ones of the field's viewers. */
const CT: readonly WindowPreset[] = [
  { name: 'abdomen', center: 40, width: 400 },
  { name: 'angio', center: 300, width: 600 },
  { name: 'bone', center: 480, width: 2500 },
  { name: 'brain', center: 40, width: 80 },
  { name: 'liver', center: 80, width: 150 },
  { name: 'lung', center: -600, width: 1500 },
  { name: 'mediastinum', center: 50, width: 350 },
  { name: 'subdural', center: 75, width: 215 },
];

/** The presets of a modality; none where values have no common scale. */
export function windowPresets(modality: string): readonly WindowPreset[] {
  return modality === 'CT' ? CT : [];
}
