/** Messages from fragments (PS3.8 Annex E): command first, then its data set, on one context, never interleaved. */
import { DecodeError, DicomError, EMPTY, Writer } from '../bytes/index.ts';
import type { Bytes, Limits } from '../bytes/index.ts';
import type { Pdv } from '../pdu/index.ts';
import { decodeCommandSet } from './command-set.ts';
import { NO_DATA_SET } from './commands.ts';
import type { CommandSet } from './elements.ts';

/** What a PDV completes or continues. */
export type Assembled =
  | { readonly kind: 'command'; readonly contextId: number; readonly command: CommandSet }
  /** A piece of the current message's data set; `last` ends the message. */
  | { readonly kind: 'data'; readonly data: Bytes; readonly last: boolean };

/**
 * Puts PDVs together. Gives `undefined` where a command set still lacks fragments. After an error it is of
 * no more use: the association has to be aborted.
 */
export class Assembler {
  readonly #limits: Limits;
  readonly #accepted: (contextId: number) => boolean;
  #context: number | undefined;
  /** The fragments so far of a command set that has several. One buffer: peers may cut it into single bytes. */
  #fragments: Writer | undefined;
  #awaitingData = false;

  constructor(limits: Limits, accepted: (contextId: number) => boolean) {
    this.#limits = limits;
    this.#accepted = accepted;
  }

  /** Whether a message has begun and lacks its end. */
  get open(): boolean {
    return this.#context !== undefined;
  }

  /** @throws DecodeError MESSAGE_INVALID or COMMAND_INVALID, DicomError LIMIT_EXCEEDED. */
  push(pdv: Pdv): Assembled | undefined {
    this.#check(pdv);
    this.#context = pdv.contextId;
    return pdv.command ? this.#command(pdv) : this.#data(pdv);
  }

  #check({ contextId, command }: Pdv): void {
    if (!this.#accepted(contextId)) throw invalid(`context ${contextId} is not an accepted one`);
    if (this.#context !== undefined && contextId !== this.#context) {
      throw invalid(`a message begun on context ${this.#context} goes on on context ${contextId}`);
    }
    if (command && this.#awaitingData) throw invalid('a command interrupts a data set');
    if (!command && !this.#awaitingData) throw invalid('a data set fragment comes without a command');
  }

  #command({ contextId, data, last }: Pdv): Assembled | undefined {
    const length = (this.#fragments?.length ?? 0) + data.length;
    if (length > this.#limits.commandSet) {
      throw new DicomError(
        'LIMIT_EXCEEDED',
        `A command set is longer than ${this.#limits.commandSet} bytes.`,
      );
    }
    if (!last) {
      this.#fragments ??= new Writer();
      this.#fragments.put(data); // a copy: the view ends with its PDU
      return undefined;
    }
    this.#fragments?.put(data);
    const command = decodeCommandSet(this.#fragments?.finish() ?? data);
    this.#fragments = undefined;
    this.#awaitingData = command.CommandDataSetType !== NO_DATA_SET;
    if (!this.#awaitingData) this.#context = undefined;
    return { kind: 'command', contextId, command };
  }

  #data({ data, last }: Pdv): Assembled {
    if (last) {
      this.#awaitingData = false;
      this.#context = undefined;
    }
    return { kind: 'data', data: data.length === 0 ? EMPTY : data, last };
  }
}

function invalid(what: string): DecodeError {
  return new DecodeError('MESSAGE_INVALID', `Fragments do not form a message: ${what} (PS3.8 Annex E).`);
}
