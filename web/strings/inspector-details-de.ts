/** The texts of the inspector's details of a record, in German. */
import type { InspectorDetailsStrings } from './inspector-details-en.ts';
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const BYTES: Forms = { one: 'Byte', other: 'Bytes' };
const ROWS: Forms = { one: 'Zeile', other: 'Zeilen' };
const PDUS: Forms = { one: 'PDU', other: 'PDUs' };

export const inspectorDetailsDe: InspectorDetailsStrings = {
  title: 'Einzelheiten',
  tabs: {
    summary: 'In Kürze',
    pdu: 'PDU',
    command: 'Command Set',
    dataSet: 'Datensatz',
    contexts: 'Kontexte',
  },
  message: 'Nachricht',
  fields: 'Felder',
  bytes: 'Bytes',
  columns: {
    field: 'Feld',
    offset: 'Offset',
    length: 'Länge',
    value: 'Wert',
    meaning: 'Bedeutung',
    clause: 'Abschnitt',
  },
  unfoldAll: 'Alles aufklappen',
  foldAll: 'Alles zuklappen',
  copyTable: 'Tabelle kopieren',
  copyTableHint: 'Alle Zeilen mit allen Werten, wie sie hier stehen: auch denen von Patienten',
  copyValue: 'Wert kopieren',
  copyBytes: 'Bytes kopieren',
  copied: 'Kopiert',
  copiedTable: (rows) => `${counted(rows, ROWS)} kopiert, Werte von Patienten eingeschlossen`,
  notCopied: 'Der Browser lässt diese Seite nicht kopieren.',
  more: (rows) => `Noch ${counted(rows, ROWS)} stehen nicht in der Liste; die Bytes sind alle da.`,
  kept: (kept, all) => `${count(kept)} von ${counted(all, BYTES)} wurden behalten, die übrigen nur gezählt.`,
  from: (pdus) => `Zusammengesetzt aus ${counted(pdus, PDUS)}.`,
  guessed: (syntax) => `Die Aufzeichnung nennt die Transfersyntax nicht: gelesen als ${syntax}.`,
  deflated: (length) => `Entpackt aus ${counted(length, BYTES)}.`,
  unreadable: (why) => `Nicht alles ist lesbar: ${why}.`,
  at: (offset, hex, length) => `Offset ${count(offset)} (${hex}H), ${counted(length, BYTES)}`,
  brought: (number, of) => `PDU ${count(number)} von ${count(of)}`,
  request: 'Anfrage zeigen',
  deviation: 'Gegen den Standard, und dennoch angenommen',
  outside: 'Der Standard, auf dicom.nema.org',
  none: 'Hierzu gibt es nicht mehr zu sagen.',
  context: {
    id: 'ID',
    abstract: 'Abstract Syntax',
    proposed: 'Vorgeschlagene Transfersyntaxen',
    answer: 'Antwort',
    accepted: 'Angenommene Transfersyntax',
    roles: 'Rollen des Anrufers',
    used: 'dieser Nachricht',
    open: 'nicht beantwortet',
    rejected: 'Die Assoziation wurde abgelehnt, und mit ihr jeder Kontext.',
    role: { scu: 'SCU', scp: 'SCP', both: 'SCU und SCP', none: 'keine' },
    proposedRole: (role) => `vorgeschlagen: ${role}`,
    answeredRole: (role) => `angenommen: ${role}`,
    defaultRole: 'SCU (Vorgabe)',
  },
};
