/** An association as its requestor's tool logs it: echoscu, findscu, getscu, movescu, storescu. */
import type { AssociateAC, AssociateRQ, Pdu } from '../../pdu/index.ts';
import type { Operation } from '../../dict/index.ts';
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import { dumpAssociation } from './association-dump.ts';
import { dcmtkModality, dcmtkShortStatus } from './dcmtk-names.ts';
import { dumpMessage } from './message-dump.ts';
import type { TimerRecord } from '../record.ts';
import type { State } from '../../ul/states.ts';
import type { Printer } from './printer.ts';
import { endedParts, mostSent } from './printer.ts';
import type { ToolLog } from './tool-log.ts';
import { wordless } from './tool-log.ts';

const RULE = '-'.repeat(65);
const SHORT_RULE = '-'.repeat(27);
const FAILED = 'Association Request Failed:';
const WITHOUT_CONTEXT = { without: ['Presentation Context ID'] };

export class RequestorLog implements ToolLog {
  readonly #print: Printer;
  #request: AssociateRQ | undefined;
  #entry!: Entry;
  /** Pending responses to the request under way. */
  #responses = 0;

  constructor(print: Printer) {
    this.#print = print;
  }

  take(entry: Entry): void {
    this.#entry = entry;
    if (entry.record.kind === 'timer') this.#late(entry.record);
    const lost = entry.steps.find(({ side, event }) => side === 'requestor' && event === 'Evt17');
    if (lost !== undefined) this.#lost(lost.from);
    if (entry.pdu !== undefined) this.#pdu(entry.pdu);
    for (const { message, fragment, whole } of endedParts(entry)) {
      if (fragment.command) this.#command(message);
      if (whole) this.#message(message);
    }
  }

  #pdu(pdu: Pdu): void {
    switch (pdu.type) {
      case 'A-ASSOCIATE-RQ':
        this.#request = pdu;
        this.#print.detail('Request Parameters:', dumpAssociation(pdu));
        this.#print.say('I', 'Requesting Association');
        return this.#print.detail('Constructing Associate RQ PDU');
      case 'A-ASSOCIATE-AC':
        return this.#accepted(pdu);
      case 'A-ASSOCIATE-RJ':
        return this.#print.rejected('F', 'Association Rejected:', pdu);
      case 'A-RELEASE-RQ':
        return this.#print.say('I', this.#sent ? 'Releasing Association' : 'Received Release Request');
      case 'A-ABORT':
        return this.#sent
          ? this.#print.say('I', 'Aborting Association')
          : this.#print.say('F', 'Peer aborted Association');
      default:
    }
  }

  #accepted(answer: AssociateAC): void {
    const { record } = this.#entry;
    if (record.kind === 'pdu') this.#print.pdu('Accept', record.bytes, record.length);
    const dump = this.#request ? dumpAssociation(this.#request, answer) : [];
    this.#print.detail('Association Parameters Negotiated:', dump);
    if (!answer.contexts.some(({ result }) => result === 0))
      return this.#print.say('E', 'No Acceptable Presentation Contexts');
    return this.#print.say('I', `Association Accepted (Max Send PDV: ${mostSent(answer.userInformation)})`);
  }

  /** The connection is gone. */
  #lost(from: State): void {
    if (from === 'Sta4') this.#print.say('F', `${FAILED} 0006:031c TCP Initialization Error`);
    if (from === 'Sta5')
      this.#print.say('F', `${FAILED} 0006:0317 Peer aborted Association (or never connected)`);
    if (from === 'Sta6') this.#print.say('F', 'Peer aborted Association');
  }

  #late({ phase }: TimerRecord): void {
    if (phase === 'connect') this.#print.say('F', `${FAILED} 0006:031c TCP Initialization Error`);
    else if (phase === 'associate') this.#print.say('F', `${FAILED} 0006:031a DUL network read timeout`);
    else this.#print.say('E', '0006:0207 DIMSE No data available (timeout in non-blocking mode)');
  }

  get #sent(): boolean {
    const { record } = this.#entry;
    return record.kind === 'pdu' && record.sender === 'requestor';
  }

  #command(message: Message): void {
    if (!this.#sent) this.#print.readCommand();
    if (message.name === 'C-STORE-RQ' && !this.#sent) this.#incomingStore(message);
  }

  #message(message: Message): void {
    const { name, command } = message;
    const status = command!.Status ?? 0;
    switch (name) {
      case 'C-ECHO-RQ':
        return this.#print.say('I', `Sending Echo Request (MsgID ${command!.MessageID})`);
      case 'C-ECHO-RSP':
        return this.#print.say('I', `Received Echo Response (${dcmtkShortStatus('C-ECHO', status)})`);
      case 'C-FIND-RQ':
        return this.#query(message, 'Sending Find Request');
      case 'C-MOVE-RQ':
        return this.#query(message, 'Sending Move Request');
      case 'C-FIND-RSP':
        return this.#match(message, status);
      case 'C-MOVE-RSP':
        return this.#moved(message, status);
      case 'C-GET-RQ':
        this.#print.say('I', `Sending C-GET Request${this.#withId(message)}`);
        return this.#print.detail(
          dumpMessage(message, 'OUTGOING', { inside: [RULE, ...this.#dataSet(message)] }),
        );
      case 'C-GET-RSP':
        return this.#got(message, status);
      case 'C-STORE-RSP':
        return this.#sent ? this.#answered(message, status) : this.#stored(message, status);
      case 'C-STORE-RQ':
        return this.#sent
          ? this.#store(message)
          : this.#print.detail(`Received dataset on presentation context ${message.contextId}`);
      case 'C-CANCEL-RQ':
        return this.#cancelled(message);
      default:
        return wordless(this.#print, message, this.#sent);
    }
  }

  /** With -d the message that follows has the number. */
  #withId({ command }: Message): string {
    return this.#print.debug ? '' : ` (MsgID ${command!.MessageID})`;
  }

  #withStatus(operation: Operation, status: number): string {
    return this.#print.debug ? '' : ` (${dcmtkShortStatus(operation, status)})`;
  }

  #query(message: Message, what: string): void {
    this.#responses = 0;
    this.#print.say('I', `${what}${this.#withId(message)}`);
    this.#print.detail(...dumpMessage(message, 'OUTGOING'));
    this.#print.say('I', 'Request Identifiers:', '', this.#dataSet(message), '');
  }

  #cancelled({ command, contextId }: Message): void {
    const id = command!.MessageIDBeingRespondedTo;
    this.#print.say('I', `Sending Cancel Request (MsgID ${id}, PresID ${contextId})`);
  }

  #match(message: Message, status: number): void {
    const dump = dumpMessage(message, 'INCOMING', WITHOUT_CONTEXT);
    if (message.dataSetLength === 0) {
      this.#print.say('I', `Received Final Find Response${this.#withStatus('C-FIND', status)}`);
      return this.#print.detail(...dump);
    }
    this.#responses++;
    this.#print.readDataSet(message, this.#entry.conversation);
    if (this.#print.debug) return this.#matchInDetail(message, dump);
    const heading = `Find Response: ${this.#responses}${this.#withStatus('C-FIND', status)}`;
    return this.#print.say('I', SHORT_RULE, heading, '', this.#dataSet(message), '');
  }

  #matchInDetail(message: Message, dump: readonly string[]): void {
    this.#print.say('I', `Received Find Response ${this.#responses}`);
    this.#print.detail(dump, 'Response Identifiers:', '', this.#dataSet(message), '');
  }

  #moved(message: Message, status: number): void {
    const short = dcmtkShortStatus('C-MOVE', status);
    const pending = short.startsWith('Pending');
    if (/^(Refused|Failed|Error)/.test(short))
      this.#print.say('W', `Move response with error status (${short})`);
    const which = pending ? `Move Response ${++this.#responses}` : 'Final Move Response';
    this.#print.say('I', `Received ${which}${this.#withStatus('C-MOVE', status)}`);
    this.#print.detail(...dumpMessage(message, 'INCOMING', WITHOUT_CONTEXT));
  }

  #got(message: Message, status: number): void {
    const short = dcmtkShortStatus('C-GET', status);
    this.#print.say('I', `Received C-GET Response${this.#withStatus('C-GET', status)}`);
    this.#print.detail(
      ...dumpMessage(message, 'INCOMING'),
      'Handling C-GET Response',
      `DIMSE status is: ${short}`,
    );
    if (short.startsWith('Pending')) return;
    const { command } = message;
    this.#print.say('I', 'Final status report from last C-GET message:');
    this.#print.say(
      'I',
      `  Number of Remaining Suboperations : ${command!.NumberOfRemainingSuboperations ?? 0}`,
      `  Number of Completed Suboperations : ${command!.NumberOfCompletedSuboperations ?? 0}`,
      `  Number of Failed Suboperations    : ${command!.NumberOfFailedSuboperations ?? 0}`,
      `  Number of Warning Suboperations   : ${command!.NumberOfWarningSuboperations ?? 0}`,
    );
  }

  #incomingStore(message: Message): void {
    this.#print.say('I', `Received C-STORE Request${this.#withId(message)}`);
    this.#print.detail(...dumpMessage(message, 'INCOMING'));
  }

  #answered(message: Message, status: number): void {
    this.#print.say('I', `Sending C-STORE Response${this.#withStatus('C-STORE', status)}`);
    this.#print.detail(...dumpMessage(message, 'OUTGOING'));
  }

  #store(message: Message): void {
    const modality = dcmtkModality(message.command!.AffectedSOPClassUID ?? '');
    this.#print.say('I', `Sending Store Request (MsgID ${message.command!.MessageID}, ${modality})`);
    this.#print.detail(...dumpMessage(message, 'OUTGOING', WITHOUT_CONTEXT));
  }

  #stored(message: Message, status: number): void {
    this.#print.say('I', `Received Store Response${this.#withStatus('C-STORE', status)}`);
    this.#print.detail(...dumpMessage(message, 'INCOMING'));
  }

  #dataSet(message: Message): string[] {
    return this.#print.dataSet(message, this.#entry.conversation, this.#sent);
  }
}
