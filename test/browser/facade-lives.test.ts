/**
 * The facade in a browser as people start it: with a debugger attached no service worker ever idles. The page lies on a
 * portal's own server, whose service worker is one line.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bridge } from '../../bridge/server.ts';
import { mountBridge } from '../../bridge/server.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { Server as DicomServer } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import { memoryOf, renderersOf } from '../bench/browser.ts';
import { instance } from '../store/instances.ts';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { chromium, describeWith } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { WEB_ROOT, buildPage } from './stage.ts';

const HOST = '127.0.0.1';
const MIB = 1 << 20;
const FRAMES = 1000;
const SIDE = 256;
const ROUNDS = 4;
/** MiB that go to the page in all rounds, and how much more it may have at any time than after its first frame. */
const ALL = (ROUNDS * FRAMES * SIDE * SIDE * 2) / MIB;
const BOUND = ALL / 2;
/** Idle workers end after 30 seconds; the browser looks every now and then. */
const PATIENCE = 90_000;

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><title>portal</title><script type="module" src="/portal.js"></script>';
const WORKER = "importScripts('/dicom/dicomweb/worker.js');";
/** What the page does, step by step: each is told with what came of it. */
const SCRIPT = `
import { boot } from '/dicom/dicomweb/boot.js';
const tell = (step, value) => fetch('/told/' + step, { method: 'POST', body: JSON.stringify(value) });
const routers = async () => (await navigator.locks.query()).held.map(({ name }) => name).filter((name) => name.startsWith('dicomweb-router:'));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
try {
  const { rootOf } = await boot({ bridge: '/dicom/', worker: '/sw.js', scope: '/' });
  const root = rootOf('FRAMES') + '/studies/1.2.3/series/1.2.3.1';
  const frame = async (number) => {
    const accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
    const response = await fetch(root + '/instances/1.2.3.1.' + number + '/frames/1', { headers: { accept } });
    return response.ok ? (await response.arrayBuffer()).byteLength : response.text();
  };
  await tell('first', await frame(1));
  let bytes = 0;
  for (let round = 0; round < ${ROUNDS}; round++) {
    for (let number = 1; number <= ${FRAMES}; number++) bytes += await frame(number);
  }
  await tell('scrolled', bytes);
  const [before] = await routers();
  while ((await routers()).length > 0) await pause(500);
  const again = await frame(7);
  const [after] = await routers();
  await tell('revived', [again, typeof before, before !== after && typeof after]);
} catch (error) {
  await tell('failed', String(error));
}
`;

function image(number: number): {
  readonly info: ReturnType<typeof instance>['info'];
  readonly dataSet: Bytes;
} {
  const keys = {
    Rows: SIDE,
    Columns: SIDE,
    SamplesPerPixel: 1,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
  };
  const colours = { PixelRepresentation: 0, PhotometricInterpretation: 'MONOCHROME2' };
  const { info, dataSet: head } = instance(`1.2.3.1.${number}`, { ...keys, ...colours });
  const pixels = new Uint8Array(SIDE * SIDE * 2).fill(number);
  const element = Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0, 0, 0);
  new DataView(element.buffer).setUint32(8, pixels.length, true);
  return { info, dataSet: concat([head, element, pixels]) };
}

describeWith(['chromium'], 'DICOMweb in a browser without a debugger', () => {
  let server: Server;
  let bridge: Bridge;
  let peer: DicomServer;
  let browser: ChildProcess;
  let profile: string;
  const told = new Map<string, unknown>();
  const waiting = new Map<string, () => void>();

  beforeAll(async () => {
    await buildPage();
    const listener = await listenTcp({ host: HOST, port: 0 });
    peer = serve(
      listener,
      {
        async *find(query) {
          if (query.level !== 'IMAGE')
            return yield dataSet({ StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1' });
          const { sopClassUID } = image(1).info;
          for (let number = 1; number <= FRAMES; number++)
            yield dataSet({
              SOPInstanceUID: `1.2.3.1.${number}`,
              SOPClassUID: sopClassUID,
              StudyInstanceUID: '1.2.3',
              SeriesInstanceUID: '1.2.3.1',
            });
        },
        get: ({ keys }) => ({ instances: instancesOf(wanted(keys)) }),
      },
      { aeTitle: 'FRAMES' },
    );
    server = createServer(answer).listen(0, HOST);
    await once(server, 'listening');
    const peers = [{ name: 'FRAMES', aeTitle: 'FRAMES', host: HOST, port: listener.port }];
    bridge = await mountBridge({ server, path: '/dicom', peers, webRoot: WEB_ROOT });
    profile = temporaryFolder();
    const url = `http://${HOST}:${(server.address() as AddressInfo).port}/`;
    browser = spawn(chromium()!, ['--headless=new', ...CHROMIUM_FLAGS, `--user-data-dir=${profile}`, url], {
      detached: true,
      stdio: 'ignore',
    });
  }, 120_000);
  afterAll(async () => {
    if (browser?.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await bridge?.close();
    await peer?.close();
    server?.closeAllConnections();
    server?.close();
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '' } = request;
    if (url.startsWith('/told/')) void hear(request, url.slice(6)).then(() => response.end());
    else if (url === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else response.setHeader('content-type', 'text/javascript').end(url === '/sw.js' ? WORKER : SCRIPT);
  }

  async function hear(request: IncomingMessage, step: string): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    told.set(step, JSON.parse(text));
    for (const tell of waiting.values()) tell();
  }

  /** What the page tells of a step. @throws Error with what it says went wrong */
  async function step(name: string): Promise<unknown> {
    while (!told.has(name) && !told.has('failed')) {
      await new Promise<void>((resolve) => waiting.set(name, resolve));
    }
    if (!told.has(name)) throw new Error(String(told.get('failed')));
    return told.get(name);
  }

  it(
    `scrolls ${FRAMES} frames in bounded memory, by a portal's worker of one line`,
    { timeout: 2 * PATIENCE },
    async () => {
      const length = SIDE * SIDE * 2;
      expect(await step('first')).toBeGreaterThan(length);
      const renderers = renderersOf(profile);
      const before = memoryOf(renderers);
      let most = before;
      const look = setInterval(() => (most = Math.max(most, memoryOf(renderers))), 50);
      expect(await step('scrolled')).toBeGreaterThan(ROUNDS * FRAMES * length);
      clearInterval(look);
      expect(before).toBeGreaterThan(0);
      expect((most - before) / MIB, `of ${ALL} MiB`).toBeLessThan(BOUND);
    },
  );

  it(
    'goes on with a new worker when the browser has ended the idle one',
    { timeout: 2 * PATIENCE },
    async () => {
      expect(await step('revived')).toEqual([expect.any(Number), 'string', 'string']);
    },
  );
});

/** Numbers of the instances that a list of UIDs names; all without one. */
function wanted(keys: ReturnType<typeof dataSet>): readonly number[] {
  const uids = keys['00080018']?.Value as readonly string[] | undefined;
  if (uids === undefined || uids.length === 0) return Array.from({ length: FRAMES }, (_, i) => i + 1);
  return uids.map((uid) => Number(uid.split('.').at(-1)));
}

async function* instancesOf(numbers: readonly number[]) {
  for (const number of numbers) yield { ...image(number).info, open: () => image(number).dataSet };
}
