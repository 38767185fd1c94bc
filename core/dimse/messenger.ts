/**
 * Messages over an association, both ways at once (PS3.7 7.5, 8): requests we invoke, requests we perform.
 * Outstanding operations are kept by direction and Message ID, since both sides may use the same number.
 */
import { DEFAULT_LIMITS, DicomError } from '../bytes/index.ts';
import type { Bytes, Limits } from '../bytes/index.ts';
import type { Pdv } from '../pdu/index.ts';
import type { Deadlines, PresentationContext, UlAssociation } from '../ul/index.ts';
import { Assembler } from './assemble.ts';
import { commandOf } from './command-set.ts';
import { NO_DATA_SET } from './commands.ts';
import type { Command, CommandName } from './commands.ts';
import type { CommandSet } from './elements.ts';
import type { CommandHappening, DataSetHappening, StrayHappening } from './events.ts';
import { Exchange, isPending } from './exchange.ts';
import { PerformedOperations } from './performed.ts';
import { collect, DISCARD } from './receiver.ts';
import type { DataSetReceiver } from './receiver.ts';
import { internal, Sender } from './sender.ts';
import type { DataSetSource } from './sender.ts';
import { MessageWatch, silenceAllowed } from './silence.ts';
import type { Pulse } from './silence.ts';

/** The fields of a command that the messenger does not fill in itself. */
export type CommandFields = Omit<CommandSet, 'CommandField' | 'CommandDataSetType' | 'MessageID'>;

/** A request that the peer sent us. */
export interface IncomingRequest {
  readonly context: PresentationContext;
  readonly name: CommandName;
  readonly command: CommandSet;
  /** Aborts on C-CANCEL and when the association ends. */
  readonly signal: AbortSignal;
  /** Sends a response; fields that mirror the request are filled in. After a final one the operation is over. */
  respond(response: CommandFields & { readonly Status: number }, dataSet?: Bytes): Promise<void>;
}

/** Answers requests: returns who takes the data set, where one follows. */
export type RequestHandler = (
  request: IncomingRequest,
) => DataSetReceiver | undefined | Promise<DataSetReceiver | undefined>;

/** What to invoke. */
export interface Invocation {
  readonly contextId: number;
  readonly name: CommandName;
  readonly fields: CommandFields;
  readonly dataSet?: DataSetSource;
  /** Called when the request has left. */
  readonly sent?: () => void;
  /** Which deadline holds between two signs of life. */
  readonly progress?: 'progress' | 'moveProgress';
  readonly capacity: number | 'latest';
  readonly cancellable: boolean;
}

export class Messenger {
  readonly association: UlAssociation;
  readonly limits: Limits;
  readonly #deadlines: Deadlines;
  readonly #assembler: Assembler;
  readonly #onRequest: RequestHandler;
  readonly #invoked = new Map<number, Exchange>();
  readonly #performed = new PerformedOperations();
  #receiver: DataSetReceiver | undefined;
  #receiving: { readonly contextId: number; readonly name: CommandName; length: number } | undefined;
  readonly #sender: Sender;
  #lastMessageId = 0;
  #lastActivity = 0;
  /** While what came is being digested, the silence is ours. */
  #digesting = false;
  readonly #pulse: Pulse;
  readonly #watch: MessageWatch;

  constructor(
    association: UlAssociation,
    onRequest: RequestHandler,
    options: { readonly deadlines: Deadlines; readonly limits?: Limits },
  ) {
    this.association = association;
    this.limits = options.limits ?? DEFAULT_LIMITS;
    this.#deadlines = options.deadlines;
    this.#onRequest = onRequest;
    this.#sender = new Sender(association);
    const { clock } = association;
    this.#pulse = { clock, lastActivity: () => (this.#digesting ? clock.now() : this.#lastActivity) };
    this.#watch = new MessageWatch(this.#pulse, options.deadlines.progress, (error) =>
      association.abort(error),
    );
    this.#assembler = new Assembler(this.limits, (id) => association.contexts.has(id));
    void association.ended.then(() => this.#end(association.failure()));
  }

  /** Takes P-DATA from the association; serial, held back by whoever receives the data set. */
  receive(pdvs: readonly Pdv[]): void | Promise<void> {
    this.#digesting = true;
    const pending = this.#guarded(() => this.#take(pdvs, 0));
    if (pending !== undefined) return pending.then(() => this.#digested());
    this.#digested();
  }

  #digested(): void {
    this.#digesting = false;
    this.#lastActivity = this.association.clock.now();
  }

  /** What fails here ends the association. */
  #guarded(work: () => void | Promise<void>): void | Promise<void> {
    const failed = (error: unknown): void =>
      this.association.abort(error instanceof DicomError ? error : internal(error));
    try {
      return work()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #take(pdvs: readonly Pdv[], from: number): void | Promise<void> {
    for (let at = from; at < pdvs.length && !this.association.end; at++) {
      const pending = this.#pdv(pdvs[at]!);
      if (pending !== undefined) return this.#takeRest(pending, pdvs, at + 1);
    }
  }

  /** Those behind one that has to be waited for. */
  async #takeRest(waiting: Promise<void>, pdvs: readonly Pdv[], from: number): Promise<void> {
    await waiting;
    for (let at = from; at < pdvs.length && !this.association.end; at++) await this.#pdv(pdvs[at]!);
  }

  #pdv(pdv: Pdv): void | Promise<void> {
    const assembled = this.#assembler.push(pdv);
    this.#watch.update(this.#assembler.open);
    if (assembled?.kind === 'command') return this.#command(assembled.contextId, assembled.command);
    if (assembled?.kind === 'data') return this.#data(assembled.data, assembled.last);
  }

  /** Invokes an operation; the request leaves behind what is already being sent. */
  invoke(invocation: Invocation): Exchange {
    const { contextId, name, fields, dataSet, progress = 'progress' } = invocation;
    const messageId = this.#nextMessageId();
    const exchange = new Exchange(
      {
        ...this.#pulse,
        sendCancel: () => void this.#cancel(contextId, messageId),
        abort: (error) => this.association.abort(error),
      },
      {
        messageId,
        operation: name.replace(/-RQ$/, ''),
        ...silenceAllowed(this.#deadlines, progress),
        cancelGrace: this.#deadlines.cancelGrace,
        drained: this.limits.drained,
        capacity: invocation.capacity,
        cancellable: invocation.cancellable,
      },
    );
    this.#invoked.set(messageId, exchange);
    void exchange.over.then(() => this.#invoked.delete(messageId));
    this.send(contextId, name, { ...fields, MessageID: messageId }, dataSet).then(
      () => {
        exchange.sent();
        invocation.sent?.();
      },
      (error: unknown) => exchange.fail(error instanceof DicomError ? error : internal(error)),
    );
    return exchange;
  }

  get busy(): boolean {
    return this.#invoked.size > 0;
  }

  /**
   * Resolves when no operation that we invoked is open any more, and what the peer asked of us has been answered: for
   * that it waits no longer than for a release.
   */
  async idle(): Promise<void> {
    await Promise.all([...this.#invoked.values()].map((exchange) => exchange.over));
    const { clock, ended } = this.association;
    await this.#performed.idle(clock, this.#deadlines.release, ended);
  }

  /** Sends one message, behind those that are being sent. */
  send(
    contextId: number,
    name: CommandName,
    fields: Partial<CommandSet>,
    dataSet?: DataSetSource,
  ): Promise<void> {
    return this.#sender.send(contextId, name, fields, dataSet);
  }

  async #cancel(contextId: number, messageId: number): Promise<void> {
    // PS3.7 9.3.2.3: on the context of the request; a failing send is told by the association's end.
    await this.send(contextId, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: messageId }).catch(
      () => undefined,
    );
  }

  async #command(contextId: number, command: CommandSet): Promise<void> {
    const row = commandOf(command);
    const { name } = row;
    this.association.trace?.<CommandHappening>({
      layer: 'dimse',
      type: 'command',
      direction: 'received',
      contextId,
      name,
      command,
    });
    const receiver = await this.#dispatch(contextId, row, command);
    if (this.association.end) return receiver?.abort(this.association.failure());
    if (command.CommandDataSetType === NO_DATA_SET) {
      if (receiver) await receiver.end();
      return;
    }
    this.#receiver = receiver ?? DISCARD;
    this.#receiving = { contextId, name, length: 0 };
  }

  #dispatch(
    contextId: number,
    row: Command,
    command: CommandSet,
  ): DataSetReceiver | undefined | Promise<DataSetReceiver | undefined> {
    if (row.response) return this.#response(contextId, row, command);
    if (row.name === 'C-CANCEL-RQ') {
      const messageId = command.MessageIDBeingRespondedTo!; // mandatory, checked by commandOf
      const reason = new DicomError('CANCELLED', 'The peer sent C-CANCEL.');
      if (!this.#performed.cancel(messageId, reason)) this.#stray(contextId, row, messageId);
      return undefined;
    }
    return this.#onRequest(this.#incoming(contextId, row, command));
  }

  #response(contextId: number, row: Command, command: CommandSet): DataSetReceiver | undefined {
    const messageId = command.MessageIDBeingRespondedTo!; // mandatory, checked by commandOf
    const exchange = this.#invoked.get(messageId);
    if (exchange === undefined || row.name !== `${exchange.options.operation}-RSP`) {
      this.#stray(contextId, row, messageId);
      return undefined;
    }
    const status = command.Status!; // as above
    const final = !isPending(status);
    const deliver = (dataSet: Bytes | undefined): void | Promise<void> =>
      exchange.receive({ command, status, dataSet, final });
    const wanted = final || !exchange.draining;
    if (wanted && command.CommandDataSetType !== NO_DATA_SET) return collect(this.limits.identifier, deliver);
    return { ...DISCARD, end: () => deliver(undefined) };
  }

  #incoming(contextId: number, row: Command, command: CommandSet): IncomingRequest {
    const messageId = command.MessageID!; // mandatory in every request but C-CANCEL
    const performed = this.#performed.begin(messageId);
    const name = row.name.replace(/-RQ$/, '-RSP') as CommandName;
    return {
      context: this.association.contexts.get(contextId)!, // the assembler lets only accepted ones through
      name: row.name,
      command,
      get signal() {
        return performed.signal;
      },
      respond: async (fields, dataSet) => {
        const send = (): Promise<void> =>
          this.#respond(contextId, name, { ...mirrored(command), ...fields }, dataSet);
        await (isPending(fields.Status) ? send() : performed.end(send));
      },
    };
  }

  /** A response that cannot be sent must not leave the peer waiting for it. */
  async #respond(...message: Parameters<Messenger['send']>): Promise<void> {
    try {
      await this.send(...message);
    } catch (error) {
      const cause = error instanceof DicomError ? error : internal(error);
      // Behind a release nobody waits any more.
      if (!this.association.end && cause.code !== 'ASSOCIATION_ENDED') this.association.abort(cause);
      throw error;
    }
  }

  #data(data: Bytes, last: boolean): void | Promise<void> {
    const receiver = this.#receiver!; // the assembler lets no data through without a command
    const receiving = this.#receiving!;
    receiving.length += data.length;
    const pending = data.length > 0 ? receiver.write(data) : undefined;
    if (!last) return pending;
    return this.#dataEnd(receiver, pending);
  }

  async #dataEnd(receiver: DataSetReceiver, pending: void | Promise<void>): Promise<void> {
    await pending;
    if (this.association.end) return; // the receiver has been told, or will be
    const { contextId, name, length } = this.#receiving!; // set with the receiver
    this.association.trace?.<DataSetHappening>({
      layer: 'dimse',
      type: 'data set',
      direction: 'received',
      contextId,
      name,
      length,
    });
    this.#receiver = undefined;
    await receiver.end();
  }

  #stray(contextId: number, { name }: Command, messageId: number): void {
    this.association.trace?.<StrayHappening>({
      layer: 'dimse',
      type: 'stray',
      direction: 'received',
      contextId,
      name,
      messageId,
    });
  }

  /** Runs 1 to 65535 and around, past numbers that are outstanding (PS3.7 9.1.1.1.1). */
  #nextMessageId(): number {
    do {
      this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1;
    } while (this.#invoked.has(this.#lastMessageId));
    return this.#lastMessageId;
  }

  #end(error: DicomError): void {
    this.#watch.stop();
    for (const exchange of this.#invoked.values()) exchange.fail(error);
    this.#performed.fail(error);
    this.#sender.interrupt(error);
    this.#receiver?.abort(error);
    this.#receiver = undefined;
  }
}

/** What a response repeats of its request (PS3.7 9.3, the fields marked U(=)). */
function mirrored(command: CommandSet): Partial<CommandSet> {
  const sopClass = command.AffectedSOPClassUID ?? command.RequestedSOPClassUID;
  const sopInstance = command.AffectedSOPInstanceUID ?? command.RequestedSOPInstanceUID;
  return {
    MessageIDBeingRespondedTo: command.MessageID!, // mandatory in every request but C-CANCEL
    ...(sopClass === undefined ? {} : { AffectedSOPClassUID: sopClass }),
    ...(sopInstance === undefined ? {} : { AffectedSOPInstanceUID: sopInstance }),
  };
}
