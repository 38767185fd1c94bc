/** One large object, by send, get and receive: the memory of a transfer is not that of what is transferred. */
import { join } from 'node:path';
import type { RealPeer } from '../../support/peers.ts';
import { startWebdimsePacs } from '../../support/peers.ts';
import type { Bar, Bench, Contestant, Run, Setting, Work } from '../bench.ts';
import type { Study } from '../data.ts';
import { keptIn } from '../kept.ts';
import { measured, peakOf } from '../measured.ts';
import { OURS, SOURCES, numberIn, served, startStorescp } from '../peers.ts';
import { FULL } from '../scale.ts';

const MIB = 2 ** 20;
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

/** Our command line, its memory above that of one that does nothing. */
async function aboveIdle(args: readonly string[], counted: typeof SENT): Promise<Run> {
  const idle = await measured(process.execPath, [script, '--version']);
  const run = counted(await measured(process.execPath, [script, ...args]));
  return { ...run, peakBytes: Math.max(0, (run.peakBytes ?? 0) - (idle.peakBytes ?? 0)) };
}

/** A work of one contestant for each size; `prepare` gives what it does, and what goes at the end. */
async function sizes(
  { data, scale }: Bench,
  prepare: (
    study: Study,
  ) => Promise<{ readonly run: () => Promise<Run>; readonly stop: () => Promise<void> }>,
): Promise<Setting> {
  const contestants: Contestant[] = [];
  const stops: (() => Promise<void>)[] = [];
  for (const bytes of scale.large) {
    const study = await data.large(bytes);
    const { run, stop } = await prepare(study);
    const expected = { count: 1, bytes: study.bytes };
    contestants.push({ name: nameOf(bytes), side: 'ours', expected, run });
    stops.push(stop);
  }
  const close = async (): Promise<void> => {
    for (const stop of stops) await stop();
  };
  return { expected: { count: 1, bytes: Math.min(...scale.large) }, contestants, close };
}

async function sending({ folder }: Study): Promise<{ run: () => Promise<Run>; stop: () => Promise<void> }> {
  const scp = await startStorescp();
  return { run: () => aboveIdle(['store', scp.address, folder], SENT), stop: () => scp.stop() };
}

async function getting({
  folder,
  studyInstanceUID,
}: Study): Promise<{ run: () => Promise<Run>; stop: () => Promise<void> }> {
  const pacs = await startWebdimsePacs([], { folder });
  const get = ['get', pacs.address, '--study', studyInstanceUID, '--associations', '1', '--discard'];
  return { run: () => aboveIdle(get, GOT), stop: () => pacs.stop() };
}

/** A server of its own each time: the most that was resident is the most since it was started. */
async function receiving({ folder }: Study): Promise<{ run: () => Promise<Run>; stop: () => Promise<void> }> {
  const client = async ({ address }: RealPeer): Promise<Run> =>
    SENT(await measured(process.execPath, [script, 'store', address, folder]));
  const run = async (): Promise<Run> => {
    const pacs = await startWebdimsePacs();
    try {
      const idle = peakOf(pacs.pid);
      const done = await served(pacs, client);
      return { ...done, ...keptIn(pacs.folder), peakBytes: (done.peakBytes ?? 0) - idle };
    } finally {
      await pacs.stop();
    }
  };
  return { run, stop: async () => {} };
}

function large(name: string, what: string, needs: Work['needs'], prepare: typeof sending): Work {
  return { name, goal: 'f', what, unit: 'MB/s', needs, bars: BARS, open: (bench) => sizes(bench, prepare) };
}

export const LARGE: readonly Work[] = [
  large(
    'large-send',
    'L by C-STORE to storescp --ignore; memory above that of an idle one',
    ['dcmtk'],
    sending,
  ),
  large('large-get', 'L by C-GET, kept nowhere; memory above that of an idle one', [], getting),
  large(
    'large-receive',
    'L received to disk by the mini-PACS; memory above that of an idle one',
    [],
    receiving,
  ),
];
