/** What goes on in an engine, as events of its elements. */
import type { Engine } from '../engine/client.ts';
import type { Job, Jobs } from '../state/jobs.svelte.ts';
import { dispatchAt } from './dispatch.ts';
import type { Member } from './member.ts';
import { jobTold, retrievedTold, storedTold } from './telling.ts';
import type { DimseJob } from './types.ts';
import { watch } from './watch.svelte.ts';

/** The elements that jobs are most about, in this order. */
const SPEAKERS = ['dimse-queue', 'dimse-scu', 'dimse-query'];

interface Told {
  readonly members: readonly Member[];
  readonly jobs: Jobs;
  readonly engine: Engine;
}

/** Gives what ends this. */
export function tellJobs(hub: Told): () => void {
  const told = new WeakMap<Job, DimseJob>();
  const tell = (job: Job): void => {
    const now = jobTold(job);
    if (same(now, told.get(job))) return;
    told.set(job, now);
    dispatchAt(hub.members, SPEAKERS, 'dimse-progress', now);
    if (now.state === 'failed') dispatchAt(hub.members, SPEAKERS, 'dimse-error', now);
    const retrieved = now.state === 'done' || now.state === 'partial' ? retrievedTold(job) : undefined;
    if (retrieved !== undefined) dispatchAt(hub.members, SPEAKERS, 'dimse-retrieved', retrieved);
  };
  return watch(
    () => hub.jobs.all.map((job) => [job, jobTold(job)] as const),
    (all) => all.toReversed().forEach(([job]) => tell(job)),
  );
}

/** Gives what ends this. */
export function tellStored(hub: Told): () => void {
  return hub.engine.watchFiles(({ stored }) => {
    if (stored.length > 0) dispatchAt(hub.members, SPEAKERS, 'dimse-stored', stored.map(storedTold));
  });
}

function same(now: DimseJob, before: DimseJob | undefined): boolean {
  const { state, sentence, done, bytes } = now;
  return (
    before?.state === state && before.sentence === sentence && before.done === done && before.bytes === bytes
  );
}
