/** How the tools that accept associations tell of one, from its request to its end. */
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../../file/index.ts';
import type { AssociateAC, AssociateRJ, AssociateRQ, UserInformation } from '../../pdu/index.ts';
import { DEFAULT_MAXIMUM_LENGTH } from '../../ul/index.ts';
import type { Entry } from '../conversation.ts';
import { dumpAssociation } from './association-dump.ts';
import { dcmtkRefusal } from './dcmtk-names.ts';
import type { Printer } from './printer.ts';
import { mostSent } from './printer.ts';

/** What differs between the tools. */
export interface AcceptingWords {
  /** `Association` or `Sub-Association`. */
  readonly what: string;
  /** Names both titles behind `Association Received`, and none that responds. */
  readonly titles?: boolean;
  /** Tells of its end, and of contexts of which none was accepted. */
  readonly ends: boolean;
}

/** We, where we answer and have not yet: nobody else's figures would be known before. */
const OURSELVES: UserInformation = {
  implementationClassUID: IMPLEMENTATION_CLASS_UID,
  implementationVersionName: IMPLEMENTATION_VERSION_NAME,
  maximumLength: DEFAULT_MAXIMUM_LENGTH,
};

export class Accepting {
  readonly #print: Printer;
  readonly #words: AcceptingWords;

  constructor(print: Printer, words: AcceptingWords) {
    this.#print = print;
    this.#words = words;
  }

  take(entry: Entry): void {
    const { pdu, steps } = entry;
    const lost = steps.find(({ side, event }) => side === 'acceptor' && event === 'Evt17');
    if (lost !== undefined && lost.from !== 'Sta2' && lost.from !== 'Sta13') this.#end('Aborted');
    switch (pdu?.type) {
      case 'A-ASSOCIATE-RQ':
        return this.#requested(pdu, entry);
      case 'A-ASSOCIATE-AC':
        return this.#accepted(pdu, entry);
      case 'A-ASSOCIATE-RJ':
        return this.#refused(pdu);
      case 'A-RELEASE-RQ':
        return this.#end('Release');
      case 'A-ABORT':
        return this.#aborted(entry);
      default:
        return undefined;
    }
  }

  #requested(request: AssociateRQ, { record, conversation }: Entry): void {
    if (record.kind === 'pdu') this.#print.pdu('Request', record.bytes, record.length);
    const { what, titles } = this.#words;
    const between = titles ? ` (${request.callingAETitle} -> ${request.calledAETitle})` : '';
    this.#print.say('I', `${what} Received${between}`);
    const { answer } = conversation;
    const watched = record.kind === 'pdu' && record.step?.side === 'acceptor';
    const own = answer?.type === 'A-ASSOCIATE-AC' ? answer.userInformation : watched ? OURSELVES : {};
    this.#print.detail('Parameters:', this.#dump(request, undefined, own));
  }

  #accepted(answer: AssociateAC, { conversation: { request } }: Entry): void {
    if (request === undefined) return;
    this.#print.detail('Constructing Associate AC PDU');
    const { what, ends } = this.#words;
    this.#print.say('I', `${what} Acknowledged (Max Send PDV: ${mostSent(request.userInformation)})`);
    if (ends && !answer.contexts.some(({ result }) => result === 0))
      this.#print.say('I', '    (but no valid presentation contexts)');
    this.#print.detail(this.#dump(request, answer));
  }

  #dump(request: AssociateRQ, answer?: AssociateAC, own: UserInformation = {}): string[] {
    const responding = this.#words.titles ? { responding: '' } : {};
    return dumpAssociation(request, answer, { side: 'acceptor', own, ...responding });
  }

  #refused({ result, source, reason }: AssociateRJ): void {
    this.#print.say('I', `Refusing ${this.#words.what} (${dcmtkRefusal(result, source, reason)})`);
  }

  #aborted({ record }: Entry): void {
    if (record.kind === 'pdu' && record.sender === 'acceptor')
      return this.#print.say('E', 'DIMSE failure (aborting association)');
    return this.#end('Aborted');
  }

  #end(how: 'Release' | 'Aborted'): void {
    if (this.#words.ends) this.#print.say('I', `${this.#words.what} ${how}`);
  }
}
