/** Lines of the inspector's list in words. Names and meanings of the protocol are the standard's. */
import { statusOf, statusText } from '../../core/dict/index.ts';
import { operationOf } from '../../core/dimse/operation.ts';
import type { MessageRow, PartRow, PduSummary, Row } from '../../core/inspect/row.ts';
import { abortText, rejectText } from '../../core/pdu/names.ts';
import { EVENTS } from '../../core/ul/states.ts';
import type { TimelineLine } from '../engine/inspector-protocol.ts';
import { i } from '../strings/inspector.ts';
import { bytes, seconds } from './format.ts';

/** A line as it is read. */
export interface LineWords {
  /** Of the PDU, message or step. */
  readonly name: string;
  readonly about: string;
  /** Empty where there is none. */
  readonly size: string;
}

export function wordsOf({ row, message, inside }: TimelineLine): LineWords {
  if (message !== undefined) return messageWords(message);
  const size = row.kind === 'pdu' ? i.list.bytes(row.length) : '';
  return { name: nameOf(row), about: aboutOf(row, inside), size };
}

/** `14:02:33.512`, in the reader's time zone. */
export function clock(time: number): string {
  const at = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${day}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function messageWords(message: MessageRow): LineWords {
  const { name, messageId, contextId, fragments, complete, problem, began, ended } = message;
  const size = message.commandLength + message.dataSetLength;
  const took = ended - began;
  const about = [
    statusWords(message),
    i.line.context(contextId),
    fragments > 1 ? i.list.fragments(fragments) : '',
    took >= 1 ? seconds(took) : '',
    complete ? '' : i.line.unfinished,
    problem,
  ];
  const id = messageId === undefined ? '' : ` ${messageId}`;
  return {
    name: name === undefined ? i.line.noCommand : `${name}${id}`,
    about: joined(about),
    size: size < 100_000 ? i.list.bytes(size) : bytes(size),
  };
}

/** `Pending (0xFF00)`; empty for a request. */
export function statusWords({ name, status }: MessageRow): string {
  const operation = operationOf(name);
  if (status === undefined || operation === undefined) return '';
  return `${statusOf(operation, status).name} (${statusText(status)})`;
}

function nameOf({ kind, pdu, transport, timer, note, steps }: Row): string {
  if (kind === 'pdu') return pdu === 'invalid' || pdu === undefined ? i.line.invalid : pdu;
  if (transport !== undefined) return transportName(transport);
  if (timer !== undefined) return timer.phase;
  return note?.code ?? steps[0]?.event ?? kind;
}

function transportName({ event, missing = 0 }: NonNullable<Row['transport']>): string {
  return event === 'gap' ? i.line.gap(missing) : i.line[event];
}

function aboutOf(row: Row, inside: boolean): string {
  const { summary, parts, moreParts, transport, timer, note, steps, problem, kind } = row;
  if (problem !== '') return problem;
  if (summary !== undefined) return summaryWords(summary);
  if (parts.length > 0)
    return joined([...parts.map((part) => partWords(part, inside)), moreParts > 0 ? '…' : '']);
  if (transport?.ends !== undefined) return `${transport.ends.requestor} → ${transport.ends.acceptor}`;
  if (timer !== undefined) return i.line.timer(timer.phase, seconds(timer.milliseconds));
  if (note !== undefined) return i.line.note(note.layer);
  return kind === 'step' && steps[0] !== undefined ? `${steps[0].action} · ${EVENTS[steps[0].event]}` : '';
}

function summaryWords(summary: PduSummary): string {
  switch (summary.type) {
    case 'A-ASSOCIATE-RQ':
      return i.line.request(summary.calling, summary.called, summary.contexts);
    case 'A-ASSOCIATE-AC':
      return i.line.accepted(summary.accepted, summary.contexts);
    case 'A-ASSOCIATE-RJ': {
      const { result, source, reason } = rejectText(summary.result, summary.source, summary.reason);
      return `${result}, ${source}: ${reason}`;
    }
    case 'A-ABORT': {
      const { source, reason } = abortText(summary.source, summary.reason);
      return `${source}: ${reason}`;
    }
  }
}

/** Below the line of its message a PDU need not name it again. */
function partWords({ message, of, last, length }: PartRow, inside: boolean): string {
  const what = of === 'command' ? i.line.command : i.line.dataSet;
  const name = inside ? '' : (message.name ?? i.line.noCommand);
  return joined([i.line.part(what, name, last), i.list.bytes(length), statusWords(message)]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
