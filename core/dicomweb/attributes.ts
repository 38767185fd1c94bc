/** What a search answers with unasked (PS3.18 10.6.3.3). */
import { attributesAt, levelOf } from '../archive/levels.ts';
import type { Level } from '../service/index.ts';

/** Levels that a search goes through, from the top; attributes of patients belong to their studies. */
export const SEARCH_LEVELS = ['STUDY', 'SERIES', 'IMAGE'] as const;
export type SearchLevel = (typeof SEARCH_LEVELS)[number];

/** PS3.18 Tables 10.6.3-3 to 10.6.3-5, without Retrieve URL, which no peer knows. */
export const ANSWERED: Readonly<Record<SearchLevel, readonly string[]>> = {
  STUDY: [
    '00080020', // Study Date
    '00080030', // Study Time
    '00080050', // Accession Number
    '00080056', // Instance Availability
    '00080061', // Modalities in Study
    '00080090', // Referring Physician's Name
    '00080201', // Timezone Offset From UTC
    '00100010', // Patient's Name
    '00100020', // Patient ID
    '00100030', // Patient's Birth Date
    '00100040', // Patient's Sex
    '0020000D', // Study Instance UID
    '00200010', // Study ID
    '00201206', // Number of Study Related Series
    '00201208', // Number of Study Related Instances
  ],
  SERIES: [
    '00080060', // Modality
    '00080201', // Timezone Offset From UTC
    '0008103E', // Series Description
    '0020000E', // Series Instance UID
    '00200011', // Series Number
    '00201209', // Number of Series Related Instances
    '00400244', // Performed Procedure Step Start Date
    '00400245', // Performed Procedure Step Start Time
    '00400275.00400009', // Request Attributes Sequence, Scheduled Procedure Step ID
    '00400275.00401001', // Request Attributes Sequence, Requested Procedure ID
  ],
  IMAGE: [
    '00080016', // SOP Class UID
    '00080018', // SOP Instance UID
    '00080056', // Instance Availability
    '00080201', // Timezone Offset From UTC
    '00083002', // Available Transfer Syntax UID
    '00200013', // Instance Number
    '00280008', // Number of Frames
    '00280010', // Rows
    '00280011', // Columns
    '00280100', // Bits Allocated
  ],
};

/** What peers may leave to those who ask, and is gathered below an entity where it is asked for by name. */
export const GATHERED = {
  ModalitiesInStudy: '00080061',
  NumberOfStudyRelatedSeries: '00201206',
  NumberOfStudyRelatedInstances: '00201208',
  NumberOfSeriesRelatedInstances: '00201209',
} as const;

/** Of these the tables ask only where they are known: empty ones are left out. */
export const IF_KNOWN: readonly string[] = ['00080056', '00080201', '00083002'];

/** What else a search among instances answers with `includefield=all`: what images are told apart by. */
const OF_INSTANCES: readonly string[] = [
  '00080008', // Image Type
  '00080022', // Acquisition Date
  '00080023', // Content Date
  '0008002A', // Acquisition DateTime
  '00080032', // Acquisition Time
  '00080033', // Content Time
  '00180050', // Slice Thickness
  '00200012', // Acquisition Number
  '00200032', // Image Position (Patient)
  '00200037', // Image Orientation (Patient)
  '00200052', // Frame of Reference UID
  '00204000', // Image Comments
  '00280002', // Samples per Pixel
  '00280004', // Photometric Interpretation
  '00280030', // Pixel Spacing
  '00280101', // Bits Stored
];

/** All that a search at this level knows of: for `includefield=all`. */
export function allAnswered(level: SearchLevel): readonly string[] {
  if (level === 'IMAGE') return OF_INSTANCES;
  return level === 'STUDY' ? [...attributesAt('PATIENT'), ...attributesAt('STUDY')] : attributesAt('SERIES');
}

/** The level of a search at which an attribute is asked. */
export function searchLevelOf(tag: string): SearchLevel {
  const level: Level = levelOf(tag);
  return level === 'PATIENT' ? 'STUDY' : level;
}
