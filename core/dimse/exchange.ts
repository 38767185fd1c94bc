/** One operation that we invoked: a request and its responses (PS3.7 7.5). */
import type { Bytes, DicomError } from '../bytes/index.ts';
import { timeoutError } from '../ul/index.ts';
import type { CommandSet } from './elements.ts';
import { Inbox } from './inbox.ts';
import { watchSilence } from './silence.ts';
import type { Deadline, Pulse } from './silence.ts';

/** A response with its data set, which is held whole: identifiers and attribute lists, never instances. */
export interface Response {
  readonly command: CommandSet;
  readonly status: number;
  readonly dataSet: Bytes | undefined;
  /** Any status but a pending one ends the operation. */
  readonly final: boolean;
}

/** What the messenger does for an exchange. */
export interface ExchangeHost extends Pulse {
  sendCancel(exchange: Exchange): void;
  abort(error: DicomError): void;
}

export interface ExchangeOptions {
  readonly messageId: number;
  /** Until the first sign of life, and between two. */
  readonly response: Deadline;
  readonly progress: Deadline;
  /** Milliseconds from a cancel to the final response. */
  readonly cancelGrace: number;
  /** Responses that wait for the reader before the network is held back; `latest` keeps only the newest. */
  readonly capacity: number | 'latest';
  /** What the peer is doing, for messages: `C-FIND`. */
  readonly operation: string;
  /** C-STORE and C-ECHO have no C-CANCEL (PS3.7 9.3.2.3). */
  readonly cancellable: boolean;
}

/** Pending statuses (PS3.7 C.4): any other ends an operation. */
export function isPending(status: number): boolean {
  return status === 0xff00 || status === 0xff01;
}

export class Exchange {
  readonly options: ExchangeOptions;
  /** Resolves with the final response; rejects with what ended the association before it. */
  readonly done: Promise<Response>;
  readonly #host: ExchangeHost;
  readonly #inbox: Inbox<Response>;
  #resolveDone!: (response: Response) => void;
  #rejectDone!: (error: unknown) => void;
  #settled = false;
  #cancelled = false;
  #responses = 0;
  #stopTimer: (() => void) | undefined;

  constructor(host: ExchangeHost, options: ExchangeOptions) {
    const { capacity } = options;
    this.options = options;
    this.#host = host;
    this.#inbox = capacity === 'latest' ? new Inbox(1, true) : new Inbox(capacity);
    this.done = new Promise((resolve, reject) => {
      this.#resolveDone = resolve;
      this.#rejectDone = reject;
    });
    this.done.catch(() => undefined); // whoever awaits it is told; nobody has to
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** The next response; `done` behind the final one. */
  next(): Promise<IteratorResult<Response, undefined>> {
    return this.#inbox.next();
  }

  /** Starts to wait for the peer: called when the request has left. */
  sent(): void {
    if (this.#settled || this.#cancelled) return;
    const { response, progress, operation } = this.options;
    const alive = (begun: number): boolean => this.#responses > 0 || this.#host.lastActivity() > begun;
    this.#stopTimer = watchSilence(
      this.#host,
      Math.min(response.milliseconds, progress.milliseconds),
      (begun) => (alive(begun) ? progress : response),
      ({ phase, milliseconds }) => this.#host.abort(timeoutError(phase, milliseconds, operation)),
    );
  }

  /** Takes a response from the network. */
  receive(response: Response): void | Promise<void> {
    this.#responses++;
    if (response.final) return this.#settle(() => this.#resolveDone(response), response);
    if (!this.#cancelled) return this.#inbox.push(response);
    return undefined;
  }

  /** Ends it with an error: the association is gone, or the request could not be sent. */
  fail(error: DicomError): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopTimer?.();
    this.#inbox.fail(error);
    this.#rejectDone(error);
  }

  /**
   * Frees the reader at once with `reason`, asks the peer to stop and waits behind the scenes for its final
   * response; where it does not come within the grace, the association is aborted (PS3.7 9.3.2.3).
   */
  cancel(reason: DicomError): void {
    if (this.#settled || this.#cancelled) return;
    this.#cancelled = true;
    this.#inbox.drop(reason);
    if (this.options.cancellable) this.#host.sendCancel(this);
    this.#stopTimer?.();
    const { cancelGrace, operation } = this.options;
    this.#stopTimer = this.#host.clock.after(cancelGrace, () => {
      this.#host.abort(timeoutError('cancel', cancelGrace, operation));
    });
  }

  #settle(resolve: () => void, response: Response): void | Promise<void> {
    if (this.#settled) return undefined;
    this.#settled = true;
    this.#stopTimer?.();
    const pending = this.#cancelled ? undefined : this.#inbox.push(response);
    this.#inbox.end();
    resolve();
    return pending;
  }
}
