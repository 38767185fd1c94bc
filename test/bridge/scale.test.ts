/** Much of everything through a bridge in a process of its own: bytes, tunnels, comings and goings. */
import { execFile } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { MAX_FRAME } from '../../core/transport/index.ts';
import { BridgeProcess } from '../support/bridge-process.ts';
import { REQUEST, RawTunnel, dialerVia } from '../support/bridge.ts';
import { bundled } from '../support/bundled.ts';
import { Random } from '../support/random.ts';
import type { SlowTunnelReport } from '../support/slow-tunnel.ts';

const MIB = 2 ** 20;
const TUNNELS = 2000;
/** `SOAK=1`: ten times as many comings and goings, and a slow reader for five minutes. */
const SOAK = process.env['SOAK'] !== undefined;
const CYCLES = SOAK ? 100_000 : 10_000;
/** How many tunnels are being opened at the same time: all at once would overrun the backlog of the listener. */
const ABREAST = 50;
/** How long the slow reader reads; it runs beside everything else here. */
const SLOW_SECONDS = SOAK ? 300 : 30;
/** In milliseconds. */
const LONG_TEST = SOAK ? 1_200_000 : 120_000;

/** What the peer does with a connection. */
let behave: (socket: Socket) => void;
let peer: Server;
let bridge: BridgeProcess;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Writes zeros for as long as they are taken. */
function endless(socket: Socket): void {
  const zeros = new Uint8Array(MIB);
  const more = (): void => {
    while (!socket.destroyed && socket.write(zeros));
  };
  socket.on('error', () => {}).on('drain', more);
  more();
}

/** Bytes that depend on a number only, in pieces of random length. */
function* pieces(seed: number, length: number): Generator<Bytes> {
  const random = new Random(seed);
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = new Uint8Array(MIB);
  for (let at = 0; at < length;) {
    const piece = Math.min(length - at, Math.floor(2 ** (random.next() * 20)));
    yield Uint8Array.from(cipher.update(zeros.subarray(0, piece)));
    at += piece;
  }
}

function hashOf(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Runs a task for each number below `count`, so many at the same time. */
async function abreast(count: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: ABREAST }, lane));
}

describe.runIf(process.platform === 'linux')('scale', () => {
  const slowSource = createServer(endless);
  let slowBridge: BridgeProcess;
  let slowReader: Promise<{ stdout: string }>;

  beforeAll(async () => {
    slowBridge = await BridgeProcess.start(await listening(slowSource));
    const args = [await bundled('slow-tunnel'), slowBridge.url, String(slowBridge.pid), String(SLOW_SECONDS)];
    slowReader = promisify(execFile)(process.execPath, args);
    slowReader.catch(() => {}); // the test that waits for it says so
  });
  afterAll(() => {
    slowBridge.stop();
    slowSource.close();
  });
  beforeEach(async () => {
    peer = createServer((socket) => {
      socket.on('error', () => {});
      behave(socket);
    });
    bridge = await BridgeProcess.start(await listening(peer));
  });
  afterEach(() => {
    bridge.stop();
    peer.close();
  });

  test('256 MiB both ways at once, cut at random: the same bytes', { timeout: 60_000 }, async () => {
    const length = 256 * MIB;
    const arrived = new Promise<string>((resolve) => {
      behave = (socket) => {
        const hash = createHash('sha256');
        let left = REQUEST.length + length;
        socket.on('data', (data) => {
          hash.update(data);
          if ((left -= data.length) === 0) resolve(hash.digest('hex'));
        });
        Readable.from(pieces(2, length)).pipe(socket, { end: false });
      };
    });
    const connection = dialerVia(bridge).connect({ peer: 'PACS' });
    const writing = (async () => {
      const writer = connection.writable.getWriter();
      await writer.write(REQUEST);
      for (const piece of pieces(1, length)) await writer.write(piece);
    })();
    const hash = createHash('sha256');
    let read = 0;
    for await (const chunk of connection.readable) {
      hash.update(chunk);
      if ((read += chunk.length) === length) break;
    }
    await writing;
    expect(hash.digest('hex')).toBe(hashOf(pieces(2, length)));
    expect(await arrived).toBe(hashOf([REQUEST, ...pieces(1, length)]));
    connection.abort();
  });

  test('200 tunnels busy at once all end well', { timeout: 60_000 }, async () => {
    const length = MIB;
    const zeros = new Uint8Array(length);
    behave = (socket) => {
      let left = REQUEST.length + length;
      socket.on('data', (data) => {
        if ((left -= data.length) === 0) socket.end();
      });
      socket.write(zeros);
    };
    const dialer = dialerVia(bridge);
    const one = async (): Promise<[number, string]> => {
      const connection = dialer.connect({ peer: 'PACS' });
      const writer = connection.writable.getWriter();
      const writing = [REQUEST, zeros].map((bytes) => writer.write(bytes));
      let read = 0;
      for await (const chunk of connection.readable) read += chunk.length;
      await Promise.all(writing);
      return [read, (await connection.closed).kind];
    };
    const ends = await Promise.all(Array.from({ length: 200 }, one));
    expect(ends).toEqual(Array.from({ length: 200 }, () => [length, 'eof']));
  });

  test(
    `${TUNNELS} tunnels that carried 1 MiB each and lie idle cost less than 100 MiB`,
    { timeout: 120_000 },
    async () => {
      // Each tunnel has two sockets in the bridge, and two here.
      const [, allowed] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))!;
      expect(Number(allowed), 'ulimit -n').toBeGreaterThan(2.5 * TUNNELS);
      const half = MIB / 2;
      const zeros = new Uint8Array(half);
      behave = (socket) => {
        let left = half;
        socket.on('data', (data) => {
          if ((left -= data.length) === 0) socket.write(zeros);
        });
      };
      const raws: RawTunnel[] = [];
      const carry = async (): Promise<void> => {
        const raw = await new RawTunnel(bridge, 'PACS').open({ t: 'hello', window: 4 * MIB });
        raws.push(raw);
        for (const frame of [10, MAX_FRAME, 1000, half - MAX_FRAME - 1010]) raw.bytes(frame);
        await raw.until(() => raw.received === half);
      };
      // What the process keeps for so many at a time is kept once, and not by those that lie idle.
      await abreast(ABREAST, carry);
      const before = await bridge.state();
      await abreast(TUNNELS, carry);
      const after = await bridge.state();
      expect(after.tunnels).toBe(TUNNELS + ABREAST);
      expect(after.bytes - before.bytes).toBeLessThan(100 * MIB);
      for (const { webSocket } of raws) webSocket.terminate();
      await vi.waitFor(async () => expect((await bridge.state()).tunnels).toBe(0), 5000);
    },
  );

  test(
    `${CYCLES} tunnels opened and closed leave no socket, timer or memory behind`,
    { timeout: LONG_TEST },
    async () => {
      behave = (socket) => {
        socket.once('data', (data) => {
          socket.write(data);
          if (data[1] === 1) socket.end();
          else if (data[1] === 2) socket.resetAndDestroy();
        });
      };
      // Two more are the peer's: FIN and a reset.
      const endings: ((raw: RawTunnel) => void)[] = [
        ({ webSocket }) => webSocket.close(1000),
        ({ webSocket }) => webSocket.close(1001),
        (raw) => raw.send({ t: 'reset' }),
        ({ webSocket }) => webSocket.terminate(),
      ];
      const cycle = async (i: number): Promise<void> => {
        const raw = await new RawTunnel(bridge, 'PACS').open();
        await raw.ready();
        const how = i % 6;
        raw.webSocket.send(Uint8Array.of(1, Math.max(0, how - 3)));
        endings[how]?.(raw);
        await raw.closed;
      };
      const settled = (resources: readonly string[]) =>
        vi.waitFor(
          async () => {
            const state = await bridge.state();
            expect(state.resources).toEqual(resources);
            expect(state.tunnels).toBe(0);
            return state;
          },
          { timeout: 10_000, interval: 50 },
        );
      const { resources } = await bridge.state();
      await abreast(CYCLES / 10, cycle); // what is kept for reuse grows into its size
      const before = await settled(resources);
      await abreast(CYCLES, cycle);
      const after = await settled(resources);
      expect(after.objects - before.objects).toBeLessThan(2 * MIB);
      // As many as were needed at one moment are kept for reuse, 16 MiB at most (bridge/tunnel/slabs.ts).
      expect(after.buffers).toBeLessThan(18 * MIB);
    },
  );

  test(
    `the bridge stays as it was while a page reads 1 MB/s for ${SLOW_SECONDS} s from an endless source`,
    { timeout: LONG_TEST },
    async () => {
      const report = JSON.parse((await slowReader).stdout) as SlowTunnelReport;
      expect(report.read).toBeGreaterThanOrEqual(SLOW_SECONDS * 1_000_000);
      expect(report.samples).toBeGreaterThan(SLOW_SECONDS * 5);
      expect(report.furthest).toBeLessThan(16 * MIB);
    },
  );
});
