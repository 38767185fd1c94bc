/**
 * webdimse: the DICOM network protocol, from bytes to services, with no DOM and no Node.
 * What is not listed here is internal and may change without notice.
 *
 * @module webdimse
 */

// Byte strings, errors, limits, observation
export type {
  Bytes,
  Clock,
  Envelope,
  ErrorCode,
  ErrorDetails,
  Happening,
  Limits,
  Sink,
  SinkEvent,
  TimeoutPhase,
  Timeouts,
} from './bytes/index.ts';
export {
  AssociationAbortedError,
  AssociationRejectedError,
  ConnectionError,
  DecodeError,
  DEFAULT_LIMITS,
  DicomError,
  ERROR_CODES,
  StatusError,
  TIMEOUT_PHASES,
  TimeoutError,
} from './bytes/index.ts';

// Transport (PS3.8 9.1)
export type {
  CloseInfo,
  Connection,
  ConnectionInfo,
  Dialer,
  Listener,
  ListeningAt,
  Peer,
  PeerList,
  Target,
  TicketPurpose,
  TlsInfo,
  TunnelListener,
  TunnelListenerOptions,
  TunnelOptions,
  TunnelSettings,
  WebSocketLike,
} from './transport/index.ts';
export { MemoryNetwork, tunnelDialer, tunnelListener } from './transport/index.ts';

// Dictionary (PS3.6) and data sets (PS3.5, PS3.18 F)
export type {
  AttributeEntry,
  FailureReason,
  Operation,
  Status,
  StatusCategory,
  UIDEntry,
  UIDKeyword,
} from './dict/index.ts';
export { attribute, failureReason, STATUS, statusOf, statusText, UID, uid, uidName } from './dict/index.ts';
export type {
  Attribute,
  DataSet,
  ElementSpan,
  KeyValue,
  PersonName,
  ReadOptions,
  Value,
} from './data/index.ts';
export { dataSet, readDataSet, text, texts, writeDataSet } from './data/index.ts';

// Files and stores (PS3.10)
export type {
  ByteRange,
  ByteSource,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Part10,
  Stored,
  StoreChange,
} from './file/index.ts';
export { fileMetaInformation, openPart10 } from './file/index.ts';

// De-identification (PS3.15 E)
export type {
  AttributeChange,
  Dates,
  Deidentified,
  DeidentifyOptions,
  DeidentifyWarning,
} from './deidentify/index.ts';
export { Deidentifier } from './deidentify/index.ts';

// Services (PS3.4, PS3.7)
export type { AnsweredContext, ProposedContext, RoleSelection } from './pdu/index.ts';
export type {
  Admission,
  AssociateOptions,
  AssociationEnd,
  Commitment,
  CommitmentReport,
  CommitmentRequest,
  ContextProposal,
  Credentials,
  DataSetSource,
  Deadlines,
  Decision,
  ExtendedBehavior,
  FailedInstance,
  FinalResponse,
  FindOptions,
  Handlers,
  Level,
  Model,
  MoveDestination,
  MoveOriginator,
  OpenAssociation,
  OutgoingInstance,
  Party,
  PresentationContext,
  Progress,
  Proposal,
  Query,
  ReferencedInstance,
  RefusedContext,
  Rejection,
  ReportHandler,
  Requestor,
  Responses,
  Retrieval,
  RetrieveRequest,
  RetrieveResult,
  ServeOptions,
  Server,
  StoreHandler,
  StoreOptions,
  StoreResponse,
  SubOperations,
  Terms,
  TextOptions,
  UserIdentity,
} from './service/index.ts';
export {
  associate,
  Association,
  DEFAULT_DEADLINES,
  deadlinesOf,
  LEVELS,
  NATIVE_SYNTAXES,
  QUERY_RETRIEVE,
  RANKED_STORAGE_CLASSES,
  serve,
  worklistKeys,
  STORAGE_COMMITMENT,
  storageContexts,
  UNIQUE_KEY,
  USER_REFUSED,
  VERIFICATION,
} from './service/index.ts';

// What one does with a peer
export type {
  CommitOptions,
  CommitOutcome,
  CommitResult,
  EchoResult,
  GetOptions,
  PeerAddress,
  ProbedQuery,
  ProbeOptions,
  ProbeReport,
  QueryOptions,
  QueryResult,
  Receiver,
  RetrieveMemory,
  RetrieveOutcome,
  RetrieveProgress,
  RetrieveReport,
  SendItem,
  SendOptions,
  SendOutcome,
  SendResult,
  Slots,
  Task,
  Verdict,
} from './peer/index.ts';
export { commit, countedSlots, echo, get, move, probe, query, send, worklist } from './peer/index.ts';

// Mini-PACS
export type { ArchiveOptions, SampleInstance, WorklistEntries } from './archive/index.ts';
export {
  Archive,
  archiveHandlers,
  MemoryStore,
  sampleInstances,
  sampleWorklist,
  worklistHandler,
} from './archive/index.ts';

// Images (PS3.3 C.7.6.3, C.11)
export type { ImageLimits, OpenImage, Place } from './image/index.ts';
export { decodeFrame, initialVOI, openImage, placeOf, render, seriesOrder } from './image/index.ts';
export type * from './image/types.ts';
