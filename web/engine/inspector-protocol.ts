/** What the page's inspector and the engine say to each other. */
import type { LineFilter } from '../../core/inspect/lines.ts';
import type { Details } from '../../core/inspect/details.ts';
import type { MessageRow, Row } from '../../core/inspect/row.ts';
import type { Standings } from '../../core/inspect/sequence.ts';
import type { PackedPath } from './packed-path.ts';

/** The engine's own record; captures that were opened have numbers from 1. */
export const LIVE = 0;

/** What is looked at, and how. */
export interface ViewWanted {
  /** A number of the page's own choice, by which it asks for lines. */
  readonly view: number;
  readonly source: number;
  readonly filter: LineFilter;
  /** Keys of the messages whose PDUs are seen; undefined: all PDUs are, and no messages. */
  readonly unfolded: readonly string[] | undefined;
}

/** How much there is. */
export interface ViewState {
  readonly lines: number;
  readonly records: number;
  readonly associations: number;
  /** Records that had to go, the oldest first. */
  readonly dropped: number;
  /** Whether what happens is recorded. */
  readonly on: boolean;
}

/** One line of the diagram. */
export interface TimelineLine {
  /** Of the record, or of the first part of a message. */
  readonly row: Row;
  /** In a line for all of a message. */
  readonly message: MessageRow | undefined;
  /** Whether its PDUs are seen below. */
  readonly unfolded: boolean;
  /** A PDU below the line of its message. */
  readonly inside: boolean;
  readonly trouble: boolean;
  readonly lane: number;
  /** A bit for each lane with an open association. */
  readonly open: number;
  readonly standings: Standings;
}

/** An association as the lanes name it. */
export interface AssociationHead {
  readonly association: number;
  readonly parent: number | undefined;
  readonly lane: number;
  /** AE titles, or addresses where no A-ASSOCIATE-RQ was seen. */
  readonly requestor: string;
  readonly acceptor: string;
}

export interface Lines {
  /** Of the first one. */
  readonly from: number;
  readonly lines: readonly TimelineLine[];
  /** Those that the lines are of, or that are open there. */
  readonly heads: readonly AssociationHead[];
}

/** What of a source is wanted: all of it, or one association. */
export interface PartWanted {
  readonly source: number;
  readonly association?: number | undefined;
}

/** Where a record, or the beginning of an association, is seen. */
export interface PlaceWanted {
  readonly view: number;
  readonly id?: number;
  readonly association?: number;
}

export interface CaptureStep {
  readonly read: number;
  readonly size: number;
}

export interface OpenedCapture {
  /** Undefined where nothing of DICOM was found, and so nothing is kept. */
  readonly source: number | undefined;
  readonly packets: number;
  readonly associations: number;
  readonly others: number;
  /** What could not be read, a sentence each. */
  readonly problems: readonly string[];
}

export interface InspectorOperations {
  /** Tells how much there is until it is cancelled. */
  timeline: { args: ViewWanted; step: ViewState; result: void };
  lines: { args: { view: number; from: number; count: number }; step: never; result: Lines };
  /** The number of the line; -1 where none is of it. */
  place: { args: PlaceWanted; step: never; result: number };
  /** The steps of both machines of an association. */
  path: { args: { source: number; association: number }; step: never; result: PackedPath };
  /** All that can be told of a record; undefined where it is gone. */
  details: { args: { source: number; id: number }; step: never; result: Details | undefined };
  recording: { args: { on?: boolean; clear?: boolean }; step: never; result: void };
  openCapture: { args: { file: Blob }; step: CaptureStep; result: OpenedCapture };
  /** Reads a capture that grows until it is cancelled, or does not answer; tells at once which source it is. */
  followCapture: { args: { url: string }; step: { readonly source: number }; result: void };
  closeCapture: { args: { source: number }; step: never; result: void };
  /** As pcapng. */
  saveCapture: {
    args: PartWanted & { deidentify: boolean };
    step: never;
    result: { readonly name: string; readonly blob: Blob };
  };
  dcmtkLog: {
    args: PartWanted & { level: 'v' | 'd'; patients: boolean };
    step: never;
    result: string;
  };
}
