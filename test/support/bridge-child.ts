/**
 * A bridge in a process of its own, its limits out of the way: what is measured is the bridge and nothing beside it.
 * Its argument is the port of the one peer, PACS. It says the port that it took, and then, asked by any message, what
 * it holds. Node runs it with `--expose-gc`.
 */
import { startBridge } from '../../bridge/server.ts';
import type { BridgeState } from './bridge-process.ts';

async function main(): Promise<void> {
  const many = 1_000_000;
  const bridge = await startBridge({
    host: '127.0.0.1',
    port: 0,
    peers: [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: Number(process.argv[2]) }],
    limits: {
      connections: many,
      connectionsPerPeer: many,
      opensPerMinute: many,
      webSockets: many,
      sockets: many,
    },
  });
  process.on('message', () => {
    (globalThis as { gc?: () => void }).gc?.(); // what nobody holds any more is not asked for
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    const state: BridgeState = {
      tunnels: bridge.tunnels().length,
      bytes: rss,
      objects: heapUsed,
      buffers: arrayBuffers,
      resources: process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap'),
    };
    process.send?.(state);
  });
  process.send?.(bridge.port);
}

void main();
