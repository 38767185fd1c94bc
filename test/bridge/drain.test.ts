/** SIGTERM where pages are called: what they asked for may still come, and nobody takes a title any more. */
import { expect, test } from 'vitest';
import { listenTcp } from '../../bridge/node/index.ts';
import { CLOSE } from '../../core/transport/index.ts';
import { RawTunnel } from '../support/bridge.ts';
import { lease, requestFor } from '../support/leased.ts';
import { readBytes } from '../support/streams.ts';
import { HERE, LIMIT, UNKNOWN, bridge, call, control, next, ownBridge, start, until } from './dicom-port.ts';

ownBridge();

const REQUEST = requestFor('WEB01');

test('a page whose C-MOVE is under way goes on being called; nobody leases a title', async () => {
  const peer = await listenTcp({ host: HERE, port: 0 });
  await start({}, { peers: [{ name: 'PACS', aeTitle: 'PACS', host: HERE, port: peer.port }] });
  const page = await lease(bridge, { aeTitle: 'WEB01' });
  const moving = await (await new RawTunnel(bridge, 'PACS').open()).ready();
  const drained = bridge.drain();

  for (let association = 0; association < 2; association++) {
    const { socket, answer } = call(REQUEST);
    expect(await readBytes((await next(page)).readable, REQUEST.length)).toEqual(REQUEST);
    socket.end();
    await answer;
    await until(() => bridge.tunnels().length === 1);
  }
  expect((await call(requestFor('WEB09')).answer).bytes).toEqual(UNKNOWN);
  expect((await call(requestFor('WEB02')).answer).bytes).toEqual(LIMIT);
  expect(await (await control({ t: 'lease' })).closed).toBe(CLOSE.SHUTTING_DOWN);

  moving.webSocket.close(1000);
  await drained;
  expect((await page.closed)?.details).toMatchObject({ closeCode: CLOSE.SHUTTING_DOWN });
  await peer.close();
});

test('a page that is called by itself has a pause between two associations', async () => {
  await start();
  const page = await lease(bridge, { aeTitle: 'WEB01' });
  const first = call(REQUEST);
  await readBytes((await next(page)).readable, REQUEST.length);
  const drained = bridge.drain();
  first.socket.end();
  await until(() => bridge.tunnels().length === 0);
  const second = call(REQUEST);
  await readBytes((await next(page)).readable, REQUEST.length);
  second.socket.end();
  await drained;
  await page.closed;
});

test('its time ends it all the same, and so does closing', async () => {
  await start({ drainTime: 200 });
  const page = await lease(bridge, { aeTitle: 'WEB01' });
  const { answer } = call(REQUEST);
  await next(page);
  await bridge.drain();
  await Promise.all([page.closed, answer]);

  await start();
  const other = await lease(bridge, { aeTitle: 'WEB01' });
  const drained = bridge.drain();
  await bridge.close();
  await Promise.all([drained, other.closed]);
});

test('without a page that holds a title the port closes at once', async () => {
  const peer = await listenTcp({ host: HERE, port: 0 });
  await start({}, { peers: [{ name: 'PACS', aeTitle: 'PACS', host: HERE, port: peer.port }] });
  const raw = await (await new RawTunnel(bridge, 'PACS').open()).ready();
  const port = bridge.dicomPort!;
  const drained = bridge.drain();
  expect(bridge.dicomPort).toBe(0);
  expect(port).toBeGreaterThan(0);
  raw.webSocket.close(1000);
  await drained;
  await peer.close();
});
