import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { listenTcp, readTlsClient, readTlsServer, tcpDialer } from '../../bridge/node/index.ts';
import { startBridge } from '../../bridge/server.ts';
import { faultyListener, parseFaults } from '../../core/fault/index.ts';
import type { Connection, Listener } from '../../core/transport/index.ts';
import { CLOSE_GRACE_MS, MemoryNetwork } from '../../core/transport/index.ts';
import { dialerVia } from '../support/bridge.ts';
import { Authority } from '../support/certificates.ts';
import { behindRequest, dialerFor, lease } from '../support/leased.ts';
import { readAll, turns } from '../support/streams.ts';
import type { World } from './contract.ts';
import { contract } from './contract.ts';

/** A port of loopback that refuses: the system's free ports start far above. */
const CLOSED_PORT = 1;

function acceptor(listener: Listener): Pick<World, 'accept'> {
  const reader = listener.incoming.getReader();
  return {
    accept: async () => (await reader.read()).value!, // tests accept no more than they connect
  };
}

contract('memory', async () => {
  const network = new MemoryNetwork();
  const listener = network.listen('pacs', 104);
  return {
    dialer: network,
    target: { host: 'pacs', port: 104 },
    refused: { host: 'pacs', port: 105 },
    unknown: { peer: 'pacs' },
    ...acceptor(listener),
    close: () => listener.close(),
  };
});

contract('memory, with faults that do not strike', async () => {
  const network = new MemoryNetwork();
  const faults = parseFaults('strict,abort=1000000/A-RELEASE-RQ');
  const listener = faultyListener(network.listen('pacs', 104), faults);
  return {
    dialer: network,
    target: { host: 'pacs', port: 104 },
    refused: { host: 'pacs', port: 105 },
    unknown: { peer: 'pacs' },
    ...acceptor(listener),
    close: () => listener.close(),
  };
});

contract('node:net', async () => {
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  return {
    dialer: tcpDialer(),
    target: { host: '127.0.0.1', port: listener.port },
    refused: { host: '127.0.0.1', port: CLOSED_PORT },
    unknown: { peer: 'PACS' },
    ...acceptor(listener),
    close: () => listener.close(),
  };
});

const authority = new Authority();
const certificate = authority.issue();
const client = await readTlsClient({ ca: authority.certificate });
const server = await readTlsServer(certificate);

contract('node:tls', async () => {
  const listener = await listenTcp({ host: '127.0.0.1', port: 0, tls: server });
  return {
    dialer: tcpDialer({ tls: () => client }),
    target: { host: '127.0.0.1', port: listener.port },
    refused: { host: '127.0.0.1', port: CLOSED_PORT },
    unknown: { peer: 'PACS' },
    ...acceptor(listener),
    close: () => listener.close(),
  };
});

contract('tunnel through a bridge to TLS', async () => {
  const listener = await listenTcp({ host: '127.0.0.1', port: 0, tls: server });
  const peer = (name: string, port: number) => ({
    name,
    aeTitle: name,
    host: '127.0.0.1',
    port,
    tls: client,
  });
  const bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [peer('PACS', listener.port), peer('NOBODY', CLOSED_PORT)],
  });
  return {
    dialer: dialerVia(bridge),
    target: { peer: 'PACS' },
    refused: { peer: 'NOBODY' },
    unknown: { peer: 'ELSEWHERE' },
    ...acceptor(listener),
    close: async () => {
      await bridge.close();
      await listener.close();
    },
  };
});

contract('tunnel through a bridge', async () => {
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  const peer = (name: string, port: number) => ({ name, aeTitle: name, host: '127.0.0.1', port });
  const bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [peer('PACS', listener.port), peer('NOBODY', CLOSED_PORT)],
  });
  return {
    dialer: dialerVia(bridge),
    target: { peer: 'PACS' },
    refused: { peer: 'NOBODY' },
    unknown: { peer: 'ELSEWHERE' },
    ...acceptor(listener),
    close: async () => {
      await bridge.close();
      await listener.close();
    },
  };
});

contract('a title leased from a bridge', async () => {
  const pools = { page: ['WEB01'] };
  const bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [],
    listener: { host: '127.0.0.1', port: 0, pools, allowSource: ['127.0.0.1'] },
  });
  const listener = await lease(bridge);
  const { accept } = acceptor(listener);
  return {
    dialer: dialerFor('WEB01'),
    target: { host: '127.0.0.1', port: listener.port },
    refused: { host: '127.0.0.1', port: CLOSED_PORT },
    unknown: { peer: 'PACS' },
    accept: async () => behindRequest(await accept()),
    close: async () => {
      await listener.close();
      await bridge.close();
    },
  };
});

async function listeners(): Promise<{ name: string; open: () => Promise<[Listener, () => Connection]> }[]> {
  const memory = new MemoryNetwork();
  return [
    {
      name: 'memory',
      open: async () => [memory.listen('a', 1), () => memory.connect({ host: 'a', port: 1 })],
    },
    {
      name: 'node:net',
      open: async () => {
        const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
        return [listener, () => tcpDialer().connect({ host: '127.0.0.1', port: listener.port })];
      },
    },
  ];
}

test.each(await listeners())(
  '$name: a closed listener refuses, ends its stream and resets what nobody claimed',
  async ({ open }) => {
    const [listener, call] = await open();
    const reader = listener.incoming.getReader();
    const [claimed, unclaimed] = [call(), call()];
    await Promise.all([claimed.opened, unclaimed.opened]);
    const { value } = await reader.read();
    await listener.close();
    await listener.close();
    expect(await unclaimed.closed).toMatchObject({ kind: 'reset' });
    expect((await reader.read()).done).toBe(true);
    await expect(call().opened).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    await value!.close();
    expect(await claimed.closed).toMatchObject({ kind: 'eof' });
  },
);

test.each(await listeners())('$name: callers that nobody claims are bounded', async ({ open }) => {
  const [listener, call] = await open();
  const callers = Array.from({ length: 65 }, call);
  const turnedAway = await Promise.race(callers.map(({ closed }) => closed));
  expect(['reset', 'error']).toContain(turnedAway.kind);
  await listener.close();
  await Promise.all(callers.map(({ closed }) => closed));
});

test('an address in use says so', async () => {
  const memory = new MemoryNetwork();
  memory.listen('pacs', 104);
  expect(() => memory.listen('pacs', 104)).toThrowError(/in use already/);
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  const again = listenTcp({ host: '127.0.0.1', port: listener.port });
  await expect(again).rejects.toMatchObject({ code: 'USAGE', details: { reason: 'EADDRINUSE' } });
  await listener.close();
  const freed = await listenTcp({ host: '127.0.0.1', port: listener.port });
  await freed.close();
});

test('a peer that never sends FIN is dropped after the grace', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const connection = tcpDialer().connect({ host: '127.0.0.1', port });
  await connection.opened;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const closing = connection.close();
    vi.advanceTimersByTime(CLOSE_GRACE_MS);
    await closing;
  } finally {
    vi.useRealTimers();
  }
  expect(await connection.closed).toMatchObject({
    kind: 'local',
    reason: expect.stringContaining('2000 ms'),
  });
  server.close();
});

test('memory: whom we give up on learns it, behind what came', async () => {
  const network = new MemoryNetwork();
  const { accept } = acceptor(network.listen('pacs', 104));
  const caller = network.connect({ host: 'pacs', port: 104 });
  const accepted = await accept();
  const writer = caller.writable.getWriter();
  for (let i = 0; i < 4; i++) writer.write(new Uint8Array(64 << 10)).catch(() => undefined); // more than is held
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const closing = caller.close();
    await turns(1);
    vi.advanceTimersByTime(CLOSE_GRACE_MS);
    await closing;
  } finally {
    vi.useRealTimers();
  }
  expect(await accepted.closed).toMatchObject({ kind: 'reset', code: 'ECONNRESET' });
  await expect(readAll(accepted.readable)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});
