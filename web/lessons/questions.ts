/** What is asked at the end of each lesson, and the answer as the record of the run gives it. */
import type { CommandName } from '../../core/dimse/index.ts';
import type { Conversation, Entry, SideStep } from '../../core/inspect/conversation.ts';
import type { Message } from '../../core/inspect/messages.ts';
import { messagesOf } from '../../core/inspect/messages.ts';
import type { Sequence } from '../../core/inspect/sequence.ts';
import { UID } from '../../core/dict/index.ts';
import type { LessonId, LessonQuestion, LessonValues } from './lessons.ts';

/** The record of a run, as questions look at it. */
class Told {
  readonly conversations: readonly Conversation[];
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];

  constructor(sequence: Sequence) {
    this.conversations = [...sequence.conversations.values()];
    this.entries = sequence.items.map(({ entry }) => entry);
    this.messages = messagesOf(this.entries.flatMap(({ parts }) => parts));
  }

  /** Of the association that was asked for first. */
  get first(): Conversation {
    return this.conversations[0]!; // every script asks for one
  }

  named(name: CommandName): readonly Message[] {
    return this.messages.filter((message) => message.name === name);
  }

  /** Steps of the caller in the first association. */
  get steps(): readonly SideStep[] {
    return this.entries
      .filter(({ conversation }) => conversation === this.first)
      .flatMap(({ steps }) => steps)
      .filter(({ side }) => side === 'requestor');
  }

  /** The first rejection, wherever it stands. */
  get rejected(): Conversation | undefined {
    return this.conversations.find(({ answer }) => answer?.type === 'A-ASSOCIATE-RJ');
  }
}

type Question = (told: Told, values: LessonValues) => LessonQuestion;

function asked(question: string, answer: string | number | undefined): LessonQuestion {
  return { question, answer: String(answer ?? '') };
}

/** Four hexadecimal digits, as the standard writes a status. */
function status(message: Message | undefined): string {
  return (message?.status ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function rejection(told: Told): LessonQuestion | undefined {
  const answer = told.rejected?.answer;
  return answer?.type === 'A-ASSOCIATE-RJ' ? asked('reason', answer.reason) : undefined;
}

/** Fragments of the data set of the first C-STORE. */
function fragments(told: Told): number {
  const parts = told.named('C-STORE-RQ')[0]?.parts ?? [];
  return parts.filter(({ fragment }) => !fragment.command).length;
}

function pendingMatches(told: Told): number {
  return told.named('C-FIND-RSP').filter((message) => message.status === 0xff00).length;
}

/** Where the machine of the caller stands behind the step that this event makes. */
function stateBehind(told: Told, events: readonly string[]): string | undefined {
  return told.steps.find(({ event }) => events.includes(event))?.to;
}

const ENDS: Readonly<Record<string, Question>> = {
  release: (told) => asked('releasing', stateBehind(told, ['Evt11'])),
  abort: (told) => asked('aborting', stateBehind(told, ['Evt15'])),
  peer: (told) => asked('aborted', told.steps.findLast(({ event }) => event !== 'Evt17')?.event),
  cut: (told) => asked('cut', told.steps.at(-1)?.event),
};

const WRONG: Readonly<Record<string, Question>> = {
  title: (told) => rejection(told) ?? asked('reason', ''),
  syntax: (told) => asked('result', [...told.first.contexts.values()][0]?.result),
  role: (told) => asked('failed', told.named('C-GET-RSP').at(-1)?.command?.NumberOfFailedSuboperations),
  destination: (told) => asked('status', status(told.named('C-MOVE-RSP').at(-1))),
  silence: (told) => asked('waited', waited(told)),
  abort: (told) => asked('fragments', fragments(told)),
  http: (told) => asked('event', told.steps.find(({ event }) => event === 'Evt19')?.event),
};

/** Milliseconds of the deadline that ran out. */
function waited({ entries }: Told): number | undefined {
  for (const { record } of entries) if (record.kind === 'timer') return record.milliseconds;
  return undefined;
}

const CAPTURED: Readonly<Record<string, Question>> = {
  morning: (told) => asked('status', status(told.named('C-STORE-RSP')[0])),
  noon: (told) => asked('title', told.rejected?.request?.calledAETitle),
  night: (told) => asked('failed', told.named('C-MOVE-RSP').at(-1)?.command?.NumberOfFailedSuboperations),
};

const QUESTIONS: Readonly<Record<LessonId, Question>> = {
  handshake: (told) => {
    const { answer } = told.first;
    const length = answer?.type === 'A-ASSOCIATE-AC' ? answer.userInformation.maximumLength : undefined;
    return rejection(told) ?? asked('maximum', length);
  },
  contexts: ({ first }) =>
    asked(
      'context',
      [...first.contexts.values()].find((each) => each.abstractSyntax === UID.CTImageStorage)?.id,
    ),
  echo: (told) => asked('messageId', told.named('C-ECHO-RQ').at(-1)?.command?.MessageID),
  store: (told) => asked('fragments', fragments(told)),
  find: (told) => {
    const last = told.named('C-FIND-RSP').at(-1);
    return last?.status === 0 ? asked('pending', pendingMatches(told)) : asked('status', status(last));
  },
  get: (told) => asked('stores', told.named('C-STORE-RQ').length),
  move: (told) => {
    const sub = told.conversations.find(({ parent }) => parent !== undefined);
    if (sub === undefined) return asked('status', status(told.named('C-MOVE-RSP').at(-1)));
    return asked('caller', sub.request?.callingAETitle);
  },
  release: (told, { end = '' }) => (ENDS[end] ?? ENDS['release']!)(told, {}),
  wrong: (told, { what = '' }) => (WRONG[what] ?? WRONG['title']!)(told, {}),
  capture: (told, { capture = '' }) => (CAPTURED[capture] ?? CAPTURED['morning']!)(told, {}),
};

/** Asks about the record of a run. */
export function questionOf(lesson: LessonId, sequence: Sequence, values: LessonValues): LessonQuestion {
  return QUESTIONS[lesson](new Told(sequence), values);
}
