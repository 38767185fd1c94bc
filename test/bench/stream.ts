/** What the two ends of a measured stream agree on, whatever bridge lies between; one of them may be a page. */

export type Kind = 'down' | 'up' | 'ping';
const KINDS: readonly Kind[] = ['down', 'up', 'ping'];

/** As long as the titles of an A-ASSOCIATE-RQ, and begun as one: our bridge lets nothing else out. */
export const ORDER_BYTES = 74;
/** Of a message to and fro. */
export const PING_BYTES = 64;
/** Of a frame, but the last. */
export const FRAME_BYTES: number = 256 << 10;
/** Tunnel v1 (core/transport/TUNNEL.md): what may be under way to us, and to the bridge before it says so. */
export const WINDOW: number = 4 << 20;
export const FIRST_WINDOW: number = 1 << 20;

/** Where the reserved bytes of a real one are (PS3.8 Table 9-11). */
const KIND_AT = 42;
const BYTES_AT = 43;

/** The first bytes of a connection: what is wanted, and how many bytes of it. */
export function order(kind: Kind, bytes: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(ORDER_BYTES).fill(0x20);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0x0100); // PDU-type, reserved
  view.setUint32(2, 0x10000); // as if it went on
  view.setUint32(6, 0x00010000); // protocol version, reserved
  view.setUint8(KIND_AT, KINDS.indexOf(kind));
  view.setFloat64(BYTES_AT, bytes);
  return head;
}

export function readOrder(head: Uint8Array): { readonly kind: Kind; readonly bytes: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return { kind: KINDS[view.getUint8(KIND_AT)]!, bytes: view.getFloat64(BYTES_AT) };
}

/** What a WebSocket of the browser and that of the `ws` package have in common. */
export interface StreamSocket {
  send(data: Uint8Array<ArrayBuffer> | string): void;
  readonly bufferedAmount: number;
}

/** How often a sender without credit looks whether there is room again, in milliseconds. */
const LOOK_MS = 1;
/** What waits in a WebSocket at most, without credit. */
const BUFFERED = 1 << 20;

/**
 * The WebSocket's end of a stream, without the WebSocket: told what arrives, it says what is sent. `isTunnel`: by tunnel v1,
 * with its hello and its credit. `done` is told how many there were of what was wanted.
 */
export class StreamEnd {
  readonly #socket: StreamSocket;
  readonly #isTunnel: boolean;
  readonly #kind: Kind;
  readonly #bytes: number;
  readonly #done: (count: number) => void;
  readonly #frame = new Uint8Array(FRAME_BYTES);
  #got = 0;
  #acknowledged = 0;
  #sent = 0;
  #taken = 0;
  #window = FIRST_WINDOW;
  /** What the bridge said, where it is no tunnel message that means going on. */
  said = '';

  constructor(
    socket: StreamSocket,
    isTunnel: boolean,
    kind: Kind,
    bytes: number,
    done: (count: number) => void,
  ) {
    this.#socket = socket;
    this.#isTunnel = isTunnel;
    this.#kind = kind;
    this.#bytes = bytes;
    this.#done = done;
  }

  start(): void {
    if (this.#isTunnel) this.#socket.send(JSON.stringify({ t: 'hello', window: WINDOW }));
    this.#socket.send(order(this.#kind, this.#bytes));
    if (this.#kind === 'up') this.#upload();
    if (this.#kind === 'ping') this.#socket.send(new Uint8Array(PING_BYTES));
  }

  /** So many bytes of a binary frame. */
  received(bytes: number): void {
    this.#got += bytes;
    if (this.#isTunnel && this.#got - this.#acknowledged >= WINDOW / 4) {
      this.#acknowledged = this.#got;
      this.#socket.send(JSON.stringify({ t: 'ack', n: this.#got }));
    }
    if (this.#kind === 'up') this.#done(1);
    else if (this.#kind === 'down' && this.#got === this.#bytes) this.#done(1);
    else if (this.#kind === 'ping' && this.#got % PING_BYTES === 0) this.#answered();
  }

  #answered(): void {
    if (this.#got === this.#bytes) this.#done(this.#bytes / PING_BYTES);
    else this.#socket.send(new Uint8Array(PING_BYTES));
  }

  /** A text frame. */
  told(text: string): void {
    const message = JSON.parse(text) as { t: string; n?: number; window?: number; msg?: string };
    if (message.t === 'ack') this.#taken = message.n ?? this.#taken;
    else if (message.t === 'open') this.#window = message.window ?? this.#window;
    else this.said = message.msg ?? text;
    if (this.#kind === 'up') this.#upload();
  }

  /** By credit through a tunnel, else while little waits. */
  #upload(): void {
    while (this.#sent < this.#bytes && this.#hasRoom()) {
      const piece = this.#frame.subarray(0, this.#bytes - this.#sent);
      this.#sent += piece.length;
      this.#socket.send(piece);
    }
    if (!this.#isTunnel && this.#sent < this.#bytes) setTimeout(() => this.#upload(), LOOK_MS);
  }

  #hasRoom(): boolean {
    if (!this.#isTunnel) return this.#socket.bufferedAmount <= BUFFERED;
    return ORDER_BYTES + this.#sent + FRAME_BYTES - this.#taken <= this.#window;
  }
}
