/** Modality Worklist (PS3.4 K): C-FIND without levels, over scheduled procedure steps. */
import type { Bytes } from '../bytes/index.ts';
import { dataSet } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { STATUS } from '../dict/index.ts';
import type { DataSetReceiver, IncomingRequest, Messenger } from '../dimse/index.ts';
import { keysIdentifier, serveDataSet } from './identifier.ts';
import { answerMatches, invokeFind } from './query.ts';
import { MODALITY_WORKLIST } from './sop-classes.ts';
import type { FinalResponse, FindOptions, Handlers, Requestor, Responses } from './types.ts';

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

/** SCU: invokes C-FIND on the worklist; iterate for the scheduled procedure steps (PS3.4 K.4.1.2). */
export function worklist(
  messenger: Messenger,
  keys: DataSet,
  options: FindOptions = {},
): Responses<DataSet, FinalResponse> {
  const identifier = (transferSyntax: string): Bytes => keysIdentifier(keys, transferSyntax, options);
  return invokeFind(messenger, MODALITY_WORKLIST, identifier, options);
}

/** SCP: answers with the entries that the handler yields (PS3.4 K.4.1.3). */
export function serveWorklist(
  request: IncomingRequest,
  messenger: Messenger,
  handlers: Handlers,
  requestor: Requestor,
): DataSetReceiver {
  return serveDataSet(request, messenger, handlers, async (keys) => {
    if (!handlers.worklist) return await request.respond({ Status: STATUS.sopClassNotSupported });
    return await answerMatches(request, handlers.worklist(keys, requestor, request.signal));
  });
}
