/** What the state holds, in the words of `types.ts`. */
import { text } from '../state/attributes.ts';
import type { Stored } from '../../core/file/store.ts';
import type { Job } from '../state/jobs.svelte.ts';
import type { ResultNode } from '../state/results.svelte.ts';
import type { Search } from '../state/search.svelte.ts';
import type {
  DimseJob,
  DimseKeys,
  DimseResults,
  DimseRetrieved,
  DimseSelection,
  DimseStored,
} from './types.ts';

const numbers = new WeakMap<Job, number>();
let lastNumber = 0;

function numberOf(job: Job): number {
  const number = numbers.get(job) ?? ++lastNumber;
  numbers.set(job, number);
  return number;
}

export function jobTold(job: Job): DimseJob {
  const { title, state, sentence, code, progress } = job;
  const { done = 0, total, bytes = 0 } = progress ?? {};
  return { id: numberOf(job), title, state, sentence, code, done, total, bytes };
}

/** Undefined where it brings nothing into the page. */
export function retrievedTold(job: Job): DimseRetrieved | undefined {
  const { resumable } = job.task;
  if (resumable === undefined) return undefined;
  const { peer, keys } = resumable;
  return { ...jobTold(job), peer, keys };
}

export function resultsTold(search: Search): DimseResults {
  const { answers, list, searched, limited, model } = search;
  return {
    level: model === 'PATIENT' ? model : 'STUDY',
    matches: list.nodes.map(({ match }) => match as DimseResults['matches'][number]),
    peers: searched.map(({ peer }) => peer.name),
    limited,
    failures: answers.map(({ failure }) => failure).filter((failure) => failure !== ''),
  };
}

export function selectionTold({ level, keys, match, asked }: ResultNode): DimseSelection {
  return { level, keys, match: match as DimseSelection['match'], peer: asked.peer.name };
}

export function storedTold({ sopInstanceUID, sopClassUID, header, bytes }: Stored): DimseStored {
  return {
    SOPInstanceUID: sopInstanceUID,
    SOPClassUID: sopClassUID,
    SeriesInstanceUID: text(header, 'SeriesInstanceUID'),
    StudyInstanceUID: text(header, 'StudyInstanceUID'),
    bytes,
  };
}

const LEVELS = [
  ['IMAGE', 'SOPInstanceUID'],
  ['SERIES', 'SeriesInstanceUID'],
  ['STUDY', 'StudyInstanceUID'],
] as const;

/** What a retrieve of these keys asks for, at Study Root. Throws a sentence where they name nothing. */
export function wantedBy(keys: DimseKeys) {
  const level = LEVELS.find(([, key]) => keys[key] !== undefined)?.[0];
  if (level === undefined || keys.StudyInstanceUID === undefined) {
    throw new TypeError('Name a study by its StudyInstanceUID, and what of it below.');
  }
  const { PatientID: _, ...unique } = keys;
  return { model: 'STUDY', level, keys: unique as Record<string, string> } as const;
}
