/** The files of a list, and what they come to together. */
import { UID } from '../../core/dict/index.ts';
import type { DeidentifyWarning } from '../../core/deidentify/index.ts';
import type { FileKind, InspectStep, Outgoing, SendStep } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Situation } from './sentences.ts';
import { explain } from './sentences.ts';

/** `opened`: a DICOMDIR or an archive, which is not sent itself. */
export type FileState = 'chosen' | 'sending' | 'opened' | SendStep['outcome'];

/** One file of the list; `sentence` is empty where there is nothing to say. */
export interface ListedFile {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  readonly state: FileState;
  readonly sentence: string;
}

export interface Entry extends ListedFile {
  /** Undefined where it cannot be read. */
  readonly source: Outgoing | undefined;
  /** Undefined while nobody has looked into it. */
  readonly kind?: FileKind;
  readonly otherwise?: readonly string[];
  readonly warnings?: readonly DeidentifyWarning[];
  /** Of a DICOMDIR. */
  readonly references?: readonly string[];
}

/** What becomes of a kind of file: what the peer says of it, as far as it was asked. */
export type Fate = 'unasked' | 'unchanged' | 'converted' | 'refused' | 'unreadable';

/** Files of one SOP class and transfer syntax. */
export interface PlannedKind extends FileKind {
  readonly key: string;
  readonly files: number;
  readonly bytes: number;
  readonly fate: Fate;
  /** The transfer syntax in which it goes, or while the peer was not asked the one in which it may go instead; else ''. */
  readonly sentAs: string;
}

/** Which kinds a peer was asked for, by their keys, and in which transfer syntaxes it takes them. */
export interface Answer {
  readonly asked: ReadonlySet<string>;
  readonly sentAs: ReadonlyMap<string, string>;
}

/** Whether Send takes it along. */
export function isToSend({ state }: Pick<ListedFile, 'state'>): boolean {
  return state === 'chosen' || state === 'failed';
}

export const kindKey = ({ sopClassUID, transferSyntaxUID }: FileKind): string =>
  `${sopClassUID} ${transferSyntaxUID}`;

/** The kinds of what is to be sent, the most files first. */
export function plannedKinds(
  entries: readonly Entry[],
  answer: Answer | undefined,
  deidentify: boolean,
): PlannedKind[] {
  const kinds = new Map<string, PlannedKind>();
  for (const { kind, size, state, otherwise = [] } of entries) {
    if (kind === undefined || !isToSend({ state })) continue;
    const key = kindKey(kind);
    const { files, bytes } = kinds.get(key) ?? { files: 0, bytes: 0 };
    const fate = fateOf(kind, answer, deidentify);
    const sentAs = (fate === 'unasked' ? otherwise[0] : answer?.sentAs.get(key)) ?? '';
    kinds.set(key, { ...kind, key, files: files + 1, bytes: bytes + size, fate, sentAs });
  }
  return [...kinds.values()].sort((a, b) => b.files - a.files);
}

/** Big endian data sets cannot be written (`core/data/rewrite.ts`). */
function fateOf(kind: FileKind, answer: Answer | undefined, deidentify: boolean): Fate {
  const key = kindKey(kind);
  if (deidentify && kind.transferSyntaxUID === UID.ExplicitVRBigEndian) return 'unreadable';
  if (answer?.asked.has(key) !== true) return 'unasked';
  const sentAs = answer.sentAs.get(key);
  if (sentAs === undefined) return 'refused';
  return sentAs === kind.transferSyntaxUID ? 'unchanged' : 'converted';
}

/** How many of the files that are to be sent have each warning. */
export function warningCounts(entries: readonly Entry[]): ReadonlyMap<DeidentifyWarning, number> {
  const counts = new Map<DeidentifyWarning, number>();
  for (const warning of entries.filter(isToSend).flatMap(({ warnings = [] }) => warnings))
    counts.set(warning, (counts.get(warning) ?? 0) + 1);
  return counts;
}

/** What looking into a file says of it in the list; undefined where it tells of others. */
export function learnt(step: InspectStep, situation: Situation): Partial<Entry> | undefined {
  switch (step.is) {
    case 'instance': {
      const { sopClassUID, transferSyntaxUID, otherwise, warnings } = step;
      return { kind: { sopClassUID, transferSyntaxUID }, otherwise, warnings };
    }
    case 'directory':
      return { state: 'opened', references: step.references };
    case 'unpacked':
      return { state: 'opened', sentence: t.send.unpacked(step.found) };
    case 'nothing': {
      const { failure } = step;
      // The sentence for limits speaks of a peer; here nobody has said anything yet.
      const sentence =
        failure.code === 'LIMIT_EXCEEDED'
          ? t.send.beyond(failure.message)
          : explain(new EngineError(failure), situation);
      return { state: 'skipped', sentence };
    }
    case 'archive':
      return undefined;
  }
}

/** Names that are told of files that are missing. */
const MOST_NAMES = 5;

/** What a DICOMDIR lists, and what of it is not in the list of files. Discs and copies differ in case. */
export function directorySentence(
  path: string,
  references: readonly string[],
  entries: readonly Entry[],
): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const here = new Set(entries.map((entry) => entry.path.toLowerCase()));
  const missing = references.filter((name) => !here.has((folder + name).toLowerCase()));
  if (missing.length === 0) return t.send.listed(references.length);
  if (missing.length === references.length) return t.send.listedNone(references.length);
  const names = missing.slice(0, MOST_NAMES).join(', ');
  return t.send.listedMissing(references.length, missing.length, names, missing.length > MOST_NAMES);
}
