/** The DICOM port of the bridge: who may call, whom, and what becomes of it. */
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { TurnedAway } from '../../bridge/record/events.ts';
import type { Incoming } from '../../core/transport/index.ts';
import { CLOSE, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { lease, listenUrl, requestFor } from '../support/leased.ts';
import { readBytes, turns } from '../support/streams.ts';
import {
  HERE,
  LIMIT,
  PORTAL,
  UNKNOWN,
  accept,
  bridge,
  call,
  control,
  events,
  next,
  ownBridge,
  start,
  turnedAway,
  until,
} from './dicom-port.ts';

ownBridge();

describe('who may call', () => {
  test('an address that is none of a peer and not allowed is closed, and counted', async () => {
    const listener = { host: HERE, port: 0, pools: { page: ['WEB01'] } };
    await start({}, { listener });
    expect((await call(requestFor('WEB01')).answer).bytes).toHaveLength(0);
    expect(turnedAway()).toEqual(['source not allowed']);
    const peer = { name: 'PACS', aeTitle: 'PACS', host: 'localhost', port: 104 };
    bridge.reconfigure({ peers: [peer], listener });
    // The name is resolved first.
    for (;;) if ((await call(requestFor('WEB01')).answer).bytes.equals(LIMIT)) break;
  });

  test.each<[string, Uint8Array, TurnedAway]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not an association request'],
    ['a shorter PDU than there is', Uint8Array.of(1, 0, 0, 0, 0, 67), 'not an association request'],
    ['half a request', requestFor('WEB01').subarray(0, 73), 'silent'],
    ['nothing', new Uint8Array(0), 'silent'],
  ])('%s is closed without a word, and counted', async (_, bytes, outcome) => {
    await start({ peekTime: 100 });
    expect((await call(bytes).answer).bytes).toHaveLength(0);
    expect(turnedAway()).toEqual([outcome]);
  });

  test('nine that say nothing are eight', async () => {
    await start();
    const callers = Array.from({ length: 9 }, () => call());
    const first = await Promise.race(callers.map(({ answer }) => answer));
    expect(first.bytes).toHaveLength(0);
    expect(turnedAway()).toEqual(['too many callers']);
    for (const { socket } of callers) socket.destroy();
    await until(() => turnedAway().length === 9);
    expect((await call(requestFor('WEB09')).answer).bytes).toEqual(UNKNOWN);
  });
});

describe('whom', () => {
  test('an unknown title: 1/1/7; one of the pool that nobody holds: 2/3/2', async () => {
    await start();
    expect((await call(requestFor('WEB09')).answer).bytes).toEqual(UNKNOWN);
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    expect(turnedAway()).toEqual(['unknown AE title', 'nobody there']);
  });

  test('a rejection arrives though the rest of the request comes later', async () => {
    await start();
    const request = requestFor('WEB09', 'CALLER', 128);
    const { socket, answer } = call(request.subarray(0, 80));
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write(request.subarray(80));
    expect(await answer).toEqual({ bytes: UNKNOWN, error: undefined });
  });

  test('who goes on sending behind a rejection is cut off', async () => {
    await start();
    const { socket, answer } = call(requestFor('WEB09'));
    socket.removeAllListeners('end');
    const goOn = (error?: Error | null): void => {
      if (!error) setImmediate(() => socket.write(new Uint8Array(16 << 10), goOn));
    };
    goOn();
    expect((await answer).error).toMatch(/ECONNRESET|EPIPE/);
  });

  test('the page gets every byte from the first, wherever the 74 are cut', async () => {
    await start();
    const listener = await lease(bridge, { aeTitle: 'WEB01' });
    const request = requestFor('WEB01');
    for (let cut = 1; cut <= 74; cut++) {
      const { socket } = call(request.subarray(0, cut));
      setImmediate(() => socket.write(request.subarray(cut)));
      const connection = await next(listener);
      expect(await connection.opened).toMatchObject({ calledAETitle: 'WEB01', callingAETitle: 'CALLER' });
      expect(await readBytes(connection.readable, request.length)).toEqual(request);
      await connection.close();
    }
  });
});

describe('a page that is there and does not come', () => {
  test('leased and not claimed in time: 2/3/2, and withdrawn', async () => {
    await start({ claimTime: 100 });
    const { messages } = await control({ t: 'lease', aeTitle: 'WEB01' });
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    await until(() => messages.length === 3);
    expect(messages).toMatchObject([
      { t: 'leased', aeTitle: 'WEB01', host: HERE, port: bridge.dicomPort },
      { t: 'incoming', called: 'WEB01', calling: 'CALLER', remote: expect.stringContaining(HERE) },
      { t: 'withdrawn', ticket: messages[1]!['ticket'] },
    ]);
    expect(await accept(messages[1] as unknown as Incoming)).toBe(CLOSE.UNAUTHORIZED); // its ticket is over too
    expect(turnedAway()).toEqual(['not claimed']);
  });

  test('eight wait, the ninth is told at once', async () => {
    await start();
    await control({ t: 'lease', aeTitle: 'WEB01' });
    const callers = Array.from({ length: 9 }, () => call(requestFor('WEB01')));
    expect((await Promise.race(callers.map(({ answer }) => answer))).bytes).toEqual(LIMIT);
    expect(turnedAway()).toEqual(['busy']);
    for (const { socket } of callers) socket.destroy();
    await until(() => turnedAway().length === 9);
    expect(turnedAway().slice(1)).toEqual(Array(8).fill('left'));
  });

  test('one that takes a single connection takes the next when that is over', async () => {
    await start();
    const listener = await lease(bridge, { connections: 1 });
    const callers = [call(requestFor('WEB01')), call(requestFor('WEB01'))];
    const first = await next(listener);
    const second = next(listener);
    await first.opened;
    await turns(20);
    expect(bridge.tunnels()).toHaveLength(1);
    await first.close();
    expect((await (await second).opened).remote).toContain(HERE);
    for (const { socket } of callers) socket.destroy();
  });
});

describe('tickets to a caller', () => {
  async function announced(headers: Record<string, string> = {}, aeTitle = 'WEB01') {
    const page = await control({ t: 'lease', aeTitle }, headers);
    const caller = call(requestFor(aeTitle));
    await until(() => page.messages.length === 2);
    return { page, caller, incoming: page.messages[1] as unknown as Incoming };
  }

  test('one lets in once', async () => {
    await start();
    const { incoming } = await announced();
    expect(await accept(incoming)).toBe('open');
    expect(await accept(incoming)).toBe(CLOSE.UNAUTHORIZED);
    expect(JSON.stringify(events)).not.toContain(incoming.ticket);
  });

  test('one of another origin, of a made-up ticket, of another node', async () => {
    await start({}, { allowOrigins: [PORTAL] });
    const { incoming } = await announced();
    expect(await accept({ ...incoming, ticket: 'made-up' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept({ ...incoming, node: 'elsewhere' })).toBe(CLOSE.UNKNOWN_PEER);
    expect(await accept(incoming, { origin: PORTAL })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept(incoming)).toBe(CLOSE.UNAUTHORIZED); // used up by the attempt
    const portal = await announced({ origin: PORTAL }, 'WEB02');
    expect(await accept(portal.incoming, { origin: PORTAL })).toBe('open');
  });

  test('a caller that left: 4410, and withdrawn', async () => {
    await start();
    const { page, caller, incoming } = await announced();
    caller.socket.destroy();
    await until(() => page.messages.length === 3);
    expect(page.messages[2]).toEqual({ t: 'withdrawn', ticket: incoming.ticket });
    expect(await accept(incoming)).toBe(CLOSE.CALLER_LEFT);
    expect(turnedAway()).toEqual(['left']);
  });

  test('a limit of connections: 4429, and the caller is told', async () => {
    await start({ connectionsPerPeer: 0 });
    const { caller, incoming } = await announced();
    expect(await accept(incoming)).toBe(CLOSE.LIMIT);
    expect((await caller.answer).bytes).toEqual(LIMIT);
  });
});

describe('a page that goes away', () => {
  test('in mid-association: the caller is reset at once', async () => {
    await start();
    const listener = await lease(bridge, { aeTitle: 'WEB01' });
    const { socket, answer } = call(requestFor('WEB01'));
    const connection = await next(listener);
    await readBytes(connection.readable, 74);
    socket.write(new Uint8Array(100_000));
    const began = performance.now();
    connection.abort();
    expect((await answer).error).toBe('ECONNRESET');
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('and comes back in time: who waited is announced again', async () => {
    await start();
    const before = await control({ t: 'lease', aeTitle: 'WEB01' });
    await until(() => before.messages.length === 1);
    before.webSocket.terminate();
    await before.closed;
    const caller = call(requestFor('WEB01'));
    await turns(10);
    const secret = before.messages[0]!['secret'];
    const after = await control({ t: 'lease', aeTitle: 'WEB01', secret });
    await until(() => after.messages.length === 2);
    expect(await accept(after.messages[1] as unknown as Incoming)).toBe('open');
    caller.socket.destroy();
  });

  test('and does not: who waits is told when the grace is over', async () => {
    await start({ leaseGrace: 100 });
    const { webSocket, messages } = await control({ t: 'lease', aeTitle: 'WEB01' });
    await until(() => messages.length === 1);
    webSocket.terminate();
    expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT);
    await until(() => events.some(({ type }) => type === 'lease ended'));
    expect((await lease(bridge, { aeTitle: 'WEB01' })).aeTitle).toBe('WEB01');
  });

  test('without a word: it answers no ping, and is cut off', async () => {
    await start({ pingInterval: 20, leaseGrace: 20 });
    const dead = new WebSocket(listenUrl(bridge), [TUNNEL_PROTOCOL], { autoPong: false });
    dead.on('open', () => dead.send('{"t":"lease"}'));
    const closed = new Promise<number>((resolve) => dead.on('close', resolve));
    const alive = await lease(bridge);
    expect(await closed).toBe(CLOSE.ABNORMAL);
    await until(() => events.some(({ type }) => type === 'lease ended'));
    expect(events.filter(({ type }) => type === 'lease ended')).toHaveLength(1);
    await alive.close();
  });
});

test('what a bridge lists of its port, and to whom', async () => {
  await start();
  const { listening } = (await (await fetch(new URL('bridge/v1/peers', bridge.url))).json()) as never;
  expect(listening).toEqual({ host: HERE, port: bridge.dicomPort, pools: { page: ['WEB01', 'WEB02'] } });
});

test('its end: who waits is told, pages are told', async () => {
  await start();
  const listener = await lease(bridge, { aeTitle: 'WEB02' });
  const { messages, closed } = await control({ t: 'lease', aeTitle: 'WEB01' });
  const { answer } = call(requestFor('WEB01'));
  await until(() => messages.length === 2);
  await bridge.close();
  expect((await answer).bytes).toEqual(LIMIT);
  expect(await closed).toBe(CLOSE.SHUTTING_DOWN);
  expect(await listener.closed).toMatchObject({ details: { closeCode: CLOSE.SHUTTING_DOWN } });
});
