/** Our mini-PACS as the server, with DCMTK's clients. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { Orthanc, RealPeer } from '../../support/peers.ts';
import { startOrthanc, startWebdimsePacs } from '../../support/peers.ts';
import type { Contestant, Run, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { linked } from '../data.ts';
import { keptIn } from '../kept.ts';
import { measured } from '../measured.ts';
import { OURS, numberIn, served, serving, startArchive, startBare, startStorescp } from '../peers.ts';

const STORESCP = 'storescp +B';
const ORTHANC = 'Orthanc +ND';
const DCMQRSCP = 'dcmqrscp +ND';

type Kept = Pick<Run, 'count' | 'bytes'>;

/** Sends S, and counts what the server has then. */
function sending({ folder }: Study, kept: (server: RealPeer) => Kept | Promise<Kept>) {
  return async (server: RealPeer): Promise<Run> => {
    const ended = await measured('storescu', [
      '+sd',
      '-aec',
      server.aeTitle,
      LOOPBACK,
      String(server.port),
      folder,
    ]);
    return { ...ended, ...(await kept(server)) };
  };
}

const filesOf = ({ folder }: RealPeer): Kept => keptIn(folder);

/** Orthanc counts; its own files have no names or forms of ours. */
async function instancesOf(server: RealPeer): Promise<Kept> {
  const { CountInstances } = (await (server as Orthanc).rest('/statistics')) as { CountInstances: number };
  return { count: CountInstances };
}

function together(
  contestants: readonly (Contestant & { stop(): Promise<void> })[],
): Pick<Setting, 'contestants' | 'close'> {
  const close = async (): Promise<void> => {
    for (const { stop } of contestants) await stop();
  };
  return { contestants, close };
}

function receiving(study: Study): Setting {
  return {
    expected: { count: study.instances, bytes: study.bytes },
    ...together([
      serving(OURS, 'ours', () => startWebdimsePacs(), sending(study, filesOf)),
      serving(STORESCP, 'theirs', () => startStorescp({ keep: true }), sending(study, filesOf)),
      serving(ORTHANC, 'theirs', () => startOrthanc(), sending(study, instancesOf)),
    ]),
  };
}

/** Each server has the study already; it is started once. */
async function giving(study: Study): Promise<Setting> {
  const { folder, remove } = await linked(study);
  const servers = [
    { name: OURS, side: 'ours', server: await startWebdimsePacs([], { folder }) },
    { name: DCMQRSCP, side: 'theirs', server: await startArchive(study.folder) },
    { name: 'bare Node', side: 'bound', server: await startBare(study.folder) },
  ] as const;
  const client = async ({ aeTitle, port }: RealPeer): Promise<Run> => {
    const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${study.studyInstanceUID}`];
    const options = ['-v', '-S', '-aec', aeTitle, '-pdu', '131072', '--ignore', ...keys];
    return completed(await measured('getscu', [...options, LOOPBACK, String(port)]));
  };
  return {
    expected: { count: study.instances, bytes: study.bytes },
    contestants: servers.map(({ name, side, server }) => ({
      name,
      side,
      run: () => served(server, client),
    })),
    close: async () => {
      for (const { server } of servers) await server.stop();
      await remove();
    },
  };
}

/** Of getscu's report of the final response. */
const completed = numberIn(/Completed Suboperations\s*:\s*(\d+)/);

export const PACS: readonly Work[] = [
  {
    name: 'pacs-receive',
    goal: 'e',
    what: "Receiving S to disk from storescu +ND; CPU time and memory are the server's",
    unit: 'MB/s',
    needs: ['dcmtk', 'orthanc'],
    grows: 'instances',
    bars: [
      { metric: 'rate', against: STORESCP, met: 0.8, stretch: 0.8 },
      { metric: 'rate', against: ORTHANC, met: 3, stretch: 3 },
    ],
    open: async ({ data }) => receiving(await data.slices()),
  },
  {
    name: 'pacs-serve',
    goal: 'e',
    what: "Serving S from disk by C-GET to getscu --ignore +ND; CPU time and memory are the server's",
    unit: 'MB/s',
    needs: ['dcmtk'],
    bars: [{ metric: 'rate', against: DCMQRSCP, met: 0.8, stretch: 0.8 }],
    open: async ({ data }) => giving(await data.slices()),
  },
];
