/** One operation that we invoked: a request and its responses (PS3.7 7.5). */
import { TimeoutError } from '../bytes/index.ts';
import type { Bytes, Clock, DicomError } from '../bytes/index.ts';
import type { CommandSet } from './elements.ts';
import { Inbox } from './inbox.ts';

/** A response with its data set, which is held whole: identifiers and attribute lists, never instances. */
export interface Response {
  readonly command: CommandSet;
  readonly status: number;
  readonly dataSet: Bytes | undefined;
  /** Any status but a pending one ends the operation. */
  readonly final: boolean;
}

/** What the messenger does for an exchange. */
export interface ExchangeHost {
  readonly clock: Clock;
  /** When the association last showed a sign of life, by `clock`: now, while what came is being digested. */
  lastActivity(): number;
  sendCancel(exchange: Exchange): void;
  abort(error: DicomError): void;
}

export interface ExchangeOptions {
  readonly messageId: number;
  readonly contextId: number;
  /** Milliseconds without a sign of life until the first response, and between two. */
  readonly responseDeadline: number;
  readonly progressDeadline: number;
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
  #sentAt = 0;
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
    this.#sentAt = this.#host.clock.now();
    this.#watch(this.options.responseDeadline);
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
      const message = `${operation} went on for ${cancelGrace / 1000} s after it was cancelled; the association was aborted.`;
      this.#host.abort(new TimeoutError('cancel grace', cancelGrace, message));
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

  /** Looks whether anything came in the time given. */
  #watch(milliseconds: number): void {
    this.#stopTimer = this.#host.clock.after(milliseconds, () => {
      const quiet = this.#host.clock.now() - Math.max(this.#sentAt, this.#host.lastActivity());
      const allowed = this.#responses === 0 ? this.options.responseDeadline : this.options.progressDeadline;
      if (quiet < allowed) return this.#watch(Math.max(1, allowed - quiet));
      return this.#host.abort(this.#silence(allowed));
    });
  }

  #silence(milliseconds: number): TimeoutError {
    const phase = this.#responses === 0 ? 'response' : 'progress';
    const message = `The peer sent nothing for ${milliseconds / 1000} s during ${this.options.operation}; the association was aborted.`;
    return new TimeoutError(phase, milliseconds, message);
  }
}
