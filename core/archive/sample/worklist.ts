/** What is scheduled in the hospital of the sample studies: steps of one day (PS3.4 K.6.1). */
import type { DataSet } from '../../data/index.ts';
import { dataSet, dayFrom } from '../../data/index.ts';
import { PATIENTS } from './studies.ts';
import type { SamplePatient } from './types.ts';
import { nameUID } from './uid.ts';

interface Scheduled {
  readonly patient: SamplePatient;
  readonly modality: string;
  readonly station: string;
  readonly time: string;
  readonly physician: string;
  readonly procedure: string;
  readonly step: string;
  readonly code: string;
  readonly priority: string;
}

const SCHEDULED: readonly Scheduled[] = [
  {
    patient: PATIENTS.ada,
    modality: 'CT',
    station: 'SAMPLE_CT',
    time: '090000',
    physician: 'Reader^Rosa',
    procedure: 'CT head with contrast',
    step: 'Head, contrast',
    code: 'CT-HEAD-C',
    priority: 'HIGH',
  },
  {
    patient: PATIENTS.tarou,
    modality: 'MR',
    station: 'SAMPLE_MR',
    time: '103000',
    physician: 'Reader^Rosa',
    procedure: 'MR knee 膝',
    step: 'Knee left',
    code: 'MR-KNEE',
    priority: 'ROUTINE',
  },
  {
    patient: PATIENTS.juergen,
    modality: 'CR',
    station: 'SAMPLE_CR',
    time: '114500',
    physician: 'Köhler^Käthe',
    procedure: 'Thorax postoperativ',
    step: 'Chest PA and lateral',
    code: 'CR-CHEST',
    priority: 'ROUTINE',
  },
  {
    patient: PATIENTS.eve,
    modality: 'US',
    station: 'SAMPLE_US',
    time: '150000',
    physician: 'Echo^Emil',
    procedure: 'Echocardiography',
    step: 'Four chambers',
    code: 'US-HEART',
    priority: 'LOW',
  },
];

/** Four scheduled procedure steps of `today` (local time), the same in every run of one day. */
export function sampleWorklist(today: Date = new Date()): readonly DataSet[] {
  const date = dayFrom(today, 0);
  return SCHEDULED.map((scheduled, i) => entry(scheduled, date, `${date}-${i + 1}`));
}

function entry(scheduled: Scheduled, date: string, id: string): DataSet {
  const { patient, procedure, step, code, priority } = scheduled;
  const coded = { CodeValue: code, CodingSchemeDesignator: '99WEBDIMSE', CodeMeaning: step };
  return dataSet({
    AccessionNumber: `W${id}`,
    ReferringPhysicianName: 'Referrer^Rita^^Dr.',
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    PatientWeight: '',
    MedicalAlerts: '',
    Allergies: '',
    PregnancyStatus: '',
    StudyInstanceUID: nameUID(`worklist/${id}`),
    RequestingPhysician: 'Referrer^Rita^^Dr.',
    RequestedProcedureDescription: procedure,
    RequestedProcedureCodeSequence: [dataSet({ ...coded, CodeMeaning: procedure })],
    RequestedProcedureID: `R${id}`,
    RequestedProcedurePriority: priority,
    AdmissionID: '',
    SpecialNeeds: '',
    CurrentPatientLocation: '',
    PatientState: '',
    PatientTransportArrangements: '',
    ConfidentialityConstraintOnPatientDataDescription: '',
    ScheduledProcedureStepSequence: [stepOf(scheduled, date, id, coded)],
  });
}

function stepOf(scheduled: Scheduled, date: string, id: string, coded: Record<string, string>): DataSet {
  return dataSet({
    Modality: scheduled.modality,
    RequestedContrastAgent: '',
    ScheduledStationAETitle: scheduled.station,
    ScheduledProcedureStepStartDate: date,
    ScheduledProcedureStepStartTime: scheduled.time,
    ScheduledPerformingPhysicianName: scheduled.physician,
    ScheduledProcedureStepDescription: scheduled.step,
    ScheduledProtocolCodeSequence: [dataSet(coded)],
    ScheduledProcedureStepID: `S${id}`,
    ScheduledStationName: scheduled.station,
    ScheduledProcedureStepLocation: 'ROOM 1',
    PreMedication: '',
    ScheduledProcedureStepStatus: 'SCHEDULED',
  });
}
