/** What one line of a timeline tells of an entry: plain values, so that they cross to another thread. */
import type { StatusCategory } from '../dict/index.ts';
import { statusCategory } from '../dict/index.ts';
import type { CommandName } from '../dimse/index.ts';
import type { Pdu, PduName } from '../pdu/index.ts';
import type { Entry, SideStep } from './conversation.ts';
import type { Message, MessagePart } from './messages.ts';
import type { InspectRecord, NoteRecord, Side, TimerRecord, TransportRecord } from './record.ts';

/** A message as far as it is known. */
export interface MessageRow {
  /** The same for all its parts, and for no other message of the record. */
  readonly key: string;
  readonly sender: Side;
  /** Undefined before its command has come, and for a Command Field that no message has. */
  readonly name: CommandName | undefined;
  /** Message ID, in a response that of the request. */
  readonly messageId: number | undefined;
  readonly contextId: number;
  /** Of a response. */
  readonly status: number | undefined;
  readonly category: StatusCategory | undefined;
  /** Bytes of its command set and of its data set, as far as they were sent. */
  readonly commandLength: number;
  readonly dataSetLength: number;
  /** PDVs that carry it. */
  readonly fragments: number;
  /** Milliseconds since 1970 of its first and its last part. */
  readonly began: number;
  readonly ended: number;
  readonly complete: boolean;
  /** What is wrong with it, in a sentence; empty where nothing is. */
  readonly problem: string;
}

/** A PDV of a message. */
export interface PartRow {
  readonly message: MessageRow;
  readonly of: 'command' | 'data set';
  readonly last: boolean;
  /** In bytes. */
  readonly length: number;
}

/** What a PDU that is no P-DATA-TF says in short, in the numbers of PS3.8 9.3. */
export type PduSummary =
  | {
      readonly type: 'A-ASSOCIATE-RQ';
      readonly calling: string;
      readonly called: string;
      readonly contexts: number;
    }
  | { readonly type: 'A-ASSOCIATE-AC'; readonly accepted: number; readonly contexts: number }
  | {
      readonly type: 'A-ASSOCIATE-RJ';
      readonly result: number;
      readonly source: number;
      readonly reason: number;
    }
  | { readonly type: 'A-ABORT'; readonly source: number; readonly reason: number };

export interface Row {
  /** Of the record. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly association: number;
  readonly kind: InspectRecord['kind'];
  /** Of a PDU, or of what happened to the connection. */
  readonly sender: Side | undefined;
  readonly pdu: PduName | 'invalid' | undefined;
  /** Of a PDU, header included, in bytes; and how many of them are there. */
  readonly length: number;
  readonly kept: number;
  readonly summary: PduSummary | undefined;
  /** Of a P-DATA-TF, the first `MOST_PARTS`; and how many more it carries. */
  readonly parts: readonly PartRow[];
  readonly moreParts: number;
  readonly steps: readonly SideStep[];
  readonly transport: Pick<TransportRecord, 'event' | 'ends' | 'missing'> | undefined;
  readonly timer: Pick<TimerRecord, 'phase' | 'milliseconds'> | undefined;
  readonly note: Pick<NoteRecord, 'layer' | 'code' | 'contextId'> | undefined;
  /** What was tolerated in a PDU, a sentence each. */
  readonly deviations: readonly string[];
  /** Why the bytes are no PDU, in a sentence; empty where they are. */
  readonly problem: string;
}

/** Real ones carry one or two. A PDU has room for 100,000, and one line for them. */
const MOST_PARTS = 16;

/** What is told of messages is as far as their parts were taken when this is called. */
export function rowOf({ record, pdu, parts, steps, problem }: Entry): Row {
  const { id, time, association, kind } = record;
  const ofPdu = kind === 'pdu' ? record : undefined;
  return {
    id,
    time,
    association,
    kind,
    sender: kind === 'pdu' || kind === 'transport' ? record.sender : undefined,
    pdu: ofPdu?.pdu,
    length: ofPdu?.length ?? 0,
    kept: ofPdu?.bytes.length ?? 0,
    summary: pdu && summaryOf(pdu),
    parts: parts.slice(0, MOST_PARTS).map(partRow),
    moreParts: Math.max(0, parts.length - MOST_PARTS),
    steps,
    transport: kind === 'transport' ? transportOf(record) : undefined,
    timer: kind === 'timer' ? timerOf(record) : undefined,
    note: kind === 'note' ? noteOf(record) : undefined,
    deviations: ofPdu?.deviations.map(({ text }) => text) ?? [],
    problem,
  };
}

/** A message in numbers and words. */
export function messageRow(message: Message): MessageRow {
  const { sender, contextId, command, name, status, complete, problem } = message;
  return {
    key: messageKey(message),
    sender,
    name,
    messageId: command?.MessageID ?? command?.MessageIDBeingRespondedTo,
    contextId,
    status,
    category: status === undefined ? undefined : statusCategory(status),
    commandLength: message.commandLength,
    dataSetLength: message.dataSetLength,
    fragments: message.fragments,
    began: message.parts[0]!.record.time,
    ended: message.last!.record.time,
    complete,
    problem,
  };
}

/** By where its first part stands. */
export function messageKey({ parts }: Message): string {
  const { record, fragment } = parts[0]!;
  return `${record.id}:${fragment.offset}`;
}

function partRow({ message, fragment }: MessagePart): PartRow {
  return {
    message: messageRow(message),
    of: fragment.command ? 'command' : 'data set',
    last: fragment.last,
    length: fragment.length,
  };
}

function summaryOf(pdu: Pdu): PduSummary | undefined {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ': {
      const { type, callingAETitle: calling, calledAETitle: called, contexts } = pdu;
      return { type, calling, called, contexts: contexts.length };
    }
    case 'A-ASSOCIATE-AC': {
      const accepted = pdu.contexts.filter(({ result }) => result === 0).length;
      return { type: pdu.type, accepted, contexts: pdu.contexts.length };
    }
    case 'A-ASSOCIATE-RJ': {
      const { type, result, source, reason } = pdu;
      return { type, result, source, reason };
    }
    case 'A-ABORT': {
      const { type, source, reason } = pdu;
      return { type, source, reason };
    }
    default:
      return undefined;
  }
}

function transportOf({ event, ends, missing }: TransportRecord): NonNullable<Row['transport']> {
  return { event, ...(ends && { ends }), ...(missing !== undefined && { missing }) };
}

function timerOf({ phase, milliseconds }: TimerRecord): NonNullable<Row['timer']> {
  return { phase, milliseconds };
}

function noteOf({ layer, code, contextId }: NoteRecord): NonNullable<Row['note']> {
  return { layer, code, ...(contextId !== undefined && { contextId }) };
}
