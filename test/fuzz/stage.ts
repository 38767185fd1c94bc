/** Where a conversation takes place: the network, the clock, the scripted peers, and what our side promised. */
import { DicomError, ERROR_CODES } from '../../core/bytes/index.ts';
import { TimeoutError } from '../../core/bytes/index.ts';
import { MemoryNetwork, WiredConnection } from '../../core/transport/index.ts';
import type { Connection, Dialer, Listener, Target } from '../../core/transport/index.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { Random } from '../support/random.ts';
import { Actor } from './actor.ts';
import { planDelivery } from './delivery.ts';
import { Journal } from './journal.ts';
import { RECEIVER } from './samples.ts';
import { FaultyStore, Mishap } from './store.ts';

/** What a conversation has to be repeated. */
export interface StageOptions {
  readonly seed: number;
  /** Nothing goes wrong, on either side. */
  readonly fair: boolean;
  readonly clock: FakeClock;
  readonly seen: Set<string>;
}

export class Stage {
  readonly options: StageOptions;
  readonly clock: FakeClock;
  readonly random: Random;
  readonly log: string[] = [];
  readonly journal: Journal;
  readonly store: FaultyStore;
  readonly network = new MemoryNetwork();
  readonly actors: Actor[] = [];
  /** Our ends of connections, and whether each has closed. */
  readonly ends: { closed: boolean }[] = [];
  /** What our side promised and has not kept yet. */
  readonly promised = new Set<string>();
  readonly wrong: string[] = [];
  /** Timers of the test's own handlers and store. */
  waiting = 0;
  #promises = 0;
  readonly #listeners: Listener[] = [];

  constructor(options: StageOptions) {
    this.options = options;
    this.clock = options.clock;
    this.random = new Random(options.seed);
    this.journal = new Journal(options.seen);
    const often = options.fair ? 0 : this.random.pick([0, 0, 4, 12]);
    this.store = new FaultyStore(this.journal, (time) => this.wait(time), options.seed, often);
  }

  /** Our side promised this; it has to come, as a value or a typed error. */
  promise(what: string, promise: Promise<unknown>): void {
    void this.attempt(what, () => promise);
  }

  /** Runs what our side's user does; the errors of the library end here. */
  async attempt(what: string, action: () => unknown): Promise<void> {
    const name = `${what} (${++this.#promises})`;
    this.promised.add(name);
    try {
      this.#settled(name, `gives ${shown(await action())}`);
    } catch (error) {
      this.failed(what, error);
      this.#settled(name, `fails: ${error as Error}`);
    }
  }

  /** Resolves after so many milliseconds of the conversation. */
  async wait(milliseconds: number): Promise<void> {
    this.waiting++;
    await new Promise<void>((resolve) => void this.clock.after(milliseconds, resolve));
    this.waiting--;
  }

  /** Our side has kept its promises and closed its connections: no timer of its own has anything left to do. */
  get over(): boolean {
    return this.waiting === 0 && this.promised.size === 0 && this.ends.every(({ closed }) => closed);
  }

  #settled(name: string, how: string): void {
    this.promised.delete(name);
    this.log.push(`  ${name} ${how}`);
  }

  /** Our side said that something went wrong: it has to be typed, and no mistake of the program. */
  failed(what: string, error: unknown): void {
    if (error instanceof Mishap) return;
    if (!(error instanceof DicomError) || !(error.code in ERROR_CODES)) {
      this.wrong.push(`${what}: untyped ${(error as Error)?.stack ?? String(error)}`);
      return;
    }
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) this.#judge(what, cause);
    if (this.options.fair) this.wrong.push(`${what}: failed in a fair conversation: ${error.stack}`);
  }

  #judge(what: string, cause: Error): void {
    if (cause instanceof TimeoutError) this.options.seen.add(`TIMEOUT ${cause.phase}`);
    else if (cause instanceof DicomError) this.options.seen.add(cause.code);
    const mistake = cause instanceof TypeError || cause instanceof ReferenceError;
    if (mistake) this.wrong.push(`${what}: a mistake of the program: ${cause.stack}`);
  }

  /** A scripted peer at the other end of a connection. */
  enter(connection: Connection, mayAsk = true, calledAETitle = 'US'): Actor {
    const actor = new Actor({
      label: `peer ${this.actors.length + 1}`,
      connection,
      mayAsk,
      deaf: !this.options.fair && this.random.int(20) === 0,
      fair: this.options.fair,
      calledAETitle,
      log: (line) => this.log.push(line),
      deliver: (sopInstanceUIDs) => void this.#deliver(sopInstanceUIDs),
    });
    this.log.push(`${actor.options.label} is connected`);
    this.actors.push(actor);
    return actor;
  }

  async #deliver(sopInstanceUIDs: readonly string[]): Promise<void> {
    const connection = this.network.connect({ host: RECEIVER.host, port: 104 });
    const open = await connection.opened.catch(() => undefined); // our side may listen no more
    if (!open) return;
    this.options.seen.add('delivery');
    const actor = this.enter(connection, true, RECEIVER.aeTitle);
    planDelivery(actor, sopInstanceUIDs, this.options.seed + this.actors.length);
  }

  /** Scripted peers answer at this address. */
  async answerAt(host: string): Promise<void> {
    const listener = this.network.listen(host, 104);
    this.#listeners.push(listener);
    const reader = listener.incoming.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      this.enter(next.value, false);
  }

  /** Dials for our side. At `void` nobody ever answers, at `nobody` nobody listens. */
  readonly dialer: Dialer = {
    connect: (target, options) => this.#watched(this.#connect(target, options)),
  };

  #connect(target: Target, options?: { readonly signal?: AbortSignal }): Connection {
    if ('peer' in target || target.host !== 'void') return this.network.connect(target, options);
    const idle = (): void => undefined;
    return new WiredConnection(
      { send: idle, finish: idle, reset: idle, release: idle, taken: idle },
      options?.signal,
    );
  }

  /** Listens for our side. */
  listen(host: string): Listener {
    const listener = this.network.listen(host, 104);
    const reader = listener.incoming.getReader();
    const incoming = new ReadableStream<Connection>(
      {
        pull: async (controller) => {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(this.#watched(value));
        },
      },
      { highWaterMark: 0 },
    );
    return { incoming, close: () => listener.close() };
  }

  #watched(connection: Connection): Connection {
    const end = { closed: false };
    this.ends.push(end);
    void connection.closed.then(() => (end.closed = true));
    return connection;
  }

  async close(): Promise<void> {
    for (const listener of this.#listeners) await listener.close();
  }
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value)?.slice(0, 200) ?? String(value);
  } catch {
    return String(value);
  }
}
