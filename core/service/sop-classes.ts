/** Which service a SOP class belongs to (PS3.4 A, B.5, C.6, J.3.5, K.6). */
import { UID, uid } from '../dict/index.ts';
import type { Model } from './types.ts';

/** PS3.4 A.4. */
export const VERIFICATION: string = UID.Verification;

type RetrieveService = 'FIND' | 'MOVE' | 'GET';

/** PS3.4 K.6.1.4. */
export const MODALITY_WORKLIST: string = UID.ModalityWorklistInformationModelFind;

/** PS3.4 J.3.5; its operations name the one well-known instance. */
export const STORAGE_COMMITMENT: string = UID.StorageCommitmentPushModel;
export const STORAGE_COMMITMENT_INSTANCE: string = UID.StorageCommitmentPushModelInstance;

/** Query/Retrieve SOP classes (PS3.4 C.6.1.3, C.6.2.3; Patient/Study Only is retired). */
export const QUERY_RETRIEVE: Readonly<Record<Model, Readonly<Record<RetrieveService, string>>>> = {
  PATIENT: {
    FIND: UID.PatientRootQueryRetrieveInformationModelFind,
    MOVE: UID.PatientRootQueryRetrieveInformationModelMove,
    GET: UID.PatientRootQueryRetrieveInformationModelGet,
  },
  STUDY: {
    FIND: UID.StudyRootQueryRetrieveInformationModelFind,
    MOVE: UID.StudyRootQueryRetrieveInformationModelMove,
    GET: UID.StudyRootQueryRetrieveInformationModelGet,
  },
  'PATIENT/STUDY ONLY': {
    FIND: UID.PatientStudyOnlyQueryRetrieveInformationModelFind,
    MOVE: UID.PatientStudyOnlyQueryRetrieveInformationModelMove,
    GET: UID.PatientStudyOnlyQueryRetrieveInformationModelGet,
  },
};

/** The model and service of a Query/Retrieve SOP class; `undefined` for any other. */
export function queryRetrieveOf(sopClassUID: string): { model: Model; service: RetrieveService } | undefined {
  return BY_SOP_CLASS.get(sopClassUID);
}

const BY_SOP_CLASS: ReadonlyMap<string, { model: Model; service: RetrieveService }> = new Map(
  (['PATIENT', 'STUDY', 'PATIENT/STUDY ONLY'] as const).flatMap((model) =>
    (['FIND', 'MOVE', 'GET'] as const).map((service) => [QUERY_RETRIEVE[model][service], { model, service }]),
  ),
);

/**
 * Whether instances of this class can be stored (PS3.4 B.5). Classes that the dictionary does not know count:
 * private ones and those newer than it are storage classes almost always.
 */
export function isStorageClass(sopClassUID: string): boolean {
  const known = uid(sopClassUID);
  if (known === undefined) return true;
  return known.type === 'SOP Class' && / Storage\b/.test(known.name) && !NOT_STORED.test(known.name);
}

const NOT_STORED = /Storage Commitment|Media Storage Directory|Storage Management/;
