/**
 * A process of its own for the scale test: a page that reads 1 MB/s from a peer that never ends. Arguments: the URL of the
 * bridge, its process id, and for how many seconds. It tells what it read, and how far the memory of the bridge went from
 * where it was when the tunnel opened, looked at every 100 ms.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Bytes } from '../../core/bytes/index.ts';
import { REQUEST, dialerVia } from './bridge.ts';
import { residentBytes } from './resident.ts';

const BYTES_PER_MS = 1000;
const WARM_UP = 32 << 20;

export interface SlowTunnelReport {
  /** Bytes. */
  readonly read: number;
  readonly samples: number;
  /** Bytes more, or less, than at `open`. */
  readonly furthest: number;
}

async function main(): Promise<void> {
  const [url = '', pid = '', seconds = ''] = process.argv.slice(2);
  const dialer = dialerVia({ url });
  const warmUp = dialer.connect({ peer: 'PACS' });
  for await (const _ of read(warmUp.readable, WARM_UP));
  warmUp.abort();

  const connection = dialer.connect({ peer: 'PACS' });
  await connection.opened;
  await connection.writable.getWriter().write(REQUEST);
  const atOpen = residentBytes(Number(pid));
  let [samples, furthest, total] = [0, 0, 0];
  const timer = setInterval(() => {
    samples++;
    furthest = Math.max(furthest, Math.abs(residentBytes(Number(pid)) - atOpen));
  }, 100);
  const start = performance.now();
  for await (const bytes of read(connection.readable, Number(seconds) * 1000 * BYTES_PER_MS)) {
    total += bytes;
    const early = start + total / BYTES_PER_MS - performance.now();
    if (early > 0) await pause(early);
  }
  clearInterval(timer);
  connection.abort();
  const report: SlowTunnelReport = { read: total, samples, furthest };
  console.log(JSON.stringify(report));
}

/** The lengths of what comes, until it is so much. */
async function* read(readable: ReadableStream<Bytes>, length: number): AsyncGenerator<number> {
  let total = 0;
  for await (const chunk of readable) {
    yield chunk.length;
    total += chunk.length;
    if (total >= length) return;
  }
}

void main();
