/** The DICOM port of a bridge by TLS, which ends at the bridge. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { readTlsServer } from '../../bridge/dial/tls-files.ts';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Server } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import { Authority } from '../support/certificates.ts';
import { lease } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import { run, runWell } from '../support/peers-process.ts';
import { FILES } from './instances.ts';

const HOST = '127.0.0.1';

describeWith(['dcmtk', 'openssl', 'pydicom'], 'DCMTK calls a page by TLS', () => {
  const store = new MemoryStore();
  const events: BridgeEvent[] = [];
  let ca: string;
  let bridge: Bridge;
  let server: Server;
  beforeAll(async () => {
    const authority = new Authority();
    ca = authority.certificate;
    const tls = await readTlsServer(authority.issue());
    const listener = { host: HOST, port: 0, pools: { page: ['WEB01'] }, allowSource: [HOST], tls };
    const onEvent = (event: BridgeEvent): void => void events.push(event);
    bridge = await startBridge({ host: HOST, port: 0, peers: [], listener, onEvent });
    server = serve(await lease(bridge, { aeTitle: 'WEB01' }), { store: (info) => store.put(info) });
  });
  afterAll(async () => {
    await server?.close();
    await bridge?.close();
  });

  const to = (title: string): string[] => ['-aec', title, HOST, String(bridge.dicomPort)];
  const tls = (): string[] => ['+tla', '+cf', ca];

  test('storescu sends, byte for byte as ever', async () => {
    await runWell('storescu', [...tls(), ...to('WEB01'), ...FILES]);
    const kept: string[] = [];
    for await (const { sopInstanceUID } of store.entries()) kept.push(sopInstanceUID);
    expect(kept).toHaveLength(FILES.length);
  });

  test('echoscu to an unknown title is rejected behind the handshake', async () => {
    const { stdout, stderr } = await run('echoscu', [...tls(), ...to('WEB09')]);
    expect(stdout + stderr).toMatch(/Called AE Title Not Recognized/);
  });

  test('echoscu without TLS, and one that does not trust us, are turned away and counted', async () => {
    const before = events.filter(({ type }) => type === 'turned away').length;
    expect((await run('echoscu', to('WEB01'))).code).not.toBe(0);
    expect((await run('echoscu', ['+tla', ...to('WEB01')])).code).not.toBe(0);
    await expect.poll(() => events.filter(({ type }) => type === 'turned away').length).toBe(before + 2);
    expect(events.at(-1)).toMatchObject({ outcome: 'no TLS' });
  });
});
