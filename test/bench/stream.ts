/** What the two ends of a measured stream agree on, whatever bridge lies between. */

export type Kind = 'down' | 'up' | 'ping';
const KINDS: readonly Kind[] = ['down', 'up', 'ping'];

/** As long as the titles of an A-ASSOCIATE-RQ, and begun as one: our bridge lets nothing else out. */
export const ORDER_BYTES = 74;
/** Of a message to and fro. */
export const PING_BYTES = 64;

/** The first bytes of a connection: what is wanted, and how many bytes of it. */
export function order(kind: Kind, bytes: number): Buffer {
  const head = Buffer.alloc(ORDER_BYTES, 0x20);
  head.writeUInt16BE(0x0100, 0); // PDU-type, reserved
  head.writeUInt32BE(0x10000, 2); // it seems to go on
  head.writeUInt16BE(1, 6); // protocol version
  head.writeUInt16BE(0, 8);
  head.write('BENCH', 10, 'latin1');
  head.write('BENCH', 26, 'latin1');
  head.writeUInt8(KINDS.indexOf(kind), 42); // reserved in a real one
  head.writeDoubleBE(bytes, 43);
  return head;
}

export function readOrder(head: Buffer): { readonly kind: Kind; readonly bytes: number } {
  return { kind: KINDS[head.readUInt8(42)]!, bytes: head.readDoubleBE(43) };
}
