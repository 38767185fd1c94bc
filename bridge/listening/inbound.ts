/** A caller at the DICOM port until a page takes it: looked at, kept waiting, turned away. */
import type { Socket } from 'node:net';
import type { TlsInfo } from '../../core/transport/index.ts';
import { hostAndPort } from '../../core/transport/index.ts';
import type { REJECT, Titles } from '../peek.ts';
import { associateRJ, peekAssociateRQ } from '../peek.ts';
import { resetSocket } from '../dial/socket-end.ts';

/** Bytes kept of a caller that waits; an A-ASSOCIATE-RQ is shorter, and nothing may follow it yet. */
const READ_AHEAD = 64 << 10;
/** How much is read, and for how long, behind a rejection: a reset would take it from the caller. */
const DRAIN_BYTES = 64 << 10;
const DRAIN_MS = 2000;

/** What the first bytes of a caller came to. */
export type FirstWords = Titles | 'not an association request' | 'silent' | 'left';

export class Caller {
  /** `10.0.0.5:49152`. */
  readonly remote: string;
  readonly tls: TlsInfo | undefined;
  /** Resolves when it has left, or was taken or turned away and is over with us. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  #held: Buffer[] = [];
  #length = 0;
  #drained: number | undefined;
  #look: () => void = () => {};
  #leave!: () => void;
  #left = false;

  /** The socket is made with `allowHalfOpen`; `tls` is what was agreed on with the caller. */
  constructor(socket: Socket, tls?: TlsInfo) {
    this.tls = tls;
    this.#socket = socket;
    this.remote = hostAndPort(socket.remoteAddress ?? 'unknown', socket.remotePort ?? 0);
    this.gone = new Promise((resolve) => {
      this.#leave = () => {
        this.#left = true;
        this.#look();
        resolve();
      };
    });
    socket.on('data', this.#data).on('end', this.#ended).on('error', ignore).on('close', this.#leave);
  }

  /** Who calls whom, once 74 bytes have come; what else they are, at once. */
  peek(milliseconds: number): Promise<FirstWords> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('silent'), milliseconds);
      this.#look = () => {
        const peeked = this.#left ? 'left' : peekAssociateRQ(Buffer.concat(this.#held));
        if (peeked === 'more') return;
        clearTimeout(timer);
        this.#look = () => {};
        resolve(peeked === 'no' ? 'not an association request' : peeked);
      };
      this.#look();
    });
  }

  /** Sends A-ASSOCIATE-RJ (PS3.8 9.3.4) and our end, and reads on for a while so that it arrives. */
  reject(how: (typeof REJECT)[keyof typeof REJECT]): void {
    if (this.#left) return;
    this.#held = [];
    this.#drained = 0;
    this.#socket.end(associateRJ(how));
    this.#socket.resume();
    const timer = setTimeout(() => this.drop(), DRAIN_MS);
    void this.gone.then(() => clearTimeout(timer));
  }

  /** Ends it without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  /** Cuts it off, visibly to the caller. */
  reset(): void {
    resetSocket(this.#socket);
  }

  /** Gives the socket away, with every byte of it still to be read. Undefined where the caller has left. */
  hand(): Socket | undefined {
    const socket = this.#socket;
    if (this.#left) return undefined;
    socket.pause();
    socket.off('data', this.#data).off('end', this.#ended).off('error', ignore).off('close', this.#leave);
    socket.unshift(Buffer.concat(this.#held));
    this.#leave();
    return socket;
  }

  readonly #data = (chunk: Buffer): void => {
    if (this.#drained !== undefined) {
      this.#drained += chunk.length;
      if (this.#drained > DRAIN_BYTES) this.drop();
      return;
    }
    this.#held.push(chunk);
    this.#length += chunk.length;
    if (this.#length >= READ_AHEAD) this.#socket.pause();
    this.#look();
  };

  /** A caller that ends before it is answered does not wait for an answer. */
  readonly #ended = (): void => {
    if (this.#drained === undefined) this.drop();
  };
}

function ignore(): void {}
