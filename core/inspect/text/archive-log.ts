/** An association as dcmqrscp logs it: one that it was asked for, and one that it opens itself for a C-MOVE. */
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import { Accepting } from './accepting.ts';
import { dumpAssociation } from './association-dump.ts';
import { dcmtkModality, dcmtkShortStatus } from './dcmtk-names.ts';
import { dumpMessage } from './message-dump.ts';
import type { Printer } from './printer.ts';
import { endedParts } from './printer.ts';
import type { ToolLog } from './tool-log.ts';
import { wordless } from './tool-log.ts';

const WITHOUT_CONTEXT = { without: ['Presentation Context ID'] };

/** `C-FIND-RQ` and `C-FIND-RSP` are both of `Find`. */
function serviceOf({ name }: Message): 'Find' | 'Get' | 'Move' | undefined {
  const [, service] = /^C-(FIND|GET|MOVE)-R/.exec(name ?? '') ?? [];
  return service === undefined ? undefined : ({ FIND: 'Find', GET: 'Get', MOVE: 'Move' } as const)[service];
}

export class ArchiveLog implements ToolLog {
  readonly #print: Printer;
  readonly #accepting: Accepting;
  #entry!: Entry;
  /** Responses to the request under way. */
  #responses = 0;

  constructor(print: Printer) {
    this.#print = print;
    this.#accepting = new Accepting(print, { what: 'Association', titles: true, ends: true });
  }

  take(entry: Entry): void {
    this.#entry = entry;
    this.#accepting.take(entry);
    for (const { message, fragment, whole } of endedParts(entry)) {
      if (message.sender === 'acceptor') {
        if (whole) this.#sent(message);
        continue;
      }
      if (fragment.command) this.#command(message);
      if (whole && message.dataSetLength > 0) this.#dataSet(message);
    }
  }

  #command(message: Message): void {
    this.#print.readCommand();
    const { name, command } = message;
    const service = name === 'C-STORE-RQ' ? 'Store' : serviceOf(message);
    if (name === 'C-ECHO-RQ') this.#print.say('I', `Received Echo SCP RQ: MsgID ${command!.MessageID}`);
    else if (name === 'C-STORE-RSP') stored(this.#print, 'Get', message);
    else if (service !== undefined)
      this.#print.say('I', `Received ${service} SCP:`, ...dumpMessage(message, 'INCOMING', WITHOUT_CONTEXT));
    else wordless(this.#print, message, false);
  }

  /** Of a request it is told once it is whole. */
  #dataSet(message: Message): void {
    this.#print.readDataSet(message, this.#entry.conversation);
    const service = serviceOf(message);
    if (service === undefined) return;
    this.#responses = 0;
    const identifiers = this.#print.dataSet(message, this.#entry.conversation, true);
    this.#print.say('I', `${service} SCP Request Identifiers:`, '', identifiers, '');
  }

  #sent(message: Message): void {
    const service = serviceOf(message);
    if (service !== undefined) return this.#answered(service, message);
    if (message.name === 'C-STORE-RQ') return storing(this.#print, message);
    if (message.name === 'C-ECHO-RSP') return undefined;
    if (message.name !== 'C-STORE-RSP') return wordless(this.#print, message, true);
    return this.#print.say('I', 'Sending:', ...dumpMessage(message, 'OUTGOING', WITHOUT_CONTEXT));
  }

  #answered(service: 'Find' | 'Get' | 'Move', message: Message): void {
    const short = dcmtkShortStatus(`C-${service.toUpperCase() as 'FIND'}`, message.status ?? 0);
    const destination = message.request?.command?.MoveDestination;
    if (short.endsWith('MoveDestinationUnknown'))
      this.#print.say('I', `mapMoveDestination: unknown AE: '${destination ?? ''}'`);
    this.#print.say('I', `${service} SCP Response ${++this.#responses} [status: ${short}]`);
    if (service === 'Get') return;
    this.#print.detail(...dumpMessage(message, 'OUTGOING', WITHOUT_CONTEXT));
    if (message.dataSetLength === 0 || service !== 'Find') return;
    const identifiers = this.#print.dataSet(message, this.#entry.conversation, true);
    this.#print.detail('Find SCP Response Identifiers:', '', identifiers, '');
  }
}

/** By which it sends what a C-MOVE asked for. */
export class SubAssociationLog implements ToolLog {
  readonly #print: Printer;

  constructor(print: Printer) {
    this.#print = print;
  }

  take(entry: Entry): void {
    this.#pdu(entry);
    for (const { message, fragment, whole } of endedParts(entry)) {
      if (message.sender === 'requestor') {
        if (whole) this.#sent(message);
      } else if (fragment.command) this.#received(message);
    }
  }

  #pdu({ pdu, record }: Entry): void {
    switch (pdu?.type) {
      case 'A-ASSOCIATE-RQ':
        this.#print.detail('Request Parameters:', dumpAssociation(pdu));
        this.#print.say('I', 'Requesting Sub-Association');
        return this.#print.detail('Constructing Associate RQ PDU');
      case 'A-ASSOCIATE-AC':
        return record.kind === 'pdu' ? this.#print.pdu('Accept', record.bytes, record.length) : undefined;
      case 'A-ASSOCIATE-RJ':
        return this.#print.rejected('E', 'moveSCP: Sub-Association Rejected', pdu);
      case 'A-RELEASE-RQ':
        return this.#print.say('I', 'Releasing Sub-Association');
      case 'A-ABORT':
        return this.#print.say('E', 'moveSCP: Sub-Association Aborted');
      default:
        return undefined;
    }
  }

  #sent(message: Message): void {
    if (message.name === 'C-STORE-RQ') storing(this.#print, message);
    else wordless(this.#print, message, true);
  }

  #received(message: Message): void {
    this.#print.readCommand();
    if (message.name === 'C-STORE-RSP') stored(this.#print, 'Move', message);
    else wordless(this.#print, message, false);
  }
}

function storing(print: Printer, { command }: Message): void {
  const modality = dcmtkModality(command!.AffectedSOPClassUID ?? '');
  print.say('I', `Store SCU RQ: MsgID ${command!.MessageID}, (${modality})`);
}

function stored(print: Printer, service: 'Get' | 'Move', { status = 0 }: Message): void {
  const short = dcmtkShortStatus('C-STORE', status);
  print.say('I', `${service} SCP: Received Store SCU RSP [Status=${short}]`);
}
