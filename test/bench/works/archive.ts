/** The index of our archive, and how long it takes to be there again. */
import { join } from 'node:path';
import { freePort } from '../../support/peers-process.ts';
import type { Run, Setting, Work } from '../bench.ts';
import { sevens } from '../data.ts';
import { measured, untilSaid } from '../measured.ts';
import { BUILT, OURS, SOURCES } from '../peers.ts';

/** What `programs/archive-index.ts` tells of itself: it is no matter of whole processes. */
async function indexRun(action: 'find' | 'memory', instances: number): Promise<Run> {
  const args = ['--expose-gc', join(BUILT, 'archive-index.js'), action, String(instances)];
  return JSON.parse((await measured(process.execPath, args)).stdout) as Run;
}

function asked(action: 'find' | 'memory', instances: number): Setting {
  return {
    expected: { count: sevens(instances), bytes: 0 },
    contestants: [{ name: OURS, side: 'ours', run: () => indexRun(action, instances) }],
    close: async () => {},
  };
}

/** The first start over a folder may write down what the next one reads: it is the warm-up. */
async function startedAgain(folder: string): Promise<Run> {
  const args = ['pacs', '--dir', folder, '--port', String(await freePort())];
  const run = await untilSaid(process.execPath, [join(SOURCES, 'webdimse.mjs'), ...args], /is listening/);
  return { ...run, count: 1 };
}

export const ARCHIVE: readonly Work[] = [
  {
    name: 'index-find',
    goal: 'e',
    what: "C-FIND in the index by a wildcard of the patient's name",
    unit: '/s',
    needs: [],
    bars: [{ metric: 'rate', met: 0.05, stretch: 0.05 }],
    open: async ({ scale }) => asked('find', scale.indexed),
  },
  {
    name: 'index-memory',
    goal: 'e',
    what: 'Memory of an instance in the index, its header included',
    unit: '/s',
    needs: [],
    bars: [{ metric: 'memory', met: 400, stretch: 400 }],
    open: async ({ scale }) => asked('memory', scale.indexed),
  },
  {
    name: 'pacs-restart',
    goal: 'e',
    what: 'The mini-PACS started again over its files, until it listens',
    unit: '/s',
    needs: [],
    bars: [{ metric: 'rate', met: 2, stretch: 2 }],
    async open({ scale, data }) {
      const { folder } = await data.heads(scale.indexed);
      return {
        expected: { count: 1, bytes: 0 },
        contestants: [{ name: OURS, side: 'ours', run: () => startedAgain(folder) }],
        close: async () => {},
      };
    },
  },
];
