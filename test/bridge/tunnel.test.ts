/** The bridge's end of the tunnel: how each failure is told, and what it holds. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { ANYONE } from '../../bridge/access/access.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { Tunnel } from '../../bridge/tunnel/tunnel.ts';
import type { Connection } from '../../core/transport/index.ts';
import { CLOSE, DOWN_WINDOW, MAX_FRAME, UP_WINDOW } from '../../core/transport/index.ts';
import { RawTunnel, dialerVia } from '../support/bridge.ts';
import { readAll, readBytes, turns, write } from '../support/streams.ts';

let listener: Awaited<ReturnType<typeof listenTcp>>;
let inbound: ReadableStreamDefaultReader<Connection>;
let bridge: Bridge;
let events: BridgeEvent[];

beforeEach(async () => {
  listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  inbound = listener.incoming.getReader();
  events = [];
  const peer = (name: string, port: number) => ({ name, aeTitle: name, host: '127.0.0.1', port });
  bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [peer('PACS', listener.port), peer('NOBODY', 1)],
    onEvent: (event) => events.push(event),
  });
});
afterEach(async () => {
  await bridge.close();
  await listener.close();
});

async function accept(): Promise<Connection> {
  return (await inbound.read()).value!; // a tunnel was opened before
}

async function open(hello?: unknown): Promise<[RawTunnel, Connection]> {
  const raw = await new RawTunnel(bridge, 'PACS').open(hello);
  await raw.ready();
  return [raw, await accept()];
}

/** So many round trips to the bridge: whatever it was about to do is done. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await fetch(new URL('bridge/v1/peers', bridge.url)).then((it) => it.text());
}

describe('opening', () => {
  test('open tells the other side and the window', async () => {
    const [raw] = await open();
    expect(raw.messages).toEqual([
      { t: 'open', remote: `127.0.0.1:${listener.port}`, tls: null, window: UP_WINDOW, maxFrame: MAX_FRAME },
    ]);
  });

  test('nobody listens: 4502 with the reason, and a sentence before', async () => {
    const raw = await new RawTunnel(bridge, 'NOBODY').open();
    expect(await raw.closed).toEqual({ code: CLOSE.CONNECT_FAILED, reason: 'ECONNREFUSED' });
    expect(raw.messages).toEqual([
      {
        t: 'error',
        code: 'ECONNREFUSED',
        msg: 'Could not connect to NOBODY (127.0.0.1:1): nothing listens there; check that the peer runs and that host and port are right.',
      },
    ]);
  });

  test.each(['ELSEWHERE', '', 'pacs', '127.0.0.1:104'])('peer "%s" is unknown: 4404', async (name) => {
    const raw = await new RawTunnel(bridge, name).open();
    expect(await raw.closed).toMatchObject({ code: CLOSE.UNKNOWN_PEER });
  });

  test('too many tunnels: 4429', async () => {
    const raws = Array.from({ length: 201 }, () => new RawTunnel(bridge, 'PACS'));
    const first = await Promise.race(raws.map(({ closed }) => closed));
    expect(first.code).toBe(CLOSE.LIMIT);
    for (const { webSocket } of raws) webSocket.terminate();
  });

  test('no answer within 10 s: 4408; no hello: 4400', async () => {
    class Page extends EventEmitter {
      readonly OPEN = 1;
      readonly readyState = 1;
      readonly closed: [number, string][] = [];
      send(): void {}
      close(code: number, reason: string): void {
        this.closed.push([code, reason]);
      }
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const peer = { name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: listener.port };
      const [silent, waiting] = [new Page(), new Page()];
      const tunnels = [silent, waiting].map((page) => new Tunnel(page as unknown as WebSocket, peer, ANYONE));
      waiting.emit('message', Buffer.from('{"t":"hello","window":65536}'), false);
      vi.advanceTimersByTime(9_999);
      expect([...silent.closed, ...waiting.closed]).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(silent.closed).toEqual([[CLOSE.PROTOCOL, 'no hello']]);
      await turns(2);
      expect(waiting.closed).toEqual([[CLOSE.CONNECT_TIMEOUT, 'ETIMEDOUT']]);
      expect(tunnels.map(({ counts }) => counts.held)).toEqual([0, 0]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what a page may not do', () => {
  test.each<[string, unknown[], number]>([
    ['acknowledge what was not sent', [{ t: 'ack', n: 1 }], CLOSE.PROTOCOL],
    ['acknowledge a fraction', [{ t: 'ack', n: 0.5 }], CLOSE.PROTOCOL],
    ['say hello twice', [{ t: 'hello', window: 65536 }], CLOSE.PROTOCOL],
    ['speak as a bridge', [{ t: 'open', remote: 'x', window: 65536, maxFrame: 1 }], CLOSE.PROTOCOL],
    ['send no JSON', ['hello'], CLOSE.PROTOCOL],
    ['send a long text', [' '.repeat(4097)], CLOSE.PROTOCOL],
  ])('%s', async (_, messages, code) => {
    const [raw, peer] = await open();
    for (const message of messages) raw.send(message);
    expect(await raw.closed).toMatchObject({ code });
    expect(raw.messages.at(-1)).toMatchObject({ t: 'error', code: 'protocol error' });
    await expect(readAll(peer.readable)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await peer.closed).toMatchObject({ kind: 'reset' });
  });

  test('let an acknowledgement fall', async () => {
    const [raw, peer] = await open();
    await write(peer.writable, new Uint8Array(1000));
    await raw.until(() => raw.received === 1000);
    raw.send({ t: 'ack', n: 1000 });
    raw.send({ t: 'ack', n: 999 });
    expect(await raw.closed).toMatchObject({ code: CLOSE.PROTOCOL });
  });

  test.each([
    ['bytes', (raw: RawTunnel) => raw.bytes(1)],
    ['ack', (raw: RawTunnel) => raw.send({ t: 'ack', n: 0 })],
    ['half a window', (raw: RawTunnel) => raw.send({ t: 'hello', window: 1048576.5 })],
  ])('begin with %s', async (_, act) => {
    const raw = await new RawTunnel(bridge, 'PACS').open();
    const fresh = new RawTunnel(bridge, 'PACS');
    await new Promise<void>((resolve) => fresh.webSocket.once('open', () => resolve()));
    act(fresh);
    expect(await fresh.closed).toMatchObject({ code: CLOSE.PROTOCOL });
    await raw.ready(); // the honest one beside it is not disturbed
    raw.webSocket.terminate();
  });

  test('send beyond the window: 4429', async () => {
    const [raw] = await open();
    for (let i = 0; i < 128; i++) raw.bytes(MAX_FRAME);
    expect(await raw.closed).toMatchObject({ code: CLOSE.LIMIT });
  });

  test('send a frame that is too long: 1009', async () => {
    const [raw, peer] = await open();
    raw.bytes(MAX_FRAME);
    await readBytes(peer.readable, MAX_FRAME);
    raw.bytes(MAX_FRAME + 1);
    expect(await raw.closed).toMatchObject({ code: CLOSE.TOO_BIG });
    expect(await peer.closed).toMatchObject({ kind: 'reset' });
  });
});

describe('ending', () => {
  test('the peer closes: 1000 behind the last byte', async () => {
    const [raw, peer] = await open();
    await write(peer.writable, new Uint8Array(200_000));
    await peer.close();
    expect(await raw.closed).toEqual({ code: CLOSE.NORMAL, reason: 'eof' });
    expect(raw.received).toBe(200_000);
  });

  test('1000 waits until the page has nearly everything', async () => {
    const [raw, peer] = await open();
    await write(peer.writable, new Uint8Array(1 << 20));
    void peer.close();
    await raw.until(() => raw.received === 1 << 20);
    await settle();
    expect(raw.webSocket.readyState).toBe(raw.webSocket.OPEN);
    raw.send({ t: 'ack', n: (1 << 20) - (1 << 18) });
    await settle();
    expect(raw.webSocket.readyState).toBe(raw.webSocket.OPEN);
    raw.send({ t: 'ack', n: (1 << 20) - (1 << 18) + 1 });
    expect(await raw.closed).toEqual({ code: CLOSE.NORMAL, reason: 'eof' });
  });

  test('the peer resets: 4499 with a sentence', async () => {
    const [raw, peer] = await open();
    await write(peer.writable, new Uint8Array(1000));
    await raw.until(() => raw.received === 1000);
    peer.abort();
    expect(await raw.closed).toEqual({ code: CLOSE.RESET, reason: 'ECONNRESET' });
    expect(raw.messages.at(-1)).toMatchObject({ msg: expect.stringContaining('cut off') });
  });

  test('the page closes with 1000: FIN behind everything', async () => {
    const [raw, peer] = await open();
    for (let i = 0; i < 1000; i++) raw.bytes(700);
    raw.webSocket.close(1000);
    expect((await readAll(peer.readable)).length).toBe(700_000);
    expect(await peer.closed).toMatchObject({ kind: 'eof' });
  });

  test.each<[string, (raw: RawTunnel) => void]>([
    ['sends reset', (raw) => raw.send({ t: 'reset' })],
    ['goes away', (raw) => raw.webSocket.close(1001)],
    ['closes without a code', (raw) => raw.webSocket.close()],
    ['is lost', (raw) => raw.webSocket.terminate()],
  ])('the page %s: the peer sees a reset', async (_, act) => {
    const [raw, peer] = await open();
    act(raw);
    await expect(readAll(peer.readable)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await peer.closed).toMatchObject({ kind: 'reset' });
    raw.webSocket.terminate();
  });

  test('after a reset the bridge closes the WebSocket as well', async () => {
    const raw = await new RawTunnel(bridge, 'PACS').open();
    raw.send({ t: 'reset' });
    expect(await raw.closed).toEqual({ code: CLOSE.NORMAL, reason: 'reset' });
  });

  test('the bridge closes: 4503, and the peer sees a reset', async () => {
    const connection = dialerVia(bridge).connect({ peer: 'PACS' });
    await connection.opened;
    const peer = await accept();
    await bridge.close();
    expect(await connection.closed).toMatchObject({ kind: 'reset', code: CLOSE.SHUTTING_DOWN });
    expect(await peer.closed).toMatchObject({ kind: 'reset' });
    expect(bridge.tunnels()).toEqual([]);
  });

  test('the page closes, and the bridge right after: nothing stays open', async () => {
    const [raw, peer] = await open();
    raw.webSocket.close(1000);
    await raw.closed;
    await bridge.close();
    expect(['eof', 'reset']).toContain((await peer.closed).kind);
    expect(bridge.tunnels()).toEqual([]);
  });

  test('the log has numbers and names, and a line per end', async () => {
    const [raw, peer] = await open();
    raw.bytes(10);
    await readBytes(peer.readable, 10);
    await write(peer.writable, new Uint8Array(20));
    await raw.until(() => raw.received === 20);
    await peer.close();
    await raw.closed;
    while (events.length < 2) await settle();
    expect(events).toEqual([
      { type: 'opened', connection: 1, peer: 'PACS', inbound: false, user: '' },
      {
        type: 'closed',
        connection: 1,
        peer: 'PACS',
        inbound: false,
        user: '',
        bytesUp: 10,
        bytesDown: 20,
        held: 0,
        code: 1000,
        reason: 'eof',
        milliseconds: expect.any(Number),
      },
    ]);
  });
});

describe('what the bridge holds', () => {
  test('64 MiB to a slow reader: bounded, and complete', async () => {
    const total = 64 << 20;
    const connection = dialerVia(bridge).connect({ peer: 'PACS' });
    await connection.opened;
    const peer = await accept();
    const writing = (async () => {
      const writer = peer.writable.getWriter();
      const chunk = new Uint8Array(1 << 20);
      for (let sent = 0; sent < total; sent += chunk.length) {
        await writer.ready;
        await writer.write(chunk);
      }
    })();
    let read = 0;
    let most = 0;
    for await (const chunk of connection.readable) {
      read += chunk.length;
      const { bytesDown, held } = bridge.tunnels()[0]!;
      // Everything the bridge took and nobody has read lies in the bridge, the page, or between.
      most = Math.max(most, held, bytesDown - read - DOWN_WINDOW);
      if (read === total) break;
      await turns(3);
    }
    expect(most).toBeLessThan(1 << 20);
    await writing;
    await connection.close();
  });

  test('uploads of one byte to a peer that does not read', async () => {
    const [raw, peer] = await open();
    const length = UP_WINDOW;
    raw.bytes(MAX_FRAME);
    for (let i = 0; i < 20_000; i++) raw.bytes(1);
    raw.bytes(MAX_FRAME);
    for (let i = 0; i < 20_000; i++) raw.bytes(3);
    const sent = 2 * MAX_FRAME + 80_000;
    await settle();
    expect(bridge.tunnels()[0]!.held).toBeLessThan(length);
    expect((await readBytes(peer.readable, sent)).length).toBe(sent);
    raw.webSocket.close(1000);
  });
});
