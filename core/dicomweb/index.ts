/** DICOMweb over DIMSE, with no server in between (PS3.18). */
export type { DicomWeb } from './handler.ts';
export { createDicomWeb } from './handler.ts';
export type { DicomWebOptions } from './types.ts';
