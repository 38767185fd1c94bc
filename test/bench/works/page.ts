/** The page in Chromium, beside bytes that pass the same bridge in the same round, and beside what HTTP gives it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORTHANC_DICOMWEB_PLUGIN } from '../../support/needs.ts';
import { LOOPBACK, freePort } from '../../support/peers-process.ts';
import type { RealPeer } from '../../support/peers.ts';
import { startBridgeProcess, startOrthanc, startPeer, startWebdimsePacs } from '../../support/peers.ts';
import type { Bar, Bench, Contestant, Setting, Work } from '../bench.ts';
import { Browser } from '../browser.ts';
import type { Study } from '../data.ts';
import { linked } from '../data.ts';
import type { Order } from '../page/orders.ts';
import { BUILT, fill, startBare } from '../peers.ts';

const BARE_DOWN = 'bare bridge, down';
const BARE_UP = 'bare bridge, up';
const POOL = 4;

interface Row {
  readonly name: string;
  readonly side: Contestant['side'];
  readonly order: Pick<Order, 'kind' | 'associations' | 'place'>;
  readonly peer?: RealPeer;
  /** Where HTTP goes instead of a tunnel. */
  readonly url?: string;
}

/** Runs each row as an order to one browser through one bridge before all these peers. */
async function rows(study: Study, peers: readonly RealPeer[], list: readonly Row[]): Promise<Setting> {
  const browser = await Browser.open({
    pages: join(BUILT, 'page'),
    web: join(BUILT, '../web'),
    study: study.folder,
  });
  const bridge = await startBridgeProcess(peers, ['--allow-origin', browser.origin]);
  const { studyInstanceUID, instances, bytes } = study;
  const tunnels = `${bridge.address}/bridge/v1/connect`;
  const contestants = list.map(({ name, side, order, peer, url = tunnels }): Contestant => {
    const isStream = order.kind === 'down' || order.kind === 'up';
    return {
      name,
      side,
      expected: { count: isStream ? 1 : instances, bytes, hops: url === tunnels ? 2 : 1 },
      run: () =>
        browser.order({ ...order, url, peer: peer?.aeTitle ?? '', studyInstanceUID, instances, bytes }),
    };
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await bridge.stop();
    for (const peer of peers) await peer.stop();
  };
  return { expected: { count: instances, bytes }, contestants, close };
}

async function startStream(): Promise<RealPeer> {
  const port = await freePort();
  return startPeer(process.execPath, 'STREAM', port, '', [join(BUILT, 'stream-peer.js'), String(port)]);
}

/** Ours at one association and at the pool. */
function both(name: string, order: Pick<Order, 'kind' | 'place'>, peer: RealPeer): Row[] {
  return [1, POOL].map((associations) => ({
    name: `${name} x${associations}`,
    side: 'ours',
    order: { ...order, associations },
    peer,
  }));
}

/** What is met and what would be better, at one association and at the pool. */
type Goals = readonly [met: number, stretch: number];

function bars(name: string, against: string, single: Goals, pool: Goals): Bar[] {
  return [
    { metric: 'rate', ours: `${name} x1`, against, met: single[0], stretch: single[1] },
    { metric: 'rate', ours: `${name} x${POOL}`, against, met: pool[0], stretch: pool[1] },
  ];
}

/** Of the main thread, in milliseconds. */
const LONGEST_TASK = 50;

function tasks(name: string): Bar[] {
  return [1, POOL].map((associations) => ({
    metric: 'task',
    ours: `${name} x${associations}`,
    met: LONGEST_TASK,
    stretch: LONGEST_TASK,
  }));
}

/** How much more memory what is kept in files may take than what is only counted, in bytes. */
const MORE_MEMORY = 20e6;

const VIEWS = 'get, kept as views';
const WHOLE = 'get, contiguous, header parsed';
const OPFS = 'get, into OPFS';
const NOWHERE = 'get, counted';

async function getting({ data }: Bench): Promise<Setting> {
  const study = await data.slices();
  const [peer, scp] = [await startStream(), await startBare(study.folder)];
  return rows(
    study,
    [peer, scp],
    [
      { name: BARE_DOWN, side: 'bound', order: { kind: 'down', associations: 1, place: 'nowhere' }, peer },
      ...both(NOWHERE, { kind: 'get', place: 'nowhere' }, scp),
      ...both(VIEWS, { kind: 'get', place: 'views' }, scp),
      ...both(WHOLE, { kind: 'get', place: 'contiguous' }, scp),
      ...both(OPFS, { kind: 'get', place: 'opfs' }, scp),
    ],
  );
}

const MEMORY = 'send, from memory';
const FILES = 'send, from files';

async function sending({ data }: Bench): Promise<Setting> {
  const study = await data.slices();
  const [peer, scp] = [await startStream(), await startBare()];
  return rows(
    study,
    [peer, scp],
    [
      { name: BARE_UP, side: 'bound', order: { kind: 'up', associations: 1, place: 'nowhere' }, peer },
      ...both(MEMORY, { kind: 'send', place: 'memory' }, scp),
      ...both(FILES, { kind: 'send', place: 'opfs' }, scp),
    ],
  );
}

const REST = "Orthanc's REST, six files at once";
const WADO = 'WADO-RS, the whole study into OPFS';

async function orthanc({ data }: Bench): Promise<Setting> {
  const study = await data.slices();
  const settings = { HttpCompressionEnabled: false, Plugins: [ORTHANC_DICOMWEB_PLUGIN] };
  const scp = await startOrthanc([], settings);
  await fill(scp, study.folder);
  const { HttpPort } = JSON.parse(readFileSync(join(scp.folder, 'orthanc.json'), 'utf8')) as {
    HttpPort: number;
  };
  const url = `http://${LOOPBACK}:${HttpPort}`;
  const byHttp: Row[] = [
    { name: REST, side: 'theirs', order: { kind: 'rest', associations: 1, place: 'nowhere' }, url },
    { name: WADO, side: 'theirs', order: { kind: 'wado', associations: 1, place: 'opfs' }, url },
  ];
  return rows(study, [scp], [...both(OPFS, { kind: 'get', place: 'opfs' }, scp), ...byHttp]);
}

const LARGE_NOWHERE = 'get, counted';
const LARGE_OPFS = 'get, into OPFS';

/** One object by one association, from a server that does not hold it whole. */
async function large({ data, scale }: Bench): Promise<Setting> {
  const study = await data.large(Math.max(...scale.large));
  const { folder, remove } = await linked(study);
  const scp = await startWebdimsePacs([], { folder });
  const order = { kind: 'get', associations: 1 } as const;
  const setting = await rows(
    study,
    [scp],
    [
      { name: LARGE_NOWHERE, side: 'ours', order: { ...order, place: 'nowhere' }, peer: scp },
      { name: LARGE_OPFS, side: 'ours', order: { ...order, place: 'opfs' }, peer: scp },
    ],
  );
  const close = async (): Promise<void> => {
    await setting.close();
    await remove();
  };
  return { ...setting, close };
}

export const PAGE: readonly Work[] = [
  {
    name: 'page-get',
    goal: 'h',
    what: 'The page gets S from a server that decodes nothing; memory is that of pages',
    unit: 'MB/s',
    needs: ['chromium'],
    bars: [
      ...bars(VIEWS, BARE_DOWN, [0.8, 0.8], [1, 1]),
      ...bars(WHOLE, BARE_DOWN, [0.6, 0.6], [0.85, 0.9]),
      ...bars(OPFS, BARE_DOWN, [0.6, 0.65], [0.8, 0.85]),
      ...tasks(OPFS),
      ...[1, POOL].map((associations): Bar => ({
        metric: 'above',
        ours: `${OPFS} x${associations}`,
        against: `${NOWHERE} x${associations}`,
        met: MORE_MEMORY,
        stretch: MORE_MEMORY,
      })),
    ],
    open: getting,
  },
  {
    name: 'page-send',
    goal: 'h',
    what: 'The page sends S to a server that decodes nothing',
    unit: 'MB/s',
    needs: ['chromium'],
    bars: [
      ...bars(MEMORY, BARE_UP, [0.8, 0.85], [1, 1]),
      ...bars(FILES, BARE_UP, [0.6, 0.6], [0.6, 0.6]),
      ...tasks(FILES),
    ],
    open: sending,
  },
  {
    name: 'page-orthanc',
    goal: 'h',
    what: 'The page gets S from Orthanc +ND into OPFS, beside what its HTTP gives',
    unit: 'MB/s',
    needs: ['chromium', 'orthanc', 'orthanc-dicomweb', 'dcmtk'],
    bars: [
      { metric: 'rate', ours: `${OPFS} x${POOL}`, against: WADO, met: 0.65, stretch: 0.7 },
      { metric: 'rate', ours: `${OPFS} x${POOL}`, against: REST, met: 1.5, stretch: 1.5 },
    ],
    open: orthanc,
  },
  {
    name: 'page-large',
    goal: 'h',
    what: 'The page gets the largest L from the mini-PACS; memory is that of pages',
    unit: 'MB/s',
    needs: ['chromium'],
    bars: [
      { metric: 'above', ours: LARGE_OPFS, against: LARGE_NOWHERE, met: MORE_MEMORY, stretch: MORE_MEMORY },
      { metric: 'task', ours: LARGE_OPFS, met: LONGEST_TASK, stretch: LONGEST_TASK },
    ],
    open: large,
  },
];
