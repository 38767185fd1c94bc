/** What the bare peers and those that speak with them agree on. */

export const CT = '1.2.840.10008.5.1.4.1.1.2';
/** Multi-frame Grayscale Word Secondary Capture. */
export const FRAMES = '1.2.840.10008.5.1.4.1.1.7.3';
export const STORAGE_CLASSES: readonly string[] = [CT, FRAMES];
/** Study Root. */
export const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
export const GET = '1.2.840.10008.5.1.4.1.2.2.3';
export const VERIFICATION = '1.2.840.10008.1.1';

/** Command Data Set Type of a message that has one: any value but 0101H (PS3.7 E.1). */
export const DATA_SET = 0x0000;

/** What is asked for of a study, Query/Retrieve Level aside. */
export const STUDY_KEYS: readonly string[] = [
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'ModalitiesInStudy',
  'ReferringPhysicianName',
  'StudyDescription',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyID',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
];
