/** What the page and its engine (a worker) say to each other. Everything here survives a structured clone. */
import type { ErrorCode, ErrorDetails } from '../../core/bytes/index.ts';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { AttributeChange, DeidentifyOptions, DeidentifyWarning } from '../../core/deidentify/index.ts';
import type { Stored } from '../../core/file/index.ts';
import type { ProbeSummary } from '../../core/peer/probe.ts';
import type { EchoResult, QueryResult, RetrieveOutcome, RetrieveProgress } from '../../core/peer/types.ts';
import type { Level, Model, RetrieveRequest } from '../../core/service/types.ts';
import type { PeerSettings } from '../../core/transport/peers.ts';
import type { LessonFact, LessonId, LessonQuestion, LessonValues } from '../lessons/lessons.ts';
import type { InspectorOperations, Lines } from './inspector-protocol.ts';
import type { DrawnPicture, Looked, PictureWanted, Stack, StackKeys, ValueWanted } from './looked.ts';

/** Who is called, as whom. `name` is how the bridge knows the peer, unless it is called by its address. */
export interface CalledPeer extends PeerSettings {
  readonly name: string;
  readonly aeTitle: string;
  readonly callingAETitle: string;
  /** The page's own archive instead of a peer: it can be searched, and nothing else. */
  readonly here?: boolean | undefined;
  /** For a peer that the bridge has no name for, or that is within this page. */
  readonly target?: { readonly host: string; readonly port: number } | undefined;
}

/** A file to send, with its path for people. */
export interface OutgoingFile {
  readonly path: string;
  readonly file: Blob;
}

/** An error as data. */
export interface Failure {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly message: string;
  readonly details: ErrorDetails;
}

/** An instance of the page's own archive, with its path for people. */
export interface KeptInstance {
  readonly path: string;
  readonly sopInstanceUID: string;
  /** Of its data set. */
  readonly bytes: number;
}

/** What can be sent. */
export type Outgoing = OutgoingFile | KeptInstance;

/** A file or folder that cannot be read, with its path for people. */
export interface Unreadable {
  readonly path: string;
  readonly problem: string;
}

/** Something that was found where files were looked for. */
export type Found = Outgoing | Unreadable;

/** What a chosen file is: `index` counts in the list that was given. */
export type InspectStep =
  | {
      readonly is: 'instance';
      readonly index: number;
      readonly sopClassUID: string;
      readonly transferSyntaxUID: string;
      /** What else it can be sent in without touching pixels, the best first. */
      readonly otherwise: readonly string[];
      /** What de-identification would not take away. */
      readonly warnings: readonly DeidentifyWarning[];
    }
  /** A DICOMDIR: the files that it lists, as paths below its folder. */
  | { readonly is: 'directory'; readonly index: number; readonly references: readonly string[] }
  /** Some of the files of an archive. */
  | { readonly is: 'archive'; readonly index: number; readonly files: readonly Found[] }
  | { readonly is: 'unpacked'; readonly index: number; readonly found: number }
  | { readonly is: 'nothing'; readonly index: number; readonly failure: Failure };

/** SOP class and transfer syntax of some files. */
export interface FileKind {
  readonly sopClassUID: string;
  readonly transferSyntaxUID: string;
}

/** A kind that the peer takes, and the transfer syntax in which: another one where its own is refused. */
export interface AcceptedKind extends FileKind {
  readonly sentAs: string;
}

/** How files are de-identified; those of one batch are so consistently, whenever they are sent. */
export interface Deidentification {
  readonly batch: string;
  readonly options: DeidentifyOptions;
}

/** What de-identification changes in one file. `name` is the attribute's, '' where the standard has none. */
export interface Preview {
  readonly changes: readonly (AttributeChange & { readonly name: string })[];
  readonly warnings: readonly DeidentifyWarning[];
}

/** What became of one file: `index` counts in the list that was given. */
export interface SendStep {
  readonly index: number;
  readonly outcome: 'stored' | 'warning' | 'failed' | 'skipped';
  readonly sopInstanceUID: string | undefined;
  readonly status: number | undefined;
  /** What the peer says of the status. */
  readonly comment?: string | undefined;
  /** The transfer syntax in which it went. */
  readonly sentAs?: string | undefined;
  readonly bytes: number;
  readonly failure?: Failure;
}

/** How a send ended, in numbers of files. */
export interface SendTally {
  readonly stored: number;
  readonly warnings: number;
  readonly failed: number;
  readonly skipped: number;
  readonly bytes: number;
  /** What ended the association before every file had its turn. */
  readonly failure?: Failure;
}

/** How a get ended: trust what came, not the status alone. */
export interface GetOutcome extends RetrieveOutcome {
  /** The page's own store ran full, so that instances were refused with A700 (PS3.4 B.2.3). */
  readonly storeFull: boolean;
  /** Instances that the peer listed just before; undefined where it does not answer queries. */
  readonly promised?: number | undefined;
  /** SOP classes of missing instances for which the peer accepted no context. */
  readonly refusedSOPClassUIDs?: readonly string[];
  /** Why the peer was asked to move what C-GET did not bring; empty where it was asked so from the start. */
  readonly movedBecause?: string;
  /** What ended the association after a part had come. */
  readonly failure?: Failure;
}

/** What leaves the page: an instance as a Part 10 file, or several in one ZIP. */
export interface SavedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** For measurements; see web/README.md. Bytes. */
export interface EngineStats {
  /** Received over all tunnels and not yet taken by the association. */
  readonly waiting: number;
  /** The most that ever waited in one tunnel. */
  readonly mostWaiting: number;
  readonly received: number;
  /** Held by the store, instances under way included. */
  readonly stored: number;
}

/** How the page comes in at the bridge. */
export interface Access {
  /** Whether a WebSocket needs a ticket. */
  readonly tickets: boolean;
  /** What a person signed in with; kept in memory, never stored. */
  readonly token?: string | undefined;
  /** Who is signed in, whose archive is opened; empty where nobody is told apart. */
  readonly user?: string | undefined;
  /** Of the browser: another one after its restart. */
  readonly session?: string | undefined;
}

/** How much of an export is written; bytes of data sets. */
export interface ExportStep {
  readonly done: number;
  readonly bytes: number;
}

/** A retrieve that has not ended, as it is remembered across a reload beside the archive, and goes with it. */
export interface Unfinished {
  readonly peer: string;
  readonly model: Model;
  readonly level: Level;
  /** Unique keys by keyword: UIDs, and at Patient Root the Patient ID; no other patient data. */
  readonly keys: Readonly<Record<string, string>>;
  readonly paused: boolean;
}

/** Where received instances are kept, and how much room there is. */
export interface ArchiveState {
  readonly place: 'disk' | 'memory';
  /** What was chosen about the disk: beyond the end of the browser, or not; undefined before. */
  readonly keep: boolean | undefined;
  /** Why the disk is not used. */
  readonly problem: string | undefined;
  /** Bytes; the browser says so, and not always. */
  readonly usage?: number;
  readonly quota?: number;
}

/** Where PACS can call this page. */
export interface ReceivingAt {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

/** What is told while this page can be called: where, and whose echoes were answered. */
export type ReceivingStep = ReceivingAt | { readonly echoFrom: string };

/** Whether the peer may send to this page by C-MOVE: what C-GET leaves out, or all without C-GET. */
export type ByMove = 'rest' | 'all';

/** Keys of a query by keyword, tag or path; empty ones are asked back. */
export type Keys = Readonly<Record<string, string>>;

/** What is asked at one level; a match of any of the sets of keys is one. */
export interface Question {
  readonly model: Model;
  readonly level: Level;
  readonly keys: readonly Keys[];
}

/** An attribute of the dictionary, to complete what is typed. */
export interface AttributeHint {
  readonly keyword: string;
  /** Eight hexadecimal digits. */
  readonly tag: string;
  readonly name: string;
}

/** What a run of a lesson left behind. */
export interface LessonRun extends Omit<Lines, 'from'> {
  readonly asked: LessonQuestion;
  /** By the number of the record. */
  readonly facts: ReadonlyMap<number, readonly LessonFact[]>;
  /** Why it ended early, where it did. */
  readonly failure: Failure | undefined;
  /** By which the inspector finds it. */
  readonly associations: readonly number[];
  /** The lesson that reads one gives the file, too. */
  readonly capture?: Blob;
}

interface OfPeer {
  readonly peer: CalledPeer;
}

/** Every call: what it is given, what it tells on the way, what it ends with. */
export interface Operations extends InspectorOperations {
  access: { args: Access; step: never; result: void };
  echo: { args: OfPeer; step: never; result: EchoResult };
  find: { args: OfPeer & { query: Question; limit: number }; step: DataSet; result: QueryResult };
  worklist: { args: OfPeer & { keys: readonly Keys[]; limit: number }; step: DataSet; result: QueryResult };
  attributes: { args: { typed: string }; step: never; result: readonly AttributeHint[] };
  probe: { args: OfPeer & { since: string }; step: never; result: ProbeSummary };
  get: {
    args: OfPeer & {
      request: RetrieveRequest;
      byMove?: ByMove | undefined;
      missingOnly?: boolean | undefined;
    };
    step: RetrieveProgress;
    result: GetOutcome;
  };
  move: {
    args: OfPeer & { request: RetrieveRequest; destination: string };
    step: RetrieveProgress;
    result: RetrieveOutcome;
  };
  /** Starts the AEs within this page, so that the first call to them need not wait for it. */
  startInPage: { args: Record<never, never>; step: never; result: void };
  /** From the AEs within this page, or by a title of the bridge. */
  receive: { args: { inPage: boolean }; step: ReceivingStep; result: void };
  inspect: { args: { files: readonly Outgoing[] }; step: InspectStep; result: void };
  /** Which of the kinds the peer accepts, and how they would have to be sent. */
  accepts: {
    args: OfPeer & { kinds: readonly FileKind[]; deidentify?: Deidentification | undefined };
    step: never;
    result: readonly AcceptedKind[];
  };
  preview: { args: { file: Outgoing; deidentify: Deidentification }; step: never; result: Preview };
  send: {
    args: OfPeer & {
      files: readonly Outgoing[];
      deidentify?: Deidentification | undefined;
      /** As `accepts` told them; other kinds go in their own syntax, or in one that they can be converted to. */
      convert?: readonly AcceptedKind[];
    };
    step: SendStep;
    result: SendTally;
  };
  save: { args: { sopInstanceUIDs: readonly string[] }; step: ExportStep; result: SavedFile };
  saveTo: {
    args: { sopInstanceUIDs: readonly string[]; file: FileSystemFileHandle };
    step: ExportStep;
    result: ExportStep;
  };
  exportTo: {
    args: { sopInstanceUIDs: readonly string[]; folder: FileSystemDirectoryHandle; pattern: string };
    step: ExportStep;
    result: ExportStep;
  };
  remove: { args: { sopInstanceUIDs: readonly string[] }; step: never; result: void };
  look: { args: { sopInstanceUID: string }; step: never; result: Looked };
  stack: { args: StackKeys; step: never; result: Stack | undefined };
  value: { args: ValueWanted; step: never; result: Blob };
  picture: { args: PictureWanted; step: never; result: DrawnPicture };
  prepare: { args: PictureWanted; step: never; result: void };
  archive: { args: Record<never, never>; step: never; result: ArchiveState };
  keep: { args: { keep: boolean }; step: never; result: void };
  wipe: { args: Record<never, never>; step: never; result: void };
  unfinished: { args: Record<never, never>; step: never; result: readonly Unfinished[] };
  remember: { args: { transfers: readonly Unfinished[] }; step: never; result: void };
  lesson: { args: { lesson: LessonId; values: LessonValues }; step: never; result: LessonRun };
  stats: { args: Record<never, never>; step: never; result: EngineStats };
  pace: { args: { bytesPerSecond: number | undefined }; step: never; result: void };
}
export type OperationName = keyof Operations;

/** Page to engine. */
export type Command =
  | { readonly type: 'start'; readonly tunnelUrl: string }
  | { readonly type: 'call'; readonly id: number; readonly name: OperationName; readonly args: unknown }
  | { readonly type: 'cancel'; readonly id: number };

/** Engine to page. `steps` come in batches, ten a second at most. */
export type Report =
  | { readonly type: 'steps'; readonly id: number; readonly steps: readonly unknown[] }
  | {
      readonly type: 'end';
      readonly id: number;
      readonly result?: unknown;
      readonly failure?: Failure;
      /** Of the record: the one that was told of last. */
      readonly association?: number | undefined;
    }
  | { readonly type: 'files'; readonly stored: readonly Stored[]; readonly deleted: readonly string[] };

/** What both ends need of a Worker or a MessagePort. */
export interface EnginePort<Sent, Received> {
  postMessage(message: Sent, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { data: Received }) => void): void;
}

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof EngineError) return thrown.failure;
  const error = asError(thrown);
  if (!(error instanceof DicomError)) return { code: 'UNEXPECTED', message: error.message, details: {} };
  const reason = systemReason(error);
  const details = reason === undefined ? error.details : { ...error.details, reason };
  return { code: error.code, message: error.message, details };
}

/** A failed association keeps what broke it as its cause; the page wants the system's word for it. */
function systemReason(error: DicomError): string | undefined {
  if (error.details['reason'] !== undefined) return undefined;
  const cause = error.cause;
  const reason = cause instanceof DicomError ? cause.details['reason'] : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

/** A failure of the engine, thrown in the page. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'EngineError';
    this.failure = failure;
  }
}
