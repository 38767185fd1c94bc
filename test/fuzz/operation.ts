/** An operation that our side asked of a scripted peer: what it would be right to answer, one message at a time. */
import { DicomError } from '../../core/bytes/index.ts';
import { readDataSet, text, writeDataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { CommandName, CommandSet } from '../../core/dimse/index.ts';
import type { Stored } from '../../core/file/index.ts';
import type { Level, Model } from '../../core/service/index.ts';
import { queryRetrieveOf } from '../../core/service/sop-classes.ts';
import type { Heard } from './ear.ts';
import { LIBRARY, SAMPLES } from './samples.ts';
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
}

export class Operation {
  over = false;
  readonly #asker: Asker;
  readonly #request: Heard;
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
    this.#syntax = context?.transferSyntax;
    const { model } = queryRetrieveOf(context?.abstractSyntax ?? '') ?? { model: 'STUDY' };
    const identifier = readDataSet(this.#request.data!, context?.transferSyntax ?? '1.2.840.10008.1.2');
    const level = (text(identifier, 'QueryRetrieveLevel') || 'STUDY') as Level;
    const { '00080052': _, ...keys } = identifier;
    return { model, level, keys };
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

  /** Sends nothing anywhere, and says that it did. */
  #move(contexts: Contexts): Utterance {
    this.#instances ??= [...LIBRARY.select(this.#asked(contexts))];
    if (this.#instances.shift() === undefined) return this.#final();
    this.#completed++;
    return this.#respond(0xff00, {
      NumberOfRemainingSuboperations: this.#instances.length,
      ...this.#counters(),
    });
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
