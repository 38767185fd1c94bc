/** A bridge on the HTTP server of a program of one's own: what is the bridge's and what stays the host's. */
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Bridge } from '../../bridge/node/index.ts';
import { createBridge, listenTcp } from '../../bridge/node/index.ts';
import { TUNNEL_PROTOCOL, tunnelDialer } from '../../core/transport/index.ts';
import { askOf } from '../support/ask.ts';

const HOST = '127.0.0.1';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A portal that answers with what it was asked for. */
async function portal(address = HOST): Promise<{ server: Server; port: number }> {
  const server = createServer(({ url }, response) => response.end(`portal ${url}`));
  return { server, port: await listening(server, address) };
}

async function listening(server: Server, address = HOST): Promise<number> {
  server.listen(0, address);
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  closing.push(() => server.closeAllConnections());
  return (server.address() as AddressInfo).port;
}

async function mounted(
  options: Partial<Parameters<typeof createBridge>[0]> & { server: Server; path?: string },
): Promise<Bridge> {
  const bridge = await createBridge({ path: '/dicom', peers: [], page: false, ...options });
  closing.push(() => bridge.close());
  return bridge;
}

test('what lies below its path is the bridge, all else the host', async () => {
  const { server, port } = await portal();
  const bridge = await mounted({ server });
  expect(bridge.url).toBe(`http://${HOST}:${port}/dicom/`);
  expect(bridge.port).toBe(port);
  expect(await askOf(port, '/dicom/bridge/v1/peers')).toMatchObject({ status: 200, body: '{"peers":[]}' });
  for (const path of ['/', '/dicomweb', '/dicom2/bridge/v1/peers', '/bridge/v1/peers', '//dicom/']) {
    expect((await askOf(port, path)).body, path).toBe(`portal ${path}`);
  }
});

test('without its slash the path leads to the one with it', async () => {
  const { server, port } = await portal();
  await mounted({ server });
  expect(await askOf(port, '/dicom?x')).toMatchObject({ status: 308, headers: { location: '/dicom/' } });
});

test('the guard stands before what is the bridge, and there only', async () => {
  const { server, port } = await portal();
  await mounted({ server });
  const host = `evil.example:${port}`;
  expect((await askOf(port, '/dicom/bridge/v1/peers', { host })).status).toBe(421);
  expect((await askOf(port, '/', { host })).status).toBe(200);
});

test('a peer is called through it', async () => {
  const listener = await listenTcp({ host: HOST, port: 0 });
  closing.push(() => listener.close());
  const { server, port } = await portal();
  await mounted({ server, peers: [{ name: 'PACS', aeTitle: 'PACS', host: HOST, port: listener.port }] });
  const url = `ws://${HOST}:${port}/dicom/bridge/v1/connect`;
  const open = (address: string, protocols: string[]): WebSocket => new WebSocket(address, protocols);
  const connection = tunnelDialer({ url, open }).connect({ peer: 'PACS' });
  await connection.opened;
  connection.abort();
});

test('WebSockets elsewhere are for who took them before, and are refused where nobody did', async () => {
  const { server, port } = await portal();
  const ws = new WebSocketServer({ noServer: true });
  const bridge = await mounted({ server });
  expect(await openingOf(`ws://${HOST}:${port}/chat`)).toBe('refused');
  await bridge.close();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    ws.handleUpgrade(request, socket, head, (one) => one.close());
  });
  await mounted({ server });
  expect(await openingOf(`ws://${HOST}:${port}/chat`)).toBe('open');
  expect(await openingOf(`ws://${HOST}:${port}/dicom/chat`)).toBe('refused');
});

async function openingOf(url: string): Promise<'open' | 'refused'> {
  const socket = new WebSocket(url, TUNNEL_PROTOCOL);
  closing.push(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', () => resolve('refused'));
  });
}

test('what wants an upgrade that nobody takes is a request like any other, with its body and what follows', async () => {
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.end(`${request.method} ${request.url} ${body}.`);
  });
  const port = await listening(server);
  await mounted({ server });
  const h2c = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' };
  expect(await askOf(port, '/a', h2c)).toMatchObject({ status: 200, body: 'GET /a .' });
  const socket = connect(port, HOST);
  closing.push(() => socket.destroy());
  const lines = [`Host: ${HOST}`, 'Connection: upgrade', 'Upgrade: h2c', 'Content-Length: 4', '', 'bo'];
  socket.write(`POST /b HTTP/1.1\r\n${lines.join('\r\n')}`);
  socket.write(`dyGET /c HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  const said = (await socket.setEncoding('latin1').toArray()).join('');
  expect(said.match(/^(?:POST|GET) [^.]*\./gm)).toEqual(['POST /b body.', 'GET /c .']);
});

test('a listener for one upgrade hears one, and is gone when the bridge is', async () => {
  const { server, port } = await portal();
  let heard = 0;
  server.once('upgrade', (_, socket: Duplex) => {
    heard++;
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  const bridge = await mounted({ server });
  const upgrade = { connection: 'Upgrade', upgrade: 'chat' };
  expect((await askOf(port, '/a', upgrade)).status).toBe(403);
  expect(await askOf(port, '/a', upgrade)).toMatchObject({ status: 200, body: 'portal /a' });
  await bridge.close();
  expect(await askOf(port, '/a', upgrade)).toMatchObject({ status: 200, body: 'portal /a' });
  expect(heard).toBe(1);
});

test('one who listens for upgrades later takes those that are not the bridge’s', async () => {
  const { server, port } = await portal();
  await mounted({ server });
  const ws = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url === '/chat') ws.handleUpgrade(request, socket, head, (one) => one.close());
  });
  expect(await openingOf(`ws://${HOST}:${port}/chat`)).toBe('open');
});

test('closed, it leaves the server as it was, and open', async () => {
  const { server, port } = await portal();
  const standing = (): unknown => [server.rawListeners('request'), server.rawListeners('upgrade')];
  server.once('upgrade', (_, socket: Duplex) => socket.destroy());
  const before = standing();
  const bridge = await mounted({ server });
  await bridge.close();
  expect(standing()).toEqual(before);
  expect((await askOf(port, '/dicom/bridge/v1/peers')).body).toBe('portal /dicom/bridge/v1/peers');
});

test('two bridges stand on one server', async () => {
  const { server, port } = await portal();
  const first = await mounted({ server, path: '/a' });
  await mounted({ server, path: '/b/' });
  for (const path of ['/a/healthz', '/b/healthz']) {
    expect((await askOf(port, path)).body, path).toBe('serving\n');
  }
  expect((await askOf(port, '/c/healthz')).body).toBe('portal /c/healthz');
  await first.close();
  expect((await askOf(port, '/a/healthz')).body).toBe('portal /a/healthz');
  expect((await askOf(port, '/b/healthz')).body).toBe('serving\n');
});

test('on a server that others reach, users have to sign in', async () => {
  const { server } = await portal('0.0.0.0');
  await expect(createBridge({ server, path: '/dicom', peers: [] })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a server that does not listen, and a path that is none, are refused', async () => {
  const refused = { code: 'USAGE' };
  await expect(createBridge({ server: createServer(), path: '/', peers: [] })).rejects.toMatchObject(refused);
  const { server } = await portal();
  for (const path of ['dicom', '/a b', '/a//b', '/%2e/']) {
    await expect(createBridge({ server, path, peers: [] }), path).rejects.toMatchObject(refused);
  }
});

test('without a server it has its own, on a free port of this machine', async () => {
  const bridge = await createBridge({ peers: [], page: false });
  closing.push(() => bridge.close());
  expect(new URL(bridge.url).hostname).toBe(HOST);
  expect((await askOf(bridge.port, '/bridge/v1/peers')).status).toBe(200);
});
