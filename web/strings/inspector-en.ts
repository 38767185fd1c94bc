/** Every text of the inspector, in English: it is loaded with the inspector, so that the page's first script stays small. */
import { inspectorDetailsEn } from './inspector-details-en.ts';
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const LINES: Forms = { one: 'line', other: 'lines' };
const ASSOCIATIONS: Forms = { one: 'association', other: 'associations' };
const CONTEXTS: Forms = { one: 'context', other: 'contexts' };
const PDUS: Forms = { one: 'PDU', other: 'PDUs' };

export type InspectorStrings = typeof inspectorEn;

export const inspectorEn = {
  drawer: {
    title: 'Inspector',
    close: 'Close the inspector',
    height: 'Height of the inspector',
    source: 'Source',
    live: 'Live',
    record: 'Record',
    recordHint: 'Off: what the page sends and receives from now on is not kept.',
    clear: 'Clear',
    clearHint: 'Forgets what was recorded.',
    shape: 'Lines are',
    messages: 'Messages',
    pdus: 'PDUs',
    open: 'Open a capture…',
    openShort: 'Open…',
    openHint: 'A pcap or pcapng file: from Wireshark, from tcpdump, or saved here. It stays in this browser.',
    opening: (name: string) => `Reading ${name}`,
    cancel: 'Cancel',
    closeSource: 'Close this file',
    save: 'Save',
    saveAll: 'All as pcapng',
    saveOne: (association: number) => `Association ${count(association)} as pcapng`,
    without: 'Without patients',
    withoutHint:
      'PS3.15 Annex E: data sets are de-identified, pixels are left as they are, and what cannot be read is left out.',
    copyLog: 'Copy as DCMTK log',
    copyAll: (flag: string) => `All, as with ${flag}`,
    copyOne: (association: number, flag: string) => `Association ${count(association)}, as with ${flag}`,
    patients: 'With patient data',
    patientsHint: 'Otherwise asterisks stand for names, IDs and dates of birth. A capture always holds them.',
    closeDetails: 'Back to the list',
  },

  filters: {
    title: 'Filters',
    layers: 'Layers',
    layer: {
      ul: 'Association',
      dimse: 'Messages',
      machine: 'Steps',
      transport: 'Transport',
      service: 'Service',
    },
    message: 'Message',
    anyMessage: 'All messages',
    status: 'Status',
    anyStatus: 'Any status',
    category: {
      success: 'Success',
      pending: 'Pending',
      warning: 'Warning',
      failure: 'Failure',
      cancel: 'Cancelled',
    },
    context: 'Context',
    contextHint: 'The number of a presentation context: odd, 1 to 255.',
    errors: 'Errors only',
    errorsHint: 'What failed, ended early, or was against the standard.',
    association: (number: number) => `Association ${count(number)}`,
    all: 'Show all',
    fold: (used: number) => (used === 0 ? 'Filter' : `Filter (${count(used)})`),
  },

  list: {
    title: 'What was sent and received',
    counted: (lines: number, associations: number) =>
      `${counted(lines, LINES)} · ${counted(associations, ASSOCIATIONS)}`,
    dropped: (records: number) => `the oldest ${count(records)} had to go`,
    paused: 'not recording',
    time: 'Time',
    what: 'What',
    size: 'Size',
    number: 'Association',
    empty: 'Nothing was sent or received yet. Press Echo or Search, and every byte of it appears here.',
    emptyOff: 'Recording is off. Switch Record on, and do what you want to look at.',
    emptyCapture: 'No DICOM was found in this capture.',
    emptyFollowed: 'Nothing was captured yet. What passes appears here at once.',
    emptyFilter: 'These filters leave nothing.',
    unfold: 'Show its PDUs',
    fold: 'Hide its PDUs',
    bytes: (number: number) => `${count(number)} B`,
    fragments: (pdvs: number) => counted(pdvs, { one: 'PDV', other: 'PDVs' }),
    inferred: (state: string) => `${state}, inferred`,
    states: (requestor: string, acceptor: string) => `requestor ${requestor}, acceptor ${acceptor}`,
    from: (sender: string, receiver: string) => `${sender} to ${receiver}`,
    trouble: 'failed, or against the standard',
  },

  line: {
    request: (calling: string, called: string, contexts: number) =>
      `${calling} calls ${called}, ${counted(contexts, CONTEXTS)}`,
    accepted: (accepted: number, contexts: number) =>
      `${count(accepted)} of ${counted(contexts, CONTEXTS)} accepted`,
    part: (what: string, message: string, last: boolean) =>
      `${what}${message === '' ? '' : ` of ${message}`}${last ? ', to its end' : ''}`,
    command: 'command set',
    dataSet: 'data set',
    noCommand: 'a message without a command set',
    context: (id: number) => `context ${count(id)}`,
    folded: (pdvs: number) => counted(pdvs, PDUS),
    unfinished: 'not sent to its end',
    step: (event: string, action: string, from: string, to: string) =>
      `${event}: ${action}, ${from} to ${to}`,
    timer: (phase: string, time: string) => `nothing came within ${time} (${phase})`,
    opened: 'connection opened',
    closed: 'connection closed',
    reset: 'connection reset',
    gap: (missing: number) => `${count(missing)} bytes were not captured`,
    note: (layer: string) => `tolerated (${layer})`,
    invalid: 'no PDU',
  },

  details: {
    title: 'Details',
    machine: 'State machine',
    none: 'Choose a line to see its bytes.',
    only: 'Only this association',
    size: (length: number, kept: number) =>
      kept < length ? `${count(length)} bytes, the first ${count(kept)} kept` : `${count(length)} bytes`,
    time: 'Time',
    association: 'Association',
    states: 'States after it',
    steps: 'Steps',
    tolerated: 'Tolerated',
    notLoaded: 'This part of the page could not be loaded: the bridge does not answer. Reload the page.',
  },

  record: inspectorDetailsEn,

  machine: {
    side: 'Side',
    requestor: 'Requestor',
    acceptor: 'Acceptor',
    shown: 'As',
    drawing: 'Drawing',
    table: 'Table 9-10',
    back: 'One step back',
    forward: 'One step forward',
    position: (at: number, steps: number) => `Step ${count(at)} of ${count(steps)}`,
    inferred: 'inferred: nobody watched this side',
    noSteps: 'The record holds no step of this side.',
    before: (state: string, text: string) => `Before the first step: ${state}, ${text}.`,
    drawn: (state: string, text: string) =>
      `The 13 states of PS3.8 9.2.1 and the way through them; now in ${state}, ${text}`,
    tableOf: 'PS3.8 Table 9-10: the action for each event in each state, and which were taken',
    corner: 'Event',
    times: (times: number) => counted(times, { one: 'time', other: 'times' }),
    steps: 'Steps',
    earlier: (runs: number) => `${counted(runs, { one: 'line', other: 'lines' })} before`,
    later: (runs: number) => `${counted(runs, { one: 'line', other: 'lines' })} after`,
    dashed: 'Slanted, and dashed in the drawing: inferred from the PDUs, as nobody watched this side.',
    captions: {
      Sta1: 'Idle',
      Sta2: 'Request awaited',
      Sta3: 'Local answer due',
      Sta4: 'Connecting',
      Sta5: 'Answer awaited',
      Sta6: 'Data transfer',
      Sta7: 'Release asked for',
      Sta8: 'Local release due',
      Sta9: 'Collision: local',
      Sta10: 'Collision: peer',
      Sta11: 'Collision: peer',
      Sta12: 'Collision: local',
      Sta13: 'Close awaited',
    },
  },

  told: {
    opened: (name: string, associations: number, others: number) =>
      `${name}: ${counted(associations, ASSOCIATIONS)}` +
      (others === 0
        ? '.'
        : `; ${counted(others, { one: 'connection', other: 'connections' })} of other protocols.`),
    cancelled: (name: string) => `Reading ${name} was cancelled.`,
    failed: (why: string) => `It failed: ${why}.`,
    saved: (name: string) => `Saved as ${name}. It holds what was sent, patients included.`,
    savedWithout: (name: string) => `Saved as ${name}, without patients; pixels are as they were.`,
    copied: (lines: number) => `Copied: ${counted(lines, LINES)}.`,
    nothingToCopy: "There is nothing to copy: DCMTK's tools say nothing of what is here.",
    savedLog: (name: string) => `The browser does not let this page copy, so the log was saved as ${name}.`,
    gone: 'What happened there is not in the record any more.',
  },
};
