export * from './types.ts';
export { LEVELS, UNIQUE_KEY } from './levels.ts';
export * from './sop-classes.ts';
export * from './storage-classes.ts';
export { NATIVE_SYNTAXES } from './syntaxes.ts';
export { associate, Association } from './associate.ts';
export type { ReportHandler, StoreHandler } from './associate.ts';
export { OpenAssociation, openAssociation } from './open-association.ts';
export type { AssociateOptions } from './open-association.ts';
export { SERVICE_DEVIATIONS } from './deviations.ts';
export type { ServiceDeviationCode, ServiceDeviationHappening } from './deviations.ts';
export { serve } from './serve.ts';
export type { ServeOptions, Server } from './serve.ts';
export { storageContexts } from './move.ts';
export type { MoveOriginator, StoreOptions, StoreResponse } from './storage.ts';
export { USER_REFUSED } from './user-identity.ts';
export { WORKLIST_KEYS, worklistKeys } from './worklist-keys.ts';
export type {
  AssociationEnd,
  ContextProposal,
  Deadlines,
  Party,
  PresentationContext,
  RefusedContext,
} from '../ul/index.ts';
export { DEFAULT_DEADLINES, deadlinesOf } from '../ul/index.ts';
