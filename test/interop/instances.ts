/** Twenty of pydicom's dicomdirtests: two patients, six studies, eleven series, all explicit little endian. */
import { join } from 'node:path';
import { PYDICOM_FILES } from '../support/needs.ts';

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '77654033/CR1': ['6154'],
  '77654033/CR2': ['6247'],
  '77654033/CR3': ['6278'],
  '77654033/CT2': ['17106', '17136', '17166', '17196'],
  '98892001/CT2N': ['6293', '6924'],
  '98892001/CT5N': ['2062', '2392', '2693', '3023', '3353'],
  '98892003/MR1': ['15820', '4919', '5641'],
  '98892003/MR2': ['15970', '4950', '4981'],
};

export const FILES: readonly string[] = Object.entries(FOLDERS).flatMap(([folder, names]) =>
  names.map((name) => join(PYDICOM_FILES, 'dicomdirtests', folder, name)),
);

/** The patient with most studies, one study of this patient, one series of that study. */
export const PATIENT = '98890234';
export const STUDY = '1.3.6.1.4.1.5962.1.1.0.0.0.1194734704.16302.0.1';
export const SERIES = '1.3.6.1.4.1.5962.1.1.0.0.0.1194734704.16302.0.6';

/** How many entities there are: of everything, then always of the one above. */
export const NUMBERS = {
  patients: 2,
  studies: 6,
  studiesOfPatient: 4,
  series: 2,
  images: 5,
  ofStudy: 7,
} as const;
