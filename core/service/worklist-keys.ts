/** What is asked of a Modality Worklist (PS3.4 K.6.1.2.2): long, and needed by who asks alone. */
import { dataSet } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';

const STEP = 'ScheduledProcedureStepSequence[0]';

/** Code Sequence Macro (PS3.3 8.8), of a sequence that returns codes. */
const code = (sequence: string): string[] =>
  ['CodeValue', 'CodingSchemeDesignator', 'CodingSchemeVersion', 'CodeMeaning'].map(
    (key) => `${sequence}[0].${key}`,
  );

const reference = (sequence: string): string[] =>
  ['ReferencedSOPClassUID', 'ReferencedSOPInstanceUID'].map((key) => `${sequence}[0].${key}`);

/** The return keys of PS3.4 Table K.6-1, types 1 to 2C, as paths. */
export const WORKLIST_KEYS: readonly string[] = [
  // Scheduled Procedure Step
  `${STEP}.ScheduledStationAETitle`,
  `${STEP}.ScheduledProcedureStepStartDate`,
  `${STEP}.ScheduledProcedureStepStartTime`,
  `${STEP}.Modality`,
  `${STEP}.ScheduledPerformingPhysicianName`,
  `${STEP}.ScheduledProcedureStepDescription`,
  `${STEP}.ScheduledStationName`,
  `${STEP}.ScheduledProcedureStepLocation`,
  ...code(`${STEP}.ScheduledProtocolCodeSequence`),
  `${STEP}.PreMedication`,
  `${STEP}.ScheduledProcedureStepID`,
  `${STEP}.RequestedContrastAgent`,
  // Requested Procedure
  'RequestedProcedureID',
  'RequestedProcedureDescription',
  ...code('RequestedProcedureCodeSequence'),
  'StudyInstanceUID',
  ...reference('ReferencedStudySequence'),
  'RequestedProcedurePriority',
  'PatientTransportArrangements',
  // Imaging Service Request
  'AccessionNumber',
  'RequestingPhysician',
  'ReferringPhysicianName',
  // Visit
  'AdmissionID',
  'CurrentPatientLocation',
  ...reference('ReferencedPatientSequence'),
  // Patient
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'PatientWeight',
  'ConfidentialityConstraintOnPatientDataDescription',
  'PatientState',
  'PregnancyStatus',
  'MedicalAlerts',
  'Allergies',
  'SpecialNeeds',
];

/** All return keys of Table K.6-1, with the given ones (keyword, tag or path) filled in. @throws DicomError USAGE */
export function worklistKeys(matching: Readonly<Record<string, string>> = {}): DataSet {
  return dataSet({ ...Object.fromEntries(WORKLIST_KEYS.map((key) => [key, ''])), ...matching });
}
