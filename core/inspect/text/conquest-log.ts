/**
 * What an archive is asked, in the lines that the console of a CONQUEST server has for it; but for those of its database,
 * of which an archive here has none. Of patients they say nothing.
 */
import { readDataSet } from '../../data/index.ts';
import { statusCategory, uid } from '../../dict/index.ts';
import { rejectText } from '../../pdu/index.ts';
import type { AssociateAC, AssociateRJ } from '../../pdu/index.ts';
import { Conversation } from '../conversation.ts';
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import type { InspectRecord } from '../record.ts';
import { endedParts } from './printer.ts';

interface Open {
  readonly conversation: Conversation;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
  /** Matches of the query under way. */
  records: number;
  /** What a retrieval sends, until its first response tells how much that is; undefined afterwards. */
  held: string[] | undefined;
}

/** Columns that a title takes. */
const TITLE = 16;

/** Holds an association while it is open. */
export class ConquestLog {
  readonly #prefix: string;
  readonly #open = new Map<number, Open>();
  #lines: string[] = [];

  /** @param aeTitle who tells: it stands in front of each line */
  constructor(aeTitle: string) {
    this.#prefix = `[${aeTitle}] `;
  }

  /** The lines of what happens next. A sub-association is told as part of the association that it was opened for. */
  take(record: InspectRecord): string[] {
    const { association, time } = record;
    const isNew = !this.#open.has(association);
    if (isNew && (record.kind !== 'step' || record.step.from !== 'Sta1')) return [];
    const one = this.#open.get(association) ?? this.#begin(record);
    const entry = one.conversation.take(record);
    if (isNew && one.conversation.parent === undefined)
      this.#say(`UPACS THREAD ${association}: STARTED AT: ${dateText(time)}`);
    this.#tell(one, entry);
    if (entry.steps.some(({ inferred, to }) => !inferred && to === 'Sta1')) this.#end(one, time);
    return this.#taken();
  }

  #begin({ association, parent, time }: InspectRecord): Open {
    const conversation = new Conversation(association, parent);
    const begun = { conversation, began: time, records: 0, held: undefined };
    this.#open.set(association, begun);
    return begun;
  }

  #end({ conversation: { association, parent }, began }: Open, time: number): void {
    this.#open.delete(association);
    if (parent !== undefined) return;
    const thread = `UPACS THREAD ${association}`;
    const seconds = Math.round((time - began) / 1000);
    this.#say(`${thread}: ENDED AT: ${dateText(time)}`, `${thread}: TOTAL RUNNING TIME: ${seconds} SECONDS`);
  }

  #say(...lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  #taken(): string[] {
    const lines = this.#lines.map((line) => this.#prefix + line);
    this.#lines = [];
    return lines;
  }

  #tell(one: Open, entry: Entry): void {
    const { pdu, record } = entry;
    const asked = one.conversation.parent === undefined;
    if (asked && (pdu?.type === 'A-ASSOCIATE-AC' || pdu?.type === 'A-ASSOCIATE-RJ')) this.#answered(one, pdu);
    if (pdu?.type === 'A-ABORT' && record.kind === 'pdu')
      this.#say(`*** Association aborted by the ${record.sender}`);
    for (const { message, fragment, whole } of endedParts(entry)) {
      if (asked && fragment.command && message.sender === 'requestor') this.#command(message);
      if (whole) this.#message(one, message);
    }
  }

  /** The request is told with its answer: the last number of a context is 1 where it was accepted. */
  #answered({ conversation: { request } }: Open, answer: AssociateAC | AssociateRJ): void {
    if (request === undefined) return;
    const answered = answer.type === 'A-ASSOCIATE-AC' ? answer.contexts : [];
    this.#say(
      'A-ASSOCIATE-RQ Packet Dump',
      `\tCalling Application Title : "${request.callingAETitle.padEnd(TITLE)}"`,
      `\tCalled Application Title : "${request.calledAETitle.padEnd(TITLE)}"`,
      `\tApplication Context : "${request.applicationContext}", PDU length: ${request.userInformation.maximumLength ?? 0}`,
      `\tNumber of Proposed Presentation Contexts: ${request.contexts.length}`,
      ...request.contexts.map(({ id, abstractSyntax }, index) => {
        const accepted = answered.some((context) => context.id === id && context.result === 0);
        return `\tPresentation Context ${index} "${abstractSyntax}" ${accepted ? 1 : 0}`;
      }),
    );
    if (answer.type === 'A-ASSOCIATE-AC') return;
    this.#say(`*** Association rejected: ${rejectText(answer.result, answer.source, answer.reason).reason}`);
  }

  #command({ command, name }: Message): void {
    if (name?.endsWith('-RSP')) return;
    const id = command!.MessageID ?? command!.MessageIDBeingRespondedTo ?? 0;
    this.#say(`Server Command   := ${hex(command!.CommandField)}`, `Message ID       := ${hex(id)}`);
  }

  #message(one: Open, message: Message): void {
    const { command, name } = message;
    const model = modelOf(command?.AffectedSOPClassUID ?? '');
    switch (name) {
      case 'C-FIND-RQ':
        return this.#query(one, message, model);
      case 'C-GET-RQ':
      case 'C-MOVE-RQ':
        return this.#retrieval(one, message);
      case 'C-FIND-RSP':
        return this.#found(one, message, model);
      case 'C-GET-RSP':
      case 'C-MOVE-RSP':
        return this.#retrieved(one, message, `${name === 'C-GET-RSP' ? 'C-Get' : 'C-Move'} (${model})`);
      case 'C-STORE-RQ':
        return isOutgoing(one, message) ? this.#sending(one, message) : undefined;
      case 'C-STORE-RSP':
        return this.#stored(one, message);
      default:
    }
  }

  #query(one: Open, message: Message, model: string): void {
    one.records = 0;
    const level = levelOf(one, message);
    const words = level.charAt(0) + level.slice(1).toLowerCase();
    this.#say(`(${model}Query) search level: ${padded(level)}`, `Query On ${words}`);
  }

  #retrieval(one: Open, { command }: Message): void {
    one.held = [];
    const { MoveDestination: destination } = command!;
    if (destination !== undefined) this.#say(`\tC-Move Destination: "${padded(destination)}"`);
  }

  #sending(one: Open, { command }: Message): void {
    const line = `Sending file : ${command!.AffectedSOPInstanceUID}`;
    const { held } = this.#open.get(one.conversation.parent ?? one.conversation.association) ?? one;
    if (held === undefined) this.#say(line);
    else held.push(line);
  }

  #found(one: Open, message: Message, model: string): void {
    if (message.dataSetLength > 0) one.records++;
    else if (message.status === 0)
      this.#say(`Records = ${one.records}`, `C-Find (${model}) located ${one.records} records`);
    else this.#say(`*** C-Find (${model}) failed: ${hex(message.status ?? 0)}`);
  }

  /** The first response tells how many there are: those that are done, and those that remain. */
  #retrieved(one: Open, { command, status = 0 }: Message, what: string): void {
    const counts = [
      command!.NumberOfRemainingSuboperations,
      command!.NumberOfCompletedSuboperations,
      command!.NumberOfFailedSuboperations,
      command!.NumberOfWarningSuboperations,
    ];
    const all = counts.reduce<number>((sum, number = 0) => sum + number, 0);
    const isCounted = counts.some((number) => number !== undefined);
    if (one.held !== undefined && isCounted) this.#say(`Number of Images to send: ${all}`, ...one.held);
    one.held = undefined;
    if (statusCategory(status) === 'pending') return;
    this.#say(status === 0 ? what : `*** ${what} failed: ${hex(status)}`);
  }

  #stored(one: Open, { command, request, status = 0, sender }: Message): void {
    const instance = command!.AffectedSOPInstanceUID ?? request?.command?.AffectedSOPInstanceUID ?? '';
    const own = sender === 'acceptor' && one.conversation.parent === undefined;
    if (status !== 0) this.#say(`*** ${own ? 'Writing' : 'Sending'} ${instance} failed: ${hex(status)}`);
    else if (own) this.#say(`Written file: ${instance}`);
  }
}

/** Whether the archive sends it: in answer to a C-GET, or where it opened the association. */
function isOutgoing({ conversation: { parent } }: Open, { sender }: Message): boolean {
  return (sender === 'requestor') === (parent !== undefined);
}

/** `StudyRoot` of all that query and retrieve by it. */
function modelOf(sopClassUID: string): string {
  const keyword = uid(sopClassUID)?.keyword ?? '';
  const [model = 'Unknown'] =
    /^(StudyRoot|PatientRoot|PatientStudyOnly|ModalityWorklist)/.exec(keyword) ?? [];
  return model;
}

function levelOf({ conversation }: Open, message: Message): string {
  const syntax = conversation.contexts.get(message.contextId)?.transferSyntax ?? '1.2.840.10008.1.2';
  try {
    const [level] = readDataSet(message.bytes('data set'), syntax)['00080052']?.Value ?? [];
    return String(level ?? 'NONE');
  } catch {
    return 'NONE'; // it cannot be read: the response says so
  }
}

/** As it is sent: of even length. */
function padded(text: string): string {
  return text.length % 2 === 0 ? text : `${text} `;
}

function hex(number: number): string {
  return number.toString(16).toUpperCase().padStart(4, '0');
}

/** `Wed Oct  6 19:36:59 2021`, as C prints it, where the server stands. */
function dateText(time: number): string {
  const [weekday, month, day, year, clock] = String(new Date(time)).split(' ');
  return `${weekday} ${month} ${day!.replace(/^0/, ' ')} ${clock} ${year}`;
}
