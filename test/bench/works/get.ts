/** Getting S: from DCMTK's archive and from Orthanc, kept nowhere or on disk. */
import { LOOPBACK, temporaryFolder } from '../../support/peers-process.ts';
import type { RealPeer } from '../../support/peers.ts';
import { startOrthanc } from '../../support/peers.ts';
import type { Bar, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import {
  DCMJS,
  bareScu,
  dcmjsScu,
  dcmtkScu,
  fill,
  keeping,
  numberIn,
  OURS,
  startArchive,
  webdimse,
} from '../peers.ts';

const GETSCU = 'getscu --ignore +ND';
const GETSCU_DISK = 'getscu +B +ND';
const OURS_DISK = `${OURS} to disk`;

const RECEIVED = numberIn(/(\d+) instances/);

async function open(scp: RealPeer, study: Study): Promise<Setting> {
  const { studyInstanceUID, instances, bytes } = study;
  const [own, theirs] = [temporaryFolder(), temporaryFolder()];
  const get = ['get', scp.address, '--study', studyInstanceUID, '--associations', '1'];
  const keys = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${studyInstanceUID}`];
  const key = keys.flatMap((each) => ['-k', each]);
  const getscu = (...where: readonly string[]): string[] =>
    ['-S', '-aec', scp.aeTitle, '-pdu', '131072', ...key, ...where].concat(LOOPBACK, String(scp.port));
  return {
    expected: { count: instances, bytes },
    contestants: [
      webdimse([...get, '--discard'], RECEIVED),
      dcmtkScu(GETSCU, 'getscu', getscu('--ignore'), instances),
      keeping(own, webdimse([...get, '--out', own], RECEIVED, OURS_DISK)),
      keeping(theirs, dcmtkScu(GETSCU_DISK, 'getscu', getscu('+B', '-od', theirs), instances)),
      dcmjsScu('get', scp, studyInstanceUID),
      bareScu('get', scp, studyInstanceUID),
    ],
    close: () => scp.stop(),
  };
}

const BARS: readonly Bar[] = (['rate', 'net'] as const).flatMap((metric) => [
  { metric, against: GETSCU, met: 0.6, stretch: 0.9 },
  { metric, ours: OURS_DISK, against: GETSCU_DISK, met: 0.7, stretch: 0.7 },
  { metric, against: DCMJS, met: 4, stretch: 4 },
]);

export const GET: readonly Work[] = [
  {
    name: 'get-dcmqrscp',
    goal: 'b',
    what: 'C-GET of S from dcmqrscp +ND, one association, PDU 131072',
    unit: 'MB/s',
    needs: ['dcmtk'],
    grows: 'instances',
    bars: BARS,
    async open({ data }) {
      const study = await data.slices();
      return open(await startArchive(study.folder), study);
    },
  },
  {
    name: 'get-orthanc',
    goal: 'b',
    what: 'C-GET of S from Orthanc +ND, one association, PDU 131072',
    unit: 'MB/s',
    needs: ['dcmtk', 'orthanc'],
    bars: BARS,
    async open({ data }) {
      const study = await data.slices();
      const orthanc = await startOrthanc();
      await fill(orthanc, study.folder);
      return open(orthanc, study);
    },
  },
];
