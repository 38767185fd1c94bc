/** The cells of a result row: what each level shows in the columns they share. */
import { text } from '../../core/data/index.ts';
import { uidName } from '../../core/dict/index.ts';
import type { Level } from '../../core/service/types.ts';
import { count, t } from '../strings/index.ts';
import { date, dateTime, personName, shortUid } from './format.ts';
import { modalities } from './query-keys.ts';
import type { ResultNode } from './results.svelte.ts';

export interface Cell {
  readonly text: string;
  /** Muted, beside the text. */
  readonly beside?: string;
  /** The whole value where the text is a shortened UID. */
  readonly uid?: string;
}

const NOTHING: Cell = { text: '' };

type Cells = Readonly<Record<string, (node: ResultNode) => Cell>>;

const PATIENT: Cells = {
  name: ({ match }) => {
    const { main, beside } = personName(match, '00100010');
    return { text: main === '' ? t.names.unnamed : main, beside };
  },
  id: ({ match }) => ({ text: text(match, 'PatientID') }),
  born: ({ match }) => ({ text: date(text(match, 'PatientBirthDate')) }),
  series: () => NOTHING,
};

const STUDY: Cells = {
  ...PATIENT,
  when: ({ match }) => ({ text: dateTime(text(match, 'StudyDate'), text(match, 'StudyTime')) }),
  modality: ({ match }) => ({ text: modalities(match) }),
  description: ({ match }) => ({ text: text(match, 'StudyDescription') }),
  accession: ({ match }) => ({ text: text(match, 'AccessionNumber') }),
  uid: ({ match }) => uidCell(text(match, 'StudyInstanceUID')),
  series: ({ match }) => ({ text: number(text(match, 'NumberOfStudyRelatedSeries')) }),
  images: ({ match }) => ({ text: number(text(match, 'NumberOfStudyRelatedInstances')) }),
};

/** A study below its patient does not repeat the patient. */
const STUDY_OF_PATIENT: Cells = {
  ...STUDY,
  name: ({ match }) => ({ text: text(match, 'StudyDescription') || t.names.study }),
  id: () => NOTHING,
  born: () => NOTHING,
};

const SERIES: Cells = {
  name: ({ match }) => ({ text: t.names.series(text(match, 'SeriesNumber')) }),
  when: ({ match }) => ({ text: dateTime(text(match, 'SeriesDate'), text(match, 'SeriesTime')) }),
  modality: ({ match }) => ({ text: text(match, 'Modality') }),
  description: ({ match }) => ({ text: text(match, 'SeriesDescription') }),
  uid: ({ match }) => uidCell(text(match, 'SeriesInstanceUID')),
  images: ({ match }) => ({ text: number(text(match, 'NumberOfSeriesRelatedInstances')) }),
};

const IMAGE: Cells = {
  name: ({ match }) => ({ text: t.names.image(text(match, 'InstanceNumber')) }),
  when: ({ match }) => ({ text: dateTime(text(match, 'ContentDate'), text(match, 'ContentTime')) }),
  description: ({ match }) => {
    const frames = text(match, 'NumberOfFrames');
    const beside = Number(frames) > 1 ? t.names.frames(number(frames)) : '';
    return { text: uidName(text(match, 'SOPClassUID')), beside };
  },
  uid: ({ match }) => uidCell(text(match, 'SOPInstanceUID')),
};

const BY_LEVEL: Record<Level, Cells> = { PATIENT, STUDY, SERIES, IMAGE };

/** `column` is a key of the columns of the results. Empty where this level has nothing to say there. */
export function resultCell(node: ResultNode, column: string): Cell {
  const cells = node.level === 'STUDY' && node.depth > 0 ? STUDY_OF_PATIENT : BY_LEVEL[node.level];
  return cells[column]?.(node) ?? NOTHING;
}

function uidCell(uid: string): Cell {
  return uid === '' ? NOTHING : { text: shortUid(uid), uid };
}

/** Counts come as IS: text that may be padded, or no number at all. */
function number(value: string): string {
  return /^\d+$/.test(value.trim()) ? count(Number(value)) : value;
}
