/** Servers as Debian installs them, Nagle's algorithm on: what our pool of associations makes of that. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { RealPeer } from '../../support/peers.ts';
import { startOrthanc } from '../../support/peers.ts';
import type { Bar, Bench, Contestant, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { OURS, dcmtkScu, fill, numberIn, startArchive, startStorescpForking, webdimse } from '../peers.ts';

const POOL = 4;
/** What stalls 40 ms at each message takes minutes for all of it, and tells no more. */
const SLICES_PART = 10;
const TINY_PART = 50;
const SINGLE = `${OURS} x1`;
const POOLED = `${OURS} x${POOL}`;
const DCMTK = 'DCMTK as installed';

const SENT = numberIn(/^(\d+) instances? sent/m);
const GOT = numberIn(/(\d+) instances?/);

function setting(study: Study, scp: RealPeer, contestants: readonly Contestant[]): Setting {
  const { instances, bytes } = study;
  return { expected: { count: instances, bytes }, contestants, close: () => scp.stop() };
}

function getting(study: Study, scp: RealPeer): Setting {
  const { studyInstanceUID, instances } = study;
  const get = ['get', scp.address, '--study', studyInstanceUID, '--discard'];
  const ours = (associations: number): string[] => [...get, '--associations', String(associations)];
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
  return setting(study, scp, [
    webdimse(ours(1), GOT, SINGLE),
    webdimse(ours(POOL), GOT, POOLED),
    dcmtkScu(DCMTK, 'getscu', getscu, instances, { nagle: true }),
  ]);
}

function storing(study: Study, scp: RealPeer): Setting {
  const { folder, instances } = study;
  const ours = (associations: number): string[] => [
    'store',
    scp.address,
    folder,
    '--associations',
    String(associations),
  ];
  const storescu = ['+sd', '-aec', scp.aeTitle, LOOPBACK, String(scp.port), folder];
  return setting(study, scp, [
    webdimse(ours(1), SENT, SINGLE),
    webdimse(ours(POOL), SENT, POOLED),
    dcmtkScu(DCMTK, 'storescu', storescu, instances, { nagle: true }),
  ]);
}

const NAGLE = { nagle: true } as const;
const BARS: readonly Bar[] = (['rate', 'net'] as const).flatMap((metric) =>
  [SINGLE, DCMTK].map((against) => ({ metric, ours: POOLED, against, met: 3, stretch: 3 })),
);

async function orthancWith({ folder }: Study): Promise<RealPeer> {
  const scp = await startOrthanc([], {}, NAGLE);
  await fill(scp, folder);
  return scp;
}

type Place = readonly [
  name: string,
  what: string,
  bars: readonly Bar[],
  open: (study: Study) => Promise<Setting>,
];

const PLACES: readonly Place[] = [
  ['get-orthanc', 'C-GET from Orthanc', BARS, async (study) => getting(study, await orthancWith(study))],
  // It serves one association at a time: no pool helps there.
  [
    'get-dcmqrscp',
    'C-GET from dcmqrscp',
    [],
    async (study) => getting(study, await startArchive(study.folder, NAGLE)),
  ],
  [
    'store-orthanc',
    'C-STORE to Orthanc',
    BARS,
    async (study) => storing(study, await startOrthanc([], {}, NAGLE)),
  ],
  [
    'store-storescp',
    'C-STORE to storescp',
    BARS,
    async (study) => storing(study, await startStorescpForking(NAGLE)),
  ],
];

function work([name, what, bars, open]: Place, tiny: boolean): Work {
  return {
    name: `stock-${name}${tiny ? '-tiny' : ''}`,
    goal: 'i',
    what: `${tiny ? 'A fiftieth of T' : 'A tenth of S'}: ${what} as it is installed`,
    unit: tiny ? '/s' : 'MB/s',
    needs: ['dcmtk', 'orthanc'],
    bars,
    open: async ({ data }: Bench) => open(await (tiny ? data.tiny(TINY_PART) : data.slices(SLICES_PART))),
  };
}

export const INSTALLED: readonly Work[] = PLACES.flatMap((place) => [work(place, false), work(place, true)]);
