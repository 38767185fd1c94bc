/**
 * Runs the state machine on a transport connection: bytes in become events, effects become bytes out
 * (PS3.8 9.2). PDUs are handled strictly one after the other; a handler that returns a promise holds
 * reading back, and with it the peer.
 */
import { asError, concat, DEFAULT_LIMITS, DicomError, EMPTY, SYSTEM_CLOCK } from '../bytes/index.ts';
import type { Bytes, Clock, Limits, Trace } from '../bytes/index.ts';
import { encodePdu, PDU_HEADER, PduDecoder, PduError, withoutSecrets } from '../pdu/index.ts';
import type { AssociateAC, AssociateRJ, AssociateRQ, Deviation, PduName, ReceivedPdu } from '../pdu/index.ts';
import { consume } from '../transport/index.ts';
import type { Connection } from '../transport/index.ts';
import { DEFAULT_DEADLINES, timeoutError } from './deadlines.ts';
import type { PduHappening, TransitionHappening } from './events.ts';
import { FIRST_BYTES, notDicom } from './first-bytes.ts';
import { eventOf, step } from './machine.ts';
import type { Effect, Indication, Machine, Transition, UlEvent } from './machine.ts';
import { actionFor } from './states.ts';
import type { State } from './states.ts';

/** The user of the Upper Layer service (PS3.8 7). */
export interface UlUser {
  /** `cause` is what lies behind an A-P-ABORT, where it is known. */
  indicate(indication: Indication, cause?: Error): void | Promise<void>;
}

export interface UpperLayerOptions {
  readonly role: 'requestor' | 'acceptor';
  readonly limits?: Limits;
  readonly clock?: Clock;
  /** ARTIM (PS3.8 9.1.5), in milliseconds; 30,000 by default. */
  readonly artim?: number;
  /** The maximum length that we offer, to notice what exceeds it. */
  readonly maximumLength?: number;
  readonly trace?: Trace;
}

export class UpperLayer {
  readonly #connection: Connection;
  readonly #user: UlUser;
  readonly #decoder: PduDecoder;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #clock: Clock;
  readonly #artim: number;
  readonly #trace: Trace | undefined;
  #machine: Machine;
  #stopArtim: (() => void) | undefined;
  #dead = false;
  /** What came first, until it proves to be a PDU. */
  #first: Bytes | undefined = EMPTY;
  /** Why the transport or the decoder gave up: the cause told with an A-P-ABORT. */
  #cause: Error | undefined;

  constructor(connection: Connection, user: UlUser, options: UpperLayerOptions) {
    this.#connection = connection;
    this.#user = user;
    this.#decoder = new PduDecoder({
      lent: true,
      limits: options.limits ?? DEFAULT_LIMITS,
      ...(options.maximumLength === undefined ? {} : { maximumLength: options.maximumLength }),
    });
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#artim = options.artim ?? DEFAULT_DEADLINES.artim;
    this.#trace = options.trace;
    this.#machine = { state: 'Sta1', role: options.role };
    this.#writer = connection.writable.getWriter();
    // A broken transport is told by the reading side, behind the last byte; here it is only expected.
    this.#writer.closed.catch(() => undefined);
    this.#writer.ready.catch(() => undefined);
  }

  get state(): State {
    return this.#machine.state;
  }

  /** Why the connection ended, where more is known than that it did. */
  get cause(): Error | undefined {
    return this.#cause;
  }

  /** A-ASSOCIATE request (Evt1, then Evt2 once the connection is open). Resolves when the connection has ended. */
  async request(request: AssociateRQ): Promise<void> {
    void this.#dispatch({ name: 'Evt1', request });
    try {
      await this.#connection.opened;
    } catch (error) {
      this.#cause = asError(error);
      void this.#dispatch({ name: 'Evt17' });
      return;
    }
    void this.#dispatch({ name: 'Evt2' });
    await this.#read();
  }

  /** Awaits an A-ASSOCIATE-RQ (Evt5). Resolves when the connection has ended. */
  async listen(): Promise<void> {
    void this.#dispatch({ name: 'Evt5' });
    await this.#read();
  }

  /** A-ASSOCIATE response (Evt7, Evt8). @throws DicomError ASSOCIATION_ENDED in any state but Sta3. */
  answer(response: AssociateAC | AssociateRJ): void {
    this.#local(response.type === 'A-ASSOCIATE-AC' ? { name: 'Evt7', response } : { name: 'Evt8', response });
  }

  /**
   * P-DATA request (Evt9): `data` holds one or more whole P-DATA-TF PDUs. Returns what to wait for where no
   * more may be given now; it rejects with ConnectionError where the connection broke. `taken` is called when `data`
   * may be used again.
   * @throws DicomError ASSOCIATION_ENDED where the association takes no data.
   */
  data(data: Bytes, taken?: () => void): Promise<unknown> | undefined {
    this.#local({ name: 'Evt9', data, taken });
    return (this.#writer.desiredSize ?? 0) > 0 ? undefined : this.#writer.ready;
  }

  /** A-RELEASE request (Evt11). @throws DicomError ASSOCIATION_ENDED outside Sta6. */
  release(): void {
    this.#local({ name: 'Evt11' });
  }

  /** A-RELEASE response (Evt14). @throws DicomError ASSOCIATION_ENDED where no release was indicated. */
  answerRelease(): void {
    this.#local({ name: 'Evt14' });
  }

  /** A-ABORT request (Evt15); without effect where there is nothing to abort. */
  abort(): void {
    void this.#dispatch({ name: 'Evt15' });
  }

  #local(event: UlEvent): void {
    if (actionFor(event.name, this.state) === undefined) {
      throw new DicomError(
        'ASSOCIATION_ENDED',
        `The association takes no ${event.name} in ${this.state}: it is not established, or ended.`,
        { state: this.state, event: event.name },
      );
    }
    void this.#dispatch(event);
  }

  async #read(): Promise<void> {
    try {
      await consume(this.#connection, (chunk) => this.#receive(chunk));
    } catch (error) {
      this.#cause ??= asError(error);
      this.#connection.abort(error); // done already, unless it was our own user that failed
    }
    this.#diagnose();
    void this.#dispatch({ name: 'Evt17' });
    this.#stopArtim?.();
  }

  #receive(chunk: Bytes): void | Promise<void> {
    // After Evt19 the stream has lost its framing, and in Sta1 all is over: read on only to see the end.
    if (this.#dead || this.state === 'Sta1') return;
    if (this.#first) this.#first = concat([this.#first, chunk.subarray(0, FIRST_BYTES - this.#first.length)]);
    const pdus = this.#decoder.push(chunk);
    const pending = this.#handle(pdus);
    if (pending !== undefined) return this.#handleRest(pdus, pending);
  }

  /** Those that come behind one that had to be waited for. */
  async #handleRest(pdus: Iterator<ReceivedPdu, void>, waiting: Promise<void>): Promise<void> {
    for (let pending: void | Promise<void> = waiting; pending !== undefined; pending = this.#handle(pdus))
      await pending;
  }

  /** Handles PDUs up to the first that has to be waited for. */
  #handle(pdus: Iterator<ReceivedPdu, void>): void | Promise<void> {
    for (;;) {
      const received = this.#nextOf(pdus);
      if (received === undefined) return;
      const pending = this.#dispatch(eventOf(received.pdu), received);
      if (pending !== undefined) return pending;
    }
  }

  #nextOf(pdus: Iterator<ReceivedPdu, void>): ReceivedPdu | undefined {
    try {
      const { value } = pdus.next();
      if (value !== undefined) this.#first = undefined;
      return value ?? undefined;
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      this.#dead = true;
      this.#cause ??= error;
      this.#diagnose();
      void this.#dispatch({ name: 'Evt19', reason: error.abortReason });
      return undefined;
    }
  }

  /** Where not even the first PDU came, what came instead may tell why. */
  #diagnose(): void {
    if (this.#first === undefined) return;
    this.#cause = notDicom(this.#first, this.#machine.role, this.#cause) ?? this.#cause;
    this.#first = undefined;
  }

  #dispatch(event: UlEvent, received?: ReceivedPdu): void | Promise<void> {
    const transition = step(this.#machine, event);
    if (transition === undefined) return;
    this.#machine = transition.machine;
    this.#tell(transition, received);
    let pending: void | Promise<void> = undefined;
    for (const effect of transition.effects) {
      const result = this.#perform(effect, transition);
      if (result !== undefined) pending = result;
    }
    // PS3.8 waits in Sta13 for the peer to close. After an abort or reject DCMTK and Orthanc wait for us, so
    // we end our direction behind the PDU; after A-RELEASE-RP the requestor closes.
    const { from, machine, action } = transition; // an effect may have led further already
    if (machine.state === 'Sta13' && from !== 'Sta13' && action !== 'AR-4') this.#close();
    return pending;
  }

  #perform(effect: Effect, transition: Transition): void | Promise<void> {
    switch (effect.effect) {
      case 'send':
        return this.#write(encodePdu(effect.pdu), effect.pdu.type, transition);
      case 'sendData':
        return this.#write(effect.data, 'P-DATA-TF', transition, effect.taken);
      case 'indicate':
        return this.#user.indicate(effect.indication, this.#cause);
      case 'startArtim':
        return this.#startArtim();
      case 'stopArtim':
        return this.#stopArtim?.();
      case 'close':
        return this.#close();
      case 'connect': // the dialer has begun to connect when it made the connection
        return undefined;
    }
  }

  #write(bytes: Bytes, pdu: PduName, transition: Transition, taken?: () => void): void {
    if (this.#trace) tellSent(this.#trace, bytes, pdu, transition);
    this.#writer.write(bytes).then(taken, (error: unknown) => {
      this.#cause ??= asError(error);
    });
  }

  #startArtim(): void {
    this.#stopArtim?.();
    this.#stopArtim = this.#clock.after(this.#artim, () => {
      if (this.state === 'Sta2') this.#cause ??= timeoutError('artim', this.#artim);
      void this.#dispatch({ name: 'Evt18' });
    });
  }

  #close(): void {
    this.#connection.close().catch(() => this.#connection.abort());
  }

  #tell(transition: Transition, received: ReceivedPdu | undefined): void {
    if (this.#trace === undefined || transition.event === 'Evt9') return;
    const { from, event, action, effects } = transition;
    const to = transition.machine.state;
    if (received !== undefined) {
      const { pdu, bytes, deviations } = received;
      return tellPdu(this.#trace, 'received', transition, pdu.type, bytes, deviations);
    }
    if (event === 'Evt19')
      return tellPdu(this.#trace, 'received', transition, 'invalid', EMPTY, NO_DEVIATIONS);
    if (effects.some(({ effect }) => effect === 'send')) return undefined; // the PDU tells it
    return this.#trace<TransitionHappening>({ layer: 'ul', type: 'transition', from, to, event, action });
  }
}

/** One event per PDU, though several may leave in one write. */
function tellSent(trace: Trace, bytes: Bytes, pdu: PduName, transition: Transition): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + PDU_HEADER <= bytes.length;) {
    const end = at + PDU_HEADER + view.getUint32(at + 2);
    tellPdu(trace, 'sent', transition, pdu, bytes.subarray(at, end), NO_DEVIATIONS);
    at = end;
  }
}

const NO_DEVIATIONS: readonly Deviation[] = [];

function tellPdu(
  trace: Trace,
  direction: 'sent' | 'received',
  transition: Transition,
  pdu: PduName | 'invalid',
  bytes: Bytes,
  deviations: readonly Deviation[],
): void {
  trace<PduHappening>({
    layer: 'ul',
    type: 'pdu',
    direction,
    pdu,
    bytes: shown(pdu, bytes),
    from: transition.from,
    to: transition.machine.state,
    event: transition.event,
    action: transition.action,
    deviations,
  });
}

/** What may be told of a PDU: passwords and the like are masked. */
function shown(pdu: PduName | 'invalid', bytes: Bytes): Bytes {
  return pdu === 'A-ASSOCIATE-RQ' || pdu === 'A-ASSOCIATE-AC' ? withoutSecrets(bytes) : bytes;
}
