/** What a lesson shows of each line beside the line itself, read from the record. */
import { readNative } from '../../core/data/index.ts';
import type { Value } from '../../core/data/index.ts';
import { attribute, uidName } from '../../core/dict/index.ts';
import type { CommandSet } from '../../core/dimse/index.ts';
import type { Conversation, Entry } from '../../core/inspect/conversation.ts';
import type { Message } from '../../core/inspect/messages.ts';
import { messagesOf } from '../../core/inspect/messages.ts';
import type { Sequence } from '../../core/inspect/sequence.ts';
import type { Pdu, UserInformation } from '../../core/pdu/index.ts';
import type { LessonFact } from './lessons.ts';

/** By record; those of a message stand with its first part. */
export function factsOf(sequence: Sequence): Map<number, readonly LessonFact[]> {
  const told = new Set<Message>();
  const facts = sequence.items.map(({ entry }): [number, LessonFact[]] => {
    const begun = messagesOf(entry.parts).filter((message) => !told.has(message));
    for (const message of begun) told.add(message);
    const ofPdu = entry.pdu ? pduFacts(entry.pdu) : [];
    return [
      entry.record.id,
      [...ofPdu, ...begun.flatMap((one) => messageFacts(one, entry.conversation)), ...stepFacts(entry)],
    ];
  });
  return new Map(facts.filter(([, some]) => some.length > 0));
}

function pduFacts(pdu: Pdu): LessonFact[] {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return [
        ...pdu.contexts.map(({ id, abstractSyntax, transferSyntaxes }): LessonFact => {
          return {
            is: 'context',
            id,
            name: uidName(abstractSyntax),
            syntaxes: transferSyntaxes.map(uidName),
          };
        }),
        ...userFacts(pdu.userInformation),
      ];
    case 'A-ASSOCIATE-AC':
      return [
        ...pdu.contexts.map(({ id, result, transferSyntax }): LessonFact => {
          const syntax = result === 0 && transferSyntax !== undefined ? uidName(transferSyntax) : '';
          return { is: 'answer', id, result, syntax };
        }),
        ...userFacts(pdu.userInformation),
      ];
    case 'A-ASSOCIATE-RJ':
      return [{ is: 'rejection', result: pdu.result, source: pdu.source, reason: pdu.reason }];
    case 'A-ABORT':
      return [{ is: 'abort', source: pdu.source, reason: pdu.reason }];
    default:
      return [];
  }
}

function userFacts({ maximumLength, roles = [] }: UserInformation): LessonFact[] {
  const chosen = roles.map(({ sopClassUID, scu, scp }): LessonFact => {
    return { is: 'role', name: uidName(sopClassUID), scu, scp };
  });
  return maximumLength === undefined ? chosen : [{ is: 'maximum', length: maximumLength }, ...chosen];
}

function messageFacts(message: Message, { contexts }: Conversation): LessonFact[] {
  const { command, parts } = message;
  if (command === undefined) return [];
  const ofCommand = parts.filter(({ fragment }) => fragment.command).length;
  const dataSet = parts.length - ofCommand;
  const isStore = message.name === 'C-STORE-RQ';
  return [
    ...commandFacts(command),
    ...(isStore
      ? [{ is: 'fragments', command: ofCommand, dataSet } as const]
      : keyFacts(message, contexts.get(message.contextId)?.transferSyntax)),
  ];
}

function commandFacts(command: CommandSet): LessonFact[] {
  const { MoveDestination: destination, MoveOriginatorApplicationEntityTitle: originator } = command;
  const { NumberOfRemainingSuboperations: remaining, NumberOfCompletedSuboperations: completed } = command;
  const { NumberOfFailedSuboperations: failed, NumberOfWarningSuboperations: warning } = command;
  const messageId = command.MoveOriginatorMessageID ?? 0;
  return [
    ...(destination === undefined ? [] : [{ is: 'destination', aeTitle: destination } as const]),
    ...(originator === undefined ? [] : [{ is: 'originator', aeTitle: originator, messageId } as const]),
    ...(completed === undefined ? [] : [{ is: 'counters', remaining, completed, failed, warning } as const]),
  ];
}

/** The keys of a query, and what matched. */
function keyFacts(message: Message, syntax: string | undefined): LessonFact[] {
  const bytes = message.bytes('data set');
  if (bytes.length === 0 || syntax === undefined) return [];
  try {
    return Object.entries(readNative(bytes, syntax)).map(([tag, { Value = [] }]): LessonFact => {
      const value = Value.map(valueText).join(', ');
      return { is: 'key', keyword: attribute(tag)?.keyword ?? tag, value };
    });
  } catch {
    return []; // the inspector says what is wrong with it
  }
}

function valueText(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return 'Alphabetic' in value ? String(value.Alphabetic) : '';
}

function stepFacts({ steps }: Entry): LessonFact[] {
  return steps
    .filter(({ side, from, to }) => side === 'requestor' && from !== to)
    .map(({ event, action, from, to }) => ({ is: 'step', event, action, from, to }));
}
