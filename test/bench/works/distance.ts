/** A round trip between us and the server: what the pool has to be for it, and behind a bridge the window. */
import { join } from 'node:path';
import { LOOPBACK, freePort } from '../../support/peers-process.ts';
import { startBridgeProcess } from '../../support/peers.ts';
import type { Bar, Bench, Contestant, Run, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { farNote, relayed, startFar } from '../far.ts';
import type { Far } from '../far.ts';
import type { Ended } from '../measured.ts';
import { told } from '../measured.ts';
import { BUILT, OURS, SOURCES, numberIn, startBare } from '../peers.ts';

const ROUND_TRIPS = [20, 50, 100] as const;
/** Where the line costs next to nothing, the size of an object matters little: one distance is enough for T. */
const TINY_ROUND_TRIP = 50;
/** Of each a hundred: with fewer it is opening associations that is measured, and all of them take minutes. */
const SLICES_PART = 5;
const TINY_PART = 50;
/** One, the default of `get`, and what might be better. */
const POOLS = [1, 4, 8] as const;
const [SINGLE, POOLED] = [`${OURS} x1`, `${OURS} x4`] as const;
const DCMTK = 'DCMTK +ND';
const script = join(SOURCES, 'webdimse.mjs');
const COUNTED = numberIn(/(\d+) instances?/);

const BARS: readonly Bar[] = (['rate', 'net'] as const).flatMap((metric) =>
  [SINGLE, DCMTK].map((against) => ({ metric, ours: POOLED, against, met: 3, stretch: 3 })),
);

/** It decodes nothing and takes any number of associations, so that what is measured is the way and ours. */
function startServer(folder: string, roundTrip: number): Promise<Far> {
  const program = join(BUILT, 'bare-scp.js');
  return startFar('BARE', roundTrip, process.execPath, (port) => [program, String(port), folder]);
}

/** Ours with each pool, and DCMTK's client, which succeeds as a whole. */
function setting(
  scp: Far,
  { instances, bytes }: Study,
  roundTrip: number,
  ours: readonly string[],
  dcmtk: readonly [command: string, ...args: string[]],
): Setting {
  const [command, ...args] = dcmtk;
  const pools = POOLS.map((pool) => {
    const all = [script, ...ours, '--associations', String(pool)];
    return scp.contestant(`${OURS} x${pool}`, 'ours', process.execPath, all, COUNTED, [script, '--version']);
  });
  const counted = (ended: Ended): Run => ({ ...ended, count: instances });
  const theirs = scp.contestant(DCMTK, 'theirs', command, args, counted, ['--version']);
  return {
    expected: { count: instances, bytes, hops: scp.hops },
    contestants: [...pools, theirs],
    note: farNote(roundTrip),
    close: () => scp.stop(),
  };
}

async function getting(study: Study, roundTrip: number): Promise<Setting> {
  const scp = await startServer(study.folder, roundTrip);
  return setting(
    scp,
    study,
    roundTrip,
    ['get', scp.address, '--study', study.studyInstanceUID, '--discard'],
    getscu(scp, study.studyInstanceUID),
  );
}

function getscu({ aeTitle, port }: Far, studyInstanceUID: string): [string, ...string[]] {
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${studyInstanceUID}`];
  return ['getscu', '-S', '-aec', aeTitle, '-pdu', '131072', '--ignore', ...keys, LOOPBACK, String(port)];
}

async function storing(study: Study, roundTrip: number): Promise<Setting> {
  const scp = await startServer('', roundTrip);
  return setting(scp, study, roundTrip, ['store', scp.address, study.folder], storescu(scp, study.folder));
}

function storescu({ aeTitle, port }: Far, folder: string): [string, ...string[]] {
  return ['storescu', '+sd', '-aec', aeTitle, LOOPBACK, String(port), folder];
}

function work(
  name: string,
  what: string,
  tiny: boolean,
  roundTrip: number,
  open: (study: Study, roundTrip: number) => Promise<Setting>,
): Work {
  return {
    name: `far-${name}${tiny ? '-tiny' : ''}-${roundTrip}`,
    goal: 'i',
    what: `${what} of ${tiny ? 'a hundred of T' : 'a hundred of S'}, ${roundTrip} ms of round trip away`,
    unit: tiny ? '/s' : 'MB/s',
    needs: ['dcmtk'],
    bars: BARS,
    open: async ({ data }: Bench) =>
      open(await (tiny ? data.tiny(TINY_PART) : data.slices(SLICES_PART)), roundTrip),
  };
}

function both(tiny: boolean, roundTrip: number): Work[] {
  return [work('get', 'C-GET', tiny, roundTrip, getting), work('store', 'C-STORE', tiny, roundTrip, storing)];
}

const MIB = 2 ** 20;

/** One large object through a bridge that is far away: only the window limits it. DCMTK speaks with the server that is as far. */
async function throughBridge(action: 'get' | 'store', study: Study, roundTrip: number): Promise<Setting> {
  const { folder, studyInstanceUID, instances, bytes } = study;
  const server = await startBare(action === 'get' ? folder : '');
  const port = await freePort();
  const own = await startBridgeProcess([server], ['--allow-host', `${LOOPBACK}:${port}`]);
  const bridge = await relayed(own, roundTrip, port);
  const direct = await relayed(server, roundTrip);
  const at = `ws://${LOOPBACK}:${port}`;
  const ours = (action === 'get' ? [1, 4, 16] : [1]).map((mebibytes): Contestant => {
    const window = String(mebibytes * MIB);
    const [args, counted] =
      action === 'get'
        ? [
            [
              join(BUILT, 'tunnel-get.js'),
              `${at}/bridge/v1/connect`,
              server.aeTitle,
              studyInstanceUID,
              window,
            ],
            told,
          ]
        : [[script, 'store', server.aeTitle, folder, '--via', at], COUNTED];
    const name = `${OURS}, window ${mebibytes} MiB`;
    const one = bridge.contestant(name, 'ours', process.execPath, args, counted);
    return { ...one, expected: { count: instances, bytes, hops: 3 } };
  });
  const [command, ...args] = action === 'get' ? getscu(direct, studyInstanceUID) : storescu(direct, folder);
  const theirs = direct.contestant(DCMTK, 'theirs', command, args, (ended) => ({
    ...ended,
    count: instances,
  }));
  return {
    expected: { count: instances, bytes, hops: 2 },
    contestants: [...ours, theirs],
    note: `${roundTrip} ms of round trip by a relay before the bridge, and before the server for DCMTK.`,
    async close() {
      await bridge.stop();
      await direct.stop();
    },
  };
}

function tunnelWork(action: 'get' | 'store', roundTrip: number): Work {
  return {
    name: `far-tunnel-${action}-${roundTrip}`,
    goal: 'i',
    what: `C-${action.toUpperCase()} of an object of 50 MB through a bridge that is ${roundTrip} ms of round trip away`,
    unit: 'MB/s',
    needs: ['dcmtk'],
    bars: [],
    open: async ({ data, scale }: Bench) =>
      throughBridge(action, await data.large(scale.large[0]!), roundTrip),
  };
}

export const DISTANCE: readonly Work[] = [
  ...ROUND_TRIPS.flatMap((roundTrip) => both(false, roundTrip)),
  ...both(true, TINY_ROUND_TRIP),
  ...[20, 100].flatMap((roundTrip) => [tunnelWork('get', roundTrip), tunnelWork('store', roundTrip)]),
];
