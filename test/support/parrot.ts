import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import { encodePdu, PduDecoder } from '../../core/pdu/index.ts';
import type { AssociateAC, AssociateRQ, Pdu, PduName, Pdv, ReceivedPdu } from '../../core/pdu/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { Connection } from '../../core/transport/index.ts';

/** A scripted peer: sends the bytes it is told to, and says which PDUs it got. It follows no state machine. */
export class Parrot {
  readonly connection: Connection;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #pdus: AsyncGenerator<ReceivedPdu, void, undefined>;
  /** How many times bytes were read, which in memory is how many writes the other side made. */
  reads = 0;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#writer = connection.writable.getWriter();
    this.#writer.closed.catch(() => undefined);
    this.#pdus = this.#read();
  }

  /** Sends everything in one write: a PDU is encoded, bytes go as they are. */
  async send(...parts: readonly (Pdu | Bytes)[]): Promise<void> {
    await this.#writer.write(
      concat(parts.map((part) => (part instanceof Uint8Array ? part : encodePdu(part)))),
    );
  }

  /** The next PDU, which has to be of this type. */
  async expect<N extends PduName>(type: N): Promise<Extract<Pdu, { type: N }>> {
    const { pdu } = await this.next();
    if (pdu.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(pdu)}`);
    return pdu as Extract<Pdu, { type: N }>;
  }

  /** The next PDU with its bytes. */
  async next(): Promise<ReceivedPdu> {
    const next = await this.#pdus.next();
    if (next.done) throw new Error('the connection ended where a PDU was expected');
    return next.value;
  }

  /** The end of the connection, with no PDU before it. */
  async ended(): Promise<void> {
    const next = await this.#pdus.next();
    if (!next.done) throw new Error(`expected the end, got ${JSON.stringify(next.value.pdu)}`);
  }

  close(): void {
    void this.connection.close();
  }

  /** Cuts the connection off, as a reset does. */
  cut(): void {
    this.connection.abort();
  }

  async *#read(): AsyncGenerator<ReceivedPdu, void, undefined> {
    const decoder = new PduDecoder();
    const reader = this.connection.readable.getReader();
    for (;;) {
      const result = await reader.read().catch(() => ({ done: true }) as const); // a reset is an end as well
      if (result.done || result.value === undefined) return;
      this.reads++;
      yield* decoder.push(result.value);
    }
  }
}

/** Both ends of one connection in memory. */
export async function wire(): Promise<{ caller: Connection; called: Connection }> {
  const network = new MemoryNetwork();
  const listener = network.listen('peer', 104);
  const caller = network.connect({ host: 'peer', port: 104 });
  const reader = listener.incoming.getReader();
  const { value } = await reader.read();
  return { caller, called: value! }; // the one that just called
}

export const VERIFICATION = '1.2.840.10008.1.1';
export const STUDY_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
export const IMPLICIT = '1.2.840.10008.1.2';

/** Asks for verification, query and CT storage in contexts 1, 3 and 5. */
export const RQ: AssociateRQ = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAETitle: 'PEER',
  callingAETitle: 'US',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [VERIFICATION, STUDY_FIND, CT_IMAGE].map((abstractSyntax, i) => ({
    id: 2 * i + 1,
    abstractSyntax,
    transferSyntaxes: [IMPLICIT],
  })),
  userInformation: { maximumLength: 16384, implementationClassUID: '1.2.3' },
};

/** Accepts all of `RQ`. */
export const AC: AssociateAC = {
  ...RQ,
  type: 'A-ASSOCIATE-AC',
  contexts: RQ.contexts.map(({ id }) => ({ id, result: 0, transferSyntax: IMPLICIT })),
};

/** A P-DATA-TF with any number of PDVs of any length, which the encoder would refuse. */
export function pData(...pdvs: readonly Pdv[]): Bytes {
  const items = concat(
    pdvs.map(({ contextId, command, last, data }) =>
      concat([u32(data.length + 2), fromHex(hex(contextId) + hex(+command + 2 * +last)), data]),
    ),
  );
  return concat([fromHex('0400'), u32(items.length), items]);
}

/** One fragment of a command set. */
export function commandPdv(contextId: number, data: Bytes, last = true): Pdv {
  return { contextId, command: true, last, data };
}

/** One fragment of a data set. */
export function dataPdv(contextId: number, data: Bytes, last = true): Pdv {
  return { contextId, command: false, last, data };
}

function u32(value: number): Bytes {
  return fromHex(value.toString(16).padStart(8, '0'));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
