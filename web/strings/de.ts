/** Jeder Text der Seite auf Deutsch, in der Form von `en.ts`. */
import type { Strings } from './en.ts';
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const FILES: Forms = { one: 'Datei', other: 'Dateien' };
const IMAGES: Forms = { one: 'Bild', other: 'Bilder' };
const OF_IMAGES: Forms = { one: 'Bild', other: 'Bildern' };
const LEVELS = {
  PATIENT: { one: 'Patient', other: 'Patienten' },
  STUDY: { one: 'Studie', other: 'Studien' },
  SERIES: { one: 'Serie', other: 'Serien' },
  IMAGE: IMAGES,
} satisfies Record<string, Forms>;

function keptAt(apart: boolean): string {
  return apart ? 'liegt in dieser Seite' : 'steht unter Empfangen';
}

export const de: Strings = {
  app: {
    views: 'Ansichten',
    find: 'Suchen',
    worklist: 'Arbeitsliste',
    received: 'Empfangen',
    send: 'Senden',
    learn: 'Lernen',
    drop: 'Loslassen, um die Dateien in die Liste von Senden zu legen',
    theme: { system: 'Farben: wie das System', light: 'Farben: hell', dark: 'Farben: dunkel' },
    loading: 'Einen Teil der Seite laden',
    notLoaded:
      'Dieser Teil der Seite konnte nicht geladen werden: Der Server, von dem er kommt, antwortet nicht. Laden Sie die Seite neu.',
    unexplained: (message) =>
      `Das ist fehlgeschlagen, und was es erklären würde, konnte nicht geladen werden, weil der Server dieser Seite nicht antwortet: ${message}`,
    engineLost: 'ihr Rechenkern konnte nicht geladen werden',
  },

  settings: {
    title: 'Einstellungen',
    language: 'Sprache',
    asBrowser: 'Wie der Browser',
    shortcuts:
      'Einzelne Tasten: / führt zur Suche, 1 bis 5 zu den Ansichten, 0 zum Ergebnis, i öffnet den Inspektor',
  },

  aeTitle: {
    empty: 'Ein AE-Titel hat 1 bis 16 Zeichen.',
    tooLong: (length) => `Ein AE-Titel hat höchstens 16 Zeichen; dieser hat ${count(length)}.`,
    characters: 'Ein AE-Titel hat nur Buchstaben, Ziffern und Zeichen aus ASCII, keinen Rückstrich.',
  },

  withheld: {
    locks: 'Sperren zwischen Tabs (verwenden Sie nur einen zugleich)',
    storage: 'Speicher für Dateien (empfangene gehen mit diesem Tab verloren)',
    and: ' und ',
    sentence: (what) =>
      'Diese Seite kam über einfaches http: Andere im Netz könnten mitlesen, und der Browser verweigert ' +
      `${what}. Bitten Sie den Betreiber der Bridge um https.`,
  },

  alone: {
    notice:
      'Diese Seite arbeitet für sich allein: Die beiden PACS ihrer Liste laufen in ihr selbst, und nichts, was Sie hier öffnen, verlässt diesen Browser.',
    withheld: (what) => ` Über einfaches http verweigert der Browser ihr ${what}.`,
    peers:
      'Hinter dieser Seite steht keine Bridge, und von sich aus öffnet ein Browser keine Verbindung zu einem PACS: Sie kann die in ' +
      'der Seite selbst anrufen. Um Ihres anzurufen, starten Sie webdimse auf einem Rechner, der es erreicht, mit einer Zeile wie dieser, und öffnen Sie die Seite von dort:',
    receiving: 'Hinter dieser Seite steht keine Bridge: Nur die PACS in ihr selbst können hierher senden.',
    reached: 'Es erreicht diese Seite.',
  },

  signIn: {
    title: 'Anmelden',
    why: 'Diese Bridge unterscheidet ihre Benutzer. Wer sie betreibt, gibt Zugangsschlüssel aus.',
    token: 'Zugangsschlüssel',
    kept: 'Bleibt in diesem Tab, bis er geschlossen wird, und geht nur an die Bridge.',
    unknown: 'Die Bridge kennt diesen Schlüssel nicht.',
    noAnswer: (why) => `Die Bridge antwortet nicht (${why}).`,
  },

  peers: {
    peer: 'Gegenstelle',
    none: 'keine Gegenstelle',
    add: 'Gegenstelle hinzufügen',
    here: 'Diese Seite',
    hereEmpty: 'hier ist noch nichts aufbewahrt',
    echo: 'Echo',
    answered: (time) => `✓ ${time}`,
    noEcho: '✕ kein Echo',
    callingAETitle: 'Eigener AE-Titel',
    callingHint:
      'So nennen wir uns (Calling AE Title). Viele Gegenstellen antworten nur Titeln, die sie kennen.',
    noneKnown:
      'Die Bridge kennt noch keine Gegenstelle. „Gegenstelle hinzufügen“ sagt, wie man eine benennt.',
    noAnswer: (why) =>
      `Die Bridge antwortet nicht (${why}), deshalb ist keine Gegenstelle bekannt. ` +
      'Prüfen Sie, ob sie dort noch läuft, wo sie gestartet wurde, und laden Sie die Seite neu.',
  },

  peerCard: {
    title: (peer) => `Über ${peer}`,
    open: 'Über',
    openHint: 'Was diese Gegenstelle kann, und wie wir sie anrufen',
    close: 'Schließen',
    called: 'Wie sie angerufen wird',
    address: 'Adresse',
    callingAETitle: 'Eigener AE-Titel hier',
    callingHint: 'Nur für diese Gegenstelle; leer für den von oben.',
    calledAETitle: 'AE-Titel der Gegenstelle',
    calledHint: 'Leer für den aus der Liste der Gegenstellen.',
    characterSet: 'Zeichensatz',
    characterSetHint:
      'In ihm werden Anfragen geschrieben und Antworten gelesen, die keinen nennen; wie in (0008,0005).',
    associations: 'Assoziationen zugleich',
    associationsUsual: 'wie üblich',
    timeouts: 'Wie lange gewartet wird, in Sekunden',
    phases: {
      connect: 'Bis die Verbindung steht',
      associate: 'Bis zur Antwort auf die Assoziation',
      response: 'Bis zur ersten Antwort',
      progress: 'Bis zur nächsten Antwort',
      'move-progress': 'Bis zur nächsten Antwort beim Übertragen',
    },
    timeoutHint: 'Nur bei dieser Gegenstelle; leer für die gezeigte Zahl.',
    noSeconds: 'Eine Zahl von Sekunden, höchstens ein Tag.',
    remove: 'Diese Gegenstelle entfernen',
    abilities: 'Was sie kann',
    ask: 'Fragen',
    askHint:
      'Vier oder fünf kurze Assoziationen: Dienste, Speicherklassen, Transfersyntaxen und eine Suche nach fünf Studien.',
    asking: 'Wird gefragt …',
    job: (peer) => `${peer} fragen, was sie kann`,
    cancelled: 'Fragen abgebrochen.',
    done: (peer, time) => `${peer} hat in ${time} gesagt, was sie kann.`,
    yes: 'ja',
    no: 'nein',
    models: { STUDY: 'Study Root', PATIENT: 'Patient Root', 'PATIENT/STUDY ONLY': 'Patient/Study Only' },
    implementation: 'Implementierung',
    longestPDU: 'Längste PDU',
    unlimited: 'unbegrenzt',
    bytes: (number) => `${count(number)} Bytes`,
    echo: 'Echo',
    find: 'Suchen (C-FIND)',
    beyond: 'Über das Übliche hinaus',
    extended: {
      relational: 'relational',
      combinedDateTime: 'Datum und Zeit verbunden',
      fuzzy: 'ähnlich klingende Namen',
      timezone: 'andere Zeitzonen',
    },
    get: 'Abrufen (C-GET)',
    mayNotStore: 'darf hier aber nicht speichern',
    move: 'Übertragen (C-MOVE)',
    worklist: 'Arbeitsliste',
    commitment: 'Speicherbestätigung',
    stores: 'Speichert',
    classes: (number) => counted(number, { one: 'Speicherklasse', other: 'Speicherklassen' }),
    syntaxesFor: (sopClass) => `Syntaxen für ${sopClass}`,
    answers: 'Antworten',
    noMatch: (days) => `keine Studie der letzten ${count(days)} Tage`,
    noSet: 'kein Zeichensatz genannt',
    countsFilled: 'nennt die Zahl der Bilder',
    countsEmpty: 'nennt die Zahl der Bilder nicht',
    file: 'Gegenstellen als Datei',
    export: 'Exportieren',
    import: 'Importieren',
    exportHint: 'Die hier hinzugefügten Gegenstellen und was für jede gewählt wurde; keine Patientendaten.',
    imported: (peers, choices) =>
      `Aus der Datei übernommen: ${counted(peers, { one: 'Gegenstelle', other: 'Gegenstellen' })}, Einstellungen von ${counted(choices, { one: 'Gegenstelle', other: 'Gegenstellen' })}.`,
    notImported: 'Das ist keine Datei mit Gegenstellen von hier.',
  },

  destination: {
    title: 'An diese Seite senden (C-MOVE)',
    noPort:
      'Diese Bridge öffnet keinen DICOM-Port, darum kann kein PACS hierher senden. Sie tut es, wenn sie mit `--dicom-port 11112` gestartet wird.',
    tell: 'Sagen Sie dem PACS, wo diese Seite ist:',
    inItsPage: (aeTitle, host, port) => `Configuration › AE list › New AET: ${aeTitle}, ${host}, ${port}`,
    echo: 'Wer es betreut, schickt ein Echo an diesen Titel; es erscheint hier.',
    waiting: 'Wartet auf ein Echo …',
    echoed: (aeTitle) => `${aeTitle} hat ein Echo geschickt.`,
    move: 'Lassen Sie es ein Bild hierher übertragen:',
    test: 'Ein Bild hierher übertragen',
    job: (peer) => `${peer} ein Bild hierher übertragen lassen`,
    cancelled: 'Versuch abgebrochen.',
    states: { open: 'nicht versucht', ok: 'geht', failed: 'fehlgeschlagen' },
    hops: {
      found: 'Es nennt ein Bild.',
      known: 'Es kennt den Titel dieser Seite.',
      reached: 'Es erreicht den DICOM-Port der Bridge.',
      arrived: 'Das Bild ist hier.',
    },
    nothingThere: (peer) => `${peer} nennt kein Bild, das übertragen werden könnte.`,
    works: (peer, aeTitle) =>
      `Es geht: ${peer} hat ein Bild an ${aeTitle} übertragen, es ist unter den empfangenen Dateien.`,
    failed: {
      found: (peer, _aeTitle, _status) => `${peer} nennt kein Bild, das übertragen werden könnte.`,
      known: (peer, aeTitle, status) =>
        `${peer} kennt das Ziel ${aeTitle} nicht (${status}): Sagen Sie ihm die Zeile von oben.`,
      reached: (peer, aeTitle, status) =>
        `${peer} nahm den Auftrag an, aber nichts kam (${status}). Es kennt ${aeTitle} unter anderem Rechner oder Port, eine Firewall steht dazwischen, oder die Bridge bedient seine Adresse nicht (\`--allow-source\`).`,
      arrived: (peer, _aeTitle, status) =>
        `${peer} hat diese Seite erreicht, aber das Bild konnte nicht behalten werden (${status}): Es ist kein Platz dafür.`,
    },
  },

  addPeer: {
    name: 'Name',
    aeTitle: 'AE-Titel',
    host: 'Rechner',
    port: 'Port',
    add: 'Hinzufügen',
    here: 'Nennen Sie eine Gegenstelle mit ihrer Adresse. Sie bleibt in diesem Browser, und die Bridge ruft sie an, wo ihre Regeln es erlauben.',
    taken: 'So heißt schon eine andere Gegenstelle.',
    badPort: 'Ein Port ist eine Zahl von 1 bis 65535.',
    reload: 'Noch einmal nachsehen',
    reloadHint:
      'Fragt die Bridge nach ihren Gegenstellen, etwa nachdem sie ihre Konfiguration neu gelesen hat.',
    how: 'Die Bridge ruft nur Gegenstellen an, mit denen sie gestartet wurde. Halten Sie sie an, starten Sie sie mit einem weiteren `--peer` und laden Sie diese Seite neu:',
    line: 'die Zeile zum Starten',
    form:
      'NAME=AET@host:port. Die Gegenstelle muss auch uns kennen: Wer sie betreut, trägt unseren eigenen AE-Titel ' +
      'und die Adresse dieses Rechners ein. Mehrere Gegenstellen hält man besser in einer Datei: `--config FILE`.',
    close: 'Schließen',
  },

  search: {
    title: 'Suche',
    patient: 'Patient',
    patientExample: 'Name, Vorname',
    patientHint: 'Findet Namen, die so beginnen. * steht für beliebige Zeichen, ? für eines.',
    patientID: 'Patienten-ID',
    patientIDHint: 'Die ganze ID oder mit * und ?.',
    date: 'Studiendatum',
    dates: {
      any: 'Alle',
      today: 'Heute',
      yesterday: 'Gestern',
      tomorrow: 'Morgen',
      next7: 'Nächste 7 Tage',
      '7': '7 Tage',
      '30': '30 Tage',
      range: 'Zeitraum',
    },
    from: 'Von',
    to: 'Bis',
    backwards: 'Der letzte Tag liegt vor dem ersten.',
    ofStudies:
      'Patient Root fragt zuerst nach Patienten: Datum, Auftragsnummer, Beschreibung und Modalität wählen unter ihren Studien, sobald ein Patient geöffnet wird.',
    modality: 'Modalität',
    modalityHint: 'Eine der gewählten; keine bedeutet alle.',
    otherModality: 'Weitere Modalität',
    accession: 'Auftragsnummer',
    accessionHint: 'Die ganze Nummer, oder mit * und ?.',
    description: 'Studienbeschreibung',
    descriptionHint: 'Findet Beschreibungen, die es enthalten. * steht für beliebige Zeichen, ? für eines.',
    submit: 'Suchen',
    more: 'Mehr Felder',
    fewer: 'Weniger Felder',
    clear: 'Formular leeren',
    stop: 'Anhalten',
    further: (limit) => `Nach bis zu ${count(limit)} fragen`,
    limit: 'Höchstens',
    addAttribute: '+ Attribut',
    attribute: 'Attribut',
    attributeExample: 'BodyPartExamined',
    attributeHint:
      'Beginnen Sie mit einem Schlüsselwort, einem Namen oder einem Tag. Auch ein Pfad wie Sequence[0].Keyword geht.',
    attributeValue: 'Wert',
    attributeValueHint: 'Mit * und ? wie sonst. Leer wird es nur gezeigt, in einer eigenen Spalte.',
    removeAttribute: (attribute) => `${attribute} entfernen`.trim(),
    also: 'Weitere fragen',
    alsoChosen: (number) => `+ ${counted(number, { one: 'Gegenstelle', other: 'Gegenstellen' })}`,
    alsoNone: 'Die Bridge kennt keine weitere Gegenstelle.',
    alsoHow: 'Jede wird für sich gefragt; scheitert eine, verdeckt das die anderen nicht.',
    saved: 'Gespeicherte Suchen',
    save: 'Diese Suche speichern',
    saveName: 'Name',
    saveExample: 'CT heute',
    saveSubmit: 'Speichern',
    savePatient: 'Mit Patient, ID, Auftragsnummer und Werten weiterer Attribute',
    savePatientWhy: 'Bleibt in diesem Browser, auch für die, die ihn nach Ihnen benutzen.',
    removeSaved: (name) => `${name} entfernen`,
    everything: (peer) => `Kein Feld ist ausgefüllt: So wird ${peer} nach allem gefragt.`,
    peers: (first, others) =>
      `${first} und ${others.length === 1 ? others[0]! : `${count(others.length)} weitere`}`,
    job: (peer) => `${peer} durchsuchen`,
    searching: (peer) => `${peer} wird durchsucht …`,
    soFar: (found) => `${found} bisher …`,
    cancelled: (found) => `${found} · abgebrochen`,
    jobCancelled: 'Suche abgebrochen; was schon gekommen war, wird gezeigt.',
    limited: (summary, limit) =>
      `${summary} · bei ${count(limit)} angehalten, es gibt mehr: Füllen Sie ein weiteres Feld aus, um den Rest zu sehen`,
  },

  results: {
    title: 'Ergebnisse',
    columns: {
      name: 'Patient',
      id: 'ID',
      born: 'Geboren',
      when: 'Datum',
      modality: 'Mod',
      description: 'Beschreibung',
      accession: 'Auftrag',
      sex: 'Geschlecht',
      referrer: 'Überweiser',
      studyID: 'Studien-ID',
      peer: 'Gegenstelle',
      uid: 'UID',
      series: 'Serien',
      images: 'Bilder',
    },
    filter: 'Ergebnisse filtern',
    filterExample: 'Filtern',
    filtered: (shown, all) => `${count(shown)} von ${count(all)} gezeigt`,
    noneLeft: 'Kein Ergebnis enthält alle diese Wörter. Esc im Filter zeigt wieder alle.',
    chooseColumns: 'Spalten',
    columnsByWidth: 'So viele, wie Platz haben',
    export: 'Exportieren',
    exportHow: 'Was gezeigt wird, in dieser Reihenfolge:',
    exports: { csv: 'CSV, für Tabellen', json: 'DICOM JSON' },
    exporting: 'Ergebnisse exportieren',
    exported: (rows, file) => `${counted(rows, { one: 'Zeile', other: 'Zeilen' })} gespeichert als ${file}.`,
    exportCancelled: 'Export abgebrochen.',
    retrieve: 'Abrufen',
    move: 'Übertragen',
    searching: 'Wird gesucht …',
    failed: 'Nichts zu zeigen. Die Zeile darüber sagt, warum.',
    noMatch:
      'Nichts passt. Lassen Sie Felder leer, wählen Sie ein anderes Datum oder beenden Sie einen Namen mit *.',
    begin: (peer) => `Drücken Sie Suchen, um zu sehen, was ${peer} hat.`,
    model: 'Suchmodell',
    modelHint:
      'Study Root zeigt Studien; Patient Root zeigt zuerst Patienten und sucht nur nach Name und ID.',
    models: { STUDY: 'Study Root', PATIENT: 'Patient Root' },
    found: {
      PATIENT: (number) => counted(number, LEVELS.PATIENT),
      STUDY: (number) => counted(number, LEVELS.STUDY),
      SERIES: (number) => counted(number, LEVELS.SERIES),
      IMAGE: (number) => counted(number, LEVELS.IMAGE),
    },
    open: {
      PATIENT: 'Patient öffnen',
      STUDY: 'Studie öffnen',
      SERIES: 'Serie öffnen',
      IMAGE: 'Bild öffnen',
    },
    opened: (found) => `Geöffnet: ${found}.`,
    openedWanted: (found) =>
      `Geöffnet: ${found} mit Datum, Auftragsnummer, Beschreibung und Modalität der Suche. Der Patient kann andere haben.`,
    openedInPart: (found) => `Geöffnet; nur der Anfang wird gezeigt: ${found}.`,
    openingCancelled: 'Öffnen abgebrochen.',
  },

  worklist: {
    title: 'Arbeitsliste',
    form: 'Arbeitsliste durchsuchen',
    date: 'Geplant für',
    station: 'AE-Titel der Station',
    stationHint: 'Des Geräts, das es ausführt. Der ganze Titel, oder mit * und ?.',
    columns: {
      when: 'Beginn',
      name: 'Patient',
      id: 'ID',
      born: 'Geboren',
      sex: 'Geschlecht',
      modality: 'Mod',
      procedure: 'Untersuchung',
      station: 'Station',
      accession: 'Auftrag',
    },
    job: (peer) => `Arbeitsliste von ${peer}`,
    found: (number) => counted(number, { one: 'geplanter Schritt', other: 'geplante Schritte' }),
    none: 'Nichts Passendes ist geplant. Wählen Sie ein anderes Datum oder lassen Sie Felder leer.',
    begin: (peer) => `Drücken Sie Suchen, um zu sehen, was ${peer} geplant hat.`,
    refused: (peer) =>
      `${peer} nahm die Verbindung an, bietet uns aber keine Arbeitsliste. Viele Archive haben keine: Fragen Sie die ` +
      'Administration, welches System sie führt, oft das, welches die Aufträge annimmt, und ob es unseren Calling AE Title kennt.',
    detail: 'Einzelheiten',
    close: 'Einzelheiten schließen',
    details: {
      ScheduledProcedureStepDescription: 'Schritt',
      ScheduledProtocolCodeSequence: 'Protokoll',
      RequestedProcedureDescription: 'Angeforderte Untersuchung',
      RequestedProcedureCodeSequence: 'Angeforderte Untersuchung, kodiert',
      RequestedProcedurePriority: 'Dringlichkeit',
      ScheduledStationAETitle: 'AE-Titel der Station',
      ScheduledStationName: 'Station',
      ScheduledProcedureStepLocation: 'Ort',
      ScheduledPerformingPhysicianName: 'Ausführende Person',
      RequestingPhysician: 'Anfordernde Person',
      ReferringPhysicianName: 'Überweisende Person',
      PatientSex: 'Geschlecht',
      PatientWeight: 'Gewicht (kg)',
      PregnancyStatus: 'Schwangerschaft',
      Allergies: 'Allergien',
      MedicalAlerts: 'Warnhinweise',
      SpecialNeeds: 'Besondere Bedürfnisse',
      RequestedContrastAgent: 'Kontrastmittel',
      CurrentPatientLocation: 'Aufenthaltsort',
      AdmissionID: 'Fallnummer',
      AccessionNumber: 'Auftragsnummer',
      RequestedProcedureID: 'Nummer der Anforderung',
      ScheduledProcedureStepID: 'Nummer des Schritts',
      StudyInstanceUID: 'Study Instance UID',
    },
  },

  names: {
    unnamed: 'ohne Namen',
    study: 'Studie',
    series: (number) => `Serie ${number}`.trim(),
    image: (number) => `Bild ${number}`.trim(),
    ofSeries: (number) => `Serie ${number}`,
    ofImage: (number) => `Bild ${number}`,
    frames: (number) => `${number} Einzelbilder`,
  },

  moveTo: {
    title: 'Übertragen nach',
    what: (what) => `${what} übertragen nach`,
    destinations: 'Ziele',
    thisPage: 'Diese Seite',
    other: 'Anderer AE-Titel',
    otherHint: 'Die Gegenstelle muss seine Adresse kennen.',
    go: 'Dorthin übertragen',
  },

  queue: {
    done: 'Was getan wurde',
    messages: 'Meldungen',
    progress: 'Fortschritt',
    part: (job, percent) => `${job}: ${count(percent)} %`,
    waits: 'wartet auf das davor',
    paused: 'angehalten',
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    first: 'Vorziehen',
    retry: 'Noch einmal',
    retryMissing: 'Fehlendes abrufen',
    ofJob: (what, job) => `${what}: ${job}`,
    left: (time) => `noch ${time}`,
    copyCommand: 'Als DCMTK-Befehl kopieren',
    copyReason: 'Den Grund kopieren',
    inspector: 'Inspektor',
    inspect: 'Im Inspektor zeigen',
    cancel: 'Abbrechen',
    clear: 'Leeren',
    showLast: 'Nur das Letzte zeigen',
    showAll: (number) => `Alle ${count(number)} zeigen`,
    states: {
      waiting: 'wartet',
      running: 'läuft',
      paused: 'angehalten',
      done: 'erledigt',
      partial: 'zum Teil erledigt',
      failed: 'fehlgeschlagen',
      cancelled: 'abgebrochen',
    },
  },

  keeping: {
    memory: (problem) =>
      'Im Speicher dieser Seite, bis sie geschlossen wird; höchstens 1 GiB' +
      (problem === undefined ? '.' : `, denn der Browser gibt keinen Platz auf der Platte (${problem}).`),
    session: 'Auf der Platte dieses Computers, bis der Browser geschlossen wird',
    kept: 'Auf der Platte dieses Computers, bis sie entfernt werden',
    room: (used, all) => `${used} von ${all} belegt`,
    keep: 'Auf diesem Computer behalten',
    question: 'Wie lange Dateien bleiben',
    asked:
      'Dateien liegen auf der Platte dieses Computers, nur für Sie, und gehen, wenn der Browser geschlossen wird. Sollen ' +
      'sie darüber hinaus bleiben? Andere, die dieses Benutzerkonto des Computers verwenden, könnten sie lesen.',
    yes: 'Auf diesem Computer behalten',
    no: 'Bis der Browser geschlossen wird',
    wipe: 'Alles löschen',
    wipeWhat: 'Alle Dateien und Einstellungen dieser Seite in diesem Browser gehen endgültig verloren.',
    wipeNow: 'Jetzt löschen',
    wipeNot: 'Nicht löschen',
    wipeCancelled: 'Das Löschen kann nicht abgebrochen werden.',
    wiped: 'Alles, was diese Seite in diesem Browser behalten hat, ist gelöscht.',
  },

  received: {
    title: 'Empfangene Dateien',
    columns: {
      name: 'Studie',
      when: 'Datum',
      modality: 'Mod',
      description: 'Beschreibung',
      syntax: 'Transfersyntax',
      uid: 'UID',
      from: 'Von',
      files: 'Dateien',
      size: 'Größe',
    },
    save: 'Speichern',
    remove: 'Entfernen',
    removeAll: 'Alle entfernen',
    chooseNone: 'Nichts auswählen',
    choose: (what) => `${what} auswählen`,
    send: 'Senden …',
    searchHere: 'Hier suchen',
    gone: 'Das ist hier nicht mehr aufbewahrt. Suchen Sie noch einmal, um zu sehen, was da ist.',
    nothing:
      'Noch nichts empfangen. Suchen Sie unter Suchen und drücken Sie Abrufen bei einer Studie, einer Serie oder einem Bild.',
    all: (files, size) => `${counted(files, FILES)} · ${size}`,
    chosen: (chosen, files, size) => `${count(chosen)} von ${counted(files, FILES)} ausgewählt · ${size}`,
    saveJob: (files) => `${counted(files, FILES)} speichern`,
    saveCancelled: 'Speichern abgebrochen.',
    toFolder: 'In einen Ordner speichern',
    pattern: 'Namen dort',
    folderJob: (files, folder) => `${counted(files, FILES)} in ${folder} speichern`,
    folderCancelled: 'Speichern abgebrochen; was geschrieben war, bleibt im Ordner.',
    savedInFolder: (files, folder, size) => `${counted(files, FILES)} (${size}) in ${folder} gespeichert.`,
    savedOne: (name, size) => `${name} (${size}) wurde dem Browser zum Speichern gegeben.`,
    savedSeveral: (files, name, size) =>
      `${counted(files, FILES)} wurden als ${name} (${size}) dem Browser zum Speichern gegeben.`,
    savedAs: (files, name, size) => `${counted(files, FILES)} (${size}) als ${name} gespeichert.`,
    removeJob: (files) => `${counted(files, FILES)} entfernen`,
    removeCancelled: 'Entfernen abgebrochen.',
    removed: (files) => `${counted(files, FILES)} aus dieser Seite entfernt.`,
  },

  receiving: {
    start: 'Empfang beginnen',
    stop: 'Empfang beenden',
    needs: 'Ein PACS, das hierher überträgt oder sendet, braucht',
    aeTitle: 'AE-Titel',
    host: 'Host',
    port: 'Port',
    why: 'Lässt ein PACS an diese Seite senden, als Ziel einer Übertragung.',
    asking: 'Die Bridge wird um einen AE-Titel gebeten …',
    at: (aeTitle, port) => `Empfängt als ${aeTitle} (Port ${port})`,
    stopped: 'Der Empfang wurde beendet.',
  },

  send: {
    title: 'Zu sendende Dateien',
    columns: { path: 'Datei', size: 'Größe', state: 'Ergebnis' },
    chooseFiles: 'Dateien wählen',
    chooseFolder: 'Ordner wählen',
    files: 'Dateien',
    folder: 'Ordner',
    orDrop: 'oder ziehen Sie Dateien, Ordner oder ZIP-Archive irgendwo auf diese Seite.',
    retry: (files) => `${count(files)} fehlgeschlagene wiederholen`,
    unseen: (files) => `${counted(files, FILES)} werden angesehen …`,
    unpacked: (files) => `${counted(files, FILES)} darin gefunden.`,
    beyond: (why) => `Sie ist zu groß, um geöffnet zu werden: ${why}.`,
    listed: (files) => `Sie führt ${counted(files, FILES)} auf; keine fehlt.`,
    listedNone: (files) =>
      `Sie führt ${counted(files, FILES)} auf, und keine davon ist hier. Wählen Sie den Ordner, in dem sie liegt.`,
    listedMissing: (files, missing, names, more) =>
      `Sie führt ${counted(files, FILES)} auf; ${count(missing)} fehlen: ${names}${more ? ' …' : ''}`,
    submit: 'Senden',
    clear: 'Liste leeren',
    to: (peer, address) => `an ${peer} (${address})`,
    nothing:
      'Wählen Sie DICOM-Dateien oder einen Ordner mit solchen, oder ziehen Sie sie hierher. Nichts geht hinaus, bevor Sie Senden drücken.',
    states: {
      chosen: 'Noch nicht gesendet',
      sending: 'Wird gesendet …',
      stored: 'Gespeichert',
      warning: 'Gespeichert',
      failed: 'Fehlgeschlagen',
      skipped: 'Ausgelassen',
      opened: 'Geöffnet',
    },
    fileCount: (files) => counted(files, FILES),
    counts: {
      stored: (files) => `${count(files)} gespeichert`,
      warning: (files) => `${count(files)} mit Warnung`,
      failed: (files) => `${count(files)} fehlgeschlagen`,
      skipped: (files) => `${count(files)} ausgelassen`,
    },
    unreadable: (why) => `Sie ist nicht lesbar: ${why}`,
    job: (files, peer) => `${counted(files, FILES)} an ${peer} senden`,
    jobCancelled: 'Senden abgebrochen; was schon gespeichert war, bleibt gespeichert.',
    cancelled: 'Abgebrochen.',
    notSent: 'Sie wurde nicht gesendet.',
    sentAs: (syntax) => ` Als ${syntax} gesendet.`,
    plan: {
      title: 'Was gesendet wird',
      columns: {
        kind: 'Art',
        syntax: 'Transfersyntax',
        files: 'Dateien',
        size: 'Größe',
        fate: 'Was daraus wird',
      },
      ask: (peer) => `${peer} fragen, was es annimmt`,
      asking: 'Wird gefragt …',
      fates: {
        unasked: (_peer, syntax) =>
          syntax === '' ? 'Noch nicht gefragt' : `Noch nicht gefragt: wie es ist, sonst als ${syntax}`,
        unchanged: () => 'Wird gesendet, wie es ist',
        converted: (_peer, syntax) => `Wird als ${syntax} gesendet`,
        refused: (peer) => `${peer} nimmt es nicht an`,
        unreadable: () => 'Kann nicht de-identifiziert werden',
      },
    },
    deidentify: {
      on: 'De-identifizieren',
      title: 'De-Identifizierung',
      dates: 'Daten',
      dateChoices: { remove: 'Entfernen', shift: 'Gleich verschieben', keep: 'Behalten' },
      options: {
        retainDevice: 'Gerät behalten',
        retainInstitution: 'Einrichtung behalten',
        retainPatientCharacteristics: 'Alter, Geschlecht, Größe behalten',
        retainUIDs: 'UIDs behalten',
      },
      choose:
        'Nach dem Basisprofil von DICOM PS3.15. Drücken Sie eine Datei der Liste, um zu sehen, was sich in ihr ändert. Pixel bleiben, wie sie sind.',
      shown: (path, changes) => `${path}: ${count(changes)} Attribute ändern sich.`,
      noPreview: (path, why) => `${path} kann nicht gezeigt werden: ${why}`,
      hide: 'Schließen',
      changes: 'Was sich ändert',
      columns: { attribute: 'Attribut', before: 'Vorher', after: 'Nachher' },
      kinds: { removed: 'entfernt', emptied: 'geleert', replaced: 'ersetzt', added: 'hinzugefügt' },
      warnings: {
        'burned in': (files) =>
          `${counted(files, FILES)} mit Namen im Bild, wie die Datei selbst sagt. Sie würden mitgesendet.`,
        'often burned in': (files) =>
          `${counted(files, FILES)} einer Art, bei der oft Namen im Bild stehen: sehen Sie nach, bevor Sie senden.`,
        'overlay in pixels': (files) =>
          `${counted(files, FILES)} mit einem Overlay in den Pixeln, das bleibt.`,
        face: (files) => `${counted(files, FILES)}, auf denen ein Gesicht zu erkennen ist.`,
      },
    },
  },

  jobs: {
    echo: (peer) => `Echo von ${peer}`,
    echoCancelled: 'Echo abgebrochen.',
    echoed: (peer, time) => `${peer} hat das Echo in ${time} beantwortet.`,
    implementation: (name) => ` Es ist ${name}.`,
    retrieve: (what) => `${what} abrufen`,
    retrieveRest: (uid) => `Rest von ${uid} abrufen`,
    retrieveCancelled: (apart) => `Abrufen abgebrochen; was schon angekommen war, ${keptAt(apart)}.`,
    move: (what, destination) => `${what} nach ${destination} übertragen`,
    moveCancelled: 'Übertragung abgebrochen; was schon gesendet war, bleibt am Ziel.',
    thisPage: 'dieser Seite',
    moveHereCancelled: (apart) => `Übertragung abgebrochen; was schon angekommen war, ${keptAt(apart)}.`,
  },

  outcomes: {
    retrieved: (images, peer, size, time, compared, apart) =>
      `${counted(images, IMAGES)} von ${peer} abgerufen: ${size} in ${time}${compared ? ', alles, was dort aufgeführt ist' : ''}. ` +
      `${images === 1 ? `Es ${keptAt(apart)}` : `Sie ${apart ? 'liegen in dieser Seite' : 'stehen unter Empfangen'}`}.`,
    allHere: (peer, apart) => `Es fehlt nichts: Alles, was ${peer} aufführt, ${keptAt(apart)}.`,
    movedBecause: (why) => ` Es wurde durch C-MOVE gesendet: ${why}`,
    nothingSent: (peer) =>
      `${peer} hat nichts gesendet. Vielleicht gibt es dort keine Bilder mehr davon, oder nur durch Übertragen.`,
    inPart: (images, all, peer, size, time) =>
      `${count(images)} von ${counted(all, OF_IMAGES)} kamen von ${peer} an (${size} in ${time}); ` +
      `${count(all - images)} nicht. `,
    again: 'Rufen Sie erneut ab, um den Rest zu holen, oder nehmen Sie Übertragen.',
    refusedKinds: (peer, kinds) => `${peer} sendet ${kinds} nicht auf diesem Weg. `,
    full: (images, apart) =>
      `In dieser Seite ist kein Platz mehr: Angekommen: ${counted(images, IMAGES)}, der Rest wurde abgelehnt. ` +
      `${apart ? 'Fragen Sie, wer die Website betreibt, wie Platz wird,' : 'Speichern Sie unter Empfangen, was Sie brauchen, entfernen Sie es dort'} und rufen Sie dann erneut ab.`,
    nothingCame: (peer, destination, apart) =>
      `${peer} sollte an ${destination} senden, und nichts kam. Vielleicht ist dort eine andere Adresse eingetragen: ` +
      `In die Liste der AE-Titel gehören Host und Port, ${apart ? 'unter denen die Bridge gerufen wird' : 'die unter Empfangen stehen'}.`,
    movedInPart: (images, all, peer, destination) =>
      `${count(images)} von ${counted(all, OF_IMAGES)} gingen von ${peer} nach ${destination}; ` +
      `${count(all - images)} nicht. Prüfen Sie, ob ${destination} läuft und Platz hat, und übertragen Sie erneut.`,
    nothingToMove: (peer, destination) =>
      `${peer} fand nichts, was nach ${destination} zu übertragen wäre. Suchen Sie erneut: Es ist vielleicht weg.`,
    moved: (images, peer, destination, time) =>
      `${peer} hat ${counted(images, IMAGES)} in ${time} nach ${destination} übertragen.`,
    movedEverything: (peer, destination, time) =>
      `${peer} hat alles in ${time} nach ${destination} übertragen.`,
    says: (comment) => ` Von dort heißt es: „${comment}“.`,
    stored: (files, peer, size) => `${counted(files, FILES)} von ${peer} gespeichert (${size})`,
    withWarning: (files) => `${count(files)} davon mit Warnung`,
    failed: (files) => `${count(files)} fehlgeschlagen`,
    leftOut: (files) => `${counted(files, FILES)} ausgelassen, weil keine DICOM-Instanz`,
    listSays: ' Die Liste sagt zu jeder Datei, warum.',
  },

  viewer: {
    title: 'Betrachter',
    view: 'Zeigen',
    close: 'Schließen',
    whole: 'Ganze Fläche',
    beside: 'Neben der Liste',
    series: 'Serie',
    seriesOption: (number: string, modality: string, description: string, images: number) =>
      `${[number, modality, description].filter(Boolean).join(' ')} (${counted(images, FILES)})`,
    save: 'Speichern',
    saveHint: 'Diese Instanz als DICOM-Datei speichern',
    tagsButton: 'Tags',
    loading: 'Wird gelesen …',
    gone: 'Diese Seite hat es nicht mehr. Rufen Sie es noch einmal ab, um es zu sehen.',
    codecBlocked:
      'Dieses Bild ist komprimiert, und sein Decoder ist WebAssembly, das die Content-Security-Policy dieser Seite nicht ' +
      "laufen lässt. Wer die Site betreibt, muss 'wasm-unsafe-eval' für das Skript der Decoder erlauben. Die Datei kann gespeichert werden, wie sie ist.",
    notShown: (why: string) =>
      `Das lässt sich nicht anzeigen: ${why}. Tags und Speichern gehen vielleicht trotzdem.`,
    kindNotShown: (kind: string) =>
      `In dieser Instanz gibt es nichts zu zeichnen (${kind}). Ihre Tags stehen bereit, und sie lässt sich speichern.`,
    waveformNotShown:
      'Diese Kurve widerspricht sich selbst oder ist Ton und wird nicht gezeichnet. Ihre Tags stehen bereit, und sie ' +
      'lässt sich speichern.',
    noPdf:
      'Das gibt sich als PDF aus, beginnt aber nicht so und wird darum nicht geöffnet. Es lässt sich speichern und mit ' +
      'Vorsicht ansehen.',
    documentNotShown: (type: string) =>
      type === ''
        ? 'Dokumente ohne genannten Typ werden gespeichert und hier nicht geöffnet.'
        : `Dokumente vom Typ ${type} werden gespeichert und hier nicht geöffnet.`,
    noPdfViewer: 'Dieser Browser zeigt kein PDF in einer Seite. Speichern Sie das Dokument stattdessen.',
    saveDocument: 'Dokument speichern',
    pdf: 'Dokument',
    image: {
      title: 'Bild',
      tools: 'Was Ziehen bewirkt',
      tool: { window: 'Kontrast', pan: 'Verschieben', zoom: 'Zoom', measure: 'Messen' },
      preset: 'Fenster',
      ownWindow: 'Wie im Bild angegeben',
      presets: {
        abdomen: 'Abdomen',
        angio: 'Angio',
        bone: 'Knochen',
        brain: 'Gehirn',
        liver: 'Leber',
        lung: 'Lunge',
        mediastinum: 'Mediastinum',
        subdural: 'Subdural',
      },
      invert: 'Umkehren',
      reset: 'Zurücksetzen',
      play: 'Abspielen',
      stop: 'Anhalten',
      position: 'Bild der Serie',
      of: (at: number, all: number) => `${count(at)}/${count(all)}`,
      location: (position: string) => `Lage ${position} mm`,
      window: (width: string, center: string) => `W ${width} L ${center}`,
      zoom: (percent: number) => `${count(percent)} %`,
      lossy: 'Verlustbehaftet komprimiert',
      onDetector: 'mm auf dem Detektor',
    },
    report: {
      title: 'Bericht',
      flags: (completion: string, verification: string) =>
        [completion, verification].filter(Boolean).join(' · ').toLowerCase(),
      verifiedBy: (names: string) => `bestätigt von ${names}`,
      untitled: 'Bericht ohne Titel',
      copy: 'Als Text kopieren',
      cut: (lines: number) => `Nur die ersten ${count(lines)} Zeilen werden gezeigt.`,
    },
    waveform: {
      title: 'Kurve',
      group: 'Gruppe',
      groupOption: (number: number) => `Gruppe ${count(number)}`,
      from: 'Ab, in Sekunden',
      span: 'Gezeigte Sekunden',
      seconds: (value: string) => `${value} s`,
    },
    tags: {
      title: 'Tags',
      search: 'Tags durchsuchen',
      columns: { tag: 'Tag', name: 'Name', vr: 'VR', value: 'Wert' },
      found: (rows: number) => counted(rows, { one: 'Zeile', other: 'Zeilen' }),
      copyText: 'Als Text kopieren',
      copyJSON: 'Als JSON kopieren',
      copied: 'Kopiert',
      notCopied: 'Der Browser lässt diese Seite nicht kopieren.',
      none: 'Kein Tag enthält das.',
      item: (number: number) => `Item ${count(number)}`,
      items: (number: number) => counted(number, { one: 'Item', other: 'Items' }),
      left: (size: string) => `${size}, nicht aufgeführt`,
      binary: (size: string, shown: string) => `${size}: ${shown}`,
      creator: 'Private Creator',
      ofCreator: (creator: string) => (creator === '' ? 'privat' : `privat, ${creator}`),
      unknown: 'nicht im Verzeichnis',
      about: (syntax: string, size: string, from: string) =>
        [syntax, size, from === '' ? '' : `von ${from}`].filter(Boolean).join(' · '),
      cut: (why: string) => `Die Liste endet vorzeitig: ${why}.`,
    },
  },

  ui: {
    notice: 'Hinweis',
    dismiss: 'Ausblenden',
    dismissNotice: 'Den Hinweis ausblenden',
    uid: 'UID',
    copied: 'Kopiert',
    copy: (what) => `${what} kopieren`,
    copyValue: (what, value) => `${what} kopieren: ${value}`,
  },
};
