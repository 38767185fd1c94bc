/** Every text of the inspector, in German. */
import { inspectorDetailsDe } from './inspector-details-de.ts';
import type { InspectorStrings } from './inspector-en.ts';
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const LINES: Forms = { one: 'Zeile', other: 'Zeilen' };
const ASSOCIATIONS: Forms = { one: 'Assoziation', other: 'Assoziationen' };
const CONTEXTS: Forms = { one: 'Kontext', other: 'Kontexte' };
const PDUS: Forms = { one: 'PDU', other: 'PDUs' };

export const inspectorDe: InspectorStrings = {
  drawer: {
    title: 'Inspektor',
    close: 'Inspektor schließen',
    height: 'Höhe des Inspektors',
    source: 'Quelle',
    live: 'Live',
    record: 'Aufzeichnen',
    recordHint: 'Aus: Was die Seite ab jetzt sendet und empfängt, wird nicht behalten.',
    clear: 'Leeren',
    clearHint: 'Vergisst, was aufgezeichnet wurde.',
    shape: 'Zeilen sind',
    messages: 'Nachrichten',
    pdus: 'PDUs',
    open: 'Mitschnitt öffnen …',
    openShort: 'Öffnen …',
    openHint:
      'Eine pcap- oder pcapng-Datei: von Wireshark, von tcpdump oder hier gespeichert. Sie bleibt in diesem Browser.',
    opening: (name) => `${name} wird gelesen`,
    cancel: 'Abbrechen',
    closeSource: 'Diese Datei schließen',
    save: 'Speichern',
    saveAll: 'Alles als pcapng',
    saveOne: (association) => `Assoziation ${count(association)} als pcapng`,
    without: 'Ohne Patienten',
    withoutHint:
      'PS3.15 Annex E: Datensätze werden anonymisiert, Pixel bleiben, wie sie sind, und was nicht zu lesen ist, entfällt.',
    copyLog: 'Als DCMTK-Protokoll kopieren',
    copyAll: (flag) => `Alles, wie mit ${flag}`,
    copyOne: (association, flag) => `Assoziation ${count(association)}, wie mit ${flag}`,
    patients: 'Mit Patientendaten',
    patientsHint: 'Sonst stehen Sternchen für Namen, IDs und Geburtsdaten. Ein Mitschnitt enthält sie immer.',
    closeDetails: 'Zurück zur Liste',
  },

  filters: {
    title: 'Filter',
    layers: 'Schichten',
    layer: {
      ul: 'Assoziation',
      dimse: 'Nachrichten',
      machine: 'Schritte',
      transport: 'Transport',
      service: 'Dienst',
    },
    message: 'Nachricht',
    anyMessage: 'Alle Nachrichten',
    status: 'Status',
    anyStatus: 'Jeder Status',
    category: {
      success: 'Erfolg',
      pending: 'Ausstehend',
      warning: 'Warnung',
      failure: 'Fehler',
      cancel: 'Abgebrochen',
    },
    context: 'Kontext',
    contextHint: 'Die Nummer eines Präsentationskontexts: ungerade, 1 bis 255.',
    errors: 'Nur Fehler',
    errorsHint: 'Was fehlschlug, vorzeitig endete oder gegen den Standard war.',
    association: (number) => `Assoziation ${count(number)}`,
    all: 'Alles zeigen',
    fold: (used) => (used === 0 ? 'Filter' : `Filter (${count(used)})`),
  },

  list: {
    title: 'Was gesendet und empfangen wurde',
    counted: (lines, associations) => `${counted(lines, LINES)} · ${counted(associations, ASSOCIATIONS)}`,
    dropped: (records) => `die ältesten ${count(records)} mussten weichen`,
    paused: 'keine Aufzeichnung',
    time: 'Zeit',
    what: 'Was',
    size: 'Größe',
    number: 'Assoziation',
    empty:
      'Noch wurde nichts gesendet oder empfangen. Drücken Sie Echo oder Suchen: Hier steht dann jedes Byte.',
    emptyOff: 'Die Aufzeichnung ist aus. Schalten Sie sie ein und tun Sie, was Sie ansehen wollen.',
    emptyCapture: 'In diesem Mitschnitt wurde kein DICOM gefunden.',
    emptyFollowed: 'Noch wurde nichts mitgeschnitten. Was durchgeht, steht sogleich hier.',
    emptyFilter: 'Diese Filter lassen nichts übrig.',
    unfold: 'Ihre PDUs zeigen',
    fold: 'Ihre PDUs verbergen',
    bytes: (number) => `${count(number)} B`,
    fragments: (pdvs) => counted(pdvs, { one: 'PDV', other: 'PDVs' }),
    inferred: (state) => `${state}, erschlossen`,
    states: (requestor, acceptor) => `Requestor ${requestor}, Acceptor ${acceptor}`,
    from: (sender, receiver) => `${sender} an ${receiver}`,
    trouble: 'fehlgeschlagen oder gegen den Standard',
  },

  line: {
    request: (calling, called, contexts) => `${calling} ruft ${called}, ${counted(contexts, CONTEXTS)}`,
    accepted: (accepted, contexts) => `${count(accepted)} von ${counted(contexts, CONTEXTS)} angenommen`,
    part: (what, message, last) =>
      `${what}${message === '' ? '' : ` von ${message}`}${last ? ', bis zum Ende' : ''}`,
    command: 'Command Set',
    dataSet: 'Datensatz',
    noCommand: 'eine Nachricht ohne Command Set',
    context: (id) => `Kontext ${count(id)}`,
    folded: (pdvs) => counted(pdvs, PDUS),
    unfinished: 'nicht zu Ende gesendet',
    step: (event, action, from, to) => `${event}: ${action}, ${from} nach ${to}`,
    timer: (phase, time) => `in ${time} kam nichts (${phase})`,
    opened: 'Verbindung geöffnet',
    closed: 'Verbindung geschlossen',
    reset: 'Verbindung abgerissen',
    gap: (missing) => `${count(missing)} Bytes wurden nicht mitgeschnitten`,
    note: (layer) => `geduldet (${layer})`,
    invalid: 'keine PDU',
  },

  details: {
    title: 'Einzelheiten',
    machine: 'Zustandsmaschine',
    none: 'Wählen Sie eine Zeile, um ihre Bytes zu sehen.',
    only: 'Nur diese Assoziation',
    size: (length, kept) =>
      kept < length ? `${count(length)} Bytes, die ersten ${count(kept)} behalten` : `${count(length)} Bytes`,
    time: 'Zeit',
    association: 'Assoziation',
    states: 'Zustände danach',
    steps: 'Schritte',
    tolerated: 'Geduldet',
    notLoaded:
      'Dieser Teil der Seite konnte nicht geladen werden: Die Bridge antwortet nicht. Laden Sie die Seite neu.',
  },

  record: inspectorDetailsDe,

  machine: {
    side: 'Seite',
    requestor: 'Requestor',
    acceptor: 'Acceptor',
    shown: 'Als',
    drawing: 'Zeichnung',
    table: 'Tabelle 9-10',
    back: 'Einen Schritt zurück',
    forward: 'Einen Schritt vor',
    position: (at: number, steps: number) => `Schritt ${count(at)} von ${count(steps)}`,
    inferred: 'erschlossen: diese Seite hat niemand beobachtet',
    noSteps: 'Die Aufzeichnung enthält keinen Schritt dieser Seite.',
    before: (state: string, text: string) => `Vor dem ersten Schritt: ${state}, ${text}.`,
    drawn: (state: string, text: string) =>
      `Die 13 Zustände aus PS3.8 9.2.1 und der Weg hindurch; jetzt in ${state}, ${text}`,
    tableOf: 'PS3.8 Tabelle 9-10: die Aktion zu jedem Ereignis in jedem Zustand, und welche es waren',
    corner: 'Ereignis',
    times: (times: number) => `${count(times)}-mal`,
    steps: 'Schritte',
    earlier: (runs: number) => `${counted(runs, { one: 'Zeile', other: 'Zeilen' })} davor`,
    later: (runs: number) => `${counted(runs, { one: 'Zeile', other: 'Zeilen' })} danach`,
    dashed:
      'Schräg, in der Zeichnung gestrichelt: aus den PDUs erschlossen, denn diese Seite hat niemand beobachtet.',
    captions: {
      Sta1: 'Leerlauf',
      Sta2: 'Anfrage erwartet',
      Sta3: 'Antwort fällig',
      Sta4: 'Verbindet',
      Sta5: 'Antwort erwartet',
      Sta6: 'Datenübertragung',
      Sta7: 'Abbau angefragt',
      Sta8: 'Abbau fällig',
      Sta9: 'Kollision: hier',
      Sta10: 'Kollision: Peer',
      Sta11: 'Kollision: Peer',
      Sta12: 'Kollision: hier',
      Sta13: 'Ende erwartet',
    },
  },

  told: {
    opened: (name, associations, others) =>
      `${name}: ${counted(associations, ASSOCIATIONS)}` +
      (others === 0
        ? '.'
        : `; ${counted(others, { one: 'Verbindung', other: 'Verbindungen' })} anderer Protokolle.`),
    cancelled: (name) => `Das Lesen von ${name} wurde abgebrochen.`,
    failed: (why) => `Es ist fehlgeschlagen: ${why}.`,
    saved: (name) => `Gespeichert als ${name}. Darin steht, was gesendet wurde, auch über Patienten.`,
    savedWithout: (name) => `Gespeichert als ${name}, ohne Patienten; die Pixel sind, wie sie waren.`,
    copied: (lines) => `Kopiert: ${counted(lines, LINES)}.`,
    nothingToCopy: 'Es gibt nichts zu kopieren: Zu dem, was hier ist, sagen die Werkzeuge von DCMTK nichts.',
    savedLog: (name) =>
      `Der Browser lässt die Seite nicht kopieren, daher wurde das Protokoll als ${name} gespeichert.`,
    gone: 'Was dort geschah, ist nicht mehr in der Aufzeichnung.',
  },
};
