/** What the lessons say, in English; `de.ts` has the same shape. Loaded with the view that shows them. */
import type { Kind } from '../../lessons/clauses.ts';
import type { LessonId } from '../../lessons/lessons.ts';

/** Of sub-operations. */
export type Counter = 'remaining' | 'completed' | 'failed' | 'warning';

/** What one lesson says. */
export interface LessonText {
  readonly title: string;
  readonly goal: string;
  /** What to look at; the clauses stand in `lessons/clauses.ts`. */
  readonly look: readonly [string, string, string];
  /** Labels by field. */
  readonly fields: Readonly<Record<string, string>>;
  /** Labels of choices by field and value; a value without one says itself what it is. */
  readonly choices: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly questions: Readonly<Record<string, string>>;
}

const PATIENTS = {
  'SAMPLE-003': 'SAMPLE-003: 2 images',
  'SAMPLE-004': 'SAMPLE-004: 1 image',
  'SAMPLE-001': 'SAMPLE-001: 25 images',
};
const STATUS = 'Which status did the last response carry? (four hexadecimal digits)';
const FAILED = 'How many sub-operations failed, as the last response says?';
const REASON = 'Which number has the reason in the A-ASSOCIATE-RJ?';
const FRAGMENTS = 'In how many fragments (PDVs) was the data set sent?';

const KINDS: Readonly<Record<Kind, string>> = {
  'A-ASSOCIATE-RQ':
    'The caller says who it is, whom it calls, and in a list of presentation contexts what it wants to do.',
  'A-ASSOCIATE-AC':
    'The called side accepts the association and answers to each presentation context on its own.',
  'A-ASSOCIATE-RJ':
    'The called side refuses the association; result, source and reason are three numbers of a table.',
  'A-RELEASE-RQ': 'Who opened the association has nothing more to do and asks to end it.',
  'A-RELEASE-RP': 'The other side agrees; then the connection is closed.',
  'A-ABORT': 'One side ends the association at once, whatever is under way; nothing is answered to it.',
  'C-ECHO-RQ': '“Are you there?”: a command and no data set.',
  'C-ECHO-RSP': 'The answer, with the Message ID of the request and a status; 0000 is success.',
  'C-STORE-RQ': 'A command names the instance; the instance itself follows as data set, in fragments.',
  'C-STORE-RSP': 'The receiver says what became of the instance: 0000 only when it is kept.',
  'C-FIND-RQ':
    'The data set holds the keys: a key with a value has to match, an empty one asks for its value.',
  'C-FIND-RSP':
    'FF00, pending, comes with one match each; the last response has another status and no match.',
  'C-GET-RQ': 'The unique keys name what is wanted. It comes on this same association.',
  'C-GET-RSP': 'Pending responses count the sub-operations; the last one sums them up.',
  'C-MOVE-RQ': 'The unique keys name what is wanted, and an AE title where it is to be sent.',
  'C-MOVE-RSP': 'Pending responses count what was sent elsewhere; the last one sums it up.',
  invalid: 'These bytes are no PDU: the first one is none of the seven types.',
  Evt1: 'The caller wants an association: its machine asks for a transport connection first.',
  Evt17: 'The transport connection is gone.',
  timer: 'Nothing came in the time that the caller allows for it.',
  opened: 'A TCP connection begins: DICOM starts on it.',
  closed: 'The TCP connection ends.',
};

const LESSONS: Readonly<Record<LessonId, LessonText>> = {
  handshake: {
    title: 'The handshake',
    goal: 'Before anything else, two application entities agree to talk. Run it, then call a title that nobody has, and see the difference.',
    look: [
      'The called and the calling AE title stand in the first message: a PACS may refuse either.',
      'Each side runs a state machine. The caller waits for the answer in Sta5, and can talk from Sta6 on.',
      'Each side tells the longest PDU that it takes; the other one has to keep to it.',
    ],
    fields: {
      calling: 'Calling AE title',
      called: 'Called AE title',
      maximum: 'Longest PDU of the PACS, in bytes',
    },
    choices: {},
    questions: {
      maximum: 'How long a PDU does the PACS take, in bytes? Its A-ASSOCIATE-AC says so.',
      reason: REASON,
    },
  },
  contexts: {
    title: 'Contexts and transfer syntaxes',
    goal: 'A presentation context is an offer: one kind of task or object, and the encodings in which it could be sent. The PACS chooses one encoding, or refuses that context.',
    look: [
      'Contexts have odd numbers, given by the caller in the order of its list.',
      'An accepted context has result 0 and exactly one transfer syntax; a refused one says why: 3, the task is unknown; 4, none of the encodings is.',
      'From then on each message names its context by the number, and everything about encoding follows from it.',
    ],
    fields: {
      syntaxes: 'Transfer syntaxes for CT',
      order: 'Where CT stands in the list',
      other: 'Also offered',
    },
    choices: {
      syntaxes: {
        both: 'explicit and implicit VR little endian',
        implicit: 'implicit VR little endian',
        jpeg2000: 'JPEG 2000, then both without compression',
      },
      order: { last: 'last', first: 'first' },
      other: { none: 'nothing else', print: 'printing, which the PACS does not do' },
    },
    questions: { context: 'Which presentation context ID was accepted for CT Image Storage?' },
  },
  echo: {
    title: 'C-ECHO',
    goal: 'The smallest task of all: is the other side there, and does it answer? It is the first thing to try with any new peer.',
    look: [
      'It needs a context for Verification, which nearly every SCP accepts.',
      'A request and a response, both of a command set only: no data set follows.',
      'The response repeats the Message ID of the request: so several can be told apart.',
    ],
    fields: { count: 'How many echoes', delay: 'The PACS answers later by' },
    choices: { delay: { '0': 'no time', '250': '250 ms' } },
    questions: { messageId: 'Which Message ID has the last C-ECHO-RQ?' },
  },
  store: {
    title: 'C-STORE and fragments',
    goal: 'An image is sent: a short command, then the data set, cut into pieces that fit into the PDUs of the receiver.',
    look: [
      'Each piece has a header: length, context ID, and a byte that says whether it is of the command and whether it is the last.',
      'No PDU is longer than the receiver said it takes. Make that shorter, and there are more pieces.',
      'There is one response for all of it, when the receiver has kept the image.',
    ],
    fields: { image: 'Image', maximum: 'Longest PDU of the PACS, in bytes' },
    choices: {
      image: {
        chest: 'chest radiograph, several megabytes',
        slice: 'one CT slice',
        chart: 'colour chart',
      },
    },
    questions: { fragments: FRAGMENTS },
  },
  find: {
    title: 'C-FIND, keys and levels',
    goal: 'A query is a data set with some values filled in. The PACS answers with one response for each match, and one more that says that it is done.',
    look: [
      'An empty key matches everything and comes back filled; * and ? stand for any characters.',
      'A level says what is asked for: patients, studies, series or images. The unique key of each level above has to be given.',
      'Status FF00 is “pending, here is one”; the last response has 0000 and no match.',
    ],
    fields: {
      level: 'Level',
      name: 'Patient’s name, not for series',
      modality: 'Modality, not for patients',
    },
    choices: {
      level: {
        STUDY: 'studies',
        SERIES: 'the series of one study',
        PATIENT: 'patients',
        alone: 'series without saying of which study',
      },
      modality: { '': 'any' },
    },
    questions: { pending: 'How many responses with status FF00 came?', status: STATUS },
  },
  get: {
    title: 'C-GET and role selection',
    goal: 'With C-GET, images come back on the association that asked for them. The caller becomes the one who stores: it has to say so when it associates.',
    look: [
      'Between C-GET-RQ and the last C-GET-RSP the PACS sends C-STORE requests, the other way round.',
      'SCP/SCU role selection in the handshake says that the caller takes the role of SCP for these images.',
      'A strict PACS sends nothing without it; a lenient one does. Try both.',
    ],
    fields: { patient: 'Patient', role: 'Role selection', peer: 'The PACS is' },
    choices: {
      patient: PATIENTS,
      role: { yes: 'proposed', no: 'left out' },
      peer: { lenient: 'lenient', strict: 'strict' },
    },
    questions: { stores: 'How many C-STORE-RQ did the PACS send?' },
  },
  move: {
    title: 'C-MOVE and its second association',
    goal: 'With C-MOVE, the PACS opens an association of its own to a third party, whose address it has to know by the AE title.',
    look: [
      'The images go over the second association: the caller of the first one sees none of them.',
      'Each C-STORE there names who asked for the move, and the Message ID of that request.',
      'The responses to the move only count: remaining, completed, failed, warning.',
    ],
    fields: { patient: 'Patient', destination: 'Move destination', refuses: 'The destination' },
    choices: { patient: PATIENTS, refuses: { no: 'takes what comes', yes: 'has no room left (A700)' } },
    questions: {
      caller: 'Which calling AE title opens the second association?',
      status: STATUS,
    },
  },
  release: {
    title: 'Release and abort',
    goal: 'An association can end in order, at once, or because the line is dead. The state machine tells them apart.',
    look: [
      'A release is asked for and answered: nothing that is under way is lost.',
      'An abort is one message, and nobody answers to it. It says who ended it: the user or the machine.',
      'Without either, the connection just ends. That is an event of its own, and the same in every state.',
    ],
    fields: { end: 'It ends by' },
    choices: {
      end: {
        release: 'a release of ours',
        abort: 'an abort of ours',
        peer: 'an abort of the PACS',
        cut: 'a line that is cut',
      },
    },
    questions: {
      releasing: 'In which state does the caller wait for A-RELEASE-RP? (Sta…)',
      aborting: 'In which state is the caller after its A-ABORT? (Sta…)',
      aborted: 'By which event does the caller’s machine learn of the abort? (Evt…)',
      cut: 'Which event tells the caller’s machine that the connection is gone? (Evt…)',
    },
  },
  wrong: {
    title: 'What goes wrong',
    goal: 'Seven failures that everybody meets. Each looks different on the wire: learn to tell them apart by what came last.',
    look: [
      'Who is refused before the association is there reads a reason in A-ASSOCIATE-RJ.',
      'Who is accepted and can do nothing finds the reason in the answers to the contexts, or in a status.',
      'Where no answer comes at all, only the time tells. Where something else listens, the first bytes do.',
    ],
    fields: { what: 'What is wrong' },
    choices: {
      what: {
        title: 'the called AE title',
        syntax: 'no common transfer syntax',
        role: 'role selection is missing',
        destination: 'an unknown move destination',
        silence: 'the PACS falls silent',
        abort: 'the PACS aborts in mid-store',
        http: 'a web server is on the port',
      },
    },
    questions: {
      reason: REASON,
      result: 'Which result (a number) has the presentation context in the answer?',
      failed: FAILED,
      status: STATUS,
      waited: 'How long did the caller wait, in milliseconds?',
      fragments: `${FRAGMENTS} Count those before the abort.`,
      event: 'Which event does the caller’s machine take bytes for that are no PDU? (Evt…)',
    },
  },
  capture: {
    title: 'Reading a capture',
    goal: 'Three captures of a day in which something went wrong once. Nobody watched a machine here: all there is are packets, as Wireshark writes them.',
    look: [
      'Each association is a TCP connection of its own; a capture may hold many side by side.',
      'The type of each PDU is its first byte: seven there are.',
      'Look for what is not like the rest: a rejection, a status that is not 0000, a count of failures.',
    ],
    fields: { capture: 'Capture of the' },
    choices: { capture: { morning: 'morning', noon: 'noon', night: 'night' } },
    questions: {
      status: 'With which status was the C-STORE answered? (four hexadecimal digits)',
      title: 'Which called AE title was refused?',
      failed: FAILED,
    },
  },
};

export const lessonTexts = {
  kinds: KINDS,
  lessons: LESSONS,
  list: 'Lessons',
  done: 'answered',
  run: 'Run',
  running: 'It runs …',
  busy: 'Another lesson still runs …',
  tryIt: 'Change something, and run it',
  record: 'What was said',
  recordOf: (title: string) => `What was said: ${title}`,
  look: 'What to look at',
  question: 'The question',
  answer: 'Your answer',
  check: 'Check',
  right: 'Right: that is what the record says.',
  wrong: 'Not what this record says. Look again at what was said above.',
  empty: 'Type an answer first.',
  stale: 'Something was changed: run it again to see what it does.',
  next: (title: string) => `Next: ${title}`,
  all: 'All ten are answered.',
  ended: (sentence: string) => `It ended early: ${sentence}`,
  well: 'It went through to its end.',
  save: 'Save the capture',
  inspect: 'Show in inspector',
  clause: (clause: string) => `${clause}, in the standard`,
  notRun: 'The lesson could not be run.',
  facts: 'What is in it',
  fact: {
    context: (id: number, name: string, syntaxes: string) => `Context ${id}: ${name}; ${syntaxes}`,
    answer: (id: number, result: number, syntax: string) =>
      syntax === ''
        ? `Context ${id}: refused, result ${result}`
        : `Context ${id}: accepted, result 0; ${syntax}`,
    maximum: (length: number) => `Longest PDU that is taken: ${length} bytes`,
    role: (name: string, scu: boolean, scp: boolean) =>
      `Role selection: ${name}; SCU ${scu ? 1 : 0}, SCP ${scp ? 1 : 0}`,
    rejection: (result: number, source: number, reason: number) =>
      `Result ${result}, source ${source}, reason ${reason}`,
    abort: (source: number, reason: number) => `Source ${source}, reason ${reason}`,
    fragments: (command: number, dataSet: number) =>
      `Fragments: ${command} of the command, ${dataSet} of the data set`,
    counters: (counts: Readonly<Record<Counter, string>>) =>
      `Sub-operations: ${counts.remaining} remaining, ${counts.completed} completed, ` +
      `${counts.failed} failed, ${counts.warning} with a warning`,
    destination: (aeTitle: string) => `Move destination: ${aeTitle}`,
    originator: (aeTitle: string, id: number) => `For the C-MOVE of ${aeTitle}, Message ID ${id}`,
    key: (keyword: string, value: string) => `${keyword}: ${value}`,
    step: (event: string, action: string, from: string, to: string) =>
      `The caller’s machine: ${event}, ${action}, ${from} to ${to}`,
  },
};

export type LessonTexts = typeof lessonTexts;
