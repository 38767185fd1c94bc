/** Echoes in one association, and associations one after the other. */
import { LOOPBACK } from '../../support/peers-process.ts';
import type { Setting, Work } from '../bench.ts';
import { DCMJS, bareScu, dcmjsScu, dcmtkScu, numberIn, ours, startStorescp, webdimse } from '../peers.ts';

/** Bytes of a C-ECHO-RQ and its answer at least: what has to pass the network for each. */
const ECHO_BYTES = 140;

async function echoes(count: number): Promise<Setting> {
  const scp = await startStorescp();
  const echoscu = ['--repeat', String(count), '-aec', scp.aeTitle, LOOPBACK, String(scp.port)];
  return {
    expected: { count, bytes: count * ECHO_BYTES },
    contestants: [
      webdimse(['echo', scp.address, '--repeat', String(count)], numberIn(/(\d+) echoes,/)),
      dcmtkScu('echoscu +ND', 'echoscu', echoscu, count),
      dcmjsScu('echo', scp, String(count)),
      bareScu('echo', scp, String(count)),
    ],
    close: () => scp.stop(),
  };
}

async function associations(count: number): Promise<Setting> {
  const scp = await startStorescp();
  return {
    expected: { count, bytes: count * ECHO_BYTES },
    contestants: [
      ours('associations', [String(scp.port), scp.aeTitle, String(count)]),
      dcmjsScu('associations', scp, String(count)),
      bareScu('associations', scp, String(count)),
    ],
    close: () => scp.stop(),
  };
}

export const ECHO: readonly Work[] = [
  {
    name: 'echo',
    goal: 'd',
    what: 'Echoes in one association with storescp',
    unit: '/s',
    needs: ['dcmtk'],
    grows: 'messages',
    bars: [
      { metric: 'rate', against: DCMJS, met: 15, stretch: 25 },
      { metric: 'net', against: DCMJS, met: 15, stretch: 25 },
    ],
    open: ({ scale }) => echoes(scale.echoes),
  },
  {
    name: 'associations',
    goal: 'd',
    what: 'Associations with storescp: open, echo, release, one after the other',
    unit: '/s',
    needs: ['dcmtk'],
    grows: 'associations',
    bars: [
      { metric: 'rate', against: DCMJS, met: 3, stretch: 4 },
      { metric: 'net', against: DCMJS, met: 3, stretch: 4 },
    ],
    open: ({ scale }) => associations(scale.associations),
  },
];
