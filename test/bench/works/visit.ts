/** The page of the project as a person sees it: opened, and with many answers to a search. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/peers-process.ts';
import type { RealPeer } from '../../support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from '../../support/peers.ts';
import type { Contestant, Run, Setting, Work } from '../bench.ts';
import { Browser } from '../browser.ts';
import type { Visit } from '../page/orders.ts';
import { BUILT, startBare } from '../peers.ts';

/** Bytes of an answer at least. */
const MATCH_BYTES = 300;
/** Studies that the mini-PACS has to show when it is tried out. */
const SAMPLE_STUDIES = 7;

/** A browser of its own for each run, and a bridge that lets the page be framed by it: nothing is kept of a visit before. */
async function visited(kind: Visit, instances: number, peer: RealPeer): Promise<Run> {
  const browser = await Browser.open({
    pages: join(BUILT, 'page'),
    web: join(BUILT, '../web'),
    study: '',
  });
  const config = join(temporaryFolder(), 'config.json');
  writeFileSync(config, JSON.stringify({ frameAncestors: [browser.origin] }));
  const bridge = await startBridgeProcess([peer], ['--config', config]);
  const url = `${bridge.address.replace('ws:', 'http:')}/`;
  const nothing = { peer: '', associations: 1, place: 'nowhere', studyInstanceUID: '', bytes: 0 } as const;
  try {
    const { seconds, count, longestTask } = await browser.order({ ...nothing, kind, url, instances });
    return { seconds, count, ...(longestTask !== undefined && { longestTask }) };
  } finally {
    await browser.close();
    await bridge.stop();
  }
}

function contestant(name: string, kind: Visit, matches: number, peer: RealPeer): Contestant {
  return { name, side: 'ours', run: () => visited(kind, matches, peer) };
}

const FIRST = 'first rows';
const SHOWN = 'all shown';

async function finding(matches: number): Promise<Setting> {
  const scp = await startBare('', matches);
  return {
    expected: { count: matches, bytes: matches * MATCH_BYTES, hops: 2 },
    contestants: [contestant(FIRST, 'first', matches, scp), contestant(SHOWN, 'shown', matches, scp)],
    close: () => scp.stop(),
  };
}

async function opening(): Promise<Setting> {
  const pacs = await startWebdimsePacs([], { sample: true });
  return {
    expected: { count: SAMPLE_STUDIES, bytes: SAMPLE_STUDIES * MATCH_BYTES, hops: 2 },
    contestants: [contestant('webdimse', 'open', SAMPLE_STUDIES, pacs)],
    close: () => pacs.stop(),
  };
}

export const VISIT: readonly Work[] = [
  {
    name: 'page-find',
    goal: 'c',
    what: 'A search in the page, from its button until rows are painted; from a server that has its answers ready',
    unit: '/s',
    needs: ['chromium'],
    bars: [
      { metric: 'rate', ours: FIRST, met: 0.1, stretch: 0.1 },
      { metric: 'rate', ours: SHOWN, met: 1, stretch: 1 },
      { metric: 'task', ours: SHOWN, met: 50, stretch: 50 },
    ],
    open: ({ scale }) => finding(scale.matches),
  },
  {
    name: 'page-open',
    goal: 'j',
    what: 'The page opened by a browser that has seen nothing of it, until the first answer of the mini-PACS is painted',
    unit: '/s',
    needs: ['chromium'],
    bars: [{ metric: 'rate', met: 1.5, stretch: 1.5 }],
    open: opening,
  },
];
