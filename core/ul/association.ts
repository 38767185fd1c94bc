/**
 * An association as its users see it (PS3.8 7): established, carrying P-DATA, ended once and for one
 * reason. The services above never see states or PDUs.
 */
import {
  AssociationAbortedError,
  ConnectionError,
  DicomError,
  nextAssociationNumber,
  SYSTEM_CLOCK,
  TimeoutError,
  traceTo,
} from '../bytes/index.ts';
import type { Bytes, Clock, Limits, Sink, Trace } from '../bytes/index.ts';
import { encodePdu } from '../pdu/index.ts';
import type { Abort, AssociateAC, AssociateRJ, AssociateRQ, Pdv } from '../pdu/index.ts';
import type { Connection } from '../transport/index.ts';
import { timeoutError } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import { abortError, refusalError, rejectionError } from './errors.ts';
import { closedAtOnce } from './first-bytes.ts';
import type { AnswerDeviationHappening, TimerHappening } from './events.ts';
import type { Indication } from './machine.ts';
import { partyOf } from './negotiate.ts';
import type { Negotiated, Party, PresentationContext } from './negotiate.ts';
import { actionFor } from './states.ts';
import { UpperLayer } from './upper-layer.ts';

/** How an association ended. Released is the good end; `error` says what happened otherwise. */
export interface AssociationEnd {
  readonly kind: 'released' | 'rejected' | 'aborted' | 'lost';
  readonly error?: DicomError;
}

/** What both sides' set-up has in common. */
export interface AssociationEnvironment {
  readonly deadlines: Deadlines;
  readonly maximumLength: number;
  readonly limits?: Limits;
  readonly clock?: Clock;
  readonly sink?: Sink;
  /** The association number this one serves, as the sub-association of a C-MOVE. */
  readonly parent?: number;
}

/** Who takes the P-DATA of an association; a promise holds the peer back. */
export type DataHandler = (pdvs: readonly Pdv[]) => void | Promise<void>;

export class UlAssociation {
  readonly role: 'requestor' | 'acceptor';
  /** The number of this association in the sink's events. */
  readonly number: number;
  readonly trace: Trace | undefined;
  readonly clock: Clock;
  /** Resolves once, when no more can be sent or will be received; never rejects. */
  readonly ended: Promise<AssociationEnd>;
  /** Resolves when the transport connection is gone too; never rejects. */
  readonly closed: Promise<void>;
  readonly #connection: Connection;
  readonly #upper: UpperLayer;
  readonly #deadlines: Deadlines;
  #resolveEnded!: (end: AssociationEnd) => void;
  #end: AssociationEnd | undefined;
  #releasing = false;
  /** Whether we have sent P-DATA, and whether any came. */
  #asked = false;
  #answered = false;
  #contexts: ReadonlyMap<number, PresentationContext> = new Map();
  #peer: Party | undefined;
  #local: Party | undefined;
  #onData: DataHandler = () => undefined;
  /** Wakes who waits for the peer, or for room to send. */
  readonly #waiting = new Set<() => void>();
  /** Holds reading back until the answer is given or digested: P-DATA may stand in the same chunk. */
  readonly #settled: Promise<void>;
  #settle!: () => void;
  #onAnswer: ((pdu: AssociateAC | AssociateRJ) => void) | undefined;
  #onRequest: ((pdu: AssociateRQ) => void) | undefined;

  constructor(connection: Connection, role: 'requestor' | 'acceptor', environment: AssociationEnvironment) {
    this.role = role;
    this.number = nextAssociationNumber();
    this.trace = traceTo(environment.sink, this.number, environment.parent);
    this.clock = environment.clock ?? SYSTEM_CLOCK;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
    this.closed = connection.closed.then(() => undefined);
    this.#connection = connection;
    this.#deadlines = environment.deadlines;
    this.#upper = new UpperLayer(
      connection,
      { indicate: (indication, cause) => this.#indicate(indication, cause) },
      {
        role,
        clock: this.clock,
        artim: environment.deadlines.artim,
        maximumLength: environment.maximumLength,
        ...(environment.limits ? { limits: environment.limits } : {}),
        ...(this.trace ? { trace: this.trace } : {}),
      },
    );
  }

  /** Accepted presentation contexts by identifier. */
  get contexts(): ReadonlyMap<number, PresentationContext> {
    return this.#contexts;
  }

  /** What the other side says of itself. */
  get peer(): Party {
    return this.#peer!; // set before anyone gets hold of an established association
  }

  /** What we said of ourselves. */
  get local(): Party {
    return this.#local!; // as above
  }

  /** How it ended, once it has. */
  get end(): AssociationEnd | undefined {
    return this.#end;
  }

  /** Whether messages can be sent: not behind our A-RELEASE-RQ (PS3.8 Table 9-10, Evt9). */
  get takesData(): boolean {
    return this.#end === undefined && actionFor('Evt9', this.#upper.state) !== undefined;
  }

  /** Sends A-ASSOCIATE-RQ and waits for the answer. Rejects with what went wrong, typed. */
  async associate(request: AssociateRQ): Promise<AssociateAC> {
    this.#refuseUnencodable(request);
    const answer = new Promise<AssociateAC | AssociateRJ>((resolve) => (this.#onAnswer = resolve));
    void this.#run(this.#upper.request(request));
    await this.#opening();
    const pdu = await this.#inTime(answer);
    if (pdu.type === 'A-ASSOCIATE-AC') return pdu;
    const error = rejectionError(request, pdu);
    this.#finish({ kind: 'rejected', error });
    throw error;
  }

  /** Waits for an A-ASSOCIATE-RQ; the ARTIM timer bounds it (PS3.8 9.1.5). */
  async requested(): Promise<AssociateRQ> {
    const request = new Promise<AssociateRQ>((resolve) => (this.#onRequest = resolve));
    void this.#run(this.#upper.listen());
    const asked = await this.#beforeEnd(request);
    if (asked !== undefined) return asked;
    throw this.#end?.error ?? lost('before it asked for an association');
  }

  /** Answers an A-ASSOCIATE-RQ. @throws DicomError VALUE_INVALID for what cannot be encoded, and aborts then. */
  answer(response: AssociateAC | AssociateRJ): void {
    this.#refuseUnencodable(response);
    this.#upper.answer(response);
    if (response.type === 'A-ASSOCIATE-RJ') this.#finish({ kind: 'rejected' });
  }

  /** Makes it an established association: from here on P-DATA goes to `onData`. */
  establish(rq: AssociateRQ, ac: AssociateAC, agreed: Negotiated, onData: DataHandler): void {
    this.#onData = onData;
    for (const deviation of agreed.deviations) {
      const told = { layer: 'ul', type: 'deviation', direction: 'received' } as const;
      this.trace?.<AnswerDeviationHappening>({ ...told, ...deviation });
    }
    const requestor = partyOf(rq.callingAETitle, rq.userInformation);
    const acceptor = partyOf(rq.calledAETitle, ac.userInformation);
    [this.#local, this.#peer] = this.role === 'requestor' ? [requestor, acceptor] : [acceptor, requestor];
    this.#contexts = agreed.accepted;
    this.#settle();
  }

  /**
   * Sends whole P-DATA-TF PDUs; resolves when more may be given. Rejects with what ended the association. `taken` is
   * called when the memory of the PDUs may be used again; never where they could not be written.
   */
  async send(pdus: Bytes, taken?: () => void): Promise<void> {
    if (this.#end) throw this.failure();
    this.#asked = true;
    const room = this.#upper.data(pdus, taken);
    if (room !== undefined) await this.#unlessEnded(room);
  }

  /** The error that everything still open fails with. */
  failure(): DicomError {
    return (
      this.#end?.error ??
      new DicomError('ASSOCIATION_ENDED', 'The association is released; open another to go on.')
    );
  }

  /** Releases, and resolves when the peer has answered, closed, or let the deadline pass. Never rejects. */
  async release(): Promise<void> {
    if (this.#end === undefined && this.#upper.state === 'Sta6') {
      this.#releasing = true;
      this.#upper.release();
      const stop = this.clock.after(this.#deadlines.release, () =>
        this.abort(timeoutError('release', this.#deadlines.release)),
      );
      await this.ended;
      stop();
    }
    await this.ended;
  }

  /** Ends the association at once; `error` is what everything still open fails with. */
  abort(error: DicomError = new AssociationAbortedError('We aborted the association.', 'us', 0, 0)): void {
    // After a release the acceptor waits for the requestor to close: not any longer.
    if (this.#end !== undefined) return void this.#connection.close();
    this.#tellDeadline(error);
    this.#upper.abort();
    // In Sta13 A-ABORT is on its way; before there was an association nobody waits for one.
    if (this.#upper.state !== 'Sta13') this.#connection.abort(error);
    this.#finish({ kind: 'aborted', error });
  }

  #tellDeadline(error: DicomError): void {
    if (!(error instanceof TimeoutError)) return;
    const { phase, milliseconds } = error;
    this.trace?.<TimerHappening>({ layer: 'ul', type: 'timer', phase, milliseconds });
  }

  /** A PDU that cannot be encoded must not leave the peer waiting for it. */
  #refuseUnencodable(pdu: AssociateRQ | AssociateAC | AssociateRJ): void {
    try {
      encodePdu(pdu);
    } catch (error) {
      this.abort(error as DicomError); // the encoder throws no other
      throw error;
    }
  }

  /** Waits for room to send. (A race against `ended` itself would leave a reaction there for every write.) */
  async #unlessEnded(room: Promise<unknown>): Promise<void> {
    const { progress } = this.#deadlines;
    const stop = this.clock.after(progress, () => this.abort(stuck(progress)));
    let wake!: () => void;
    const ended = new Promise<void>((resolve) => (wake = resolve));
    this.#waiting.add(wake);
    try {
      await Promise.race([room, ended]);
    } catch (error) {
      throw this.#end ? this.failure() : error;
    } finally {
      stop();
      this.#waiting.delete(wake);
    }
    if (this.#end) throw this.failure();
  }

  /** Some ends in Sta2 and Sta13 are told to no user (AA-1, AA-2, AA-5, AR-5): the connection's end is theirs. */
  async #run(connection: Promise<void>): Promise<void> {
    await connection;
    if (this.#end !== undefined) return;
    const { cause } = this.#upper;
    const error = cause instanceof DicomError ? cause : lost('before an association was established', cause);
    this.#finish({ kind: 'lost', error });
  }

  async #opening(): Promise<void> {
    const stop = this.clock.after(this.#deadlines.connect, () => {
      this.abort(timeoutError('connect', this.#deadlines.connect));
      this.#connection.abort();
    });
    try {
      await this.#connection.opened;
    } catch (error) {
      throw this.#end?.error ?? error;
    } finally {
      stop();
    }
  }

  /** The peer's answer within its deadline, or what ended the association. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const milliseconds = this.#deadlines.associate;
    const stop = this.clock.after(milliseconds, () => this.abort(timeoutError('associate', milliseconds)));
    const answered = await this.#beforeEnd(answer);
    stop();
    if (answered === undefined) throw this.failure();
    return answered;
  }

  /** What comes before the end; undefined where the end does. No error is made of an end that comes later. */
  async #beforeEnd<T>(awaited: Promise<T>): Promise<T | undefined> {
    let wake!: () => void;
    const ended = new Promise<undefined>((resolve) => (wake = () => resolve(undefined)));
    this.#waiting.add(wake);
    if (this.#end) wake();
    const value = await Promise.race([awaited, ended]);
    this.#waiting.delete(wake);
    return value;
  }

  #indicate(indication: Indication, cause?: Error): void | Promise<void> {
    switch (indication.primitive) {
      case 'P-DATA indication':
        this.#answered = true;
        return this.#onData(indication.pdu.pdvs);
      case 'A-ASSOCIATE confirmation':
        this.#onAnswer?.(indication.pdu);
        return this.#settled;
      case 'A-ASSOCIATE indication':
        this.#onRequest?.(indication.pdu);
        return this.#settled;
      case 'A-RELEASE indication':
        return this.#released(indication.collision);
      case 'A-RELEASE confirmation':
        if (this.#upper.state === 'Sta12') this.#upper.answerRelease();
        return this.#finish({ kind: 'released' });
      case 'A-ABORT indication':
        return this.#finish({ kind: 'aborted', error: this.#userAbort(indication.pdu) });
      case 'A-P-ABORT indication':
        return this.#finish(this.#providerAbort(indication, cause));
    }
  }

  #released(collision: boolean): void {
    // In a collision the acceptor waits for the requestor's reply before its own (PS3.8 9.2.3, AR-8, Sta10).
    if (collision && this.role === 'acceptor') return;
    this.#upper.answerRelease();
    if (!collision) this.#finish({ kind: 'released' });
  }

  #userAbort(abort: Abort): AssociationAbortedError {
    const refused = this.role === 'requestor' && this.#asked && !this.#answered;
    return refused ? refusalError(abort, this.peer.aeTitle, this.local.aeTitle) : abortError(abort);
  }

  #providerAbort(
    indication: Extract<Indication, { primitive: 'A-P-ABORT indication' }>,
    cause: Error | undefined,
  ): AssociationEnd {
    if (indication.pdu) return { kind: 'aborted', error: abortError(indication.pdu) };
    if (cause instanceof DicomError && cause.code === 'NOT_DICOM') return { kind: 'aborted', error: cause };
    if (indication.sent) {
      const { source, reason } = indication.sent;
      const message = `We aborted the association: ${cause?.message ?? 'the peer sent a PDU that may not come here'}.`;
      return { kind: 'aborted', error: new AssociationAbortedError(message, 'us', source, reason, cause) };
    }
    // Closing instead of answering A-RELEASE-RQ is common; what we wanted has happened.
    if (this.#releasing) return { kind: 'released' };
    if (this.role === 'requestor' && this.#peer === undefined) {
      return { kind: 'lost', error: closedAtOnce(cause) };
    }
    return {
      kind: 'lost',
      error: cause instanceof ConnectionError ? cause : lost('in mid-association', cause),
    };
  }

  #finish(end: AssociationEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#settle();
    for (const wake of this.#waiting) wake();
    this.#resolveEnded(end);
  }
}

function stuck(milliseconds: number): TimeoutError {
  const message = `The peer took no bytes for ${milliseconds / 1000} s; the association was aborted. Look at its log, or allow it more time.`;
  return new TimeoutError('progress', milliseconds, message);
}

function lost(when: string, cause?: Error): ConnectionError {
  return new ConnectionError('CONNECTION_LOST', `The peer closed the connection ${when}.`, {}, cause);
}
