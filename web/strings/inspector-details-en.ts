/** The texts of the inspector's details of a record, in English. */
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const BYTES: Forms = { one: 'byte', other: 'bytes' };
const ROWS: Forms = { one: 'row', other: 'rows' };
const PDUS: Forms = { one: 'PDU', other: 'PDUs' };

export const inspectorDetailsEn = {
  title: 'Details',
  tabs: {
    summary: 'In short',
    pdu: 'PDU',
    command: 'Command set',
    dataSet: 'Data set',
    contexts: 'Contexts',
  },
  message: 'Message',
  fields: 'Fields',
  bytes: 'Bytes',
  columns: {
    field: 'Field',
    offset: 'Offset',
    length: 'Length',
    value: 'Value',
    meaning: 'Meaning',
    clause: 'Clause',
  },
  unfoldAll: 'Unfold all',
  foldAll: 'Fold all',
  copyTable: 'Copy the table',
  copyTableHint: 'All rows with all values as they are here: those of patients, too',
  copyValue: 'Copy the value',
  copyBytes: 'Copy the bytes',
  copied: 'Copied',
  copiedTable: (rows: number) => `${counted(rows, ROWS)} copied, values of patients included`,
  notCopied: 'The browser does not let this page copy.',
  more: (rows: number) => `${counted(rows, ROWS)} more are not listed; the bytes are all here.`,
  kept: (kept: number, all: number) =>
    `${count(kept)} of ${counted(all, BYTES)} were kept, the others only counted.`,
  from: (pdus: number) => `Put together from ${counted(pdus, PDUS)}.`,
  guessed: (syntax: string) => `The record does not tell the transfer syntax: read as ${syntax}.`,
  deflated: (length: number) => `Inflated from ${counted(length, BYTES)}.`,
  unreadable: (why: string) => `Not all of it can be read: ${why}.`,
  at: (offset: number, hex: string, length: number) =>
    `offset ${count(offset)} (${hex}H), ${counted(length, BYTES)}`,
  brought: (number: number, of: number) => `PDU ${count(number)} of ${count(of)}`,
  request: 'Show the request',
  deviation: 'Against the standard, and taken all the same',
  outside: 'The standard, on dicom.nema.org',
  none: 'There is nothing more to tell of this.',
  context: {
    id: 'ID',
    abstract: 'Abstract syntax',
    proposed: 'Proposed transfer syntaxes',
    answer: 'Answer',
    accepted: 'Accepted transfer syntax',
    roles: 'Roles of the requestor',
    used: 'of this message',
    open: 'not answered',
    rejected: 'The association was rejected, and with it every context.',
    role: { scu: 'SCU', scp: 'SCP', both: 'SCU and SCP', none: 'none' },
    proposedRole: (role: string) => `proposed: ${role}`,
    answeredRole: (role: string) => `accepted: ${role}`,
    defaultRole: 'SCU (default)',
  },
};

export type InspectorDetailsStrings = typeof inspectorDetailsEn;
