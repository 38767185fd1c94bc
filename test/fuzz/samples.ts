/** What both sides of a conversation know of: presentation contexts, a few instances, a library of them. */
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import type { ProposedContext, RoleSelection } from '../../core/pdu/index.ts';
import {
  NATIVE_SYNTAXES,
  QUERY_RETRIEVE,
  STORAGE_COMMITMENT,
  VERIFICATION,
} from '../../core/service/index.ts';
import type { ContextProposal, Level, Model } from '../../core/service/index.ts';
import { MODALITY_WORKLIST } from '../../core/service/sop-classes.ts';
import type { Random } from '../support/random.ts';
import { instance, instanceBytes } from '../service/world.ts';

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';

export interface Sample {
  readonly info: InstanceInfo;
  readonly bytes: Bytes;
}

function sample(study: number, series: number, number: number, pixels: number): Sample {
  const { sopClassUID, sopInstanceUID, transferSyntaxUID } = instance(study, series, number);
  const info = { sopClassUID, sopInstanceUID, transferSyntaxUID, callingAETitle: 'FUZZ' };
  return { info, bytes: instanceBytes(study, series, number, pixels) };
}

/** Two studies, three series. */
export const SAMPLES: readonly Sample[] = [
  sample(1, 1, 1, 64),
  sample(1, 1, 2, 64),
  sample(1, 2, 1, 3000),
  sample(2, 1, 1, 200),
];
/** More than the two sides of a connection hold for a peer that does not read. */
export const LARGE: Sample = sample(3, 1, 1, 200_000);

/** Keeps the samples in a store. */
export async function filled(store: MemoryStore): Promise<MemoryStore> {
  for (const { info, bytes } of SAMPLES) {
    const sink = store.put(info);
    sink.write(bytes);
    await sink.commit();
  }
  return store;
}

/** What a scripted peer answers from. */
export const LIBRARY: Archive = await Archive.open(await filled(new MemoryStore()));

export const STORAGE: ContextProposal = {
  abstractSyntax: CT_IMAGE,
  transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN],
  role: { scu: true, scp: true },
};

/** What our side proposes where it says so itself. */
export const PROPOSALS: readonly ContextProposal[] = [
  { abstractSyntax: VERIFICATION, transferSyntaxes: NATIVE_SYNTAXES },
  { abstractSyntax: QUERY_RETRIEVE.STUDY.FIND, transferSyntaxes: NATIVE_SYNTAXES },
  { abstractSyntax: QUERY_RETRIEVE.STUDY.GET, transferSyntaxes: NATIVE_SYNTAXES },
  { abstractSyntax: QUERY_RETRIEVE.STUDY.MOVE, transferSyntaxes: NATIVE_SYNTAXES },
  STORAGE,
  { abstractSyntax: MODALITY_WORKLIST, transferSyntaxes: NATIVE_SYNTAXES },
  { abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: NATIVE_SYNTAXES },
];

/** What a scripted peer proposes. */
export const ASKED_CONTEXTS: readonly ProposedContext[] = [
  ...PROPOSALS.map(({ abstractSyntax, transferSyntaxes }) => ({ abstractSyntax, transferSyntaxes })),
  { abstractSyntax: CT_IMAGE, transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] },
  { abstractSyntax: CT_IMAGE, transferSyntaxes: [JPEG_BASELINE] },
  { abstractSyntax: '1.2.3.4.5', transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] },
].map((context, i) => ({ id: 2 * i + 1, ...context }));

export const ASKED_ROLES: readonly RoleSelection[] = [{ sopClassUID: CT_IMAGE, scu: true, scp: true }];

type Keys = readonly [Model, Level, DataSet];

/** Breaks the hierarchy. */
export const ILLEGAL_KEYS: Keys = ['STUDY', 'SERIES', dataSet({ SeriesInstanceUID: '2.25.1.1' })];

/** Keys by level: hits, and a miss. */
export const KEYS: readonly Keys[] = [
  ['STUDY', 'STUDY', dataSet({ StudyInstanceUID: '2.25.1' })],
  ['STUDY', 'STUDY', dataSet({ StudyInstanceUID: '2.25.2' })],
  ['STUDY', 'STUDY', dataSet({ StudyInstanceUID: '2.25.9' })],
  ['STUDY', 'SERIES', dataSet({ StudyInstanceUID: '2.25.1', SeriesInstanceUID: '2.25.1.1' })],
  [
    'STUDY',
    'IMAGE',
    dataSet({
      StudyInstanceUID: '2.25.1',
      SeriesInstanceUID: '2.25.1.1',
      SOPInstanceUID: ['2.25.1.1.1', '2.25.1.1.2'],
    }),
  ],
];

/** Return keys too: every study, and one with a name. */
export const QUERIES: readonly Keys[] = [
  ['STUDY', 'STUDY', dataSet({ StudyInstanceUID: '', PatientName: '', StudyDate: '' })],
  ['STUDY', 'STUDY', dataSet({ StudyInstanceUID: '', PatientName: 'doe*' })],
  ...KEYS,
];

/** Keys from a list, illegal ones now and then. */
export function keysFrom(list: readonly Keys[], random: Random, fair: boolean): Keys {
  return !fair && random.int(8) === 0 ? ILLEGAL_KEYS : random.pick(list);
}

/** Where our side listens, and by which title. */
export const RECEIVER = { host: 'receiver', aeTitle: 'RECEIVER' } as const;
