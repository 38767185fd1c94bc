/** What of a sequence is seen, and in which lines: fragments folded into messages, and only what was asked for. */
import type { StatusCategory } from '../dict/index.ts';
import { statusCategory } from '../dict/index.ts';
import { operationOf } from '../dimse/operation.ts';
import type { Action } from '../ul/states.ts';
import type { Entry } from './conversation.ts';
import type { Message } from './messages.ts';
import { messagesOf } from './messages.ts';
import { messageKey } from './row.ts';
import type { Item } from './sequence.ts';

/** `machine` are the steps and deadlines that no PDU tells of. */
export type Layer = 'transport' | 'machine' | 'ul' | 'dimse' | 'service';

/** What is absent chooses nothing. */
export interface LineFilter {
  /** The layers that are seen. */
  readonly layers?: readonly Layer[];
  readonly association?: number;
  /** `C-FIND`: its requests and responses, and cancels. */
  readonly operation?: string;
  readonly contextId?: number;
  readonly category?: StatusCategory;
  /** What failed, ended early, or was against the standard. */
  readonly errorsOnly?: boolean;
}

export interface Line {
  /** Of a message the item of its first part. */
  readonly item: Item;
  /** Where the line is all of it. */
  readonly message?: Message;
  /** A PDU below the line of its message. */
  readonly inside?: boolean;
}

/** Fragments folded into messages but for those with these keys; undefined: not at all. */
export type Unfolded = ReadonlySet<string> | undefined;

/** The lines of these items, in their order. */
export function linesOf(items: readonly Item[], filter: LineFilter, unfolded: Unfolded): Line[] {
  const told = new Set<Message>();
  return items.flatMap((item) => {
    const { entry } = item;
    if (!isOfLayer(entry, filter)) return [];
    if (entry.parts.length === 0) return isWantedEntry(entry, filter) ? [{ item }] : [];
    const messages = messagesOf(entry.parts).filter((message) => isWantedMessage(message, entry, filter));
    if (unfolded === undefined) return messages.length > 0 ? [{ item }] : [];
    return folded(item, messages, unfolded, told);
  });
}

/** The lines of messages that begin in this item, and its own below one that is unfolded. */
function folded(
  item: Item,
  messages: readonly Message[],
  unfolded: ReadonlySet<string>,
  told: Set<Message>,
): Line[] {
  const begun: Line[] = messages
    .filter((message) => !told.has(message))
    .map((message) => ({ item, message }));
  for (const message of messages) told.add(message);
  const inside = messages.some((message) => unfolded.has(messageKey(message)));
  return inside ? [...begun, { item, inside }] : begun;
}

function layerOf({ record }: Entry): Layer {
  if (record.kind === 'pdu') return record.pdu === 'P-DATA-TF' ? 'dimse' : 'ul';
  if (record.kind === 'note') return record.layer;
  return record.kind === 'transport' ? 'transport' : 'machine';
}

function isOfLayer(entry: Entry, { layers, association }: LineFilter): boolean {
  if (association !== undefined && entry.record.association !== association) return false;
  return layers === undefined || layers.includes(layerOf(entry));
}

/** Of what is no P-DATA-TF. */
function isWantedEntry(entry: Entry, { operation, contextId, category, errorsOnly }: LineFilter): boolean {
  if (operation !== undefined || category !== undefined) return false;
  if (contextId !== undefined && (entry.record.kind !== 'note' || entry.record.contextId !== contextId))
    return false;
  return errorsOnly !== true || isTrouble(entry);
}

function isWantedMessage(message: Message, entry: Entry, filter: LineFilter): boolean {
  const { operation, contextId, category, errorsOnly } = filter;
  const { name, status } = message;
  if (contextId !== undefined && message.contextId !== contextId) return false;
  if (operation !== undefined && !isOf(name, operation)) return false;
  if (category !== undefined && (status === undefined || statusCategory(status) !== category)) return false;
  return errorsOnly !== true || isTroubled(message) || isTrouble(entry);
}

/** What can be cancelled (PS3.7 9.3.2.3, 9.3.3.3, 9.3.4.3). */
const CANCELLED: ReadonlySet<string> = new Set(['C-FIND', 'C-GET', 'C-MOVE']);

function isOf(name: Message['name'], operation: string): boolean {
  if (name === 'C-CANCEL-RQ') return CANCELLED.has(operation);
  return operationOf(name) === operation;
}

/** Failed or warned of, or against the standard. */
export function isTroubled({ status, problem }: Message): boolean {
  if (problem !== '') return true;
  if (status === undefined) return false;
  const category = statusCategory(status);
  return category === 'failure' || category === 'warning';
}

const TROUBLE: ReadonlySet<Action> = new Set(['AA-1', 'AA-4', 'AA-7', 'AA-8']);

/** Whether something ended early, or was against the standard, messages aside. */
export function isTrouble({ record, steps, problem }: Entry): boolean {
  if (problem !== '' || record.kind === 'note' || record.kind === 'timer') return true;
  if (record.kind === 'transport') return record.event === 'reset' || record.event === 'gap';
  if (steps.some(({ action }) => TROUBLE.has(action))) return true;
  if (record.kind !== 'pdu') return false;
  const { pdu, deviations } = record;
  return pdu === 'A-ASSOCIATE-RJ' || pdu === 'A-ABORT' || pdu === 'invalid' || deviations.length > 0;
}
