/** Warum etwas fehlschlug, auf Deutsch, in der Form von `failures-en.ts`. */
import type { FailureStrings } from './failures-en.ts';
import type { Service } from './situation.ts';

/** Was getan wurde, wie es nach `bevor`, `brach … ab` und am Anfang eines Satzteils steht. */
const WHAT: Record<Service, string> = {
  'C-ECHO': 'das Echo',
  'C-FIND': 'die Suche',
  'C-GET': 'das Abrufen',
  'C-MOVE': 'die Übertragung',
  'C-STORE': 'das Senden',
};

/** Dasselbe nach `während`, `bei`. */
const DURING: Record<Service, string> = {
  'C-ECHO': 'beim Echo',
  'C-FIND': 'bei der Suche',
  'C-GET': 'beim Abrufen',
  'C-MOVE': 'bei der Übertragung',
  'C-STORE': 'beim Senden',
};

/** Was die Gegenstelle anbieten müsste. */
const OFFER: Record<Service, string> = {
  'C-ECHO': 'das Echo (Verification)',
  'C-FIND': 'die Suche (Query, C-FIND)',
  'C-GET': 'das Abrufen über dieselbe Verbindung (C-GET)',
  'C-MOVE': 'die Übertragung (C-MOVE)',
  'C-STORE': 'die Annahme von Bildern dieser Art',
};

const INSTEAD: Record<Service, string> = {
  'C-ECHO': 'Fragen Sie dort nach, ob uns dieser Dienst erlaubt ist.',
  'C-FIND': 'Lassen Sie ihn dort für uns freigeben oder versuchen Sie das andere Suchmodell.',
  'C-GET': 'Nehmen Sie Übertragen: Viele Archive bieten nur das an.',
  'C-MOVE': 'Lassen Sie sie dort für uns freigeben oder nehmen Sie Abrufen.',
  'C-STORE': 'Fragen Sie dort nach, welche Arten von Bildern und welche Transfersyntaxen angenommen werden.',
};

export const failuresDe: FailureStrings = {
  noBridge:
    'Die Bridge dieser Seite antwortet nicht. Starten Sie sie dort neu, wo sie lief (npm start), und versuchen Sie es noch einmal.',
  localNetwork:
    'Der Browser lässt diese Seite nicht in das lokale Netz, und damit nicht zur Bridge. Erlauben Sie ihr neben der Adresse der Seite ' +
    'den Zugriff auf das lokale Netz und versuchen Sie es noch einmal; eine Seite in einer anderen braucht diese Erlaubnis auch von jener.',
  noTicket: (why) =>
    `Diese Seite hat kein Ticket für die Bridge (${why}). Melden Sie sich dort neu an, woher Sie kamen, und versuchen Sie es noch einmal.`,
  peerUnknown: (s) =>
    `Die Bridge kennt keine Gegenstelle namens ${s.peer} mehr. Laden Sie die Seite neu, um die jetzt bekannten zu sehen.`,
  tunnelProtocol:
    'Die Bridge und diese Seite verstehen einander nicht: Wahrscheinlich sind sie von verschiedenen Versionen. ' +
    'Laden Sie die Seite neu; wenn das nicht hilft, starten Sie die Bridge neu.',
  associationEnded: (s) =>
    `${s.peer} hat die Assoziation beendet, bevor ${WHAT[s.service]} vollständig war. Versuchen Sie es noch einmal.`,
  contextRefused: (s) =>
    `${s.peer} hat die Assoziation angenommen, aber nichts davon, was ${WHAT[s.service]} braucht: ` +
    `Es fehlt uns dort ${OFFER[s.service]}. ${INSTEAD[s.service]}`,
  cancelled: (s) => `Sie haben ${WHAT[s.service]} abgebrochen.`,
  cancelledHere: 'Sie haben es abgebrochen.',
  storeFull: (apart) =>
    `In dieser Seite ist kein Platz mehr. ${apart ? 'Fragen Sie, wer die Website betreibt, wie Platz wird,' : 'Speichern Sie unter Empfangen, was Sie brauchen, entfernen Sie es dort'} und versuchen Sie es noch einmal.`,
  storeFailed: (why, apart) =>
    `Die Seite konnte eine Datei nicht behalten: ${why}. ${apart ? 'Fragen Sie, wer die Website betreibt, wie Platz wird,' : 'Entfernen Sie einige empfangene Dateien'} und versuchen Sie es noch einmal.`,
  imageUnshown: (why) => `${why}. Die Datei kann gespeichert werden, wie sie ist.`,
  codecFailed: (why) =>
    `${why}. Versuchen Sie es noch einmal oder laden Sie die Seite neu. Die Datei kann gespeichert werden, wie sie ist.`,
  usage: (why) => `Das geht nicht: ${why}. Prüfen Sie die Eingabe.`,
  valueInvalid: (why) => `Ein Wert kann so nicht gesendet werden: ${why}. Prüfen Sie die Eingabe.`,
  unreadable: (s, why) =>
    `${s.peer} hat etwas gesendet, das dem Standard widerspricht, deshalb wurde ${WHAT[s.service]} angehalten: ${why}. ` +
    'Melden Sie es dem Hersteller, mit diesem Satz.',
  unexpected: (s, why) =>
    `In dieser Seite ging ${DURING[s.service]} etwas schief: ${why}. Laden Sie die Seite neu und versuchen Sie es noch einmal; ` +
    'wenn es wieder geschieht, melden Sie es bitte.',

  signedOut:
    'Ihre Anmeldung bei der Bridge ist abgelaufen. Laden Sie die Seite neu und melden Sie sich wieder an.',
  noRoom: (s, why) =>
    `Die Bridge hat keinen Platz für eine weitere Verbindung zu ${s.peer} (${why}). Warten Sie, bis eine endet, und versuchen Sie es noch einmal.`,
  titleNotAllowed: (s) =>
    `Die Bridge lässt Sie nicht als ${s.callingAETitle} anrufen. Wählen Sie einen Ihrer Titel oder fragen Sie den Betreiber der Bridge.`,
  notAllowed: (s) =>
    `Die Bridge erlaubt Ihnen keine Verbindung zu ${s.peer}. Fragen Sie den Betreiber der Bridge.`,

  connect: {
    ECONNREFUSED: (s) =>
      `${s.peer} hat die Verbindung abgewiesen: Unter ${s.address} hört niemand. Prüfen Sie, ob dort alles läuft, und den Port.`,
    ECONNRESET: (s) =>
      `${s.peer} unter ${s.address} hat die Verbindung sofort geschlossen. Vielleicht sind dort nur bekannte Adressen erlaubt; fragen Sie die Verwaltung.`,
    ETIMEDOUT: (s) =>
      `${s.peer} hat unter ${s.address} nicht geantwortet: Die Adresse ist falsch, das Gerät ist aus, oder eine Firewall verschluckt ` +
      'die Verbindung. Prüfen Sie die Adresse und fragen Sie dann, wer das Netz betreut.',
    EHOSTUNREACH: (s) =>
      `Es führt kein Weg zu ${s.address} (${s.peer}). Prüfen Sie das Netz und die Adresse.`,
    ENETUNREACH: (s) =>
      `Es führt kein Weg in das Netz von ${s.address} (${s.peer}). Prüfen Sie das Netz der Bridge.`,
    ENOTFOUND: (s) =>
      `Den Hostnamen von ${s.peer} (${s.address}) gibt es nicht. Prüfen Sie die Schreibweise.`,
    EAI_AGAIN: (s) =>
      `Der Hostname von ${s.peer} (${s.address}) lässt sich jetzt nicht auflösen. Prüfen Sie das Netz.`,
  },
  noConnection: (s, why) =>
    `Es kam keine Verbindung zu ${s.peer} (${s.address}) zustande: ${why}. ` +
    'Das Protokoll dort und das der Bridge sagen vielleicht mehr.',
  wantsTls: (s) =>
    `${s.peer} erwartet unter ${s.address} TLS und wurde ohne angerufen. Schalten Sie TLS dort ein, wo die Gegenstelle ` +
    'benannt ist ("tls" in der Konfigurationsdatei), oder nennen Sie einen Port ohne TLS.',
  speakers: {
    http: 'ein Webserver (HTTP)',
    ssh: 'ein SSH-Server',
    'ftp-or-smtp': 'ein FTP- oder Mailserver',
    text: 'etwas, das in Text spricht',
  },
  notDicom: (s, speaker) =>
    `Unter ${s.address} (${s.peer}) antwortet ${speaker}, kein DICOM-Server. ` +
    'Berichtigen Sie den Port, wo die Gegenstelle benannt ist (--peer oder Konfigurationsdatei); DICOM ist oft unter 104, 11112 oder 4242.',
  closedAtOnce: (s) =>
    `${s.peer} unter ${s.address} hat die Verbindung geschlossen, statt zu antworten. Vielleicht werden dort nur Anrufe von ` +
    'bekannten Adressen angenommen, TLS oder ein anderes Zertifikat erwartet, oder es ist kein DICOM-Server. ' +
    'Prüfen Sie den Port und fragen Sie die Verwaltung.',
  connectionLost: (s) =>
    `Die Verbindung zu ${s.peer} brach ${DURING[s.service]} ab: Die Gegenstelle oder das Netz dazwischen hat sie gekappt. ` +
    'Versuchen Sie es noch einmal; bricht sie an derselben Stelle wieder ab, sehen Sie dort ins Protokoll.',

  rejections: {
    '1.1': () =>
      'Ein Grund wurde nicht genannt. Das Protokoll dort sagt ihn vielleicht; oft fehlt der eigene AE-Titel oder unsere Adresse in der Liste.',
    '1.2': () => 'Der DICOM-Anwendungskontext ist dort unbekannt. Es ist wahrscheinlich kein DICOM-Server.',
    '1.3': (s) =>
      `Der eigene AE-Titel ${s.callingAETitle} ist dort unbekannt. Lassen Sie ihn eintragen oder ändern Sie Ihren oben.`,
    '1.7': (s) =>
      `Auf den gerufenen AE-Titel ${s.calledAETitle} hört dort niemand. Berichtigen Sie ihn, wo die Gegenstelle benannt ist (--peer oder Konfigurationsdatei).`,
    '2.1': () => 'Die Protokollschicht dort nannte keinen Grund. Das Protokoll dort sagt ihn vielleicht.',
    '2.2': () =>
      'Diese Version des Protokolls wird dort nicht unterstützt. Es ist wahrscheinlich kein DICOM-Server.',
    '3.1': () => 'Dort ist gerade zu viel los. Versuchen Sie es gleich noch einmal.',
    '3.2': () =>
      'Für eine weitere Assoziation ist dort jetzt kein Platz. Versuchen Sie es gleich noch einmal.',
  },
  sources: {
    '1': 'Die Anwendung dort',
    '2': 'Die Assoziationsschicht dort',
    '3': 'Die Darstellungsschicht dort',
    unknown: 'Ein unbekannter Teil dort',
  },
  rejectedForNow: (s, why, source) =>
    `${s.peer} hat die Assoziation abgelehnt: ${why} (${source} hat abgelehnt, vorläufig.)`,
  rejectedForGood: (s, why, source) =>
    `${s.peer} hat die Assoziation abgelehnt: ${why} (${source} hat abgelehnt, endgültig.)`,
  rejectedOddly: (s, source, reason) =>
    `${s.peer} hat die Assoziation aus einem Grund abgelehnt, den der Standard nicht kennt. ${source} nannte die Nummer ${reason}. ` +
    'Das Protokoll dort sagt vielleicht mehr.',

  abortedByUs: (s) =>
    `Diese Seite hat die Assoziation mit ${s.peer} beendet, weil sie nicht verstand, was ${DURING[s.service]} kam. Versuchen Sie es noch einmal.`,
  abortedAtOnce: (s) =>
    `${s.peer} hat die Assoziation angenommen und bei der ersten Anfrage abgebrochen: Höchstwahrscheinlich ist ` +
    `${WHAT[s.service]} für ${s.callingAETitle} dort nicht erlaubt. Fragen Sie die Verwaltung, was dieser AE-Titel darf.`,
  abortedByProvider: (s) =>
    `${s.peer} hat ${WHAT[s.service]} abgebrochen und nicht verstanden, was wir gesendet haben. Das Protokoll dort sagt vielleicht, warum; versuchen Sie es noch einmal.`,
  abortedByUser: (s) =>
    `${s.peer} hat ${WHAT[s.service]} abgebrochen und die Assoziation von sich aus beendet. Das Protokoll dort sagt vielleicht, warum; versuchen Sie es noch einmal.`,

  phases: {
    connect: 'um eine Verbindung zu öffnen',
    associate: 'um auf die Anfrage nach einer Assoziation zu antworten',
    response: 'um zu antworten',
    progress: 'um fortzufahren',
    'move-progress': 'um fortzufahren',
    release: 'um die Assoziation zu beenden',
    cancel: 'um das Abgebrochene anzuhalten',
  },
  files: {
    empty: 'Die Datei ist leer.',
    'not-dicom': 'Das ist keine DICOM-Datei: „DICM“ steht nicht an Byte 128.',
  },
  cutOff: (missing) =>
    `Die Datei ist abgeschnitten: Am Ende fehlen ${missing} oder mehr. Holen Sie sie noch einmal von dort, woher sie kam.`,
  itsTime: 'genug Zeit',
  silent: (s, time) =>
    `${s.peer} hat zu lange gebraucht: Die Verbindung unter ${s.address} wurde angenommen, dann war ${time} Zeit, auf die ` +
    'Anfrage nach einer Assoziation zu antworten, und es blieb still. Vielleicht ist es kein DICOM-Server, TLS wird ' +
    'erwartet, oder er ist überlastet. Prüfen Sie den Port und sehen Sie dort ins Protokoll.',
  timedOut: (s, time, phase) =>
    `${s.peer} hat zu lange gebraucht: ${time} war Zeit, ${phase}, und es blieb still. ` +
    `Vielleicht ist dort alles überlastet, oder etwas dazwischen verschluckt den Verkehr. ${
      s.service === 'C-ECHO'
        ? 'Versuchen Sie es später noch einmal.'
        : 'Versuchen Sie es noch einmal, machen Sie ein Echo, oder geben Sie mehr Zeit unter „Über“.'
    }`,

  statuses: {
    'C-MOVE A801': (s) =>
      `${s.peer} kennt das Ziel ${s.destination ?? ''} nicht und kann deshalb nicht dorthin senden. ` +
      `Lassen Sie ${s.destination ?? ''} dort mit Adresse und Port eintragen oder wählen Sie ein anderes Ziel.`,
    'C-MOVE Cxxx': (s) =>
      `${s.peer} konnte nicht übertragen. Meist heißt das, dass dort das Ziel ${s.destination ?? ''} unbekannt ist: ` +
      'Lassen Sie diesen AE-Titel mit Adresse und Port eintragen. Sonst sagt das Protokoll dort mehr.',
    'C-MOVE A702': (s) =>
      `${s.peer} konnte nichts an ${s.destination ?? 'das Ziel'} senden: Es war nicht erreichbar oder hat abgelehnt. ` +
      'Prüfen Sie, ob das Ziel läuft und bei der Gegenstelle mit richtiger Adresse und richtigem Port eingetragen ist.',
    'C-GET A702': (s) =>
      `${s.peer} konnte nichts senden: Jede Instanz wurde abgelehnt, oder es fand sich keine gemeinsame Transfersyntax. Nehmen Sie Übertragen.`,
    'C-STORE A7xx': (s) =>
      `${s.peer} hat keinen Platz oder Speicher mehr. Melden Sie es der Verwaltung und senden Sie dann erneut.`,
    'C-STORE A9xx': (s) =>
      `${s.peer} fand, dass die Datei nicht ist, was sie zu sein angibt (ihre SOP-Klasse). Sie wurde nicht gespeichert.`,
    'C-STORE Cxxx': (s) =>
      `${s.peer} hat die Datei nicht verstanden und nicht gespeichert. Das Protokoll dort sagt mehr.`,
    'C-FIND A700': (s) =>
      `${s.peer} hat keine Mittel mehr frei. Versuchen Sie es später noch einmal oder suchen Sie nach weniger.`,
    'C-FIND Cxxx': (s) =>
      `${s.peer} konnte die Suche nicht ausführen. Versuchen Sie weniger Felder oder das andere Suchmodell.`,
    'C-FIND A900': (s) =>
      `${s.peer} fand, dass die Suche nicht zum Suchmodell passt. Versuchen Sie das andere Suchmodell.`,
    '0122': (s) => `${s.peer} bietet ${OFFER[s.service]} nicht an (Status 0x0122). ${INSTEAD[s.service]}`,
    '0124': (s) =>
      `${s.peer} erlaubt uns ${WHAT[s.service]} nicht: ${s.callingAETitle} hat kein Recht dazu. Fragen Sie die Verwaltung.`,
    '0213': (s) => `${s.peer} hat keine Mittel mehr frei. Versuchen Sie es später noch einmal.`,
  },
  status: (s, meaning, status) =>
    `Bei ${s.peer} schlug ${WHAT[s.service]} fehl: ${meaning} (Status ${status}). Das Protokoll dort sagt vielleicht mehr.`,
  storeWarning: (s, meaning, status) =>
    `${s.peer} hat sie mit einer Warnung gespeichert: ${meaning} (Status ${status}).`,
};
