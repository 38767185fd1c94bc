/**
 * webdimse: the DICOM network protocol, from bytes to services, with no DOM and no Node.
 * What is not listed here is internal and may change without notice.
 */

// Byte strings, errors, limits, observation
export type {
  Bytes,
  Clock,
  Envelope,
  ErrorCode,
  ErrorDetails,
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
  Peer,
  PeerList,
  Target,
  WebSocketLike,
} from './transport/index.ts';
export { MemoryNetwork, tunnelDialer } from './transport/index.ts';

// Dictionary (PS3.6) and data sets (PS3.5, PS3.18 F)
export { attribute, statusOf, statusText, UID, uid, uidName } from './dict/index.ts';
export type { Attribute, DataSet, PersonName, Value } from './data/index.ts';
export { dataSet, readDataSet, text, texts, writeDataSet } from './data/index.ts';

// Files and stores (PS3.10)
export type { ByteSource, InstanceInfo, InstanceSink, InstanceStore, Stored } from './file/index.ts';
export { fileMetaInformation, openPart10 } from './file/index.ts';

// Services (PS3.4, PS3.7)
export * from './service/index.ts';

// What one does with a peer
export type {
  EchoResult,
  GetOptions,
  PeerAddress,
  QueryResult,
  RetrieveOutcome,
  RetrieveProgress,
  RetrieveReport,
  SendItem,
  SendOutcome,
  SendResult,
  Task,
  Verdict,
} from './peer/index.ts';
export { echo, get, move, query, send } from './peer/index.ts';

// Mini-PACS
export type { ArchiveOptions } from './archive/index.ts';
export { Archive, archiveHandlers, MemoryStore, sampleInstances } from './archive/index.ts';
