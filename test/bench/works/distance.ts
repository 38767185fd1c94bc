/** A round trip between us and the server: what the window and the pool have to be for it. */
import { join } from 'node:path';
import { LOOPBACK, freePort } from '../../support/peers-process.ts';
import type { RealPeer } from '../../support/peers.ts';
import type { Bench, Contestant, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { BUILT, OURS, SOURCES, farAway, numberIn, startFarAway } from '../peers.ts';

const ROUND_TRIPS = [20, 50, 100] as const;
/** Some round trips for each instance make minutes of all of it. */
const PART = 10;
const POOLS = [1, 2, 4, 8] as const;
const script = join(SOURCES, 'webdimse.mjs');

/** The server decodes nothing and takes any number of associations, so that what is measured is the way and ours. */
async function startServer(folder: string, roundTrip: number): Promise<RealPeer> {
  const port = await freePort();
  const args = [join(BUILT, 'bare-scp.js'), String(port), folder];
  return startFarAway('BARE', port, folder, process.execPath, args, { milliseconds: roundTrip / 2 });
}

async function getting(study: Study, roundTrip: number): Promise<Setting> {
  const { folder, studyInstanceUID, instances, bytes } = study;
  const scp = await startServer(folder, roundTrip);
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${studyInstanceUID}`];
  const getscu = [
    '-S',
    '-aec',
    scp.aeTitle,
    '-pdu',
    '131072',
    '--ignore',
    ...keys,
    LOOPBACK,
    String(scp.port),
  ];
  const ours = (pool: number): Contestant => {
    const args = [
      script,
      'get',
      scp.address,
      '--study',
      studyInstanceUID,
      '--discard',
      '--associations',
      String(pool),
    ];
    return farAway(scp, `${OURS} x${pool}`, 'ours', process.execPath, args, numberIn(/(\d+) instances?/));
  };
  return {
    expected: { count: instances, bytes },
    contestants: [
      ...POOLS.map(ours),
      farAway(scp, 'getscu --ignore +ND', 'theirs', 'getscu', getscu, (ended) => ({
        ...ended,
        count: instances,
      })),
    ],
    close: () => scp.stop(),
  };
}

async function storing(study: Study, roundTrip: number): Promise<Setting> {
  const { folder, instances, bytes } = study;
  const scp = await startServer('', roundTrip);
  const storescu = ['+sd', '-aec', scp.aeTitle, LOOPBACK, String(scp.port), folder];
  const ours = (pool: number): Contestant => {
    const args = [script, 'store', scp.address, folder, '--associations', String(pool)];
    return farAway(
      scp,
      `${OURS} x${pool}`,
      'ours',
      process.execPath,
      args,
      numberIn(/^(\d+) instances? sent/m),
    );
  };
  return {
    expected: { count: instances, bytes },
    contestants: [
      ...POOLS.map(ours),
      farAway(scp, 'storescu +ND', 'theirs', 'storescu', storescu, (ended) => ({
        ...ended,
        count: instances,
      })),
    ],
    close: () => scp.stop(),
  };
}

function work(name: string, what: string, roundTrip: number, open: typeof getting): Work {
  return {
    name: `far-${name}-${roundTrip}`,
    goal: 'i',
    what: `${what}, ${roundTrip} ms of round trip away`,
    unit: 'MB/s',
    needs: ['dcmtk', 'network delays (as root)'],
    bars: [],
    open: async ({ data }: Bench) => open(await data.slices(PART), roundTrip),
  };
}

export const DISTANCE: readonly Work[] = ROUND_TRIPS.flatMap((roundTrip) => [
  work('get', 'C-GET of a tenth of S', roundTrip, getting),
  work('store', 'C-STORE of a tenth of S', roundTrip, storing),
]);
