/** Was die Lektionen sagen, auf Deutsch, in der Form von `en.ts`. */
import type { Kind } from '../../lessons/clauses.ts';
import type { LessonId } from '../../lessons/lessons.ts';
import type { LessonText, LessonTexts } from './en.ts';

const PATIENTS = {
  'SAMPLE-003': 'SAMPLE-003: 2 Bilder',
  'SAMPLE-004': 'SAMPLE-004: 1 Bild',
  'SAMPLE-001': 'SAMPLE-001: 25 Bilder',
};
const STATUS = 'Welchen Status trug die letzte Antwort? (vier hexadezimale Ziffern)';
const FAILED = 'Wie viele Teiloperationen schlugen laut der letzten Antwort fehl?';
const REASON = 'Welche Zahl hat der Grund (reason) im A-ASSOCIATE-RJ?';
const FRAGMENTS = 'In wie vielen Fragmenten (PDVs) ging der Datensatz hinüber?';

const KINDS: Readonly<Record<Kind, string>> = {
  'A-ASSOCIATE-RQ':
    'Der Anrufer sagt, wer er ist, wen er ruft und in einer Liste von Präsentationskontexten, was er tun will.',
  'A-ASSOCIATE-AC':
    'Die gerufene Seite nimmt die Assoziation an und antwortet auf jeden Präsentationskontext für sich.',
  'A-ASSOCIATE-RJ':
    'Die gerufene Seite lehnt die Assoziation ab; Ergebnis, Quelle und Grund sind drei Zahlen einer Tabelle.',
  'A-RELEASE-RQ': 'Wer die Assoziation eröffnet hat, ist fertig und bittet, sie zu beenden.',
  'A-RELEASE-RP': 'Die andere Seite ist einverstanden; dann wird die Verbindung geschlossen.',
  'A-ABORT': 'Eine Seite beendet die Assoziation sofort, was auch im Gange ist; darauf folgt keine Antwort.',
  'C-ECHO-RQ': '„Bist du da?“: ein Kommando ohne Datensatz.',
  'C-ECHO-RSP': 'Die Antwort mit der Message ID der Anfrage und einem Status; 0000 heißt Erfolg.',
  'C-STORE-RQ': 'Ein Kommando nennt die Instanz; sie selbst folgt als Datensatz, in Fragmente geteilt.',
  'C-STORE-RSP': 'Der Empfänger sagt, was aus der Instanz wurde: 0000 nur, wenn er sie aufbewahrt.',
  'C-FIND-RQ':
    'Der Datensatz enthält die Schlüssel: Einer mit Wert muss passen, ein leerer fragt nach dem Wert.',
  'C-FIND-RSP':
    'FF00 (pending) kommt mit je einem Treffer; die letzte Antwort hat einen anderen Status und keinen Treffer.',
  'C-GET-RQ': 'Die eindeutigen Schlüssel nennen, was gewünscht wird. Es kommt auf derselben Assoziation.',
  'C-GET-RSP': 'Vorläufige Antworten zählen die Teiloperationen; die letzte fasst sie zusammen.',
  'C-MOVE-RQ': 'Die eindeutigen Schlüssel nennen, was gewünscht wird, und ein AE-Titel, wohin es gehen soll.',
  'C-MOVE-RSP': 'Vorläufige Antworten zählen, was anderswohin gesendet wurde; die letzte fasst es zusammen.',
  invalid: 'Diese Bytes sind keine PDU: Das erste ist keiner der sieben Typen.',
  Evt1: 'Der Anrufer möchte eine Assoziation: Seine Maschine verlangt zuerst eine Transportverbindung.',
  Evt17: 'Die Transportverbindung ist weg.',
  timer: 'In der Zeit, die der Anrufer dafür lässt, kam nichts.',
  opened: 'Eine TCP-Verbindung beginnt: Darauf fängt DICOM an.',
  closed: 'Die TCP-Verbindung endet.',
};

const LESSONS: Readonly<Record<LessonId, LessonText>> = {
  handshake: {
    title: 'Der Handshake',
    goal: 'Vor allem anderen einigen sich zwei Application Entities darauf, miteinander zu reden. Führen Sie es aus, rufen Sie dann einen Titel, den niemand hat, und sehen Sie den Unterschied.',
    look: [
      'Der gerufene und der rufende AE-Titel stehen in der ersten Nachricht: Ein PACS kann jeden von beiden ablehnen.',
      'Jede Seite führt einen Zustandsautomaten. Der Anrufer wartet in Sta5 auf die Antwort und kann ab Sta6 reden.',
      'Jede Seite sagt, wie lang eine PDU höchstens sein darf; die andere hat sich daran zu halten.',
    ],
    fields: {
      calling: 'Rufender AE-Titel',
      called: 'Gerufener AE-Titel',
      maximum: 'Längste PDU des PACS, in Bytes',
    },
    choices: {},
    questions: {
      maximum: 'Wie lang darf eine PDU für das PACS sein, in Bytes? Sein A-ASSOCIATE-AC sagt es.',
      reason: REASON,
    },
  },
  contexts: {
    title: 'Kontexte und Transfersyntaxen',
    goal: 'Ein Präsentationskontext ist ein Angebot: eine Art von Aufgabe oder Objekt und die Kodierungen, in denen es gehen könnte. Das PACS wählt eine davon oder lehnt den Kontext ab.',
    look: [
      'Kontexte haben ungerade Nummern, die der Anrufer in der Reihenfolge seiner Liste vergibt.',
      'Ein angenommener Kontext hat das Ergebnis 0 und genau eine Transfersyntax; ein abgelehnter sagt, warum: 3, die Aufgabe ist unbekannt; 4, keine der Kodierungen ist bekannt.',
      'Von da an nennt jede Nachricht ihren Kontext bei der Nummer, und alles über die Kodierung folgt daraus.',
    ],
    fields: {
      syntaxes: 'Transfersyntaxen für CT',
      order: 'Wo CT in der Liste steht',
      other: 'Außerdem angeboten',
    },
    choices: {
      syntaxes: {
        both: 'Explicit und Implicit VR Little Endian',
        implicit: 'Implicit VR Little Endian',
        jpeg2000: 'JPEG 2000, dann beide ohne Kompression',
      },
      order: { last: 'am Ende', first: 'am Anfang' },
      other: { none: 'nichts', print: 'Drucken, was das PACS nicht kann' },
    },
    questions: { context: 'Welche Kontextnummer (ID) wurde für CT Image Storage angenommen?' },
  },
  echo: {
    title: 'C-ECHO',
    goal: 'Die kleinste Aufgabe von allen: Ist die andere Seite da, und antwortet sie? Das versucht man bei jeder neuen Gegenstelle zuerst.',
    look: [
      'Es braucht einen Kontext für Verification, den fast jeder SCP annimmt.',
      'Eine Anfrage und eine Antwort, beide nur mit Kommando: Ein Datensatz folgt nicht.',
      'Die Antwort wiederholt die Message ID der Anfrage: So lassen sich mehrere auseinanderhalten.',
    ],
    fields: { count: 'Wie viele Echos', delay: 'Das PACS antwortet später um' },
    choices: { delay: { '0': 'nichts', '250': '250 ms' } },
    questions: { messageId: 'Welche Message ID hat der letzte C-ECHO-RQ?' },
  },
  store: {
    title: 'C-STORE und Fragmente',
    goal: 'Ein Bild wird gesendet: ein kurzes Kommando, dann der Datensatz, in Stücke geschnitten, die in die PDUs des Empfängers passen.',
    look: [
      'Jedes Stück hat einen Kopf: Länge, Kontextnummer und ein Byte, das sagt, ob es zum Kommando gehört und ob es das letzte ist.',
      'Keine PDU ist länger, als der Empfänger gesagt hat. Machen Sie das kürzer, und es werden mehr Stücke.',
      'Auf alles zusammen kommt eine Antwort, wenn der Empfänger das Bild aufbewahrt hat.',
    ],
    fields: { image: 'Bild', maximum: 'Längste PDU des PACS, in Bytes' },
    choices: {
      image: {
        chest: 'Röntgenbild des Thorax, mehrere Megabyte',
        slice: 'eine CT-Schicht',
        chart: 'Farbtafel',
      },
    },
    questions: { fragments: FRAGMENTS },
  },
  find: {
    title: 'C-FIND, Schlüssel und Ebenen',
    goal: 'Eine Suche ist ein Datensatz, in dem einige Werte ausgefüllt sind. Das PACS schickt für jeden Treffer eine Antwort und noch eine, die sagt, dass es fertig ist.',
    look: [
      'Ein leerer Schlüssel passt auf alles und kommt ausgefüllt zurück; * und ? stehen für beliebige Zeichen.',
      'Eine Ebene sagt, wonach gesucht wird: Patienten, Studien, Serien oder Bilder. Der eindeutige Schlüssel jeder Ebene darüber muss angegeben sein.',
      'Der Status FF00 (pending) heißt „hier ist einer, es kommt noch mehr“; die letzte Antwort hat 0000 und keinen Treffer.',
    ],
    fields: {
      level: 'Ebene',
      name: 'Name des Patienten, nicht für Serien',
      modality: 'Modalität, nicht für Patienten',
    },
    choices: {
      level: {
        STUDY: 'Studien',
        SERIES: 'die Serien einer Studie',
        PATIENT: 'Patienten',
        alone: 'Serien, ohne die Studie zu nennen',
      },
      modality: { '': 'jede' },
    },
    questions: { pending: 'Wie viele Antworten mit dem Status FF00 kamen?', status: STATUS },
  },
  get: {
    title: 'C-GET und Rollenwahl',
    goal: 'Bei C-GET kommen Bilder auf der Assoziation zurück, auf der sie verlangt wurden. Der Anrufer wird zu dem, der speichert: Das muss er sagen, wenn er die Assoziation eröffnet.',
    look: [
      'Zwischen dem C-GET-RQ und der letzten C-GET-RSP schickt das PACS C-STORE-Anfragen, in umgekehrter Richtung.',
      'Die SCP/SCU-Rollenwahl im Handshake sagt, dass der Anrufer für diese Bilder die Rolle des SCP übernimmt.',
      'Ein strenges PACS schickt ohne sie nichts; ein nachsichtiges schon. Versuchen Sie beides.',
    ],
    fields: { patient: 'Patient', role: 'Rollenwahl', peer: 'Das PACS ist' },
    choices: {
      patient: PATIENTS,
      role: { yes: 'vorgeschlagen', no: 'weggelassen' },
      peer: { lenient: 'nachsichtig', strict: 'streng' },
    },
    questions: { stores: 'Wie viele C-STORE-RQ hat das PACS geschickt?' },
  },
  move: {
    title: 'C-MOVE und seine zweite Assoziation',
    goal: 'Bei C-MOVE eröffnet das PACS eine eigene Assoziation zu einem Dritten, dessen Adresse es zum AE-Titel kennen muss.',
    look: [
      'Die Bilder gehen über die zweite Assoziation: Wer die erste eröffnet hat, sieht keines davon.',
      'Jedes C-STORE dort nennt, wer die Übertragung verlangt hat, und die Message ID dieser Anfrage.',
      'Die Antworten auf das C-MOVE zählen nur: übrig, fertig, fehlgeschlagen, mit Warnung.',
    ],
    fields: { patient: 'Patient', destination: 'Ziel (Move Destination)', refuses: 'Das Ziel' },
    choices: {
      patient: PATIENTS,
      refuses: { no: 'nimmt, was kommt', yes: 'hat keinen Platz mehr (A700)' },
    },
    questions: {
      caller: 'Welcher rufende AE-Titel eröffnet die zweite Assoziation?',
      status: STATUS,
    },
  },
  release: {
    title: 'Beenden und Abbrechen',
    goal: 'Eine Assoziation kann geordnet enden, sofort, oder weil die Leitung tot ist. Der Zustandsautomat hält das auseinander.',
    look: [
      'Um ein geordnetes Ende wird gebeten, und es wird beantwortet: Nichts, was unterwegs ist, geht verloren.',
      'Ein Abbruch ist eine einzige Nachricht, auf die niemand antwortet. Sie sagt, wer abbrach: der Benutzer oder die Maschine.',
      'Ohne beides endet einfach die Verbindung. Das ist ein eigenes Ereignis, in jedem Zustand dasselbe.',
    ],
    fields: { end: 'Sie endet durch' },
    choices: {
      end: {
        release: 'geordnetes Beenden von uns',
        abort: 'einen Abbruch von uns',
        peer: 'einen Abbruch des PACS',
        cut: 'eine gekappte Leitung',
      },
    },
    questions: {
      releasing: 'In welchem Zustand wartet der Anrufer auf A-RELEASE-RP? (Sta…)',
      aborting: 'In welchem Zustand ist der Anrufer nach seinem A-ABORT? (Sta…)',
      aborted: 'Durch welches Ereignis erfährt die Maschine des Anrufers vom Abbruch? (Evt…)',
      cut: 'Welches Ereignis sagt der Maschine des Anrufers, dass die Verbindung weg ist? (Evt…)',
    },
  },
  wrong: {
    title: 'Was schiefgeht',
    goal: 'Sieben Fehler, denen jeder begegnet. Jeder sieht auf der Leitung anders aus: Lernen Sie, sie an dem zu erkennen, was zuletzt kam.',
    look: [
      'Wer abgelehnt wird, bevor die Assoziation da ist, liest einen Grund im A-ASSOCIATE-RJ.',
      'Wer angenommen wird und doch nichts tun kann, findet den Grund in den Antworten auf die Kontexte oder in einem Status.',
      'Wo gar keine Antwort kommt, sagt es nur die Zeit. Wo etwas anderes antwortet, sagen es die ersten Bytes.',
    ],
    fields: { what: 'Was nicht stimmt' },
    choices: {
      what: {
        title: 'der gerufene AE-Titel',
        syntax: 'keine gemeinsame Transfersyntax',
        role: 'die Rollenwahl fehlt',
        destination: 'ein unbekanntes Ziel für C-MOVE',
        silence: 'das PACS verstummt',
        abort: 'das PACS bricht mitten im C-STORE ab',
        http: 'am Port ist ein Webserver',
      },
    },
    questions: {
      reason: REASON,
      result: 'Welches Ergebnis (eine Zahl) hat der Präsentationskontext in der Antwort?',
      failed: FAILED,
      status: STATUS,
      waited: 'Wie lange hat der Anrufer gewartet, in Millisekunden?',
      fragments: `${FRAGMENTS} Zählen Sie die vor dem Abbruch.`,
      event: 'Für welches Ereignis hält die Maschine des Anrufers Bytes, die keine PDU sind? (Evt…)',
    },
  },
  capture: {
    title: 'Einen Mitschnitt lesen',
    goal: 'Drei Mitschnitte eines Tages, an dem je einmal etwas schiefging. Hier hat niemand eine Maschine beobachtet: Es gibt nur Pakete, wie Wireshark sie schreibt.',
    look: [
      'Jede Assoziation ist eine eigene TCP-Verbindung; ein Mitschnitt kann viele nebeneinander enthalten.',
      'Der Typ jeder PDU ist ihr erstes Byte: Es gibt sieben.',
      'Suchen Sie, was anders ist als das Übrige: eine Ablehnung, ein Status, der nicht 0000 ist, eine Zahl von Fehlschlägen.',
    ],
    fields: { capture: 'Mitschnitt vom' },
    choices: { capture: { morning: 'Morgen', noon: 'Mittag', night: 'Abend' } },
    questions: {
      status: 'Mit welchem Status wurde das C-STORE beantwortet? (vier hexadezimale Ziffern)',
      title: 'Welcher gerufene AE-Titel wurde abgelehnt?',
      failed: FAILED,
    },
  },
};

export const lessonTexts: LessonTexts = {
  kinds: KINDS,
  lessons: LESSONS,
  list: 'Lektionen',
  done: 'beantwortet',
  run: 'Ausführen',
  running: 'Es läuft …',
  busy: 'Eine andere Lektion läuft noch …',
  tryIt: 'Etwas ändern und ausführen',
  record: 'Was gesagt wurde',
  recordOf: (title) => `Was gesagt wurde: ${title}`,
  look: 'Worauf zu achten ist',
  question: 'Die Frage',
  answer: 'Ihre Antwort',
  check: 'Prüfen',
  right: 'Richtig: Das sagt die Aufzeichnung.',
  wrong: 'Das sagt diese Aufzeichnung nicht. Sehen Sie oben noch einmal nach.',
  empty: 'Geben Sie zuerst eine Antwort ein.',
  stale: 'Etwas wurde geändert: Führen Sie es noch einmal aus, um zu sehen, was es bewirkt.',
  next: (title) => `Weiter: ${title}`,
  all: 'Alle zehn sind beantwortet.',
  ended: (sentence) => `Es endete vorzeitig: ${sentence}`,
  well: 'Es ging bis zum Ende.',
  save: 'Mitschnitt speichern',
  inspect: 'Im Inspektor zeigen',
  clause: (clause) => `${clause}, im Standard`,
  notRun: 'Die Lektion konnte nicht ausgeführt werden.',
  facts: 'Was darin steht',
  fact: {
    context: (id, name, syntaxes) => `Kontext ${id}: ${name}; ${syntaxes}`,
    answer: (id, result, syntax) =>
      syntax === ''
        ? `Kontext ${id}: abgelehnt, Ergebnis ${result}`
        : `Kontext ${id}: angenommen, Ergebnis 0; ${syntax}`,
    maximum: (length) => `Längste PDU, die angenommen wird: ${length} Bytes`,
    role: (name, scu, scp) => `Rollenwahl: ${name}; SCU ${scu ? 1 : 0}, SCP ${scp ? 1 : 0}`,
    rejection: (result, source, reason) => `Ergebnis ${result}, Quelle ${source}, Grund ${reason}`,
    abort: (source, reason) => `Quelle ${source}, Grund ${reason}`,
    fragments: (command, dataSet) => `Fragmente: ${command} des Kommandos, ${dataSet} des Datensatzes`,
    counters: (counts) =>
      `Teiloperationen: ${counts.remaining} übrig, ${counts.completed} fertig, ` +
      `${counts.failed} fehlgeschlagen, ${counts.warning} mit Warnung`,
    destination: (aeTitle) => `Ziel: ${aeTitle}`,
    originator: (aeTitle, id) => `Für das C-MOVE von ${aeTitle}, Message ID ${id}`,
    key: (keyword, value) => `${keyword}: ${value}`,
    step: (event, action, from, to) => `Die Maschine des Anrufers: ${event}, ${action}, ${from} nach ${to}`,
  },
};
