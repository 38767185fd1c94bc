/** Pages, peers and the kernel do to a tunnel whatever comes to them, in any order: nothing breaks, leaks or gets out. */
import { EventEmitter } from 'node:events';
import type { OnReadOpts, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access/access.ts';
import { ANYONE } from '../../bridge/access/access.ts';
import type { Dialed } from '../../bridge/dial/dial.ts';
import { peekAssociateRQ } from '../../bridge/peek.ts';
import { beginDirect, endDirect } from '../../bridge/tunnel/slabs.ts';
import { Tunnel } from '../../bridge/tunnel/tunnel.ts';
import { MAX_FRAME, connectFailure, deferred } from '../../core/transport/index.ts';
import { REQUEST } from '../support/bridge.ts';
import { Random } from '../support/random.ts';

const CASES = 100_000;
/** The bridge takes no smaller one. */
const LEAST_WINDOW = 512 << 10;
const PEER = { name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 104 };
const USER: Rights = { user: 'anna', peers: '*', aeTitles: ['PAGE'] };

/** What the bridge calls instead of the network. */
let dialing:
  { readonly onread: OnReadOpts; readonly dialed: ReturnType<typeof deferred<Dialed>> } | undefined;
vi.mock('../../bridge/dial/dial.ts', async (original) => ({
  ...(await original<object>()),
  dial: (_: unknown, { onread }: { onread: OnReadOpts }) => {
    dialing = { onread, dialed: deferred<Dialed>() };
    return dialing.dialed.promise;
  },
}));

/** What the peer sends: each byte says where it stands. */
const PATTERN = Buffer.from(Array.from({ length: 251 + MAX_FRAME }, (_, i) => i % 251));

function fromPeer(at: number, length: number): Buffer {
  return PATTERN.subarray(at % 251, (at % 251) + length);
}

/** `expect` takes longer than a tunnel. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not ${what}`);
}

/** The page's WebSocket as the bridge sees it. */
class Page extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  binary = 0;
  pending: (() => void)[] = [];

  send(data: string | Buffer, _: unknown, sent?: () => void): void {
    if (this.readyState !== 1) return void (sent && this.pending.push(sent));
    if (typeof data === 'string') return;
    must(data.equals(fromPeer(this.binary, data.length)), 'what the peer sent, in order');
    this.binary += data.length;
    this.pending.push(sent!);
  }
  close(): void {
    this.readyState = 2;
  }
}

/** A connected socket whose kernel takes what it is told to. */
class Wire extends EventEmitter {
  readonly connecting = false;
  readonly remoteAddress = '127.0.0.1';
  destroyed = false;
  closed = false;
  writableEnded = false;
  reading = true;
  written = 0;
  readonly #stream: Buffer;
  pending: ((error?: Error) => void)[] = [];

  /** `stream`: all that may be written. */
  constructor(stream: Buffer) {
    super();
    this.#stream = stream;
  }

  get writableLength(): number {
    return this.pending.length;
  }
  write(bytes: Buffer | string, taken: (error?: Error) => void): void {
    if (typeof bytes !== 'string') {
      must(
        bytes.equals(this.#stream.subarray(this.written, this.written + bytes.length)),
        'what the page sent',
      );
      this.written += bytes.length;
    }
    if (this.destroyed || this.writableEnded) taken(new Error('ended'));
    else this.pending.push(taken);
  }
  end(): void {
    this.writableEnded = true;
  }
  resume(): void {
    this.reading = true;
  }
  setTimeout(): void {}
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    queueMicrotask(() => {
      this.closed = true;
      this.emit('close');
    });
  }
  resetAndDestroy(): void {
    this.destroy();
  }
}

/** One tunnel, and who has to do with it. */
class Case {
  readonly random: Random;
  readonly page = new Page();
  readonly rights: Rights;
  readonly tunnel: Tunnel;
  readonly stream: Buffer;
  wire: Wire | undefined;
  room: Buffer = Buffer.alloc(0);
  fromPage = 0;
  fromPeer = 0;
  window = LEAST_WINDOW;
  acknowledged = 0;
  ended = false;

  constructor(seed: number) {
    this.random = new Random(seed);
    dialing = undefined;
    this.rights = this.random.pick([ANYONE, USER]);
    this.stream = Buffer.concat([REQUEST, Buffer.alloc(2000, 7)]);
    for (let n = this.random.pick([0, 0, 1, 3]); n > 0; n--)
      this.stream[this.random.int(60)] = this.random.int(256);
    this.tunnel = new Tunnel(this.page as unknown as WebSocket, PEER, this.rights);
    void this.tunnel.ended.then(() => (this.ended = true));
  }

  readonly #acts: readonly (() => void)[] = [
    () => this.#binary(),
    () => this.#binary(),
    () => this.#say({ t: 'ack', n: this.#ackNumber() }),
    () => this.#text(),
    () => this.#settleDial(),
    () => this.#peerSends(),
    () => this.#peerSends(),
    () => this.page.pending.shift()?.(),
    () => this.wire?.pending.shift()?.(),
    () => void vi.advanceTimersByTime(0),
    () => this.#peerEnds(),
  ];

  async play(): Promise<void> {
    if (this.random.int(20) > 0)
      this.#say({ t: 'hello', window: (this.window = LEAST_WINDOW + this.random.int(70_000)) });
    if (this.random.int(4) > 0) this.#settleDial();
    for (let n = this.random.int(16); n > 0; n--) {
      this.random.pick(this.#acts)();
      if (this.random.int(3) === 0) await Promise.resolve();
      this.#check();
    }
    await this.#end();
  }

  /** Nothing got out that may not, or in another order; nothing went to the page beyond its window. */
  #check(): void {
    const { page, wire } = this;
    const out = wire?.written ?? 0;
    must(out <= this.fromPage && (out === 0 || this.#mayPass()), 'held back');
    must(page.binary <= this.fromPeer && page.binary - this.acknowledged <= this.window, 'within the window');
    must(this.tunnel.counts.held >= 0, 'counted');
  }

  #mayPass(): boolean {
    const seen = this.stream.subarray(0, this.fromPage);
    if (this.rights === ANYONE) return seen[0] === 1;
    const peeked = peekAssociateRQ(seen);
    return typeof peeked === 'object' && peeked.callingAETitle === 'PAGE' && peeked.calledAETitle === 'PACS';
  }

  #say(message: unknown): void {
    this.page.emit('message', Buffer.from(JSON.stringify(message)), false);
  }

  /** What is no message, or one that may not come here. */
  #text(): void {
    const texts = [
      '{"t":"hello","window":65536}',
      '{"t":"reset"}',
      '{"t":"open"}',
      '{',
      '[]',
      'null',
      '{"t":"ack"}',
    ];
    const text = this.random.int(8) === 0 ? this.random.bytes(this.random.int(50)) : this.random.pick(texts);
    if (this.random.int(4) === 0) this.page.emit('message', Buffer.from(text), false);
  }

  #ackNumber(): number {
    const { binary } = this.page;
    if (this.random.int(8) === 0)
      return this.random.pick([-1, 0.5, binary + 1, 2 ** 53, this.acknowledged - 1]);
    const open = this.page.readyState === 1;
    const n = this.acknowledged + this.random.int(binary - this.acknowledged + 1);
    if (open) this.acknowledged = n;
    return n;
  }

  #binary(): void {
    const length = Math.min(this.stream.length - this.fromPage, this.random.pick([0, 1, 10, 74, 200, 1000]));
    const frame = Buffer.from(this.stream.subarray(this.fromPage, this.fromPage + length));
    if (this.page.readyState === 1) this.fromPage += length;
    this.page.emit('message', frame, true);
  }

  #settleDial(): void {
    if (dialing === undefined || this.wire !== undefined) return;
    if (this.random.int(10) === 0) {
      dialing.dialed.reject(connectFailure('PACS', 'ECONNREFUSED'));
      dialing = undefined;
      return;
    }
    this.wire = new Wire(this.stream);
    this.room = (dialing.onread.buffer as () => Buffer)();
    dialing.dialed.resolve({ socket: this.wire as unknown as Socket, tls: undefined });
  }

  /** As libuv does: into the room that was given before, and the next room asked for after. */
  #peerSends(): void {
    const { wire, room } = this;
    if (wire === undefined || dialing === undefined || wire.destroyed || wire.listenerCount('close') === 0)
      return;
    for (let goOn = wire.reading; goOn;) {
      const length = this.random.pick([1, 100, Math.floor(this.room.length / 2) + 1, this.room.length]);
      this.room.set(fromPeer(this.fromPeer, length));
      this.fromPeer += length;
      const full = length === this.room.length;
      wire.reading = dialing.onread.callback(length, room);
      this.room = (dialing.onread.buffer as () => Buffer)();
      goOn = full && wire.reading && this.random.int(4) > 0; // sometimes that was all there was
    }
  }

  #peerEnds(): void {
    if (this.wire === undefined || this.wire.destroyed || this.random.int(3) > 0) return;
    if (this.random.int(2) === 0) return void this.wire.emit('end');
    if (this.wire.listenerCount('error') > 0)
      this.wire.emit('error', Object.assign(new Error(), { code: 'ECONNRESET' }));
    this.wire.destroy();
  }

  /** The page goes, however, and everything that waits comes to its end. */
  async #end(): Promise<void> {
    this.#settleDial();
    this.page.readyState = 3;
    this.page.emit('close', this.random.pick([1000, 1001, 1006]));
    for (let n = 0; n < 4; n++) {
      await Promise.resolve();
      while (this.page.pending.length + (this.wire?.pending.length ?? 0) > 0) {
        this.page.pending.shift()?.();
        this.wire?.pending.shift()?.();
      }
      vi.advanceTimersByTime(0);
      this.#check();
    }
    vi.advanceTimersByTime(2000); // what the peer has to answer a FIN
    for (let n = 0; n < 4 && !this.ended; n++) await Promise.resolve();
    must(this.ended && (this.wire?.destroyed ?? true), 'ended');
    must(vi.getTimerCount() === 0, 'without timers');
  }
}

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
});
afterAll(() => {
  vi.useRealTimers();
});

test(`${CASES} tunnels`, { timeout: 60_000 }, async () => {
  let [relayed, refused] = [0, 0];
  for (let seed = 1; seed <= CASES; seed++) {
    const one = new Case(seed);
    await one.play().catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
    if ((one.wire?.written ?? 0) > 0) relayed++;
    else if (one.fromPage > 0) refused++;
  }
  expect(relayed).toBeGreaterThan(CASES / 10);
  expect(refused).toBeGreaterThan(CASES / 10);
  // No tunnel kept its place in the memory that all share.
  const places = Array.from({ length: 65 }, beginDirect);
  expect(places).toEqual([...Array.from({ length: 64 }, () => true), false]);
  for (const place of places) if (place) endDirect();
});
