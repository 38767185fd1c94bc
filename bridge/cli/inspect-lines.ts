/** What stands in a line of `webdimse inspect`: a PDU, a message, or what became of the connection. */
import type { CommandSet } from '../../core/dimse/index.ts';
import { COMMANDS } from '../../core/dimse/index.ts';
import { operationOf } from '../../core/dimse/operation.ts';
import { statusOf, uidName } from '../../core/dict/index.ts';
import type { Entry, Message } from '../../core/inspect/index.ts';
import type { Pdu } from '../../core/pdu/index.ts';
import { abortText, contextResultText, rejectText } from '../../core/pdu/index.ts';
import { bytesText, count } from './output.ts';

const ARROW = { requestor: '->', acceptor: '<-' } as const;

export interface Line {
  readonly arrow: string;
  readonly text: string;
}

/** Of fragments the message that they complete; nothing for those before. */
export function linesOf({ record, conversation, pdu, parts, problem }: Entry): Line[] {
  if (record.kind === 'transport') {
    const { ends, sender, missing } = record;
    if (record.event === 'opened')
      return [{ arrow: '  ', text: `${ends?.requestor} opens a connection to ${ends?.acceptor}` }];
    const text =
      record.event === 'gap' ? `${bytesText(missing ?? 0)} were not captured` : `connection ${record.event}`;
    return [{ arrow: sender ? ARROW[sender] : '  ', text }];
  }
  if (record.kind !== 'pdu') return [];
  const arrow = ARROW[record.sender];
  if (record.pdu !== 'P-DATA-TF')
    return [{ arrow, text: `${record.pdu} ${pdu ? pduText(pdu) : problem}`.trimEnd() }];
  const ended = parts.filter((part) => part.message.last === part);
  return ended.map(({ message }) => {
    const context = conversation.contexts.get(message.contextId);
    const syntax = context === undefined ? '' : ` (${uidName(context.abstractSyntax)})`;
    return { arrow, text: `${messageText(message)} in context ${message.contextId}${syntax}` };
  });
}

function pduText(pdu: Pdu): string {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return `${pdu.callingAETitle} to ${pdu.calledAETitle}, ${count(pdu.contexts.length, 'context')}`;
    case 'A-ASSOCIATE-AC': {
      const refused = pdu.contexts.filter(({ result }) => result !== 0);
      const why = refused.map(({ id, result }) => `${id} ${contextResultText(result)}`).join(', ');
      return `${pdu.contexts.length - refused.length} of ${pdu.contexts.length} accepted${why && `; ${why}`}`;
    }
    case 'A-ASSOCIATE-RJ': {
      const { result, source, reason } = rejectText(pdu.result, pdu.source, pdu.reason);
      return `${result}, ${source}: ${reason}`;
    }
    case 'A-ABORT': {
      const { source, reason } = abortText(pdu.source, pdu.reason);
      return `${source}: ${reason}`;
    }
    default:
      return '';
  }
}

function messageText(message: Message): string {
  const { command, name, parts, problem } = message;
  if (command === undefined || name === undefined) return `${problem || 'a message that no table has'}`;
  const data = parts.filter(({ fragment }) => !fragment.command).length;
  const length = data === 0 ? '' : `, ${bytesText(message.dataSetLength)} in ${count(data, 'fragment')}`;
  const wrong = problem === '' ? '' : `; ${problem}`;
  return `${name} ${idText(command)}${statusPart(command)}${length}${wrong}`;
}

function idText({ MessageID, MessageIDBeingRespondedTo }: CommandSet): string {
  return MessageIDBeingRespondedTo === undefined ? `${MessageID}` : `to ${MessageIDBeingRespondedTo}`;
}

function statusPart({ CommandField, Status }: CommandSet): string {
  const operation = operationOf(COMMANDS.get(CommandField)?.name);
  return Status === undefined || operation === undefined ? '' : `: ${statusOf(operation, Status).name}`;
}
