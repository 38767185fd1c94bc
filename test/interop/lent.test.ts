/** Bytes that are lent over TCP, to slow takers on several associations at once, some of which end in the middle. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenTcp, tcpDialer } from '../../bridge/node/index.ts';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { InstanceSink, InstanceStore } from '../../core/file/index.ts';
import { get } from '../../core/peer/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Server } from '../../core/service/index.ts';
import { Random } from '../support/random.ts';
import { sha256, turns } from '../support/streams.ts';
import { keep, largeInstance } from '../store/instances.ts';

const wanted = new Map<string, string>();
let server: Server;
let port: number;

beforeAll(async () => {
  const store = new MemoryStore();
  for (let i = 1; i <= 24; i++) {
    const one = largeInstance(`1.2.3.1.${i}`, 256 * 391 * i);
    wanted.set(one.info.sopInstanceUID, sha256(one.dataSet));
    await keep(store, one);
  }
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  ({ port } = listener);
  server = serve(
    listener,
    archiveHandlers(await Archive.open(store), { aeTitle: 'PACS', destination: () => undefined }),
  );
});
afterAll(() => server?.close());

/** Looks at what it is lent when it has waited for a while, most often. */
function slow(random: Random, found: Map<string, string>): InstanceStore {
  const store = new MemoryStore();
  const put: InstanceStore['put'] = (info): InstanceSink => {
    const kept = store.put(info) as InstanceSink;
    const hash = createHash('sha256');
    return {
      write(bytes: Bytes) {
        void kept.write(bytes);
        if (random.int(3) === 0) return void hash.update(bytes);
        return turns(random.int(4)).then(() => void hash.update(bytes));
      },
      commit() {
        found.set(info.sopInstanceUID, hash.digest('hex'));
        return kept.commit();
      },
      abort: () => kept.abort(),
    };
  };
  return {
    put,
    has: (uid) => store.has(uid),
    open: (uid) => store.open(uid),
    delete: (uid) => store.delete(uid),
    entries: () => store.entries(),
    watch: (onChange) => store.watch(onChange),
  };
}

test('are what was sent, until they are taken', async () => {
  const target = { host: '127.0.0.1', port };
  const runs = Array.from({ length: 6 }, async (_, i) => {
    const random = new Random(i);
    const found = new Map<string, string>();
    const stop = new AbortController();
    const retrieve = get(
      { dialer: tcpDialer(), target, aeTitle: 'PACS', callingAETitle: 'TEST', associations: 2 },
      {
        request: { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '1.2.3' }) },
        store: slow(random, found),
        signal: stop.signal,
      },
    );
    const whole = i % 2 === 0;
    const going = (async () => {
      for await (const { received } of retrieve) if (!whole && (received ?? 0) >= 3) stop.abort();
    })();
    await going.catch((error: unknown) => {
      if (whole) throw error;
    });
    await retrieve.result.catch(() => undefined);
    expect(found.size).toBeGreaterThan(0);
    for (const [uid, hash] of found) expect(hash).toBe(wanted.get(uid));
    if (whole) expect(found.size).toBe(wanted.size);
  });
  await Promise.all(runs);
});
