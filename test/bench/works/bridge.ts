/** Bytes between a WebSocket and TCP: our bridge beside the least that does it, and beside websockify. */
import { join } from 'node:path';
import { LOOPBACK, freePort } from '../../support/peers-process.ts';
import { startBridgeProcess, startPeer } from '../../support/peers.ts';
import type { RealPeer } from '../../support/peers.ts';
import type { Bar, Contestant, Setting, Work } from '../bench.ts';
import { measured, told } from '../measured.ts';
import { BUILT, OURS, SOURCES, served } from '../peers.ts';
import type { Kind } from '../stream.ts';
import { PING_BYTES } from '../stream.ts';

const MINIMAL = 'minimal bridge';
const WEBSOCKIFY = 'websockify';

interface Between {
  readonly name: string;
  readonly side: Contestant['side'];
  readonly server: RealPeer;
  readonly url: string;
  readonly protocol: string;
}

function program(
  script: string,
  aeTitle: string,
  port: number,
  more: readonly string[] = [],
): Promise<RealPeer> {
  return startPeer(process.execPath, aeTitle, port, '', [script, String(port), ...more]);
}

async function bridges(peer: RealPeer): Promise<readonly Between[]> {
  const [minimalPort, websockifyPort] = [await freePort(), await freePort()];
  const own = await startBridgeProcess([peer]);
  const minimal = await program(join(SOURCES, 'minimal-bridge.mjs'), 'MINIMAL', minimalPort, [
    String(peer.port),
  ]);
  // By default it serves each caller in a process of its own, which is how it is meant to be run.
  const args = [`${LOOPBACK}:${websockifyPort}`, `${LOOPBACK}:${peer.port}`];
  const websockify = await startPeer('websockify', 'WEBSOCKIFY', websockifyPort, '', args);
  return [
    {
      name: OURS,
      side: 'ours',
      server: own,
      url: `${own.address}/bridge/v1/connect?peer=${peer.aeTitle}`,
      protocol: 'dimse-bridge.v1',
    },
    { name: MINIMAL, side: 'bound', server: minimal, url: `ws://${LOOPBACK}:${minimalPort}`, protocol: '' },
    {
      name: WEBSOCKIFY,
      side: 'theirs',
      server: websockify,
      url: `ws://${LOOPBACK}:${websockifyPort}`,
      protocol: 'binary',
    },
  ];
}

async function open(kind: Kind, bytes: number): Promise<Setting> {
  const peer = await program(join(BUILT, 'stream-peer.js'), 'STREAM', await freePort());
  const between = await bridges(peer);
  const client = join(BUILT, 'stream-client.js');
  return {
    expected: { count: kind === 'ping' ? bytes / PING_BYTES : 1, bytes, hops: 2 },
    contestants: between.map(({ name, side, server, url, protocol }) => ({
      name,
      side,
      // The time is the client's own: it starts behind the opening of the WebSocket.
      run: () =>
        served(server, async () => {
          const ended = await measured(process.execPath, [client, url, protocol, kind, String(bytes)]);
          return { ...told(ended), seconds: secondsOf(ended.stdout) };
        }),
    })),
    close: async () => {
      for (const { server } of between) await server.stop();
      await peer.stop();
    },
  };
}

function secondsOf(stdout: string): number {
  return (JSON.parse(stdout) as { seconds: number }).seconds;
}

const STREAM_BARS: readonly Bar[] = [
  { metric: 'rate', against: MINIMAL, met: 0.95, stretch: 0.95 },
  { metric: 'rate', against: WEBSOCKIFY, met: 1, stretch: 1 },
  { metric: 'cpu', against: MINIMAL, met: 1.1, stretch: 1.1 },
];

export const BRIDGE: readonly Work[] = [
  {
    name: 'bridge-down',
    goal: 'g',
    what: "A stream from TCP to a WebSocket; CPU time and memory are the bridge's",
    unit: 'MB/s',
    needs: ['websockify'],
    grows: 'bytes',
    bars: STREAM_BARS,
    open: ({ scale }) => open('down', scale.stream),
  },
  {
    name: 'bridge-up',
    goal: 'g',
    what: "A stream from a WebSocket to TCP; CPU time and memory are the bridge's",
    unit: 'MB/s',
    needs: ['websockify'],
    grows: 'bytes',
    bars: STREAM_BARS,
    open: ({ scale }) => open('up', scale.stream),
  },
  {
    name: 'bridge-ping',
    goal: 'g',
    what: '64 bytes to and fro through the bridge',
    unit: '/s',
    needs: ['websockify'],
    // 1.2 times its latency.
    bars: [{ metric: 'rate', against: MINIMAL, met: 1 / 1.2, stretch: 1 / 1.2 }],
    open: ({ scale }) => open('ping', scale.pings * PING_BYTES),
  },
];
