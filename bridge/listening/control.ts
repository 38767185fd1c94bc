/** The bridge's end of a control WebSocket: a page leases a title by it, and hears who calls (TUNNEL.md, "Listening"). */
import type { RawData, WebSocket } from 'ws';
import { DicomError } from '../../core/bytes/index.ts';
import type { LeaseWish, ListenToPage } from '../../core/transport/index.ts';
import {
  CLOSE,
  encodeListenMessage,
  leaseMeaning,
  parseListenToBridge,
  tunnelError,
} from '../../core/transport/index.ts';
import type { Holder } from './leases.ts';
import type { Verdict } from '../verdict.ts';

/** How long the wish for a title may take, in milliseconds. */
const WISH_MS = 10_000;

/** What becomes of the wishes of one page. */
export interface ControlEvents {
  /** Calls `leased` or `refuse`. */
  wish(control: Control, wish: LeaseWish): void;
  /** It gave its title back, or went away: for good, or without a word. */
  left(control: Control, forGood: boolean): void;
}

export class Control implements Holder {
  readonly #webSocket: WebSocket;
  readonly #events: ControlEvents;
  readonly #deadline: NodeJS.Timeout;
  /** Empty until it has one. */
  aeTitle = '';
  #asked = false;

  constructor(webSocket: WebSocket, events: ControlEvents) {
    this.#webSocket = webSocket;
    this.#events = events;
    this.#deadline = setTimeout(() => this.#protocolError('no wish for an AE title came'), WISH_MS);
    webSocket.on('message', (data, isBinary) => this.#message(data, isBinary));
    webSocket.on('close', (code) => {
      clearTimeout(this.#deadline);
      // A page that is closed says so; one that breaks off may come back.
      events.left(this, code === CLOSE.NORMAL || code === CLOSE.GOING_AWAY);
    });
    webSocket.on('error', () => {}); // a close event follows
  }

  tell(message: ListenToPage): void {
    this.#webSocket.send(encodeListenMessage(message));
  }

  refuse({ code, reason }: Verdict): void {
    this.tell({ t: 'error', code: reason, msg: leaseMeaning(code).sentence });
    this.#webSocket.close(code, reason);
  }

  superseded(): void {
    this.#webSocket.close(CLOSE.NORMAL, 'superseded');
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    try {
      if (isBinary) throw tunnelError('bytes came where control messages are awaited');
      this.#heard((data as Buffer).toString());
    } catch (thrown) {
      if (!(thrown instanceof DicomError)) throw thrown;
      this.#protocolError(thrown.message);
    }
  }

  #heard(text: string): void {
    const message = parseListenToBridge(text);
    if (message.t === 'release') {
      this.#events.left(this, true);
      this.#webSocket.close(CLOSE.NORMAL, 'released');
    } else {
      if (this.#asked) throw tunnelError('a second wish for an AE title came');
      this.#asked = true;
      clearTimeout(this.#deadline);
      this.#events.wish(this, message);
    }
  }

  #protocolError(message: string): void {
    this.tell({ t: 'error', code: 'protocol error', msg: `${message}.` });
    this.#webSocket.close(CLOSE.PROTOCOL, 'protocol error');
  }
}
