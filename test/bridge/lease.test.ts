/** Who gets an AE title of a bridge, for how long, and why not. */
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeOptions } from '../../bridge/server.ts';
import type { Incoming, TicketPurpose } from '../../core/transport/index.ts';
import { CLOSE, tunnelListener } from '../../core/transport/index.ts';
import { lease, listenUrl, requestFor } from '../support/leased.ts';
import { readAll } from '../support/streams.ts';
import { HERE, accept, bridge, call, control, events, next, ownBridge, start, until } from './dicom-port.ts';

ownBridge();

describe('what was authorised ends', () => {
  const rights: Rights = { user: 'anna', peers: [], aeTitles: ['WEB01', 'WEB02'] };
  const authorize: NonNullable<BridgeOptions['authorize']> = ({ headers }) =>
    headers.authorization === 'Bearer anna'
      ? rights
      : headers.authorization === 'Bearer bert'
        ? { ...rights, user: 'bert' }
        : undefined;
  const listener = { host: HERE, port: 0, pools: { page: ['WEB01'] }, allowSource: [HERE] };
  const getTicket = async (purpose: TicketPurpose): Promise<string> => {
    const response = await fetch(new URL('bridge/v1/tickets', bridge.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer anna' },
      body: JSON.stringify(purpose),
    });
    return ((await response.json()) as { tickets: string[] }).tickets[0]!;
  };

  test.each<[string, Partial<BridgeOptions>, number]>([
    ['when the user is none any more', { rightsOf: () => undefined }, CLOSE.UNAUTHORIZED],
    ['when the title is not his', { rightsOf: () => ({ ...rights, aeTitles: [] }) }, CLOSE.FORBIDDEN],
    ['when the pool is gone', { listener: { ...listener, pools: {} } }, CLOSE.FORBIDDEN],
  ])('%s: the lease, and what came by it', async (_, more, code) => {
    await start({}, { authorize, listener });
    const page = await tunnelListener({
      url: listenUrl(bridge),
      open: (url, protocols) => new WebSocket(url, protocols),
      getTicket,
    });
    const { answer } = call(requestFor('WEB01'));
    const connection = await next(page);
    await connection.opened;
    bridge.reconfigure({ peers: [], authorize, listener, ...more });
    expect(await page.closed).toMatchObject({ details: { closeCode: code } });
    await expect(readAll(connection.readable)).rejects.toMatchObject({ details: { closeCode: code } });
    expect((await answer).error).toBe('ECONNRESET');
    await expect(page.incoming.getReader().read()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  test('a ticket of a lease is worth nothing to another user', async () => {
    await start({}, { authorize, listener });
    const page = await control({ t: 'lease' }, { authorization: 'Bearer anna' });
    const callers = [call(requestFor('WEB01')), call(requestFor('WEB01'))];
    await until(() => page.messages.length === 3);
    const [one, other] = page.messages.slice(1) as unknown as [Incoming, Incoming];
    expect(await accept(one, { authorization: 'Bearer bert' })).toBe(CLOSE.UNAUTHORIZED);
    expect(await accept(other, { authorization: 'Bearer anna' })).toBe('open');
    for (const { socket } of callers) socket.destroy();
  });

  test('nobody leases without a ticket, or by one of another pool', async () => {
    await start({}, { authorize, listener });
    expect(await (await control({ t: 'lease' })).closed).toBe(CLOSE.UNAUTHORIZED);
    const stranger = tunnelListener({
      url: listenUrl(bridge),
      open: (url, protocols) => new WebSocket(url, protocols),
      pool: 'page',
      getTicket: () => getTicket({ pool: 'other' }),
    });
    await expect(stranger).rejects.toMatchObject({ details: { closeCode: CLOSE.UNAUTHORIZED } });
  });
});

describe('why there is no title', () => {
  test.each<[string, Parameters<typeof lease>[1], string, number]>([
    ['taken', { aeTitle: 'WEB01' }, 'NOT_ALLOWED', CLOSE.TITLE_TAKEN],
    ['of no pool', { aeTitle: 'WEB09' }, 'PEER_UNKNOWN', CLOSE.UNKNOWN_PEER],
    ['of an unknown pool', { pool: 'other' }, 'PEER_UNKNOWN', CLOSE.UNKNOWN_PEER],
  ])('%s', async (_, options, code, closeCode) => {
    await start();
    const first = await lease(bridge, { aeTitle: 'WEB01' });
    const refused = { code, details: { closeCode }, message: expect.stringMatching(/AE title/) };
    await expect(lease(bridge, options)).rejects.toMatchObject(refused);
    await first.close();
    await first.close();
    expect(await first.closed).toBeUndefined();
    expect((await first.incoming.getReader().read()).done).toBe(true);
  });

  test('a bridge that does not listen says so', async () => {
    await start({}, { listener: undefined });
    expect(bridge.dicomPort).toBeUndefined();
    await expect(lease(bridge)).rejects.toMatchObject({
      message: expect.stringContaining('--dicom-port'),
      details: { closeCode: CLOSE.UNKNOWN_PEER },
    });
  });

  test('no bridge; a signal', async () => {
    await start();
    const nowhere = { url: 'ws://127.0.0.1:1/bridge/v1/listen' };
    await expect(lease(bridge, nowhere)).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    const signal = AbortSignal.abort();
    await expect(lease(bridge, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test.each(['{"t":"lease","aeTitle":" WEB01"}', '{"t":"lease","secret":"a b"}', '{"t":"hello"}', 'x'])(
    '%s is a protocol error',
    async (text) => {
      await start();
      expect(await (await control(text as never)).closed).toBe(CLOSE.PROTOCOL);
    },
  );

  test('a page that lost the bridge gets its title back by itself', async () => {
    await start();
    const sockets: WebSocket[] = [];
    const listener = await lease(bridge, {
      aeTitle: 'WEB02',
      open: (url, protocols) => {
        const webSocket = new WebSocket(url, protocols);
        sockets.push(webSocket);
        return webSocket;
      },
    });
    sockets[0]!.terminate();
    const { socket } = call(requestFor('WEB02'));
    expect(await (await next(listener)).opened).toMatchObject({ calledAETitle: 'WEB02' });
    expect(events.filter(({ type }) => type === 'leased')).toHaveLength(2);
    socket.destroy();
  });
});
