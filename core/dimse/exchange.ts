/** One operation that we invoked: a request and its responses (PS3.7 7.5). */
import { DicomError } from '../bytes/index.ts';
import type { Bytes, TimeoutError } from '../bytes/index.ts';
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
  /** Pending responses that are taken behind a cancel. */
  readonly drained: number;
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
  /** Resolves with the final response; rejects with what came before it: a deadline, or the association's end. */
  readonly done: Promise<Response>;
  /** Resolves when the peer has nothing more to say to it: behind the final response, or the association's end. */
  readonly over: Promise<void>;
  readonly #host: ExchangeHost;
  readonly #inbox: Inbox<Response>;
  #resolveDone!: (response: Response) => void;
  #rejectDone!: (error: unknown) => void;
  #resolveOver!: () => void;
  #isOver = false;
  /** Nobody waits for it any more: cancelled, or given up. */
  #draining = false;
  #drained = 0;
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
    this.over = new Promise((resolve) => (this.#resolveOver = resolve));
  }

  /** Whether what comes is of interest to nobody, but for the final response. */
  get draining(): boolean {
    return this.#draining;
  }

  /** The next response; `done` behind the final one. */
  next(): Promise<IteratorResult<Response, undefined>> {
    return this.#inbox.next();
  }

  /** Only `done` may be waited for: pending responses that nobody reads do not hold back the network. */
  expectNoReader(): void {
    this.#inbox.expectNoReader();
  }

  /** Starts to wait for the peer: called when the request has left. */
  sent(): void {
    if (this.#isOver || this.#draining) return;
    const { response, progress, operation } = this.options;
    const alive = (begun: number): boolean => this.#responses > 0 || this.#host.lastActivity() > begun;
    this.#stopTimer = watchSilence(
      this.#host,
      Math.min(response.milliseconds, progress.milliseconds),
      (begun) => (alive(begun) ? progress : response),
      ({ phase, milliseconds }) => this.#giveUp(timeoutError(phase, milliseconds, operation)),
    );
  }

  /** Takes a response from the network. */
  receive(response: Response): void | Promise<void> {
    this.#responses++;
    if (response.final) return this.#finish(response);
    if (this.#draining) return this.#drain();
    return this.#inbox.push(response);
  }

  /** Ends it with an error: the association is gone, or the request could not be sent. */
  fail(error: DicomError): void {
    if (this.#isOver) return;
    this.#inbox.fail(error);
    this.#rejectDone(error);
    this.#end();
  }

  /**
   * Frees the reader at once with `reason`, asks the peer to stop and waits behind the scenes for its final
   * response; where it does not come within the grace, the association is aborted (PS3.7 9.3.2.3).
   */
  cancel(reason: DicomError): void {
    if (this.#isOver || this.#draining) return;
    this.#inbox.drop(reason);
    const { cancelGrace, operation } = this.options;
    this.#stop(timeoutError('cancel', cancelGrace, operation));
  }

  /** The peer fell silent: the reader is free, and what can be cancelled is, before the association is aborted. */
  #giveUp(silence: TimeoutError): void {
    if (!this.options.cancellable) return this.#host.abort(silence);
    this.#inbox.fail(silence);
    this.#rejectDone(silence);
    this.#stop(silence);
  }

  #stop(late: DicomError): void {
    this.#draining = true;
    this.#stopTimer?.();
    if (this.options.cancellable) this.#host.sendCancel(this);
    this.#stopTimer = this.#host.clock.after(this.options.cancelGrace, () => this.#host.abort(late));
  }

  #drain(): void {
    const { drained: limit, operation } = this.options;
    if (++this.#drained <= limit) return;
    const message = `${operation} went on for ${limit} responses after it was cancelled; the association was aborted. Open another to go on.`;
    this.#host.abort(new DicomError('LIMIT_EXCEEDED', message, { limit }));
  }

  #finish(response: Response): void | Promise<void> {
    if (this.#isOver) return undefined;
    const pending = this.#draining ? undefined : this.#inbox.push(response);
    this.#inbox.end();
    this.#resolveDone(response);
    this.#end();
    return pending;
  }

  #end(): void {
    this.#isOver = true;
    this.#stopTimer?.();
    this.#resolveOver();
  }
}
