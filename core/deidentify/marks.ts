/** What a de-identified data set says of itself (PS3.15 E.1.1, E.3.6; PS3.16 CID 7050). */
import type { DataSet } from '../data/index.ts';
import { dataSet, inUTF8, items, text } from '../data/index.ts';
import type { DeidentifyOptions } from './actions.ts';

/** De-identification Method (0012,0063), LO. */
const METHOD = 'PS3.15 Basic Application Level Confidentiality Profile 2026d';

/** Codes of the scheme DCM in CID 7050. */
const MEANINGS: Readonly<Record<string, string>> = {
  113100: 'Basic Application Confidentiality Profile',
  113101: 'Clean Pixel Data Option',
  113102: 'Clean Recognizable Visual Features Option',
  113103: 'Clean Graphics Option',
  113104: 'Clean Structured Content Option',
  113105: 'Clean Descriptors Option',
  113106: 'Retain Longitudinal Temporal Information Full Dates Option',
  113107: 'Retain Longitudinal Temporal Information Modified Dates Option',
  113108: 'Retain Patient Characteristics Option',
  113109: 'Retain Device Identity Option',
  113110: 'Retain UIDs Option',
  113111: 'Retain Safe Private Option',
  113112: 'Retain Institution Identity Option',
};

const TEMPORAL = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' } as const;

/** The data set with its marks; codes of an earlier de-identification stay beside the new ones. */
export function marked(clean: DataSet, options: DeidentifyOptions): DataSet {
  const codes = [...new Set([...earlierCodes(clean), ...codesOf(options)])].sort();
  const marks = dataSet({
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: METHOD,
    DeidentificationMethodCodeSequence: codes.map((code) =>
      dataSet({ CodeValue: code, CodingSchemeDesignator: 'DCM', CodeMeaning: MEANINGS[code]! }),
    ),
    LongitudinalTemporalInformationModified: TEMPORAL[options.dates ?? 'remove'],
  });
  return inUTF8({ ...clean, ...marks });
}

function earlierCodes(clean: DataSet): string[] {
  return items(clean, 'DeidentificationMethodCodeSequence')
    .map((item) => text(item, 'CodeValue'))
    .filter((code) => Object.hasOwn(MEANINGS, code));
}

function codesOf(options: DeidentifyOptions): string[] {
  const { dates = 'remove' } = options;
  return [
    '113100',
    ...(dates === 'keep' ? ['113106'] : dates === 'shift' ? ['113107'] : []),
    ...(options.retainPatientCharacteristics === true ? ['113108'] : []),
    ...(options.retainDevice === true ? ['113109'] : []),
    ...(options.retainUIDs === true ? ['113110'] : []),
    ...(options.retainInstitution === true ? ['113112'] : []),
  ];
}
