/** A conversation as the DCMTK tool for it logs it with -v or -d: echoscu, findscu, getscu, movescu, storescu. */
import type { Bytes } from '../../bytes/index.ts';
import type { AssociateAC, AssociateRJ, AssociateRQ, Pdu } from '../../pdu/index.ts';
import { P_DATA_OVERHEAD, PDU_HEADER, rejectText } from '../../pdu/index.ts';
import type { Operation } from '../../dict/index.ts';
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import { dumpAssociation } from './association-dump.ts';
import { dumpDataSet } from './data-set-dump.ts';
import { dcmtkModality, dcmtkShortStatus, dcmtkSyntax } from './dcmtk-names.ts';
import { dumpMessage } from './message-dump.ts';

export interface LogOptions {
  /** What the tools say with -v, or with -d. */
  readonly level: 'v' | 'd';
  /** Shows what patients are called and how they are known; otherwise asterisks stand for it. */
  readonly patients?: boolean;
}

/** The lines of one association, from its requestor's side; each begins with its level: `I: `, `D: `, `W: `, `F: `. */
export function dcmtkLog(entries: readonly Entry[], options: LogOptions): string[] {
  const log = new Log(options);
  for (const entry of entries) log.take(entry);
  return log.lines;
}

const IMPLICIT = '1.2.840.10008.1.2';
const RULE = '-'.repeat(65);
const SHORT_RULE = '-'.repeat(27);
/** Bytes of a PDU that are shown. */
const DUMPED = 512;
const PER_LINE = 16;

class Log {
  readonly lines: string[] = [];
  readonly #options: LogOptions;
  #request: AssociateRQ | undefined;
  #entry!: Entry;
  /** Pending responses to the request under way. */
  #responses = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  take(entry: Entry): void {
    this.#entry = entry;
    const { record, pdu, parts } = entry;
    if (record.kind !== 'pdu') return;
    if (pdu !== undefined) this.#pdu(pdu, record.bytes, record.length);
    for (const part of parts) {
      const { message, fragment } = part;
      if (!fragment.last || message.command === undefined) continue;
      if (fragment.command) this.#command(message);
      if (message.complete && message.parts.at(-1) === part) this.#message(message);
    }
  }

  get #debug(): boolean {
    return this.#options.level === 'd';
  }

  #say(level: 'I' | 'W' | 'F', ...lines: readonly string[]): void {
    this.lines.push(...lines.map((line) => `${level}: ${line}`));
  }

  #detail(...lines: readonly string[]): void {
    if (this.#debug) this.lines.push(...lines.map((line) => `D: ${line}`));
  }

  #pdu(pdu: Pdu, bytes: Bytes, length: number): void {
    switch (pdu.type) {
      case 'A-ASSOCIATE-RQ':
        this.#request = pdu;
        this.#detail('Request Parameters:', ...dumpAssociation(pdu));
        this.#say('I', 'Requesting Association');
        return this.#detail('Constructing Associate RQ PDU');
      case 'A-ASSOCIATE-AC':
        return this.#accepted(pdu, bytes, length);
      case 'A-ASSOCIATE-RJ':
        return this.#rejected(pdu);
      case 'A-RELEASE-RQ':
        return this.#say('I', this.#sent ? 'Releasing Association' : 'Received Release Request');
      case 'A-ABORT':
        return this.#sent
          ? this.#say('I', 'Aborting Association')
          : this.#say('F', 'Peer aborted Association');
      default:
    }
  }

  #accepted(pdu: AssociateAC, bytes: Bytes, length: number): void {
    this.#detail(
      `PDU Type: Associate Accept, PDU Length: ${length - PDU_HEADER} + ${PDU_HEADER} bytes PDU header`,
    );
    if (length > DUMPED) this.#detail(`Only dumping ${DUMPED} bytes.`);
    this.#detail(...hexLines(bytes.subarray(0, DUMPED)), 'Parsing an A-ASSOCIATE PDU');
    this.#detail('Association Parameters Negotiated:', ...dumpAssociation(this.#request!, pdu));
    // As DCMTK counts it: without the header of a PDU and that of its PDV.
    const most = (pdu.userInformation.maximumLength ?? 0) - PDU_HEADER - P_DATA_OVERHEAD;
    this.#say('I', `Association Accepted (Max Send PDV: ${most})`);
  }

  #rejected({ result, source, reason }: AssociateRJ): void {
    const text = rejectText(result, source, reason);
    this.#say(
      'F',
      'Association Rejected:',
      `Result: ${text.result}, Source: ${text.source}`,
      `Reason: ${text.reason}`,
    );
  }

  get #sent(): boolean {
    return this.#entry.record.kind === 'pdu' && this.#entry.record.sender === 'requestor';
  }

  /** A command set has come: DCMTK tells of the reading. */
  #command(message: Message): void {
    if (!this.#sent) this.#detail(`DcmDataset::read() TransferSyntax="${dcmtkSyntax(IMPLICIT)}"`);
    if (message.name === 'C-STORE-RQ' && !this.#sent) this.#incomingStore(message);
  }

  #message(message: Message): void {
    const { name, command } = message;
    const status = command!.Status ?? 0;
    switch (name) {
      case 'C-ECHO-RQ':
        return this.#say('I', `Sending Echo Request (MsgID ${command!.MessageID})`);
      case 'C-ECHO-RSP':
        return this.#say('I', `Received Echo Response (${dcmtkShortStatus('C-ECHO', status)})`);
      case 'C-FIND-RQ':
        return this.#query(message, 'Sending Find Request');
      case 'C-MOVE-RQ':
        return this.#query(message, 'Sending Move Request');
      case 'C-FIND-RSP':
        return this.#match(message, status);
      case 'C-MOVE-RSP':
        return this.#moved(message, status);
      case 'C-GET-RQ':
        this.#say('I', `Sending C-GET Request${this.#withId(message)}`);
        return this.#detail(
          ...dumpMessage(message, 'OUTGOING', { inside: [RULE, ...this.#dataSet(message)] }),
        );
      case 'C-GET-RSP':
        return this.#got(message, status);
      case 'C-STORE-RSP':
        return this.#sent ? this.#answered(message, status) : this.#stored(message, status);
      case 'C-STORE-RQ':
        return this.#sent
          ? this.#store(message)
          : this.#detail(`Received dataset on presentation context ${message.contextId}`);
      default:
    }
  }

  /** With -d the message that follows has the number. */
  #withId({ command }: Message, more = ''): string {
    return this.#debug ? '' : ` (MsgID ${command!.MessageID}${more})`;
  }

  #withStatus(operation: Operation, status: number): string {
    return this.#debug ? '' : ` (${dcmtkShortStatus(operation, status)})`;
  }

  #query(message: Message, what: string): void {
    this.#responses = 0;
    this.#say('I', `${what}${this.#withId(message)}`);
    this.#detail(...dumpMessage(message, 'OUTGOING'));
    this.#say('I', 'Request Identifiers:', '', ...this.#dataSet(message), '');
  }

  #match(message: Message, status: number): void {
    const dump = dumpMessage(message, 'INCOMING', { without: ['Presentation Context ID'] });
    if (message.dataSetLength === 0) {
      this.#say('I', `Received Final Find Response${this.#withStatus('C-FIND', status)}`);
      return this.#detail(...dump);
    }
    this.#responses++;
    this.#detail(`DcmDataset::read() TransferSyntax="${dcmtkSyntax(this.#syntax(message))}"`);
    if (this.#debug) this.#say('I', `Received Find Response ${this.#responses}`);
    else
      this.#say(
        'I',
        SHORT_RULE,
        `Find Response: ${this.#responses}${this.#withStatus('C-FIND', status)}`,
        '',
      );
    this.#detail(...dump, 'Response Identifiers:', '', ...this.#dataSet(message), '');
    if (!this.#debug) this.#say('I', ...this.#dataSet(message), '');
  }

  #moved(message: Message, status: number): void {
    const pending = dcmtkShortStatus('C-MOVE', status).startsWith('Pending');
    if (!pending && /^(Refused|Failed|Error)/.test(dcmtkShortStatus('C-MOVE', status)))
      this.#say('W', `Move response with error status (${dcmtkShortStatus('C-MOVE', status)})`);
    const which = pending ? `Move Response ${++this.#responses}` : 'Final Move Response';
    this.#say('I', `Received ${which}${this.#withStatus('C-MOVE', status)}`);
    this.#detail(...dumpMessage(message, 'INCOMING', { without: ['Presentation Context ID'] }));
  }

  #got(message: Message, status: number): void {
    const short = dcmtkShortStatus('C-GET', status);
    this.#say('I', `Received C-GET Response${this.#withStatus('C-GET', status)}`);
    this.#detail(...dumpMessage(message, 'INCOMING'), 'Handling C-GET Response', `DIMSE status is: ${short}`);
    if (short.startsWith('Pending')) return;
    const { command } = message;
    this.#say('I', 'Final status report from last C-GET message:');
    this.#say(
      'I',
      `  Number of Remaining Suboperations : ${command!.NumberOfRemainingSuboperations ?? 0}`,
      `  Number of Completed Suboperations : ${command!.NumberOfCompletedSuboperations ?? 0}`,
      `  Number of Failed Suboperations    : ${command!.NumberOfFailedSuboperations ?? 0}`,
      `  Number of Warning Suboperations   : ${command!.NumberOfWarningSuboperations ?? 0}`,
    );
  }

  #incomingStore(message: Message): void {
    this.#say('I', `Received C-STORE Request${this.#withId(message)}`);
    this.#detail(...dumpMessage(message, 'INCOMING'));
  }

  #answered(message: Message, status: number): void {
    this.#say('I', `Sending C-STORE Response${this.#withStatus('C-STORE', status)}`);
    this.#detail(...dumpMessage(message, 'OUTGOING'));
  }

  #store(message: Message): void {
    const modality = dcmtkModality(message.command!.AffectedSOPClassUID ?? '');
    this.#say('I', `Sending Store Request (MsgID ${message.command!.MessageID}, ${modality})`);
    this.#detail(...dumpMessage(message, 'OUTGOING', { without: ['Presentation Context ID'] }));
  }

  #stored(message: Message, status: number): void {
    this.#say('I', `Received Store Response${this.#withStatus('C-STORE', status)}`);
    this.#detail(...dumpMessage(message, 'INCOMING'));
  }

  #syntax({ contextId }: Message): string {
    return this.#entry.conversation.contexts.get(contextId)?.transferSyntax ?? IMPLICIT;
  }

  #dataSet(message: Message): string[] {
    const { patients = false } = this.#options;
    return dumpDataSet(message.bytes('data set'), this.#syntax(message), { patients, padded: !this.#sent });
  }
}

function hexLines(bytes: Bytes): string[] {
  const lines: string[] = [];
  for (let at = 0; at <= bytes.length; at += PER_LINE) {
    const some = [...bytes.subarray(at, at + PER_LINE)];
    lines.push(some.map((byte) => `  ${byte.toString(16).padStart(2, '0')}`).join(''));
  }
  return lines;
}
