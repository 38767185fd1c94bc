/**
 * webdimse in a page: connections through a bridge by the browser's WebSocket, the engine of the page as a worker of
 * yours, and the archive in the room that the browser gives on the disk. What is not listed here is internal.
 *
 * @module webdimse/browser
 */

// A bridge, and connections through it
export type { BridgeAddress, BridgeConnections } from './bridge.ts';
export { bridgeDialer, bridgeDoor, bridgeListener, bridgePeers } from './bridge.ts';
export type { DoorAnswer, Peer, PeerList, PeerSettings, TicketPurpose } from '../../core/transport/index.ts';

// The engine
export type { EngineOptions } from './start-engine.ts';
export { RunningEngine, startEngine } from './start-engine.ts';
export type { FileChange, Options, RetrieveOptions, Steps } from '../engine/client.ts';
export { Engine } from '../engine/client.ts';
export type {
  AcceptedKind,
  ArchiveState,
  ByMove,
  CalledPeer,
  Deidentification,
  ExportStep,
  Failure,
  FileKind,
  GetOutcome,
  KeptInstance,
  Keys,
  Outgoing,
  OutgoingFile,
  Preview,
  Question,
  ReceivingAt,
  ReceivingStep,
  SavedFile,
  SendStep,
  SendTally,
} from '../engine/protocol.ts';
export { EngineError } from '../engine/protocol.ts';

export type { ProbeSummary } from '../../core/peer/probe.ts';

// The archive on the disk
export { openArchive } from './archive.ts';
export type { DiskArchive, DiskStore, ScratchFile } from '../engine/page-store.ts';
export type { Identity } from '../opfs/roots.ts';
