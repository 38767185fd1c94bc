/** Counts what passes a connection, to tell when a fault strikes. */
import type { Bytes } from '../bytes/index.ts';
import { concat, DicomError } from '../bytes/index.ts';
import { COMMANDS, decodeCommandSet } from '../dimse/index.ts';
import type { Deviation, Pdv } from '../pdu/index.ts';
import { ABORT_REASON, encodePdu, PduDecoder } from '../pdu/index.ts';
import type { ReceivedPdu } from '../pdu/index.ts';
import type { Fault, Trigger } from './types.ts';

export type Direction = 'sent' | 'received';

/** What is done to the connection. */
export type Deed =
  | { readonly deed: 'silence' }
  | { readonly deed: 'reset' }
  /** These bytes are the last that the peer gets. */
  | { readonly deed: 'end'; readonly bytes: Bytes };

/** A fault that strikes behind so many bytes of the chunk. */
export interface Strike {
  readonly offset: number;
  readonly deed: Deed;
}

/** What a web server says to what is no request (RFC 9112). */
const BAD_REQUEST = new TextEncoder().encode(
  'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
);

interface Armed {
  readonly after: Trigger;
  readonly deed: Deed;
  left: number;
}

export class Counter {
  readonly #armed: readonly Armed[];
  readonly #strict: boolean;
  readonly #ways: Readonly<Record<Direction, Way>> = { sent: new Way(), received: new Way() };

  constructor(faults: readonly Fault[]) {
    this.#armed = faults.flatMap(armed);
    this.#strict = faults.some(({ name }) => name === 'strict');
  }

  /** Takes a chunk; gives what strikes in it, by place. */
  push(direction: Direction, chunk: Bytes): Strike[] {
    if (this.#armed.length === 0 && !this.#strict) return [];
    const strikes = direction === 'received' ? this.#bytes(chunk.length) : [];
    for (const { offset, kinds, odd } of this.#ways[direction].push(chunk)) {
      if (odd && this.#strict && direction === 'received') strikes.push({ offset, deed: PROTEST });
      for (const kind of kinds) strikes.push(...this.#one(kind).map((deed) => ({ offset, deed })));
    }
    return strikes.toSorted((a, b) => a.offset - b.offset);
  }

  #bytes(length: number): Strike[] {
    return this.#waiting('byte').flatMap((one) => {
      const offset = one.left;
      one.left -= length;
      return one.left <= 0 ? [{ offset, deed: one.deed }] : [];
    });
  }

  #one(kind: string): Deed[] {
    return this.#waiting(kind).flatMap((one) => (--one.left === 0 ? [one.deed] : []));
  }

  #waiting(kind: string): Armed[] {
    return this.#armed.filter(({ after, left }) => after.kind === kind && left > 0);
  }
}

const abort = (source: number, reason: number): Deed => ({
  deed: 'end',
  bytes: encodePdu({ type: 'A-ABORT', source, reason }),
});

/** PS3.8 9.3.8: the service-provider aborts. */
const PROTEST = abort(2, ABORT_REASON.invalidParameterValue);

function armed(fault: Fault): Armed[] {
  const deed = deedOf(fault);
  const after = fault.name === 'http' ? { count: 1, kind: 'byte' } : 'after' in fault && fault.after;
  return deed && after ? [{ after, deed, left: after.count }] : [];
}

function deedOf({ name }: Fault): Deed | undefined {
  switch (name) {
    case 'silence':
      return { deed: 'silence' };
    case 'reset':
      return { deed: 'reset' };
    case 'abort':
      return abort(0, 0);
    case 'http':
      return { deed: 'end', bytes: BAD_REQUEST };
    default:
      return undefined;
  }
}

/** A PDU that ends in a chunk. */
interface Passed {
  /** Behind its last byte. */
  readonly offset: number;
  /** Its name, and those of the messages whose command it completes. */
  readonly kinds: readonly string[];
  /** It departs from the standard. */
  readonly odd: boolean;
}

/** Reserved fields are not tested by whoever receives them (PS3.8 9.3.1): even a strict peer lets them be. */
function isOdd({ code }: Deviation): boolean {
  return code !== 'RESERVED_NOT_ZERO';
}

/** One direction of a connection. */
class Way {
  readonly #decoder = new PduDecoder();
  #command: Bytes[] = [];
  /** Bytes of a PDU that is not whole yet. */
  #begun = 0;

  push(chunk: Bytes): Passed[] {
    const passed: Passed[] = [];
    let offset = -this.#begun;
    this.#begun += chunk.length;
    for (const received of this.#pdus(chunk)) {
      offset += received.bytes.length;
      this.#begun -= received.bytes.length;
      const { pdu, deviations } = received;
      const messages = pdu.type === 'P-DATA-TF' ? pdu.pdvs.flatMap((pdv) => this.#message(pdv)) : [];
      passed.push({ offset, kinds: [pdu.type, ...messages], odd: deviations.some(isOdd) });
    }
    return passed;
  }

  /** What is no PDU ends the counting: the layers above refuse it themselves. */
  *#pdus(chunk: Bytes): Generator<ReceivedPdu, void, undefined> {
    try {
      yield* this.#decoder.push(chunk.slice());
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
    }
  }

  #message({ command, last, data }: Pdv): string[] {
    if (!command) return [];
    this.#command.push(data.slice());
    if (!last) return [];
    const bytes = concat(this.#command);
    this.#command = [];
    try {
      return [COMMANDS.get(decodeCommandSet(bytes).CommandField)?.name ?? []].flat();
    } catch {
      return []; // no command set; the layers above say so
    }
  }
}
