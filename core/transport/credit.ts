/** The window arithmetic of tunnel v1, the same in both directions and at both ends; no timers, no I/O. */
import { CLOSE } from './close-codes.ts';
import { tunnelError } from './control-fields.ts';

/** What the sender of bytes may still send. */
export class SendCredit {
  #window: number;
  #sent = 0;
  #acknowledged = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** Bytes that may be sent now. */
  get available(): number {
    return this.#window - this.underWay;
  }

  /** Bytes sent and not acknowledged. */
  get underWay(): number {
    return this.#sent - this.#acknowledged;
  }

  get window(): number {
    return this.#window;
  }

  /** The receiver named its window. @throws DicomError TUNNEL_PROTOCOL where it takes back what it had granted. */
  widen(window: number): void {
    if (window < this.#window) throw tunnelError(`the window shrank from ${this.#window} to ${window} bytes`);
    this.#window = window;
  }

  /** Counts bytes as sent; the caller stays within `available`. */
  sent(bytes: number): void {
    this.#sent += bytes;
  }

  /** The receiver has consumed so many bytes in all. @throws DicomError TUNNEL_PROTOCOL: falling, or beyond what was sent. */
  acknowledge(total: number): void {
    if (!Number.isSafeInteger(total)) throw tunnelError(`${total} bytes cannot be acknowledged`);
    if (total < this.#acknowledged) throw tunnelError(`the acknowledged total fell to ${total} bytes`);
    if (total > this.#sent) throw tunnelError(`${total} bytes are acknowledged, ${this.#sent} were sent`);
    this.#acknowledged = total;
  }
}

/** What the receiver of bytes has granted and consumed. */
export class ReceiveCredit {
  readonly #window: number;
  #received = 0;
  #consumed = 0;
  #acknowledged = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** Counts bytes as received. @throws DicomError TUNNEL_PROTOCOL, close code 4429, beyond the window. */
  received(bytes: number): void {
    const granted = this.#acknowledged + this.#window - this.#received;
    if (bytes > granted) throw tunnelError(`${bytes} bytes came where ${granted} were granted`, CLOSE.LIMIT);
    this.#received += bytes;
  }

  /** Counts bytes as consumed; returns the total to acknowledge where a quarter of the window is reached. */
  consumed(bytes: number): number | undefined {
    this.#consumed += bytes;
    if (this.#consumed - this.#acknowledged < this.#window / 4) return undefined;
    this.#acknowledged = this.#consumed;
    return this.#acknowledged;
  }
}
