/** The index of our archive, and how long it takes to be there again. */
import { join } from 'node:path';
import { tcpDialer } from '../../../bridge/node/index.ts';
import { dataSet } from '../../../core/data/index.ts';
import { query } from '../../../core/peer/index.ts';
import { LOOPBACK, freePort } from '../../support/peers-process.ts';
import type { Run, Setting, Work } from '../bench.ts';
import { linked, sevens } from '../data.ts';
import { measured, untilReady } from '../measured.ts';
import { BUILT, OURS, SOURCES } from '../peers.ts';

/** What `programs/archive-index.ts` does. */
type Action = 'first' | 'find' | 'memory';

/** What `programs/archive-index.ts` tells of itself: it is no matter of whole processes. */
async function indexRun(action: Action, instances: number): Promise<Run> {
  const args = ['--expose-gc', join(BUILT, 'archive-index.js'), action, String(instances)];
  return JSON.parse((await measured(process.execPath, args)).stdout) as Run;
}

function asked(actions: Readonly<Record<string, Action>>, instances: number): Setting {
  return {
    expected: { count: sevens(instances), bytes: 0 },
    contestants: Object.entries(actions).map(([name, action]) => ({
      name,
      side: 'ours',
      run: () => indexRun(action, instances),
    })),
    close: async () => {},
  };
}

/** What a new process has not compiled it interprets: of a small index the whole search, of a large one a part. */
const FIRST = `${OURS}, the first search`;
const LATER = `${OURS}, compiled`;

/** The first start over a folder may write down what the next one reads: it is the warm-up. */
async function startedAgain(folder: string): Promise<Run> {
  const port = await freePort();
  const args = ['pacs', '--dir', folder, '--port', String(port)];
  const script = join(SOURCES, 'webdimse.mjs');
  return untilReady(process.execPath, [script, ...args], /is listening/, () => sevensAt(port));
}

/** It has to know all of them: how many patients it tells. */
async function sevensAt(port: number): Promise<number> {
  const target = { host: LOOPBACK, port };
  const peer = { dialer: tcpDialer(), target, aeTitle: 'WEBDIMSE', callingAETitle: 'BENCH' };
  const keys = dataSet({ PatientName: 'Doe*7^*', StudyInstanceUID: '' });
  let count = 0;
  for await (const _ of query(peer, { model: 'STUDY', level: 'STUDY', keys })) count++;
  return count;
}

export const ARCHIVE: readonly Work[] = [
  {
    name: 'index-find',
    goal: 'e',
    what: "C-FIND in the index by a wildcard of the patient's name",
    unit: '/s',
    needs: [],
    grows: 'instances in the index',
    bars: [FIRST, LATER].map((ours) => ({ metric: 'rate', ours, met: 0.05, stretch: 0.05 })),
    open: async ({ scale }) => asked({ [FIRST]: 'first', [LATER]: 'find' }, scale.indexed),
  },
  {
    name: 'index-memory',
    goal: 'e',
    what: 'Memory of an instance in the index, its header included',
    unit: '/s',
    needs: [],
    grows: 'instances in the index',
    bars: [{ metric: 'memory', met: 400, stretch: 400 }],
    open: async ({ scale }) => asked({ [OURS]: 'memory' }, scale.indexed),
  },
  {
    name: 'pacs-restart',
    goal: 'e',
    what: 'The mini-PACS started again over its files, until it has answered a query',
    unit: '/s',
    needs: [],
    grows: 'instances in the index',
    bars: [{ metric: 'rate', met: 2, stretch: 2 }],
    async open({ scale, data }) {
      const { folder, remove } = await linked(await data.heads(scale.indexed));
      return {
        expected: { count: sevens(scale.indexed), bytes: 0 },
        contestants: [{ name: OURS, side: 'ours', run: () => startedAgain(folder) }],
        close: remove,
      };
    },
  },
];
