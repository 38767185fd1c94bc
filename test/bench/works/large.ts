/** One large object, by send, get and receive: the memory of a transfer is not that of what is transferred. */
import { join } from 'node:path';
import type { RealPeer } from '../../support/peers.ts';
import { startWebdimsePacs } from '../../support/peers.ts';
import type { Bar, Bench, Contestant, Run, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { linked } from '../data.ts';
import { keptIn } from '../kept.ts';
import { measured } from '../measured.ts';
import { OURS, SOURCES, numberIn, served, startStorescp } from '../peers.ts';
import { FULL } from '../scale.ts';

const MIB = 2 ** 20;
/** Of an object that takes no memory: everything is loaded for it that is loaded for a large one. */
const IDLE_BYTES = 16_384;
/** Of the full scale; in a smoke test there is nothing to hold to them. */
const nameOf = (bytes: number): string => `${OURS}, ${bytes / 1e6} MB`;
const BARS: readonly Bar[] = FULL.large.map((bytes) => ({
  metric: 'memory',
  ours: nameOf(bytes),
  met: 64 * MIB,
  stretch: 64 * MIB,
}));

const SENT = numberIn(/^(\d+) instances? sent/m);
const GOT = numberIn(/(\d+) instances?/);
const script = join(SOURCES, 'webdimse.mjs');

/** What is done with one object, and what goes at the end. */
interface Prepared {
  run(): Promise<Run>;
  stop(): Promise<void>;
}

type Prepare = (study: Study) => Promise<Prepared>;

/** A work of one contestant for each size; their memory is told above that of an object of next to nothing. */
async function sizes({ data, scale }: Bench, prepare: Prepare): Promise<Setting> {
  const idle = await prepare(await data.large(IDLE_BYTES));
  const contestants: Contestant[] = [];
  const all = [idle];
  for (const bytes of scale.large) {
    const study = await data.large(bytes);
    const prepared = await prepare(study);
    const expected = { count: 1, bytes: study.bytes };
    const run = async (): Promise<Run> => aboveIdle(await prepared.run(), await idle.run());
    contestants.push({ name: nameOf(bytes), side: 'ours', expected, run });
    all.push(prepared);
  }
  const close = async (): Promise<void> => {
    for (const { stop } of all) await stop();
  };
  return { expected: { count: 1, bytes: Math.min(...scale.large) }, contestants, close };
}

function aboveIdle(run: Run, idle: Run): Run {
  return { ...run, peakBytes: Math.max(0, (run.peakBytes ?? 0) - (idle.peakBytes ?? 0)) };
}

async function sending({ folder }: Study): Promise<Prepared> {
  const scp = await startStorescp();
  const args = [script, 'store', scp.address, folder];
  return { run: async () => SENT(await measured(process.execPath, args)), stop: () => scp.stop() };
}

async function getting(study: Study): Promise<Prepared> {
  const { folder, remove } = await linked(study);
  const pacs = await startWebdimsePacs([], { folder });
  const one = ['--study', study.studyInstanceUID, '--associations', '1', '--discard'];
  const args = [script, 'get', pacs.address, ...one];
  const stop = async (): Promise<void> => {
    await pacs.stop();
    await remove();
  };
  return { run: async () => GOT(await measured(process.execPath, args)), stop };
}

/** A server of its own each time: the most that was resident is the most since it was started. */
async function receiving({ folder }: Study): Promise<Prepared> {
  const client = async ({ address }: RealPeer): Promise<Run> =>
    SENT(await measured(process.execPath, [script, 'store', address, folder]));
  const run = async (): Promise<Run> => {
    const pacs = await startWebdimsePacs();
    try {
      return { ...(await served(pacs, client)), ...keptIn(pacs.folder) };
    } finally {
      await pacs.stop();
    }
  };
  return { run, stop: async () => {} };
}

function large(name: string, what: string, needs: Work['needs'], prepare: Prepare): Work {
  return {
    name,
    goal: 'f',
    what,
    unit: 'MB/s',
    needs,
    grows: 'bytes',
    bars: BARS,
    open: (bench) => sizes(bench, prepare),
  };
}

export const LARGE: readonly Work[] = [
  large(
    'large-send',
    'L by C-STORE to storescp --ignore; memory above that of an object of 16 kB',
    ['dcmtk'],
    sending,
  ),
  large('large-get', 'L by C-GET, kept nowhere; memory above that of an object of 16 kB', [], getting),
  large(
    'large-receive',
    'L received to disk by the mini-PACS; memory above that of an object of 16 kB',
    [],
    receiving,
  ),
];
