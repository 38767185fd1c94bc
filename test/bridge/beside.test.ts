/** Two bridges of one process with one DICOM port, as those of the page and of a viewer beside it. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge, BridgeSettings } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { PeerList, TunnelListener } from '../../core/transport/index.ts';
import { CLOSE } from '../../core/transport/index.ts';
import { RawTunnel } from '../support/bridge.ts';
import { lease, requestFor } from '../support/leased.ts';
import { readBytes } from '../support/streams.ts';
import { HERE, LIMIT, bridge, call, events, next, ownBridge, start } from './dicom-port.ts';

let viewer: Bridge;
ownBridge();
afterEach(() => viewer.close());

/** One title for both. */
async function both({ peers = [], limits }: Partial<BridgeSettings> = {}): Promise<void> {
  const listener = { host: HERE, port: 0, pools: { page: ['WEB01'] }, allowSource: ['127.0.0.0/8'] };
  await start(limits, { listener });
  viewer = await startBridge({ host: HERE, port: 0, peers, beside: bridge });
}

/** As a page of a bridge does it, which sends its origin. */
function leaseOf(at: Bridge): Promise<TunnelListener> {
  const origin = new URL(at.url).origin;
  return lease(at, { open: (url, protocols) => new WebSocket(url, protocols, { origin }) });
}

test('a page of the viewer is called at the port of the page', async () => {
  await both();
  expect(viewer.dicomPort).toBe(bridge.dicomPort);
  const list = (await (await fetch(new URL('bridge/v1/peers', viewer.url))).json()) as PeerList;
  expect(list.listening).toEqual({ host: HERE, port: bridge.dicomPort, pools: { page: ['WEB01'] } });
  const listener = await leaseOf(viewer);
  expect(listener.aeTitle).toBe('WEB01');
  bridge.reconfigure({
    peers: [],
    listener: { host: HERE, port: 0, pools: { page: ['WEB01'] }, allowSource: [HERE] },
  });
  viewer.reconfigure({ peers: [] });
  const { socket } = call(requestFor('WEB01'));
  const connection = await next(listener);
  const request = requestFor('WEB01');
  expect(await readBytes(connection.readable, request.length)).toEqual(request);
  await connection.close();
  socket.destroy();
});

test('a title is of one page at a time, wherever it is', async () => {
  await both();
  const [first, second] = [await leaseOf(bridge), leaseOf(viewer)];
  await expect(second).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
    message: expect.stringContaining('Another page uses this AE title'),
    details: { closeCode: CLOSE.TITLE_TAKEN },
  });
  await first.close();
  await (await leaseOf(viewer)).close();
});

test('the end of the viewer leaves the port open, and its title to others', async () => {
  await both({ limits: { leaseGrace: 20 } });
  await leaseOf(viewer);
  await viewer.close();
  const ended = (): boolean => events.some(({ type }) => type === 'lease ended');
  await expect.poll(ended).toBe(true);
  expect((await call(requestFor('WEB01')).answer).bytes).toEqual(LIMIT); // nobody holds it
  await (await leaseOf(bridge)).close();
});

test('the port waits for the viewer while both drain: what it moves may still come', async () => {
  const peer = await listenTcp({ host: HERE, port: 0 });
  await both({ peers: [{ name: 'PACS', aeTitle: 'PACS', host: HERE, port: peer.port }] });
  const page = await leaseOf(viewer);
  const moving = await (await new RawTunnel(viewer, 'PACS').open()).ready();
  const drained = [bridge.drain(), viewer.drain()];
  const pauseBetweenCallsIsOver = pause(2200, 'goes on');
  expect(await Promise.race([...drained, pauseBetweenCallsIsOver])).toBe('goes on');
  const { socket } = call(requestFor('WEB01'));
  const request = requestFor('WEB01');
  expect(await readBytes((await next(page)).readable, request.length)).toEqual(request);
  socket.destroy();
  moving.webSocket.close(1000);
  await viewer.close();
  await Promise.all(drained);
  await peer.close();
});
