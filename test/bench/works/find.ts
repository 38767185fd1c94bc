/** Asking: many studies from a server that has its answers ready. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { Setting, Work } from '../bench.ts';
import { STUDY_KEYS } from '../bare.ts';
import { DCMJS, bareScu, dcmjsScu, dcmtkScu, ours, startBare } from '../peers.ts';

const FINDSCU = 'findscu -q +ND';
/** Bytes of an answer at least. */
const MATCH_BYTES = 300;

async function open(count: number): Promise<Setting> {
  const scp = await startBare('', count);
  const keys = ['QueryRetrieveLevel=STUDY', ...STUDY_KEYS].flatMap((key) => ['-k', key]);
  const findscu = ['-q', '-S', '-aec', scp.aeTitle, ...keys, LOOPBACK, String(scp.port)];
  return {
    expected: { count, bytes: count * MATCH_BYTES },
    contestants: [
      ours('find', [String(scp.port), scp.aeTitle]),
      dcmtkScu(FINDSCU, 'findscu', findscu, count),
      dcmjsScu('find', scp, ''),
      bareScu('find', scp, ''),
    ],
    close: () => scp.stop(),
  };
}

export const FIND: readonly Work[] = [
  {
    name: 'find',
    goal: 'c',
    what: 'C-FIND, every answer as DICOM JSON, from a server that has them ready',
    unit: '/s',
    needs: ['dcmtk'],
    grows: 'answers',
    bars: [
      { metric: 'rate', against: DCMJS, met: 6, stretch: 6 },
      { metric: 'net', against: DCMJS, met: 6, stretch: 6 },
      { metric: 'rate', against: FINDSCU, met: 0.4, stretch: 0.4 },
      { metric: 'net', against: FINDSCU, met: 0.4, stretch: 0.4 },
    ],
    open: ({ scale }) => open(scale.matches),
  },
];
