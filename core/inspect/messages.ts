/** DIMSE messages as their fragments are recorded (PS3.8 Annex E); what is out of order is shown, never thrown away. */
import type { Bytes } from '../bytes/index.ts';
import { asError, concat } from '../bytes/index.ts';
import { statusCategory } from '../dict/index.ts';
import { COMMANDS, decodeCommandSet, NO_DATA_SET } from '../dimse/index.ts';
import type { CommandName, CommandSet } from '../dimse/index.ts';
import type { Fragment } from './fragments.ts';
import { fragmentsOf } from './fragments.ts';
import type { PduRecord, Side } from './record.ts';
import { otherSide } from './record.ts';

/** One PDV of a message, in the PDU that carried it. */
export interface MessagePart {
  readonly message: Message;
  readonly record: PduRecord;
  readonly fragment: Fragment;
}

/**
 * Parts of one message that are held, and bytes in them: 4 GiB in PDUs of 16 kB. Those behind are counted only: a peer may
 * send fragments without end, and who watches holds all of a message until then.
 */
const MOST_PARTS = 1 << 18;
const MOST_HELD = 64 << 20;

/** Requests of one side that wait for their last answer: of more, the oldest count as answered. */
const MOST_REQUESTS = 1024;

export class Message {
  readonly sender: Side;
  readonly contextId: number;
  /** In the order they were sent; the first `MOST_PARTS` of them. */
  readonly parts: MessagePart[] = [];
  /** The one that came last. */
  last: MessagePart | undefined;
  /** How many came, held or not. */
  fragments = 0;
  /** Bytes of its command set and of its data set that were sent so far. */
  commandLength = 0;
  dataSetLength = 0;
  #held = 0;
  /** Once its last fragment has come. */
  command: CommandSet | undefined;
  /** The request that this responds to, where it was seen. */
  request: Message | undefined;
  /** Every fragment has come. */
  complete = false;
  /** What is wrong with it, in a sentence; empty where nothing is. */
  problem = '';

  constructor(sender: Side, contextId: number) {
    this.sender = sender;
    this.contextId = contextId;
  }

  /** Undefined before the command has come, and for a Command Field that no message has. */
  get name(): CommandName | undefined {
    return this.command && COMMANDS.get(this.command.CommandField)?.name;
  }

  get status(): number | undefined {
    return this.command?.Status;
  }

  add(part: MessagePart): void {
    const { record, fragment } = part;
    this.last = part;
    this.fragments++;
    if (fragment.command) this.commandLength += fragment.length;
    else this.dataSetLength += fragment.length;
    // Of a PDU with several fragments each holds the whole.
    this.#held += record === this.parts.at(-1)?.record ? 0 : record.bytes.length;
    if (this.parts.length < MOST_PARTS && this.#held <= MOST_HELD) this.parts.push(part);
  }

  /** The bytes of its command set, or of its data set as far as they were kept without a gap. */
  bytes(of: 'command' | 'data set'): Bytes {
    const parts = of === 'command' ? this.#command : this.#data;
    const whole = parts.findIndex(({ fragment }) => fragment.kept < fragment.length);
    return concat((whole < 0 ? parts : parts.slice(0, whole + 1)).map(partBytes));
  }

  get #command(): readonly MessagePart[] {
    return this.parts.filter(({ fragment }) => fragment.command);
  }

  get #data(): readonly MessagePart[] {
    return this.parts.filter(({ fragment }) => !fragment.command);
  }
}

function partBytes({ record, fragment }: MessagePart): Bytes {
  return record.bytes.subarray(fragment.offset, fragment.offset + fragment.kept);
}

/** Those that these are parts of, each once, in their order. */
export function messagesOf(parts: readonly MessagePart[]): Message[] {
  return [...new Set(parts.map(({ message }) => message))];
}

/** Puts the messages of one association together. */
export class Messages {
  readonly #open: Partial<Record<Side, Message>> = {};
  /** Requests under way by sender and Message ID: the latest of an ID counts. */
  readonly #requests: Record<Side, Map<number, Message>> = { requestor: new Map(), acceptor: new Map() };

  /** The parts of messages that a P-DATA-TF carries. */
  take(record: PduRecord): MessagePart[] {
    return fragmentsOf(record).map((fragment) => this.#part(record, fragment));
  }

  #part(record: PduRecord, fragment: Fragment): MessagePart {
    const message = this.#messageOf(record.sender, fragment);
    const part = { message, record, fragment };
    message.add(part);
    if (fragment.last) this.#ended(message, fragment);
    return part;
  }

  /** The message under way that the fragment goes on with, or a new one. */
  #messageOf(sender: Side, { contextId, command }: Fragment): Message {
    const open = this.#open[sender];
    if (open?.contextId === contextId && command === (open.command === undefined)) return open;
    if (open !== undefined) open.problem = 'It was not sent to its end: another message begins.';
    const begun = new Message(sender, contextId);
    if (!command) begun.problem = 'A fragment of a data set without a command.';
    return (this.#open[sender] = begun);
  }

  #ended(message: Message, { command }: Fragment): void {
    if (command) this.#decode(message);
    message.complete = !command || message.command?.CommandDataSetType === NO_DATA_SET;
    if (message.complete || message.problem !== '') delete this.#open[message.sender];
  }

  #decode(message: Message): void {
    try {
      message.command = decodeCommandSet(message.bytes('command'));
      this.#pair(message, message.command);
    } catch (error) {
      message.problem = asError(error).message;
    }
  }

  #pair(message: Message, { MessageID, MessageIDBeingRespondedTo: id, Status }: CommandSet): void {
    if (MessageID !== undefined) this.#begin(MessageID, message);
    if (id === undefined) return;
    const requests = this.#requests[otherSide(message.sender)];
    message.request = requests.get(id);
    // The last answer: its request would otherwise be held, bytes and all, as long as the association lasts.
    if (Status !== undefined && statusCategory(Status) !== 'pending') requests.delete(id);
  }

  #begin(messageId: number, message: Message): void {
    const requests = this.#requests[message.sender];
    requests.delete(messageId); // so that it is the youngest
    requests.set(messageId, message);
    const [oldest] = requests.keys();
    if (requests.size > MOST_REQUESTS) requests.delete(oldest!);
  }
}
