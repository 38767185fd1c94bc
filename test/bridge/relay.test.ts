/** The man in the middle: bytes, ends and resets pass as they are, and the witness sees them. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { setImmediate as pause } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { Party, Relay, Witness } from '../../bridge/relay/relay.ts';
import { startRelay } from '../../bridge/relay/relay.ts';
import { Random } from '../support/random.ts';

const HOST = '127.0.0.1';
/** MiB for a side that reads slowly: twice what any system holds for two sockets. */
const BLOCKS = 96;

/** Bytes of a side that a witness keeps. */
const MOST_KEPT = 1 << 20;

/** What a witness was told of one connection. */
class Seen implements Witness {
  readonly addresses: Readonly<Record<Party, string>>;
  readonly told: string[] = [];
  readonly length = { caller: 0, called: 0 };
  readonly #pieces: Record<Party, Bytes[]> = { caller: [], called: [] };
  #over!: () => void;
  readonly over = new Promise<void>((resolve) => (this.#over = resolve));

  constructor(addresses: Readonly<Record<Party, string>>) {
    this.addresses = addresses;
  }

  all(from: Party): Bytes {
    return concat(this.#pieces[from]);
  }

  bytes(from: Party, bytes: Bytes): void {
    this.length[from] += bytes.length;
    if (this.length[from] <= MOST_KEPT) this.#pieces[from].push(bytes.slice());
  }

  finished(from: Party): void {
    this.told.push(`${from} finished`);
  }

  reset(from: Party): void {
    this.told.push(`${from} reset`);
  }

  closed(): void {
    this.told.push('closed');
    this.#over();
  }
}

interface Between {
  readonly relay: Relay;
  readonly seen: Seen[];
  readonly failures: string[];
  /** The next connection: both of its ends. */
  open(): Promise<{ caller: Socket; called: Socket; seen: Seen }>;
}

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

function kept(socket: Socket): Socket {
  sockets.push(socket);
  return socket.on('error', () => {});
}

/** A relay to a server of ours; without one, to a port where nobody listens. */
async function between(
  listening = true,
  { itself = false, ...limits }: { readonly itself?: boolean; readonly connections?: number } = {},
): Promise<Between> {
  const arrivals: ((socket: Socket) => void)[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => arrivals.shift()!(kept(socket)));
  server.listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (!listening || itself) await new Promise((resolve) => server.close(resolve));
  const seen: Seen[] = [];
  const awaited: ((one: Seen) => void)[] = [];
  const failures: string[] = [];
  const relay = await startRelay({
    ...limits,
    host: HOST,
    port: itself ? port : 0,
    to: { name: 'PACS', host: HOST, port },
    opened: (addresses) => {
      const one = new Seen(addresses);
      seen.push(one);
      awaited.shift()?.(one);
      return one;
    },
    turnedAway: (error) => failures.push(error.message),
  });
  onTestFinished(async () => {
    await relay.close();
    server.close();
  });
  return {
    relay,
    seen,
    failures,
    open: async () => {
      const arrived = new Promise<Socket>((resolve) => arrivals.push(resolve));
      const watched = new Promise<Seen>((resolve) => awaited.push(resolve));
      const caller = kept(connect({ port: relay.port, host: HOST, allowHalfOpen: true }));
      return { caller, called: await arrived, seen: await watched };
    },
  };
}

/** All until the end; the socket stays open for what goes the other way. */
async function received(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'end');
  return Buffer.concat(pieces);
}

/** How a socket ends for its reader. */
function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.resume();
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.once('end', () => resolve('end'));
  });
}

describe('what passes', () => {
  test('are the same bytes, both ways, on several connections at once', async () => {
    const { open } = await between();
    const random = new Random(7);
    const pairs = [await open(), await open(), await open()];
    for (const { caller, called, seen } of pairs) {
      const [up, down] = [random.bytes(300_000), random.bytes(200_000)];
      const both = [received(called), received(caller)];
      for (let at = 0; at < up.length; at += 70_001) caller.write(up.subarray(at, at + 70_001));
      called.end(down);
      caller.end();
      const [atCalled, atCaller] = await Promise.all(both);
      expect(atCalled!.equals(up)).toBe(true);
      expect(atCaller!.equals(down)).toBe(true);
      await seen.over;
      expect(Buffer.from(seen.all('caller')).equals(up)).toBe(true);
      expect(Buffer.from(seen.all('called')).equals(down)).toBe(true);
      expect(seen.told.toSorted()).toEqual(['called finished', 'caller finished', 'closed']);
      expect(seen.addresses.caller).toMatch(/^127\.0\.0\.1:\d+$/);
    }
  });

  test('waits for a side that reads slowly: little is under way at any time', async () => {
    const { open } = await between();
    const { caller, called, seen } = await open();
    const block = new Uint8Array(1 << 20);
    for (let blocks = 0; blocks < BLOCKS; blocks++) caller.write(block);
    caller.end();
    let read = 0;
    let mostAhead = 0;
    for await (const piece of called) {
      read += (piece as Buffer).length;
      for (let turn = 0; turn < 5; turn++) await pause();
      mostAhead = Math.max(mostAhead, seen.length.caller - read);
    }
    expect(read).toBe(BLOCKS * block.length);
    expect(mostAhead).toBeLessThan((BLOCKS / 2) * block.length); // what the system holds for both sockets, and a write of ours
  });
});

describe('an end', () => {
  test('of one side leaves the other direction open', async () => {
    const { open } = await between();
    const { caller, called, seen } = await open();
    caller.end('question');
    expect((await received(called)).toString()).toBe('question');
    expect(seen.told).toEqual(['caller finished']);
    called.end('answer');
    expect((await received(caller)).toString()).toBe('answer');
    await seen.over;
    expect(seen.told).toEqual(['caller finished', 'called finished', 'closed']);
  });

  test.each(['caller', 'called'] as const)(
    'by a reset of the %s is a reset, behind its last bytes',
    async (from) => {
      const { open } = await between();
      const pair = await open();
      const other = from === 'caller' ? pair.called : pair.caller;
      const arrived = once(other, 'data');
      pair[from].write('last words');
      const [words] = (await arrived) as [Buffer];
      expect(words.toString()).toBe('last words');
      const end = endOf(other);
      pair[from].resetAndDestroy();
      expect(await end).toBe('ECONNRESET');
      await pair.seen.over;
      expect(pair.seen.told).toEqual([`${from} reset`, 'closed']);
    },
  );

  test('of the relay resets all', async () => {
    const { relay, open } = await between();
    const { caller, called } = await open();
    const ends = Promise.all([endOf(caller), endOf(called)]);
    await relay.close();
    expect(await ends).toEqual(['ECONNRESET', 'ECONNRESET']);
  });
});

test('a caller for whom nobody is there is reset, and that is told', async () => {
  const { relay, seen, failures } = await between(false);
  const caller = kept(connect(relay.port, HOST));
  expect(await endOf(caller)).toBe('ECONNRESET');
  expect(seen).toEqual([]);
  expect(failures).toEqual([expect.stringMatching(/PACS/)]);
});

test('who comes when there are too many is closed, which is told once until there is room', async () => {
  const { relay, failures, open } = await between(true, { connections: 1 });
  const { caller, seen } = await open();
  for (let more = 0; more < 3; more++)
    expect(['end', 'ECONNRESET']).toContain(await endOf(kept(connect(relay.port, HOST))));
  expect(failures).toEqual(['more than 1 connections at once: who calls now is closed']);
  caller.resetAndDestroy();
  await seen.over;
  await open();
  await endOf(kept(connect(relay.port, HOST)));
  expect(failures).toHaveLength(2);
});

test('one that is told to call itself says so once, and takes nobody', async () => {
  const { failures, relay } = await between(true, { itself: true });
  for (let call = 0; call < 3; call++)
    expect(await endOf(kept(connect(relay.port, HOST)))).toBe('ECONNRESET');
  expect(failures).toEqual([expect.stringMatching(/it would call itself/)]);
});

test('a port that is taken is told', async () => {
  const { relay } = await between();
  const again = startRelay({
    host: HOST,
    port: relay.port,
    to: { name: 'PACS', host: HOST, port: 1 },
    opened: (addresses) => new Seen(addresses),
    turnedAway: () => {},
  });
  await expect(again).rejects.toMatchObject({ code: 'USAGE', details: { reason: 'EADDRINUSE' } });
});
