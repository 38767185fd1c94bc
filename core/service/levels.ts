/** The levels of the Query/Retrieve information models and their unique keys (PS3.4 C.6). */
import type { Level, Model } from './types.ts';

/** Levels of the models, from the top (PS3.4 C.6.1.1, C.6.2.1; Patient/Study Only: C.6.3 of editions before it was retired). */
export const LEVELS: Readonly<Record<Model, readonly Level[]>> = {
  PATIENT: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'],
  STUDY: ['STUDY', 'SERIES', 'IMAGE'],
  'PATIENT/STUDY ONLY': ['PATIENT', 'STUDY'],
};

/** Keyword of the unique key of each level (PS3.4 C.6.1.1, C.6.2.1). */
export const UNIQUE_KEY: Readonly<Record<Level, string>> = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
};
