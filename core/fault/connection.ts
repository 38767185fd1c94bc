/** A connection whose near end misbehaves: late, silent, cut off, or speaking another protocol. */
import type { Bytes, Clock } from '../bytes/index.ts';
import { ConnectionError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { connectionLost, WiredConnection } from '../transport/index.ts';
import type { Connection, Listener } from '../transport/index.ts';
import { Counter } from './counter.ts';
import type { Deed } from './counter.ts';
import type { Fault } from './types.ts';

/** The same listener, its connections with these faults. One that is refused is never seen by who listens. */
export function faultyListener(listener: Listener, faults: readonly Fault[], clock?: Clock): Listener {
  const refused = faults.some(({ name }) => name === 'refuse');
  const reader = listener.incoming.getReader();
  const incoming = new ReadableStream<Connection>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          if (!refused) return controller.enqueue(faultyConnection(value, faults, clock));
          value.abort();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { incoming, close: () => listener.close() };
}

/** A connection that came in, with these faults. What is done to the peer, who listens sees as done by the peer. */
function faultyConnection(
  inner: Connection,
  faults: readonly Fault[],
  clock: Clock = SYSTEM_CLOCK,
): Connection {
  return new FaultyWire(inner, faults, clock).connection;
}

class FaultyWire {
  readonly connection: WiredConnection;
  readonly #inner: Connection;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #counter: Counter;
  readonly #clock: Clock;
  readonly #delay: number;
  #silent: boolean;
  #over = false;
  #ended = false;
  #resume: () => void = () => {};
  #stopDelay: () => void = () => {};

  constructor(inner: Connection, faults: readonly Fault[], clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    this.#counter = new Counter(faults);
    this.#silent = faults.some((fault) => fault.name === 'silence' && fault.after === undefined);
    this.#delay = faults.reduce((sum, fault) => sum + (fault.name === 'delay' ? fault.milliseconds : 0), 0);
    this.#writer = inner.writable.getWriter();
    // A broken transport is told by the reading side.
    this.#writer.closed.catch(() => undefined);
    this.#writer.ready.catch(() => undefined);
    this.connection = new WiredConnection({
      send: (chunk) => this.#send(chunk),
      finish: () => void inner.close(),
      reset: () => this.#inner.abort(),
      release: () => this.#inner.abort(),
      taken: () => this.#resume(),
    });
    inner.opened.then(
      (info) => this.connection.confirm(info),
      (error: ConnectionError) => this.#failed(error),
    );
    // What has ended holds nobody back: its end is told behind all that came, however slowly that is read.
    void inner.closed.then(() => {
      this.#ended = true;
      this.#resume();
    });
    void this.connection.closed.then(() => this.#stopDelay());
    void this.#read();
  }

  async #read(): Promise<void> {
    const reader = this.#inner.readable.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return this.connection.end();
        this.#received(value);
        while (this.connection.unread > 0 && !this.#ended)
          await new Promise<void>((resolve) => (this.#resume = resolve));
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const lost = error instanceof ConnectionError ? error : connectionLost('the peer', 'ECONNRESET', error);
    void this.#inner.closed.then(({ code }) => this.connection.fail(lost, code));
  }

  #received(chunk: Bytes): void {
    if (this.#over) return;
    const strikes = this.#counter.push('received', chunk);
    const last = strikes.find(({ deed }) => deed.deed !== 'silence');
    // What the user answers to the bytes that strike is lost already.
    for (const { deed } of strikes) if (deed.deed === 'silence') this.#silent = true;
    if (last === undefined) return this.connection.receive(chunk);
    this.#over = true;
    this.connection.receive(chunk.slice(0, last.offset));
    this.#strike(last.deed);
  }

  async #send(chunk: Bytes): Promise<void> {
    if (this.#delay > 0) await this.#late();
    if (this.#silent || this.#over) return;
    const [first] = this.#counter.push('sent', chunk);
    await this.#writer.write(first ? chunk.subarray(0, first.offset) : chunk);
    if (first) this.#strike(first.deed);
  }

  #late(): Promise<void> {
    return new Promise((resolve) => (this.#stopDelay = this.#clock.after(this.#delay, resolve)));
  }

  #strike(deed: Deed): void {
    if (deed.deed === 'silence') this.#silent = true;
    else this.#over = true;
    if (deed.deed === 'reset') {
      this.#inner.abort();
      this.connection.fail(connectionLost('the peer', 'ECONNRESET'), 'ECONNRESET');
    } else if (deed.deed === 'end') {
      this.#writer.write(deed.bytes).catch(() => undefined);
      void this.#inner.close();
      this.connection.end();
    }
  }
}
