/** A scripted peer on one connection: it knows what would be right to say next, says it or something else, and hears. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { isPending } from '../../core/dimse/index.ts';
import type { AssociateAC, AssociateRQ, Pdu } from '../../core/pdu/index.ts';
import type { Connection } from '../../core/transport/index.ts';
import type { Random } from '../support/random.ts';
import { Ear } from './ear.ts';
import type { Heard } from './ear.ts';
import { peersItems } from './negotiable.ts';
import { Operation } from './operation.ts';
import type { Contexts } from './operation.ts';
import { ASKED_CONTEXTS, ASKED_ROLES } from './samples.ts';
import type { Utterance } from './utterance.ts';
import { bytesOf } from './utterance.ts';

const MAXIMUM_LENGTHS = [16384, 16384, 16384, 131_072, 131_072, 0, 0, 4096, 4096, 4096, 4096, 128, 128, 8, 4];

export interface ActorOptions {
  readonly label: string;
  readonly connection: Connection;
  /** Says of itself only what every peer can live with. */
  readonly fair: boolean;
  /** Reads nothing behind the request or the answer. */
  readonly deaf: boolean;
  /** It called us. */
  readonly mayAsk: boolean;
  /** Whom it calls. */
  readonly calledAETitle: string;
  log(line: string): void;
  /** Calls our listener with these instances. */
  deliver(sopInstanceUIDs: readonly string[]): void;
}

export class Actor {
  readonly options: ActorOptions;
  readonly ear: Ear;
  /** All that was sent, as bytes. */
  readonly sent: Bytes[] = [];
  contexts: Contexts = new Map();
  associated = false;
  closed = false;
  /** What it will ask in the order given, where it has plans: utterances made when their time has come. */
  readonly plans: (() => Utterance)[] = [];
  /** Operations that our side asked for, oldest first. */
  readonly operations: Operation[] = [];
  /** Keeps back the rest of what was begun. */
  held: Bytes | undefined;
  #request: AssociateRQ | undefined;
  #asked: AssociateRQ | undefined;
  #releaseRequested = false;
  #messageId = 0;
  #unanswered = 0;
  #last: Utterance | undefined;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  #resume: (() => void) | undefined;
  #reading = Promise.resolve();

  constructor(options: ActorOptions) {
    this.options = options;
    const { connection } = options;
    this.ear = new Ear({
      pdu: (pdu) => this.#heardPdu(pdu),
      message: (message) => this.#heardMessage(message),
    });
    this.#writer = connection.writable.getWriter();
    this.#writer.closed.catch(() => undefined);
    this.#writer.ready.catch(() => undefined);
    void connection.closed.then(() => (this.closed = true));
    void this.#read();
  }

  /** The first context for a class, as far as it knows. */
  contextOf(abstractSyntax: string): number {
    return [...this.contexts].find(([, context]) => context.abstractSyntax === abstractSyntax)?.[0] ?? 1;
  }

  deliver(sopInstanceUIDs: readonly string[]): void {
    this.options.deliver(sopInstanceUIDs);
  }

  /** A number for the next request of its own. */
  nextMessageId(): number {
    return ++this.#messageId;
  }

  /** It has asked something that is not answered yet. */
  get waits(): boolean {
    return this.#unanswered > 0 || this.#last?.what === 'A-RELEASE-RQ' || !this.options.mayAsk;
  }

  /** The A-ASSOCIATE-RQ it would begin with. */
  request(random: Random, fair = this.options.fair): Utterance {
    const maximumLength = fair ? 16384 : random.pick(MAXIMUM_LENGTHS);
    const odd = !fair && random.int(8) === 0;
    const again = this.#asked !== undefined;
    this.#asked = {
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: odd ? 2 : 1,
      calledAETitle: !fair && random.int(8) === 0 ? 'WRONG' : this.options.calledAETitle,
      callingAETitle: 'PEER',
      applicationContext: '1.2.840.10008.3.1.1.1',
      contexts: ASKED_CONTEXTS,
      userInformation: {
        maximumLength,
        implementationClassUID: '1.2.3',
        roles: ASKED_ROLES,
        ...peersItems(random, fair, true),
      },
    };
    // The one that our side has read counts: nobody knows which, where there are two.
    if (!this.associated) this.ear.maximumLength = again ? Infinity : limitOf(maximumLength);
    return { what: 'A-ASSOCIATE-RQ', say: this.#asked };
  }

  /** What would be right to say now; undefined where it is not its turn. */
  next(random: Random): Utterance | undefined {
    if (this.#request) return this.#answer(this.#request, random);
    for (const operation of this.operations) {
      const utterance = operation.next(this.contexts);
      if (operation.over) this.operations.splice(this.operations.indexOf(operation), 1);
      if (utterance) return utterance;
    }
    if (this.#releaseRequested) {
      this.#releaseRequested = false;
      return { what: 'A-RELEASE-RP', say: { type: 'A-RELEASE-RP' } };
    }
    return this.waits ? undefined : this.plans.shift()?.();
  }

  #answer(request: AssociateRQ, random: Random): Utterance {
    this.#request = undefined;
    const { fair } = this.options;
    if (!fair && random.int(12) === 0) {
      const [result, source, reason] = random.pick([
        [1, 1, 7],
        [1, 1, 3],
        [2, 3, 1],
        [2, 3, 2],
      ] as const);
      return { what: 'A-ASSOCIATE-RJ', say: { type: 'A-ASSOCIATE-RJ', result, source, reason } };
    }
    const stingy = !fair && random.int(6) === 0;
    const maximumLength = fair ? 16384 : random.pick(MAXIMUM_LENGTHS);
    const contexts = request.contexts.map(({ id, transferSyntaxes }) => {
      const refused = stingy && random.int(2) === 0;
      return { id, result: refused ? 3 : 0, transferSyntax: transferSyntaxes[0]! };
    });
    const { roles } = request.userInformation;
    const userInformation = {
      maximumLength,
      implementationClassUID: '1.2.3',
      ...(roles && { roles }),
      ...peersItems(random, fair, false),
    };
    const ac: AssociateAC = { ...request, type: 'A-ASSOCIATE-AC', contexts, userInformation };
    this.ear.maximumLength = limitOf(maximumLength);
    this.#agree(request, ac);
    return { what: `A-ASSOCIATE-AC, maximum ${maximumLength}`, say: ac };
  }

  #agree(request: AssociateRQ, { contexts }: AssociateAC): void {
    const accepted = contexts.filter(({ result }) => result === 0);
    const syntaxes = new Map(accepted.map(({ id, transferSyntax = '' }) => [id, transferSyntax]));
    this.associated = true;
    this.contexts = new Map(
      request.contexts.flatMap(({ id, abstractSyntax }) => {
        const transferSyntax = syntaxes.get(id);
        return transferSyntax === undefined ? [] : [[id, { abstractSyntax, transferSyntax }]];
      }),
    );
  }

  /** Says it; `change` may do something to the bytes. A part may be kept back for the next time. */
  speak(utterance: Utterance, random: Random, change?: (bytes: Bytes) => Bytes): void {
    this.#last = utterance;
    if (utterance.what.includes('-RQ')) this.#unanswered++;
    const bytes = bytesOf(utterance, random);
    if (change) this.ear.maximumLength = Infinity; // who knows what our side read
    this.send(change ? change(bytes) : bytes, `${utterance.what}${change ? ', changed' : ''}`);
  }

  /** Says the last thing once more. */
  again(random: Random): void {
    if (this.#last) this.speak({ ...this.#last, what: `${this.#last.what} again` }, random);
  }

  /** Sends bytes behind what was held back. */
  send(bytes: Bytes, what: string): void {
    const all = this.held ? concat([this.held, bytes]) : bytes;
    this.held = undefined;
    this.options.log(`${this.options.label} sends ${what} (${all.length} bytes)`);
    if (all.length > 0) this.#write(all);
  }

  #write(bytes: Bytes): void {
    this.sent.push(bytes);
    this.#writer.write(bytes).catch(() => undefined); // our side may be gone
  }

  /** Sends a part of what is held back. */
  trickle(length: number): void {
    if (!this.held) return;
    this.#write(this.held.slice(0, length));
    this.held = this.held.length > length ? this.held.slice(length) : undefined;
  }

  stopReading(): void {
    this.#reading = new Promise((resolve) => (this.#resume = resolve));
  }

  readOn(): void {
    this.#resume?.();
  }

  close(): void {
    void this.options.connection.close();
  }

  cut(): void {
    this.options.connection.abort();
  }

  async #read(): Promise<void> {
    const reader = this.options.connection.readable.getReader();
    for (;;) {
      await this.#reading;
      const result = await reader.read().catch(() => ({ done: true }) as const); // a reset is an end as well
      if (result.done || result.value === undefined) break;
      this.ear.hear(result.value);
    }
    this.ear.end();
  }

  #heardPdu(pdu: Pdu): void {
    if (this.options.deaf) this.stopReading();
    if (pdu.type === 'A-ASSOCIATE-RQ') this.#request = pdu;
    if (pdu.type === 'A-ASSOCIATE-AC') this.#unanswered--;
    if (pdu.type === 'A-ASSOCIATE-AC' && this.#asked) this.#agree(this.#asked, pdu);
    if (pdu.type === 'A-RELEASE-RQ') this.#releaseRequested = true;
  }

  #heardMessage(message: Heard): void {
    const { command, name } = message;
    if (name === 'C-CANCEL-RQ') {
      for (const operation of this.operations) operation.cancel(command.MessageIDBeingRespondedTo!);
    } else if (name.endsWith('-RQ')) {
      this.operations.push(new Operation(this, message));
    } else {
      if (!isPending(command.Status!)) this.#unanswered--;
      for (const operation of this.operations) operation.answered(message);
    }
  }
}

function limitOf(maximumLength: number): number {
  return maximumLength === 0 ? Infinity : maximumLength;
}
