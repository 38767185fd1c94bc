/** What is shown of scheduled procedure steps: a line of each, and all of one. */
import type { DataSet } from '../../core/data/types.ts';
import { t } from '../strings/index.ts';
import type { Keyword } from './attributes.ts';
import { TAGS, items, text, texts } from './attributes.ts';
import { date, dateTime, personName, shortUid } from './format.ts';
import type { Cell } from './result-cells.ts';
import type { ScheduledStep } from './worklist.svelte.ts';

const CELLS: Readonly<Record<string, (step: ScheduledStep) => Cell>> = {
  when: ({ step }) => ({
    text: dateTime(
      text(step, 'ScheduledProcedureStepStartDate'),
      text(step, 'ScheduledProcedureStepStartTime'),
    ),
  }),
  name: ({ match }) => {
    const { main, beside } = personName(match, TAGS.PatientName);
    return { text: main === '' ? t.names.unnamed : main, beside };
  },
  id: ({ match }) => ({ text: text(match, 'PatientID') }),
  born: ({ match }) => ({ text: date(text(match, 'PatientBirthDate')) }),
  sex: ({ match }) => ({ text: text(match, 'PatientSex') }),
  modality: ({ step }) => ({ text: text(step, 'Modality') }),
  station: ({ step }) => ({ text: texts(step, 'ScheduledStationAETitle').join(', ') }),
  procedure: ({ match, step }) => ({
    text: text(step, 'ScheduledProcedureStepDescription') || text(match, 'RequestedProcedureDescription'),
  }),
  accession: ({ match }) => ({ text: text(match, 'AccessionNumber') }),
};

/** `column` is a key of the columns of the worklist. */
export function worklistCell(step: ScheduledStep, column: string): Cell {
  return CELLS[column]?.(step) ?? { text: '' };
}

/** A line of what is known of one: its label, and its value. */
export interface Detail extends Cell {
  readonly label: string;
}

type Label = keyof typeof t.worklist.details;
type Reader = (from: DataSet, keyword: Keyword) => Cell;

const asText: Reader = (from, keyword) => ({ text: texts(from, keyword).filter(Boolean).join(', ') });
const asName: Reader = (from, keyword) => ({ text: personName(from, TAGS[keyword]).main });
const asUid: Reader = (from, keyword) => {
  const uid = text(from, keyword);
  return uid === '' ? { text: '' } : { text: shortUid(uid), uid };
};
/** The meanings of coded entries (PS3.3 8.8). */
const asMeaning: Reader = (from, keyword) => ({
  text: items(from, keyword)
    .map((code) => text(code, 'CodeMeaning'))
    .filter(Boolean)
    .join(', '),
});

/** In the order of reading; of the step, or of the request, visit and patient it belongs to. */
const DETAILS: readonly (readonly [Label & Keyword, 'step' | 'match', Reader])[] = [
  ['ScheduledProcedureStepDescription', 'step', asText],
  ['ScheduledProtocolCodeSequence', 'step', asMeaning],
  ['RequestedProcedureDescription', 'match', asText],
  ['RequestedProcedureCodeSequence', 'match', asMeaning],
  ['RequestedProcedurePriority', 'match', asText],
  ['ScheduledStationAETitle', 'step', asText],
  ['ScheduledStationName', 'step', asText],
  ['ScheduledProcedureStepLocation', 'step', asText],
  ['ScheduledPerformingPhysicianName', 'step', asName],
  ['RequestingPhysician', 'match', asName],
  ['ReferringPhysicianName', 'match', asName],
  ['PatientSex', 'match', asText],
  ['PatientWeight', 'match', asText],
  ['PregnancyStatus', 'match', asText],
  ['Allergies', 'match', asText],
  ['MedicalAlerts', 'match', asText],
  ['SpecialNeeds', 'match', asText],
  ['RequestedContrastAgent', 'step', asText],
  ['CurrentPatientLocation', 'match', asText],
  ['AdmissionID', 'match', asText],
  ['AccessionNumber', 'match', asText],
  ['RequestedProcedureID', 'match', asText],
  ['ScheduledProcedureStepID', 'step', asText],
  ['StudyInstanceUID', 'match', asUid],
];

/** All that is known of a step; what is empty is left out. */
export function worklistDetails(of: ScheduledStep): readonly Detail[] {
  const details = DETAILS.map(([keyword, where, read]) => ({
    label: t.worklist.details[keyword],
    ...read(of[where], keyword),
  }));
  return details.filter(({ text: value }) => value !== '');
}
