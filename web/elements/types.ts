/**
 * What the elements offer to a page: attributes, properties, methods and events. Importing `webdimse/elements` defines all
 * five; each is also a script of its own, such as `webdimse/elements/dimse-query.js`. In a browser only.
 */

/** A data set in the DICOM JSON Model (PS3.18 F): eight hexadecimal digits to VR and value. */
export type DicomJson = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>
>;

/** Names a study, a series or an instance; the lowest that is there counts. */
export interface DimseKeys {
  readonly PatientID?: string;
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly SOPInstanceUID?: string;
}

/** What the search form holds; what is left out stays as it is. `*` and `?` are wild (PS3.4 C.2.2.2.4). */
export interface DimseSearch {
  readonly patientName?: string;
  readonly patientID?: string;
  readonly accession?: string;
  readonly description?: string;
  /** Any of them; none for all. */
  readonly modalities?: readonly string[];
  /** `range` is from `from` to `to`, each yyyy-mm-dd or empty. */
  readonly date?: 'any' | 'today' | 'yesterday' | '7' | '30' | 'range';
  readonly from?: string;
  readonly to?: string;
}

/** What a search found. */
export interface DimseResults {
  readonly level: 'PATIENT' | 'STUDY';
  readonly matches: readonly DicomJson[];
  /** Who was asked, by name. */
  readonly peers: readonly string[];
  /** Somebody has more than was asked for. */
  readonly limited: boolean;
  /** Why some or all gave nothing, in sentences. */
  readonly failures: readonly string[];
}

/** A row of the results that a person went to. */
export interface DimseSelection {
  readonly level: 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
  /** Unique keys of the row and all above it, by keyword. */
  readonly keys: DimseKeys;
  readonly match: DicomJson;
  readonly peer: string;
}

/** An operation: a search, a retrieve, a move, a sending, an echo. */
export interface DimseJob {
  /** The same in each event about it. */
  readonly id: number;
  /** In the language that the element speaks; it may name a patient. */
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'paused' | 'done' | 'partial' | 'failed' | 'cancelled';
  /** How it ended; empty until then. */
  readonly sentence: string;
  /** A stable code of what broke it off (`ErrorCode` of `webdimse`); empty where nothing did. */
  readonly code: string;
  /** Instances or matches so far, and of how many as far as is known. */
  readonly done: number;
  readonly total: number | undefined;
  /** Of data sets. */
  readonly bytes: number;
}

/** A retrieve that ended with something, or everything. */
export interface DimseRetrieved extends DimseJob {
  readonly peer: string;
  readonly keys: DimseKeys;
}

/** An instance that is in the page's archive now. */
export interface DimseStored {
  readonly SOPInstanceUID: string;
  readonly SOPClassUID: string;
  readonly SeriesInstanceUID: string;
  readonly StudyInstanceUID: string;
  /** Of its data set. */
  readonly bytes: number;
}

/** Who can be called by name. */
export interface DimsePeer {
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

/** What a ticket is for: a tunnel to a peer or an address, or the lease of an AE title. */
export type DimseTicketPurpose =
  { readonly peer: string } | { readonly target: string } | { readonly pool: string };

/** What all five have in common. */
export interface DimseElement extends HTMLElement {
  /** Attribute `bridge`: where the bridge is; `none` for the two PACS within the page. By default beside the script. */
  bridge: string;
  /** Attribute `worker-url`: `engine.js` on the portal's own origin. By default the one beside the script. */
  workerUrl: string;
  /** Attribute `user`: whose archive it is, where `getTicket` signs in. */
  user: string;
  /** Attribute `desk`: elements of one bridge and desk show one search, one picture; another name begins another. */
  desk: string;
  /** Attribute `theme`; without it the color scheme of the page around. */
  theme: '' | 'light' | 'dark' | 'system';
  /** Attribute `peer`: whom it calls, by name; without it a person chooses. */
  peer: string;
  /** Attribute `calling-ae-title`: as whom it calls. */
  callingAETitle: string;
  /** Signs in at the bridge. Never an attribute: it would stand in the document. */
  token: string | undefined;
  /** Gives a ticket for each WebSocket, which the portal's server got from the bridge. Goes before `token`. */
  getTicket: ((purpose: DimseTicketPurpose) => Promise<string>) | undefined;
  /** Who can be called, instead of asking the bridge. */
  peers: readonly DimsePeer[] | undefined;
  /** Resolves when peers are known, rejects where it cannot start; calls before wait for it by themselves. */
  readonly ready: Promise<void>;
  /** Fills the form and searches. Rejects where nobody can be asked; that nobody answered is in `failures`. */
  search(fields?: DimseSearch): Promise<DimseResults>;
  /** Retrieves into the page what is not there yet. */
  get(keys: DimseKeys): Promise<DimseJob>;
  /** Sends files to the peer. */
  store(files: Iterable<File>): Promise<DimseJob>;
  /** Shows a picture where the desk shows pictures: of what is here, else it is retrieved first. */
  open(keys: DimseKeys): Promise<void>;
  /** C-ECHO to the peer. */
  echo(): Promise<DimseJob>;
  /** Cancels all that is under way, of every desk of this bridge. */
  stop(): void;
}

/** The whole page. */
export interface DimseScuElement extends DimseElement {
  /** Attribute `view`: where it begins. */
  view: 'find' | 'worklist' | 'received' | 'send' | 'learn';
}

/** The search form and its results. */
export interface DimseQueryElement extends DimseElement {
  /** Attribute `compact`: without the form, for a page that has its own and calls `search`. */
  compact: boolean;
}

/** What is under way, and how the last ones ended. */
export interface DimseQueueElement extends DimseElement {
  /** What is under way, waits, or ended, newest first. */
  readonly jobs: readonly DimseJob[];
}

/** A picture, a report, a waveform, a document; and its attributes. */
export interface DimseViewerElement extends DimseElement {
  /** Shows nothing any more. */
  close(): void;
}

/** What was sent and received, byte by byte. */
export interface DimseInspectorElement extends DimseElement {
  /** Opens a capture (pcap, pcapng). */
  openCapture(file: File): Promise<void>;
}

/** Each bubbles, and passes out of shadow trees; each is dispatched once, at the element that it is most about. */
export interface DimseEventMap {
  /** Peers are known. */
  'dimse-ready': CustomEvent<{ readonly peers: readonly DimsePeer[] }>;
  /** A search ended. */
  'dimse-results': CustomEvent<DimseResults>;
  /** A person went to a row of the results. */
  'dimse-select': CustomEvent<DimseSelection>;
  /** Something is about to be shown; `preventDefault` leaves it to the page. */
  'dimse-view': CustomEvent<DimseKeys>;
  /** An operation began, went on, or ended; ten times a second at most. */
  'dimse-progress': CustomEvent<DimseJob>;
  /** A retrieve brought what was asked for, or a part of it. */
  'dimse-retrieved': CustomEvent<DimseRetrieved>;
  /** Instances came into the page's archive. */
  'dimse-stored': CustomEvent<readonly DimseStored[]>;
  /** An operation failed. */
  'dimse-error': CustomEvent<DimseJob>;
}

declare global {
  interface HTMLElementTagNameMap {
    'dimse-scu': DimseScuElement;
    'dimse-query': DimseQueryElement;
    'dimse-queue': DimseQueueElement;
    'dimse-viewer': DimseViewerElement;
    'dimse-inspector': DimseInspectorElement;
  }
  interface HTMLElementEventMap extends DimseEventMap {}
  interface DocumentEventMap extends DimseEventMap {}
}

export declare const DimseScu: { new (): DimseScuElement };
export declare const DimseQuery: { new (): DimseQueryElement };
export declare const DimseQueue: { new (): DimseQueueElement };
export declare const DimseViewer: { new (): DimseViewerElement };
export declare const DimseInspector: { new (): DimseInspectorElement };
