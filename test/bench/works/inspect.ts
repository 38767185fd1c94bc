/** The inspector over a capture: what telling a message costs, however many there are. */
import { join } from 'node:path';
import { runWell, temporaryFolder } from '../../support/peers-process.ts';
import type { Run, Setting, Work } from '../bench.ts';
import type { Ended } from '../measured.ts';
import { SOURCES, startBare, webdimse } from '../peers.ts';

/** Messages of one association: requests to echo, and their answers. */
async function open(records: number): Promise<Setting> {
  const echoes = Math.ceil(records / 2);
  const scp = await startBare();
  const file = join(temporaryFolder(), 'echoes.pcapng');
  const echo = ['echo', scp.address, '--repeat', String(echoes), '--record', file];
  await runWell(process.execPath, [join(SOURCES, 'webdimse.mjs'), ...echo]);
  await scp.stop();
  const counted = (ended: Ended): Run => ({ ...ended, count: ended.stdout.match(/ C-ECHO-R/g)?.length ?? 0 });
  return {
    // Nothing passes the network.
    expected: { count: 2 * echoes, bytes: 0 },
    contestants: [webdimse(['inspect', file], counted)],
    close: async () => {},
  };
}

export const INSPECT: readonly Work[] = [
  {
    name: 'inspect',
    goal: 'growth',
    what: 'A capture told message by message',
    unit: '/s',
    needs: [],
    grows: 'records in the inspector',
    bars: [],
    open: ({ scale }) => open(scale.records),
  },
];
