/** What the bridge does not wait for, and what it does not take; whoever is too slow or too many is told by a code. */
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { parseConfig } from '../../bridge/config/config.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import { DEFAULT_BRIDGE_LIMITS, LIMITS } from '../../bridge/limits.ts';
import { Pings } from '../../bridge/tunnel/pings.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Pulse } from '../../bridge/tunnel/stillness.ts';
import { Stillness, lookInterval } from '../../bridge/tunnel/stillness.ts';
import { CLOSE, MAX_FRAME } from '../../core/transport/index.ts';
import { RawTunnel } from '../support/bridge.ts';

const NOTHING = { total: 0, held: 0 };
const OPEN: Pulse = { open: true, unasked: false, down: NOTHING, up: NOTHING };

/** The verdicts of so many looks a second apart, as `second: reason`, the first that says something. */
function firstVerdict(pulseAt: (second: number) => Pulse, until: number): string | undefined {
  const stillness = new Stillness(DEFAULT_BRIDGE_LIMITS);
  for (let second = 0; second <= until; second++) {
    const verdict = stillness.look(pulseAt(second), second * 1000);
    if (verdict !== undefined) return `${second}: ${verdict.code} ${verdict.cause}, ${verdict.reason}`;
  }
  return undefined;
}

describe('a tunnel', () => {
  test.each<[string, (second: number) => Pulse, string | undefined]>([
    ['that is still connecting has its own deadline', () => ({ ...OPEN, open: false }), undefined],
    [
      'whose page asks for nothing',
      () => ({ ...OPEN, unasked: true }),
      '10: 4504 silent, no association request',
    ],
    [
      'whose peer speaks where its page asks for nothing',
      (second) => ({ ...OPEN, unasked: true, down: { total: second, held: 0 } }),
      '10: 4504 silent, no association request',
    ],
    ['whose page asked in time', (second) => ({ ...OPEN, unasked: second < 10 }), '600: 4504 idle, idle'],
    ['in which nothing moves', () => OPEN, '600: 4504 idle, idle'],
    [
      'in which a byte comes now and then',
      (second) => ({ ...OPEN, down: { total: Math.floor(second / 599), held: 0 } }),
      undefined,
    ],
    [
      'in which a byte leaves now and then',
      (second) => ({ ...OPEN, up: { total: Math.floor(second / 599), held: 0 } }),
      undefined,
    ],
    [
      'whose page takes nothing',
      (second) => ({ ...OPEN, down: { total: second, held: Math.max(0, second - 5) } }),
      '66: 4429 stuck, the page does not read',
    ],
    [
      'whose page takes a little',
      (second) => ({ ...OPEN, down: { total: 1e9 + second, held: 1e9 - Math.floor(second / 59) } }),
      undefined,
    ],
    [
      'whose peer takes nothing',
      (second) => ({ ...OPEN, up: { total: second + 1, held: second + 1 } }),
      '60: 4504 stuck, the peer does not read',
    ],
    [
      'whose peer catches up every minute',
      (second) => ({ ...OPEN, up: { total: second, held: second % 59 } }),
      undefined,
    ],
  ])(
    '%s',
    (_, pulseAt, expected) => {
      expect(firstVerdict(pulseAt, 2000)).toBe(expected ?? undefined);
    },
    5000,
  );

  test('is looked at often enough', () => {
    expect(lookInterval(DEFAULT_BRIDGE_LIMITS)).toBe(2500);
    expect(lookInterval({ ...DEFAULT_BRIDGE_LIMITS, idleTime: 100 })).toBe(25);
  });
});

describe('pings', () => {
  class Page extends EventEmitter {
    pings = 0;
    gone = false;
    ping(): void {
      this.pings++;
    }
    terminate(): void {
      this.gone = true;
      this.emit('close');
    }
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  test('cut off who answers none of two, and nobody else', () => {
    let lost = 0;
    const pings = new Pings(DEFAULT_BRIDGE_LIMITS, () => lost++);
    const [silent, answering, talking] = [new Page(), new Page(), new Page()];
    for (const page of [silent, answering, talking]) pings.watch(page as unknown as WebSocket);
    pings.start();
    for (let i = 0; i < 3; i++) {
      vi.advanceTimersByTime(29_999);
      expect(silent.gone).toBe(false);
      answering.emit('pong');
      talking.emit('message');
      vi.advanceTimersByTime(1);
    }
    expect([silent.gone, answering.gone, talking.gone]).toEqual([true, false, false]);
    expect([silent.pings, answering.pings, lost]).toEqual([2, 3, 1]);
    pings.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('through the bridge', () => {
  let peer: Server;
  let sockets: Socket[];
  let bridge: Bridge;
  let events: BridgeEvent[];
  let ended: () => void;

  beforeEach(async () => {
    sockets = [];
    peer = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket.on('error', () => {})));
    await once(peer.listen(0, '127.0.0.1'), 'listening');
    events = [];
    ended = () => {};
  });
  afterEach(async () => {
    await bridge.close();
    for (const socket of sockets) socket.destroy();
    peer.close();
  });

  async function start(limits: Partial<BridgeLimits>): Promise<RawTunnel> {
    const { port } = peer.address() as AddressInfo;
    bridge = await startBridge({
      host: '127.0.0.1',
      port: 0,
      peers: [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port }],
      limits,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'closed') ended();
      },
    });
    return new RawTunnel(bridge, 'PACS').open({ t: 'hello', window: 16 << 20 });
  }

  /** The tunnel on the peer's side. */
  async function accepted(): Promise<Socket> {
    if (sockets.length === 0) await once(peer, 'connection');
    return sockets[0]!;
  }

  /** What the log says of the end. */
  async function closed(): Promise<BridgeEvent> {
    const found = (): BridgeEvent | undefined => events.find(({ type }) => type === 'closed');
    if (found() === undefined) await new Promise<void>((resolve) => (ended = resolve));
    return found()!;
  }

  test('nothing asked for: 4504', async () => {
    const raw = await start({ requestTime: 40 });
    expect(await raw.closed).toEqual({ code: CLOSE.IDLE, reason: 'no association request' });
    expect(await closed()).toMatchObject({ code: CLOSE.IDLE, cause: 'silent' });
    expect(raw.messages.at(-1)).toMatchObject({ t: 'error', msg: expect.stringContaining('PACS') });
  });

  test('nothing moves: 4504', async () => {
    const raw = await start({ idleTime: 40 });
    raw.bytes(1);
    expect(await raw.closed).toEqual({ code: CLOSE.IDLE, reason: 'idle' });
  });

  test('a peer that does not read: 4504, and what waits for it is bounded', async () => {
    const raw = await start({ peerStuckTime: 200 });
    await raw.ready();
    let most = 0;
    // Within the credit, for as long as there is any: the kernel takes some megabytes.
    const send = (): void => {
      raw.bytes(MAX_FRAME);
      most = Math.max(most, bridge.tunnels()[0]?.held ?? 0);
    };
    raw.webSocket.on('message', send);
    for (let i = 0; i < 4; i++) send();
    expect(await raw.closed).toEqual({ code: CLOSE.IDLE, reason: 'the peer does not read' });
    expect(most).toBeLessThanOrEqual(1 << 20);
    expect(await closed()).toMatchObject({ cause: 'stuck' });
  });

  test('a page that does not read: 4429, and what waits for it is bounded', async () => {
    const raw = await start({ pageStuckTime: 200 });
    raw.bytes(1);
    const socket = await accepted();
    raw.webSocket.pause();
    socket.write(Buffer.alloc(32 << 20));
    expect(await closed()).toMatchObject({ code: CLOSE.LIMIT, cause: 'stuck' });
    raw.webSocket.terminate();
  });

  test('a page that answers no ping is cut off, and its peer sees a reset', async () => {
    const raw = await start({ pingInterval: 30, missedPings: 1 });
    const socket = await accepted();
    raw.webSocket.pause();
    const [error] = (await once(socket.resume(), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await closed();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['page lost', 'closed']));
    raw.webSocket.terminate();
  });

  test('no hello: 4400', async () => {
    const raw = await start({ helloTime: 50 });
    const silent = new RawTunnel(bridge, 'PACS');
    expect(await silent.closed).toEqual({ code: CLOSE.PROTOCOL, reason: 'no hello' });
    expect(raw.webSocket.readyState).toBe(raw.webSocket.OPEN);
  });

  test('too many connections: closed, counted', async () => {
    const raw = await start({ sockets: 1 });
    const socket = connect(bridge.port, '127.0.0.1');
    await once(
      socket.resume().on('error', () => {}),
      'close',
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'refused', cause: 'overloaded' }));
    expect(raw.webSocket.readyState).toBe(raw.webSocket.OPEN);
  });

  test('too many WebSockets: HTTP 503, counted', async () => {
    await start({ webSockets: 1 });
    const second = new RawTunnel(bridge, 'PACS');
    expect((await second.closed).code).toBe(CLOSE.ABNORMAL);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'refused', status: 503, cause: 'overloaded' }),
    );
  });
});

describe('the configuration', () => {
  test('sets any limit, times in seconds', () => {
    const all = Object.fromEntries(Object.entries(LIMITS).map(([name, { usual }]) => [name, usual]));
    expect(parseConfig(JSON.stringify({ limits: all }), 'x').limits).toEqual(DEFAULT_BRIDGE_LIMITS);
    expect(parseConfig('{"limits":{"idleTime":1800}}', 'x').limits).toEqual({ idleTime: 1_800_000 });
  });

  test.each([
    ['{"idle":1}', 'unknown key limits.idle'],
    ['{"idleTime":0}', 'limits.idleTime: expected a time of 0.1 to 86400 s'],
    ['{"idleTime":"10"}', 'limits.idleTime: expected number'],
    ['{"connections":1.5}', 'limits.connections: expected a whole number'],
    ['{"connections":0}', 'limits.connections: expected a whole number'],
    ['{"headerBytes":100}', 'limits.headerBytes: expected a whole number of bytes'],
  ])('%s is a mistake', (limits, message) => {
    expect(() => parseConfig(`{"limits":${limits}}`, 'x')).toThrow(message);
  });

  test('has the defaults of bridge/README.md', () => {
    const readme = readFileSync(new URL('../../bridge/README.md', import.meta.url), 'utf8');
    const section = /## Limits\n[^]*?(?=\n## )/.exec(readme)![0];
    const rows = [...section.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)];
    const expected = Object.entries(LIMITS).map(([name, { usual, unit, beyond, why }]) => [
      name,
      `${usual} ${unit}`.trim(),
      beyond,
      why,
    ]);
    expect(rows.map(([, ...cells]) => cells)).toEqual(expected);
  });
});
