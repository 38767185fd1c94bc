/** The DICOM port of a bridge against DCMTK's tools, and as destination of C-MOVE from three servers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { tcpDialer } from '../../bridge/node/index.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { Archive, MemoryStore, archiveHandlers } from '../../core/archive/index.ts';
import type { Server } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import { lease } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import { content } from '../support/peers-files.ts';
import { freePort, records, run, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startStorescp } from '../support/peers.ts';
import { SERVERS, received, studyArguments } from '../support/servers.ts';
import { FILES, NUMBERS, STUDY } from './instances.ts';

const HOST = '127.0.0.1';

async function start(port: number, peers: readonly RealPeer[] = []): Promise<Bridge> {
  const named = peers.map(({ aeTitle, port: at }) => ({ name: aeTitle, aeTitle, host: HOST, port: at }));
  const pools = { page: ['WEB01', 'WEB02'] };
  const listener = { host: HOST, port, pools, allowSource: peers.length > 0 ? [] : [HOST] };
  return startBridge({ host: HOST, port: 0, peers: named, listener, limits: { claimTime: 1000 } });
}

describeWith(['dcmtk', 'pydicom'], 'DCMTK calls a page', () => {
  const store = new MemoryStore();
  let third: RealPeer;
  let bridge: Bridge;
  let server: Server;
  beforeAll(async () => {
    third = await startStorescp('MOVEDST');
    bridge = await start(0);
    const archive = await Archive.open(store);
    const destination = () => ({ aeTitle: 'MOVEDST', host: HOST, port: third.port });
    const handlers = archiveHandlers(archive, { aeTitle: 'WEB01', destination });
    server = serve(await lease(bridge, { aeTitle: 'WEB01' }), handlers, { dialer: tcpDialer() });
  });
  afterAll(async () => {
    await server?.close();
    await Promise.all([bridge?.close(), third?.stop()]);
  });

  const to = (title: string): string[] => ['-aec', title, HOST, String(bridge.dicomPort)];

  test('storescu, findscu and movescu', async () => {
    await runWell('storescu', [...to('WEB01'), ...FILES]);
    const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${STUDY}`, '-k', 'PatientID'];
    expect(await runWell('findscu', ['-S', ...keys, ...to('WEB01')])).toContain(STUDY);
    const page = { ...third, aeTitle: 'WEB01', port: bridge.dicomPort! };
    await runWell('movescu', ['-aem', 'MOVEDST', ...studyArguments(page, STUDY)]);
    expect(Object.keys(received(third))).toHaveLength(NUMBERS.ofStudy);
  });

  test.each([
    ['an unknown title', 'WEB09', /Called AE Title Not Recognized/],
    ['a title whose page does not come', 'WEB02', /Local Limit Exceeded/],
  ])('echoscu to %s', async (_, title, says) => {
    const asleep = await lease(bridge, { aeTitle: 'WEB02' });
    const { code, stdout, stderr } = await run('echoscu', to(title));
    expect(stdout + stderr).toMatch(says);
    expect(code).not.toBe(0);
    await asleep.close();
  });

  test('storescu is cut off at once when the page goes away in the middle', async () => {
    const sockets: WebSocket[] = [];
    const open = (url: string, protocols: string[]): WebSocket => {
      const webSocket = new WebSocket(url, protocols);
      sockets.push(webSocket);
      return webSocket;
    };
    const listener = await lease(bridge, { aeTitle: 'WEB02', open });
    let gone = 0;
    const vanishing = serve(listener, {
      store: () => {
        gone = performance.now();
        for (const socket of sockets) socket.terminate();
        return { write: () => {}, commit: () => Promise.reject(new Error('gone')), abort: async () => {} };
      },
    });
    const { code } = await run('storescu', [...to('WEB02'), ...FILES]);
    expect(code).not.toBe(0);
    expect(performance.now() - gone).toBeLessThan(1000);
    await vanishing.close();
  });
});

for (const kind of SERVERS) {
  describeWith(['dcmtk', 'pydicom', ...kind.needs], `${kind.name} moves`, () => {
    let peer: RealPeer;
    let bridge: Bridge;
    beforeAll(async () => {
      const port = await freePort();
      peer = await kind.start(['WEB01', 'WEB02'].map((aeTitle) => ({ aeTitle, port })));
      bridge = await start(port, [peer]);
      await runWell('storescu', ['-aec', peer.aeTitle, HOST, String(peer.port), ...FILES]);
    });
    afterAll(async () => {
      await Promise.all([bridge?.close(), peer?.stop()]);
    });

    test('to webdimse move --dest self, through the bridge', async () => {
      const folder = temporaryFolder();
      const via = ['--via', bridge.url.replace('http:', 'ws:'), '--receive-aet', 'WEB02'];
      const what = ['--study', STUDY, '--out', folder, '--json'];
      const moved = await webdimse('move', peer.aeTitle, '--dest', 'self', ...via, ...what);
      expect(moved).toMatchObject({ code: 0, stderr: '' });
      const lines = records(moved);
      expect(lines[0]).toEqual({ type: 'leased', aeTitle: 'WEB02', host: HOST, port: bridge.dicomPort });
      expect(lines.at(-1)).toMatchObject({ verdict: 'complete', received: NUMBERS.ofStudy, missing: [] });
      const direct = temporaryFolder();
      expect(await webdimse('get', peer.address, '--study', STUDY, '--out', direct)).toMatchObject({
        code: 0,
      });
      expect(content(folder)).toEqual(content(direct));
      expect(Object.keys(content(folder))).toHaveLength(NUMBERS.ofStudy);
    });
  });
}
