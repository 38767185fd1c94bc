/** What passes the proxy on one connection: kept in the capture, and told in a line once it is over. */
import type { Bytes } from '../../core/bytes/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import { operationOf } from '../../core/dimse/operation.ts';
import { WireReader } from '../../core/inspect/capture/wire-reader.ts';
import { WireWriter } from '../../core/inspect/capture/wire-writer.ts';
import type { InspectRecord, Message, Side } from '../../core/inspect/index.ts';
import { Conversation } from '../../core/inspect/index.ts';
import { rejectText } from '../../core/pdu/index.ts';
import type { Party, Witness } from '../relay/relay.ts';
import { bytesText, count } from './output.ts';
import type { VerboseLog } from './verbose.ts';

const SIDE: Readonly<Record<Party, Side>> = { caller: 'requestor', called: 'acceptor' };

/** Bytes of each message's data set that the log gets: it shows queries and answers, no instances. */
const KEEP = 64 << 10;

export interface PassageOptions {
  /** From 1: which connection it is. */
  readonly number: number;
  readonly addresses: Readonly<Record<Party, string>>;
  /** Takes the packets of the capture. */
  keepPackets(packets: readonly Bytes[]): void;
  /** Tells what passes while it does. */
  readonly log: VerboseLog | undefined;
  closed(summary: PassageSummary): void;
}

/** One connection that is over. Of patients it holds nothing. */
export interface PassageSummary {
  readonly number: number;
  /** AE titles; undefined where nobody asked for an association. */
  readonly calling: string | undefined;
  readonly called: string | undefined;
  /** Presentation contexts. */
  readonly proposed: number;
  readonly accepted: number;
  /** Requests by name: `C-STORE`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Final responses that told a warning, a failure or a cancellation. */
  readonly unsuccessful: number;
  /** How it ended, in words. */
  readonly end: string;
  readonly sent: number;
  readonly received: number;
  readonly milliseconds: number;
}

export class Passage implements Witness {
  readonly #options: PassageOptions;
  readonly #writer: WireWriter;
  readonly #reader: WireReader;
  readonly #conversation: Conversation;
  readonly #opened = Date.now();
  readonly #moved = { requestor: 0, acceptor: 0 };
  readonly #requests: Record<string, number> = {};
  #unsuccessful = 0;
  #records = 0;
  #end = 'closed without a word';

  constructor(options: PassageOptions) {
    const { number, addresses, keepPackets, log } = options;
    const ends = { requestor: addresses.caller, acceptor: addresses.called };
    this.#options = options;
    this.#writer = new WireWriter(number, ends);
    this.#conversation = new Conversation(number, undefined);
    this.#reader = new WireReader({ ends, begun: true, keep: log ? KEEP : 0 }, (record) =>
      this.#take({ ...record, id: ++this.#records, association: number } as InspectRecord),
    );
    keepPackets(this.#writer.open(this.#opened));
  }

  bytes(from: Party, bytes: Bytes): void {
    const [side, time] = [SIDE[from], Date.now()];
    this.#options.keepPackets(this.#writer.data(side, time, bytes));
    this.#reader.data(side, { bytes, at: this.#moved[side], time });
    this.#moved[side] += bytes.length;
  }

  finished(from: Party): void {
    const time = Date.now();
    this.#options.keepPackets(this.#writer.finish(SIDE[from], time));
    this.#reader.end('closed', SIDE[from], time);
  }

  reset(from: Party): void {
    const time = Date.now();
    this.#options.keepPackets(this.#writer.reset(SIDE[from], time));
    this.#reader.end('reset', SIDE[from], time);
    if (this.#end !== 'released') this.#end = `cut off by the ${from}`;
  }

  closed(): void {
    const { request, answer, contexts } = this.#conversation;
    const accepted = answer?.type === 'A-ASSOCIATE-AC' ? answer.contexts : [];
    this.#options.log?.forget(this.#options.number);
    this.#options.closed({
      number: this.#options.number,
      calling: request?.callingAETitle,
      called: request?.calledAETitle,
      proposed: contexts.size,
      accepted: accepted.filter(({ result }) => result === 0).length,
      requests: this.#requests,
      unsuccessful: this.#unsuccessful,
      end: this.#howItEnded,
      sent: this.#moved.requestor,
      received: this.#moved.acceptor,
      milliseconds: Date.now() - this.#opened,
    });
  }

  get #howItEnded(): string {
    if (this.#moved.requestor + this.#moved.acceptor === 0) return 'nothing was said';
    return this.#reader.isDicom ? this.#end : 'no DICOM that could be read';
  }

  #take(record: InspectRecord): void {
    const { pdu, parts } = this.#conversation.take(record);
    this.#options.log?.take(record);
    if (pdu?.type === 'A-ASSOCIATE-RJ') {
      const { source, reason } = rejectText(pdu.result, pdu.source, pdu.reason);
      this.#end = `rejected (${source}: ${reason})`;
    }
    if (pdu?.type === 'A-RELEASE-RP') this.#end = 'released';
    if (pdu?.type === 'A-ABORT' && record.kind === 'pdu')
      this.#end = `aborted by the ${record.sender === 'requestor' ? 'caller' : 'called'}`;
    for (const { message, fragment } of parts) if (fragment.command && fragment.last) this.#count(message);
  }

  #count({ name, status }: Message): void {
    const operation = operationOf(name);
    if (operation === undefined) return;
    if (name?.endsWith('-RQ')) this.#requests[operation] = (this.#requests[operation] ?? 0) + 1;
    if (status === undefined) return;
    const { category } = statusOf(operation, status);
    if (category !== 'success' && category !== 'pending') this.#unsuccessful++;
  }
}

/** `#2 STORESCU to PACS: 1 of 1 contexts; 20 C-STORE; released; 12 MB sent, 3.1 kB received, 1.2 s`. */
export function summaryText(summary: PassageSummary): string {
  const { number, calling, called, proposed, accepted, requests, unsuccessful, end } = summary;
  const who = calling === undefined ? 'a caller without an association' : `${calling} to ${called}`;
  const asked = Object.entries(requests).map(([name, times]) => `${times} ${name}`);
  const wrong = unsuccessful > 0 ? `${count(unsuccessful, 'answer')} without success` : '';
  const words = [
    calling === undefined ? '' : `${accepted} of ${count(proposed, 'context')}`,
    asked.join(', '),
    wrong,
    end,
    `${bytesText(summary.sent)} sent, ${bytesText(summary.received)} received`,
    `${(summary.milliseconds / 1000).toFixed(1)} s`,
  ];
  return `#${number} ${who}: ${words.filter((word) => word !== '').join('; ')}`;
}
