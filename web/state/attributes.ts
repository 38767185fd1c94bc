/**
 * The attributes that the page itself reads, by keyword (PS3.6). The whole dictionary is the engine's: here it would
 * be most of what a first visit loads.
 */
import { personNameText } from '../../core/data/person-name.ts';
import type { Attribute, DataSet, Value } from '../../core/data/types.ts';

export const TAGS = {
  AccessionNumber: '00080050',
  AdmissionID: '00380010',
  Allergies: '00102110',
  CodeMeaning: '00080104',
  ContentDate: '00080023',
  ContentTime: '00080033',
  CurrentPatientLocation: '00380300',
  InstanceNumber: '00200013',
  MedicalAlerts: '00102000',
  Modality: '00080060',
  ModalitiesInStudy: '00080061',
  NumberOfFrames: '00280008',
  NumberOfPatientRelatedInstances: '00201204',
  NumberOfPatientRelatedSeries: '00201202',
  NumberOfSeriesRelatedInstances: '00201209',
  NumberOfStudyRelatedInstances: '00201208',
  NumberOfStudyRelatedSeries: '00201206',
  PatientBirthDate: '00100030',
  PatientID: '00100020',
  PatientName: '00100010',
  PatientSex: '00100040',
  PatientWeight: '00101030',
  PregnancyStatus: '001021C0',
  ReferringPhysicianName: '00080090',
  RequestedContrastAgent: '00321070',
  RequestedProcedureCodeSequence: '00321064',
  RequestedProcedureDescription: '00321060',
  RequestedProcedureID: '00401001',
  RequestedProcedurePriority: '00401003',
  RequestingPhysician: '00321032',
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  ScheduledPerformingPhysicianName: '00400006',
  ScheduledProcedureStepDescription: '00400007',
  ScheduledProcedureStepID: '00400009',
  ScheduledProcedureStepLocation: '00400011',
  ScheduledProcedureStepSequence: '00400100',
  ScheduledProcedureStepStartDate: '00400002',
  ScheduledProcedureStepStartTime: '00400003',
  ScheduledProtocolCodeSequence: '00400008',
  ScheduledStationAETitle: '00400001',
  ScheduledStationName: '00400010',
  SeriesDate: '00080021',
  SeriesDescription: '0008103E',
  SeriesInstanceUID: '0020000E',
  SeriesNumber: '00200011',
  SeriesTime: '00080031',
  SpecialNeeds: '00380050',
  StudyDate: '00080020',
  StudyDescription: '00081030',
  StudyID: '00200010',
  StudyInstanceUID: '0020000D',
  StudyTime: '00080030',
} as const;
export type Keyword = keyof typeof TAGS;

/** The first value as text; '' where the attribute is absent or empty. */
export function text(from: DataSet, keyword: Keyword): string {
  return texts(from, keyword)[0] ?? '';
}

/** All values as texts, names as `A=I=P`, empty ones as ''; none for sequences and bytes. */
export function texts(from: DataSet, keyword: Keyword): string[] {
  return valueTexts(from[TAGS[keyword]]);
}

/** As `texts`, of any attribute. */
export function valueTexts(attribute: Attribute | undefined): string[] {
  return attribute === undefined || attribute.vr === 'SQ' ? [] : (attribute.Value ?? []).map(valueText);
}

/** The items of a sequence; none where it is absent or empty. */
export function items(from: DataSet, keyword: Keyword): readonly DataSet[] {
  const sequence = from[TAGS[keyword]];
  return sequence?.vr === 'SQ' ? ((sequence.Value ?? []) as readonly DataSet[]) : [];
}

function valueText(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? personNameText(value) : String(value);
}
