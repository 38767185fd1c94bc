/** Hears what our side sends and holds it to the standard: whatever a peer does, we say nothing wrong. */
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { commandOf, decodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandName, CommandSet } from '../../core/dimse/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { Pdu, Pdv } from '../../core/pdu/index.ts';

export interface Heard {
  readonly contextId: number;
  readonly name: CommandName;
  readonly command: CommandSet;
  readonly data: Bytes | undefined;
}

interface Listening {
  pdu(pdu: Pdu): void;
  message(message: Heard): void;
}

export class Ear {
  /** What our side may not have said. */
  readonly wrong: string[] = [];
  /** Bytes of a fragment's PDU at most, by what was announced; the smallest where it was announced twice. */
  maximumLength = Infinity;
  readonly #decoder = new PduDecoder();
  readonly #user: Listening;
  readonly #said = new Set<Pdu['type']>();
  #contexts = new Set<number>();
  #fragments: Pdv[] = [];
  #command: CommandSet | undefined;
  #commandContext: number | undefined;
  #requests = new Map<number, Heard>();
  readonly #cancelled = new Set<number>();
  #bytes = 0;

  constructor(user: Listening) {
    this.#user = user;
  }

  hear(chunk: Bytes): void {
    this.#bytes += chunk.length;
    try {
      for (const { pdu, bytes, deviations } of this.#decoder.push(chunk)) {
        this.#bytes -= bytes.length;
        if (deviations.length > 0) this.wrong.push(`sent with deviations: ${deviations[0]!.text}`);
        this.#check(pdu, bytes.length - 6);
        this.#said.add(pdu.type);
        this.#user.pdu(pdu);
        if (pdu.type === 'P-DATA-TF') this.#pdv(pdu.pdvs[0]!);
      }
    } catch (error) {
      this.wrong.push(`sent what cannot be decoded: ${(error as Error).stack}`);
    }
  }

  /** The connection is over. */
  end(): void {
    if (this.#bytes > 0) this.wrong.push(`sent ${this.#bytes} bytes of a PDU without its end`);
  }

  #check(pdu: Pdu, length: number): void {
    const before = this.#said;
    const ended = before.has('A-ABORT') || before.has('A-ASSOCIATE-RJ');
    // Table 9-10, AA-7: in Sta13 a wrong PDU is answered by one A-ABORT more.
    if (ended && !(pdu.type === 'A-ABORT' && pdu.source === 2))
      this.wrong.push(`sent ${pdu.type} after the end`);
    if (before.has('A-RELEASE-RP') && pdu.type !== 'A-ABORT') {
      this.wrong.push(`sent ${pdu.type} after A-RELEASE-RP`);
    }
    if (/^A-(ASSOCIATE|RELEASE)/.test(pdu.type) && before.has(pdu.type))
      this.wrong.push(`sent ${pdu.type} twice`);
    if (pdu.type === 'A-ASSOCIATE-RQ') this.#contexts = new Set(pdu.contexts.map(({ id }) => id));
    if (pdu.type === 'A-ASSOCIATE-AC') {
      this.#contexts = new Set(pdu.contexts.flatMap(({ id, result }) => (result === 0 ? [id] : [])));
    }
    if (pdu.type !== 'P-DATA-TF') return;
    if (before.has('A-RELEASE-RQ')) this.wrong.push('sent data after A-RELEASE-RQ');
    if (pdu.pdvs.length !== 1) this.wrong.push(`sent ${pdu.pdvs.length} PDVs in one PDU`);
    if (length > this.maximumLength)
      this.wrong.push(`sent a PDU of ${length} bytes, ${this.maximumLength} allowed`);
  }

  #pdv(pdv: Pdv): void {
    if (!this.#contexts.has(pdv.contextId)) this.wrong.push(`sent data on context ${pdv.contextId}`);
    if (pdv.command !== (this.#command === undefined))
      this.wrong.push('sent command and data set out of order');
    const before = this.#fragments.at(-1)?.contextId ?? this.#commandContext;
    if (before !== undefined && before !== pdv.contextId) this.wrong.push('changed the context in a message');
    this.#fragments.push({ ...pdv, data: pdv.data.slice() });
    if (!pdv.last) return;
    const whole = concat(this.#fragments.splice(0).map(({ data }) => data));
    const command = this.#command ?? decodeCommandSet(whole);
    const follows = command.CommandDataSetType !== 0x0101;
    this.#command = pdv.command && follows ? command : undefined;
    this.#commandContext = this.#command && pdv.contextId;
    if (this.#command) return;
    const { name } = commandOf(command);
    this.#message({ contextId: pdv.contextId, name, command, data: pdv.command ? undefined : whole });
  }

  #message(heard: Heard): void {
    const { name, command, contextId } = heard;
    if (name === 'C-CANCEL-RQ') this.#cancel(command.MessageIDBeingRespondedTo!, contextId);
    else if (name.endsWith('-RQ')) {
      // Numbers are given one after the other, and no conversation has enough of them to begin anew.
      const expected = this.#requests.size + 1;
      if (command.MessageID !== expected)
        this.wrong.push(`sent Message ID ${command.MessageID}, not ${expected}`);
      this.#requests.set(command.MessageID!, heard);
    }
    this.#user.message(heard);
  }

  #cancel(messageId: number, contextId: number): void {
    const request = this.#requests.get(messageId);
    if (!request || !/FIND|GET|MOVE/.test(request.name))
      this.wrong.push(`cancelled ${request?.name ?? 'nothing'}`);
    if (request?.contextId !== contextId) this.wrong.push('cancelled on another context');
    if (this.#cancelled.has(messageId)) this.wrong.push('cancelled twice');
    this.#cancelled.add(messageId);
  }
}
