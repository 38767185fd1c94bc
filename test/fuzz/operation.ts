/** An operation that our side asked of a scripted peer: what it would be right to answer, one message at a time. */
import { DicomError } from '../../core/bytes/index.ts';
import { readDataSet, text, writeDataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { CommandName, CommandSet } from '../../core/dimse/index.ts';
import type { Stored } from '../../core/file/index.ts';
import { STORAGE_COMMITMENT } from '../../core/service/index.ts';
import { eventInformation, readRequest } from '../../core/service/commitment-data.ts';
import type { CommitmentRequest, Level, Model } from '../../core/service/index.ts';
import { queryRetrieveOf } from '../../core/service/sop-classes.ts';
import type { Heard } from './ear.ts';
import { LIBRARY, RECEIVER, SAMPLES } from './samples.ts';
import { speech } from './utterance.ts';
import type { Utterance } from './utterance.ts';

/** Contexts by identifier, as far as the actor knows. */
export type Contexts = ReadonlyMap<
  number,
  { readonly abstractSyntax: string; readonly transferSyntax: string }
>;

/** What an operation needs of its actor. */
interface Asker {
  nextMessageId(): number;
  deliver(sopInstanceUIDs: readonly string[]): void;
}

export class Operation {
  over = false;
  readonly #asker: Asker;
  readonly #request: Heard;
  /** The commitment that it took on. */
  #taken: CommitmentRequest | undefined;
  #matches: DataSet[] | undefined;
  #instances: Stored[] | undefined;
  /** The C-STORE that it waits for. */
  #waiting: number | undefined;
  #completed = 0;
  #failed = 0;
  #cancelled = false;

  constructor(asker: Asker, request: Heard) {
    this.#asker = asker;
    this.#request = request;
  }

  /** The next message; undefined where it waits. */
  next(contexts: Contexts): Utterance | undefined {
    if (this.#waiting !== undefined) return undefined;
    if (this.#cancelled) return this.#respond(0xfe00);
    try {
      return this.#perform(contexts);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      return this.#respond(0xc001);
    }
  }

  cancel(messageId: number): void {
    if (messageId === this.#request.command.MessageID) this.#cancelled = true;
  }

  /** A response came to the actor. */
  answered({ command }: Heard): void {
    if (command.MessageIDBeingRespondedTo !== this.#waiting) return;
    this.#waiting = undefined;
    if (command.Status === 0) this.#completed++;
    else this.#failed++;
  }

  #perform(contexts: Contexts): Utterance {
    const { name } = this.#request;
    if (name === 'C-FIND-RQ') return this.#find(contexts);
    if (name === 'C-GET-RQ') return this.#get(contexts);
    if (name === 'C-MOVE-RQ') return this.#move(contexts);
    if (name === 'N-ACTION-RQ') return this.#commit(contexts);
    return this.#respond(0);
  }

  #respond(Status: number, fields: Partial<CommandSet> = {}, data?: DataSet): Utterance {
    const { contextId, name, command } = this.#request;
    const pending = Status === 0xff00;
    this.over = !pending;
    const response = name.replace('-RQ', '-RSP') as CommandName;
    const bytes = data && writeDataSet(data, this.#syntax ?? '1.2.840.10008.1.2');
    return speech(
      contextId,
      response,
      { MessageIDBeingRespondedTo: command.MessageID!, Status, ...fields },
      bytes,
    );
  }

  #syntax: string | undefined;

  /** The request as it is, in what this actor believes to be the transfer syntax of its context. */
  #asked(contexts: Contexts): { model: Model; level: Level; keys: DataSet } {
    const context = contexts.get(this.#request.contextId);
    const syntax = this.#syntaxOf(contexts);
    const { model } = queryRetrieveOf(context?.abstractSyntax ?? '') ?? { model: 'STUDY' };
    const identifier = readDataSet(this.#request.data!, syntax);
    const level = (text(identifier, 'QueryRetrieveLevel') || 'STUDY') as Level;
    const { '00080052': _, ...keys } = identifier;
    return { model, level, keys };
  }

  #syntaxOf(contexts: Contexts): string {
    return (this.#syntax = contexts.get(this.#request.contextId)?.transferSyntax ?? '1.2.840.10008.1.2');
  }

  #find(contexts: Contexts): Utterance {
    this.#matches ??= [...LIBRARY.find(this.#asked(contexts))];
    const match = this.#matches.shift();
    return match ? this.#respond(0xff00, {}, match) : this.#respond(0);
  }

  #get(contexts: Contexts): Utterance {
    this.#instances ??= [...LIBRARY.select(this.#asked(contexts))];
    for (let next = this.#instances.shift(); next; next = this.#instances.shift()) {
      const { sopClassUID, sopInstanceUID, transferSyntaxUID } = next;
      const context = [...contexts].find(
        ([, { abstractSyntax, transferSyntax }]) =>
          abstractSyntax === sopClassUID && transferSyntax === transferSyntaxUID,
      );
      if (context) return this.#store(context[0], sopClassUID, sopInstanceUID);
      this.#failed++;
    }
    return this.#final();
  }

  #store(contextId: number, AffectedSOPClassUID: string, AffectedSOPInstanceUID: string): Utterance {
    const MessageID = this.#asker.nextMessageId();
    this.#waiting = MessageID;
    const bytes = SAMPLES.find(({ info }) => info.sopInstanceUID === AffectedSOPInstanceUID)!.bytes;
    const fields = { MessageID, AffectedSOPClassUID, AffectedSOPInstanceUID, Priority: 0 };
    return speech(contextId, 'C-STORE-RQ', fields, bytes);
  }

  /** Says that it sends, whether our listener is there or not, and whatever becomes of it. */
  #move(contexts: Contexts): Utterance {
    this.#instances ??= this.#moved(contexts);
    if (this.#instances.shift() === undefined) return this.#final();
    this.#completed++;
    return this.#respond(0xff00, {
      NumberOfRemainingSuboperations: this.#instances.length,
      ...this.#counters(),
    });
  }

  #moved(contexts: Contexts): Stored[] {
    const instances = [...LIBRARY.select(this.#asked(contexts))];
    if (this.#request.command.MoveDestination === RECEIVER.aeTitle) {
      this.#asker.deliver(instances.map(({ sopInstanceUID }) => sopInstanceUID));
    }
    return instances;
  }

  /** Takes the request, then reports. */
  #commit(contexts: Contexts): Utterance {
    if (this.#taken) return this.#report();
    this.#taken = readRequest(readDataSet(this.#request.data!, this.#syntaxOf(contexts)));
    const answer = this.#respond(0);
    this.over = false;
    return answer;
  }

  #report(): Utterance {
    this.over = true;
    const { transactionUID, instances } = this.#taken!;
    const has = (uid: string): boolean => SAMPLES.some(({ info }) => info.sopInstanceUID === uid);
    const committed = instances.filter(({ sopInstanceUID }) => has(sopInstanceUID));
    const lacking = instances.filter(({ sopInstanceUID }) => !has(sopInstanceUID));
    const failed = lacking.map((instance) => ({ ...instance, failureReason: 0x0112 }));
    const fields = {
      MessageID: this.#asker.nextMessageId(),
      AffectedSOPClassUID: STORAGE_COMMITMENT,
      AffectedSOPInstanceUID: '1.2.840.10008.1.20.1.1',
      EventTypeID: failed.length > 0 ? 2 : 1,
    };
    const report = eventInformation({ transactionUID, committed, failed }, this.#syntax ?? '');
    return speech(this.#request.contextId, 'N-EVENT-REPORT-RQ', fields, report);
  }

  #final(): Utterance {
    return this.#respond(this.#failed > 0 ? 0xb000 : 0, this.#counters());
  }

  #counters(): Partial<CommandSet> {
    return {
      NumberOfCompletedSuboperations: this.#completed,
      NumberOfFailedSuboperations: this.#failed,
      NumberOfWarningSuboperations: 0,
    };
  }
}
