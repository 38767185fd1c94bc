/** The cells of a result row: what each level shows in the columns they share. */
import type { Level } from '../../core/service/types.ts';
import { count, t } from '../strings/index.ts';
import { TAGS, text, valueTexts } from './attributes.ts';
import { className } from './class-names.svelte.ts';
import { date, dateTime, personName, shortUid } from './format.ts';
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
    const { main, beside } = personName(match, TAGS.PatientName);
    return { text: main === '' ? t.names.unnamed : main, beside };
  },
  id: ({ match }) => ({ text: text(match, 'PatientID') }),
  born: ({ match }) => ({ text: date(text(match, 'PatientBirthDate')) }),
  sex: ({ match }) => ({ text: text(match, 'PatientSex') }),
  series: ({ seriesCount }) => counted(seriesCount),
  images: ({ imageCount }) => counted(imageCount),
  peer: ({ asked }) => ({ text: asked.peer.name }),
};

const STUDY: Cells = {
  ...PATIENT,
  when: ({ match }) => ({ text: dateTime(text(match, 'StudyDate'), text(match, 'StudyTime')) }),
  modality: ({ modalities }) => ({ text: modalities.join(', ') }),
  description: ({ match }) => ({ text: text(match, 'StudyDescription') }),
  accession: ({ match }) => ({ text: text(match, 'AccessionNumber') }),
  uid: ({ match }) => uidCell(text(match, 'StudyInstanceUID')),
  referrer: ({ match }) => ({ text: personName(match, TAGS.ReferringPhysicianName).main }),
  studyID: ({ match }) => ({ text: text(match, 'StudyID') }),
};

/** A study below its patient does not repeat the patient. */
const STUDY_OF_PATIENT: Cells = {
  ...STUDY,
  name: ({ match }) => ({ text: text(match, 'StudyDescription') || t.names.study }),
  id: () => NOTHING,
  born: () => NOTHING,
  sex: () => NOTHING,
  peer: () => NOTHING,
};

const SERIES: Cells = {
  name: ({ match }) => ({ text: t.names.series(text(match, 'SeriesNumber')) }),
  when: ({ match }) => ({ text: dateTime(text(match, 'SeriesDate'), text(match, 'SeriesTime')) }),
  modality: ({ match }) => ({ text: text(match, 'Modality') }),
  description: ({ match }) => ({ text: text(match, 'SeriesDescription') }),
  uid: ({ match }) => uidCell(text(match, 'SeriesInstanceUID')),
  images: ({ imageCount }) => counted(imageCount),
};

const IMAGE: Cells = {
  name: ({ match }) => ({ text: t.names.image(text(match, 'InstanceNumber')) }),
  when: ({ match }) => ({ text: dateTime(text(match, 'ContentDate'), text(match, 'ContentTime')) }),
  description: ({ match }) => {
    const frames = text(match, 'NumberOfFrames');
    const beside = /^\d+$/.test(frames) && Number(frames) > 1 ? t.names.frames(count(Number(frames))) : '';
    return { text: className(text(match, 'SOPClassUID')), beside };
  },
  uid: ({ match }) => uidCell(text(match, 'SOPInstanceUID')),
};

const BY_LEVEL: Record<Level, Cells> = { PATIENT, STUDY, SERIES, IMAGE };

/** `column` is a key of the columns of the results, or a tag. Empty where this level has nothing to say there. */
export function resultCell(node: ResultNode, column: string): Cell {
  const cells = node.level === 'STUDY' && node.depth > 0 ? STUDY_OF_PATIENT : BY_LEVEL[node.level];
  return cells[column]?.(node) ?? { text: valueTexts(node.match[column]).join(', ') };
}

function uidCell(uid: string): Cell {
  return uid === '' ? NOTHING : { text: shortUid(uid), uid };
}

function counted(value: number | undefined): Cell {
  return value === undefined ? NOTHING : { text: count(value) };
}
