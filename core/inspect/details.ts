/** Everything that can be told of one record, as plain data. */
import type { Bytes } from '../bytes/index.ts';
import type { Operation } from '../dict/index.ts';
import { statusOf, uidName } from '../dict/index.ts';
import type { CommandName } from '../dimse/index.ts';
import { COMMANDS } from '../dimse/index.ts';
import { operationOf } from '../dimse/operation.ts';
import type { FieldSpan, RoleSelection } from '../pdu/index.ts';
import { contextResultText, DEVIATIONS } from '../pdu/index.ts';
import { SERVICE_DEVIATIONS } from '../service/deviations.ts';
import { ANSWER_DEVIATIONS } from '../ul/negotiate.ts';
import type { Assembled, ByteTable, DataSetTable, Piece } from './byte-table.ts';
import { assembled, commandTable, dataSetTable, MOST_BYTES, pduTable } from './byte-table.ts';
import type { Conversation, Entry } from './conversation.ts';
import type { Message, MessagePart } from './messages.ts';
import { messagesOf } from './messages.ts';
import type { InspectRecord, PduRecord } from './record.ts';

/** A UID with its name: the UID itself where it has none. */
export interface Named {
  readonly uid: string;
  readonly name: string;
}

export interface ContextDetails {
  readonly id: number;
  readonly abstractSyntax: Named;
  readonly proposed: readonly Named[];
  /** PS3.8 Table 9-18; undefined where it was not answered. */
  readonly result?: number;
  /** The result in the standard's words; empty where it was not answered. */
  readonly answer: string;
  readonly transferSyntax?: Named;
  /** PS3.7 D.3.3.4: the requestor's roles, as proposed and as answered. */
  readonly proposedRoles?: Roles;
  readonly answeredRoles?: Roles;
  /** The record is of a message in this context. */
  readonly used: boolean;
}

type Roles = Pick<RoleSelection, 'scu' | 'scp'>;

export interface MessageDetails {
  /** Undefined before the command has come, and for a Command Field that no message has. */
  readonly name?: CommandName;
  /** Where the standard defines it: `PS3.7 9.3.1.1`. */
  readonly clause: string;
  readonly contextId: number;
  readonly command?: ByteTable & { readonly pieces: readonly Piece[] };
  readonly dataSet?: DataSetTable & { readonly pieces: readonly Piece[] };
  /** `Success`; empty without one. */
  readonly status: string;
  /** The record in which the request of this response began, where it was seen. */
  readonly request?: number;
  readonly complete: boolean;
  /** What is wrong with it, in a sentence; empty where nothing is. */
  readonly problem: string;
}

export interface DeviationDetails {
  readonly code: string;
  readonly text: string;
  /** In the PDU. */
  readonly offset?: number;
}

/** Structured-cloneable. */
export interface Details {
  /** Without the bytes of a PDU, which are in its table. */
  readonly record: InspectRecord;
  readonly pdu?: ByteTable;
  /** Whose fragments the PDU carries, in their order, the first of them where `problem` says so. */
  readonly messages: readonly MessageDetails[];
  /** Of the association, in the order they were proposed. */
  readonly contexts: readonly ContextDetails[];
  /** The whole association was rejected: no context was answered. */
  readonly rejected: boolean;
  readonly deviations: readonly DeviationDetails[];
  /** Why the bytes are no PDU, or what is left out, in a sentence; empty where nothing is. */
  readonly problem: string;
}

/**
 * What an entry means. `bytesOf` gives the bytes of a PDU where more of them can be had than the record holds, as of a
 * capture file: `recordsBehind` tells which are asked for.
 */
export function detailsOf(
  entry: Entry,
  bytesOf: (record: PduRecord) => Bytes = ({ bytes }) => bytes,
): Details {
  const { record, conversation, parts } = entry;
  const { contexts } = conversation;
  const messages = messagesOf(parts);
  return {
    record: record.kind === 'pdu' ? { ...record, bytes: NOTHING } : record,
    ...(record.kind === 'pdu' ? { pdu: pduOf(entry, contexts, bytesOf(record), record.length) } : {}),
    messages: messages.slice(0, MOST_MESSAGES).map((message) => messageDetails(message, contexts, bytesOf)),
    contexts: contextsOf(conversation, contexts, new Set(parts.map(({ fragment }) => fragment.contextId))),
    rejected: conversation.answer?.type === 'A-ASSOCIATE-RJ',
    deviations: deviationsOf(record),
    problem: entry.problem || fewerMessages(messages.length),
  };
}

/**
 * The PDUs whose bytes `detailsOf` looks at: that of the record, and those of the messages that it is of, as far as their
 * bytes are shown.
 */
export function recordsBehind({ record, parts }: Entry): readonly PduRecord[] {
  const behind = new Set(record.kind === 'pdu' ? [record] : []);
  for (const message of messagesOf(parts).slice(0, MOST_MESSAGES)) {
    let length = 0;
    for (const { record: other, fragment } of message.parts) {
      if (length > MOST_BYTES) break;
      behind.add(other);
      length += fragment.length;
    }
  }
  return [...behind];
}

const NOTHING: Bytes = new Uint8Array(0);

/** Real PDUs carry one, or two. */
const MOST_MESSAGES = 64;

function fewerMessages(count: number): string {
  return count > MOST_MESSAGES
    ? `It carries parts of ${count} messages: the first ${MOST_MESSAGES} are told.`
    : '';
}

type Contexts = Conversation['contexts'];

function pduOf({ parts }: Entry, contexts: Contexts, bytes: Bytes, length: number): ByteTable {
  const starts = new Map(messagesOf(parts).flatMap(startsOf));
  return pduTable(bytes, length, (pdv, number) => {
    const part = parts[number];
    return part === undefined ? pdv : annotated(pdv, part, starts.get(part) ?? 0, contexts);
  });
}

/** Where the bytes of each fragment begin in the command set, or data set, that they are of. */
function startsOf({ parts }: Message): [MessagePart, number][] {
  const next = { command: 0, dataSet: 0 };
  return parts.map((part) => {
    const of = part.fragment.command ? 'command' : 'dataSet';
    const start = next[of];
    next[of] += part.fragment.length;
    return [part, start];
  });
}

/** A PDV whose fields say what they mean in this association. */
function annotated(
  pdv: FieldSpan,
  { message, fragment }: MessagePart,
  start: number,
  contexts: Contexts,
): FieldSpan {
  const what = fragment.command ? 'command set' : 'data set';
  const context = contexts.get(fragment.contextId);
  const whose = message.name === undefined ? '' : ` of ${message.name}`;
  const meanings: Readonly<Record<string, string | undefined>> = {
    'Presentation-context-ID': context && uidName(context.abstractSyntax),
    'Message-control-header': `${what}, ${fragment.last ? 'last fragment' : 'more fragments follow'}`,
    Fragment: `bytes ${start} to ${start + fragment.length - 1} of the ${what}${whose}`,
  };
  const children = (pdv.children ?? []).map((field) => {
    const meaning = field.length === 0 ? undefined : meanings[field.name];
    return meaning === undefined ? field : { ...field, meaning };
  });
  return { ...pdv, children };
}

function messageDetails(
  message: Message,
  contexts: Contexts,
  bytesOf: (record: PduRecord) => Bytes,
): MessageDetails {
  const { name, contextId, status, request, complete, problem } = message;
  const operation = operationOf(name);
  const accepted = contexts.get(contextId)?.transferSyntax;
  const command = assembled(
    message.parts.filter(({ fragment }) => fragment.command),
    bytesOf,
  );
  const dataSet = assembled(
    message.parts.filter(({ fragment }) => !fragment.command),
    bytesOf,
  );
  const first = request?.parts[0]?.record.id;
  return {
    ...(name === undefined ? {} : { name }),
    clause: clauseOf(message),
    contextId,
    ...(command.length > 0 && { command: commandOf(command, operation) }),
    ...(dataSet.length > 0 && { dataSet: dataSetOf(dataSet, accepted) }),
    status: status === undefined || operation === undefined ? '' : statusOf(operation, status).name,
    ...(first === undefined ? {} : { request: first }),
    complete,
    problem,
  };
}

function commandOf(
  { bytes, length, pieces }: Assembled,
  operation: Operation | undefined,
): NonNullable<MessageDetails['command']> {
  return { ...commandTable(bytes, length, operation), pieces };
}

function dataSetOf(
  { bytes, length, pieces }: Assembled,
  accepted: string | undefined,
): NonNullable<MessageDetails['dataSet']> {
  return { ...dataSetTable(bytes, length, accepted), pieces };
}

/** PS3.7 9.3 and 10.3; the request comes first in each, then the response. */
const CLAUSES: Readonly<Record<Operation, string>> = {
  'C-STORE': '9.3.1',
  'C-FIND': '9.3.2',
  'C-GET': '9.3.3',
  'C-MOVE': '9.3.4',
  'C-ECHO': '9.3.5',
  'N-EVENT-REPORT': '10.3.1',
  'N-GET': '10.3.2',
  'N-SET': '10.3.3',
  'N-ACTION': '10.3.4',
  'N-CREATE': '10.3.5',
  'N-DELETE': '10.3.6',
};

function clauseOf({ name, command, request }: Message): string {
  const operation = operationOf(name);
  if (operation !== undefined) {
    const isResponse = COMMANDS.get(command?.CommandField ?? 0)?.response === true;
    return `PS3.7 ${CLAUSES[operation]}.${isResponse ? 2 : 1}`;
  }
  const cancelled = name === undefined ? undefined : operationOf(request?.name);
  return cancelled === undefined ? 'PS3.7 9.3' : `PS3.7 ${CLAUSES[cancelled]}.3`;
}

function contextsOf(
  { request, answer }: Conversation,
  contexts: Contexts,
  used: ReadonlySet<number>,
): ContextDetails[] {
  const proposedRoles = request?.userInformation.roles;
  const answeredRoles = answer?.type === 'A-ASSOCIATE-AC' ? answer.userInformation.roles : undefined;
  return [...contexts.values()].map(({ id, abstractSyntax, proposed, result, transferSyntax }) => {
    const roles = (of: readonly RoleSelection[] = []): Roles | undefined =>
      of.find(({ sopClassUID }) => sopClassUID === abstractSyntax);
    const asked = roles(proposedRoles);
    const given = roles(answeredRoles);
    return {
      id,
      abstractSyntax: named(abstractSyntax),
      proposed: proposed.map(named),
      ...(result === undefined ? {} : { result }),
      answer: result === undefined ? '' : contextResultText(result),
      ...(transferSyntax === undefined ? {} : { transferSyntax: named(transferSyntax) }),
      ...(asked && { proposedRoles: { scu: asked.scu, scp: asked.scp } }),
      ...(given && { answeredRoles: { scu: given.scu, scp: given.scp } }),
      used: used.has(id),
    };
  });
}

function named(uid: string): Named {
  return { uid, name: uidName(uid) };
}

const TEXTS: Readonly<Record<string, string>> = {
  ...DEVIATIONS,
  ...ANSWER_DEVIATIONS,
  ...SERVICE_DEVIATIONS,
  STRAY: 'a message that nobody waits for; ignored',
};

function deviationsOf(record: InspectRecord): DeviationDetails[] {
  if (record.kind === 'pdu')
    return record.deviations.map(({ code, text, offset }) => ({ code, text, offset }));
  if (record.kind !== 'note') return [];
  const where = record.contextId === undefined ? '' : `presentation context ${record.contextId}: `;
  return [{ code: record.code, text: `${where}${TEXTS[record.code] ?? record.code}` }];
}
