/**
 * The index of an archive in this process: `archive-index first|find|memory INSTANCES`. Prints how many studies matched a
 * wildcard of the patient's name, and how long that took, the first time or once what runs is compiled (the median of some);
 * or how long making the index took and the bytes of an instance in it. Needs `--expose-gc`.
 */
import { Archive } from '../../../core/archive/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN } from '../../../core/data/index.ts';
import { HeaderCollector } from '../../../core/file/index.ts';
import type { InstanceStore, Stored } from '../../../core/file/index.ts';
import { CT } from '../bare.ts';
import { indexedHead } from '../data.ts';
import { median } from '../figures.ts';

const [action = '', amount = '0'] = process.argv.slice(2);
const instances = Number(amount);

/** As a store reads it from a file; nothing is shared between two. */
function stored(i: number): Stored {
  const { sopInstanceUID, head } = indexedHead(i);
  const collector = new HeaderCollector(EXPLICIT_VR_LITTLE_ENDIAN);
  collector.write(Uint8Array.from(head));
  return {
    sopClassUID: CT,
    sopInstanceUID,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: 'BENCH',
    bytes: head.length,
    header: collector.finish(),
  };
}

/** A store with nothing in it but what the archive asks for when it opens. */
const store: Pick<InstanceStore, 'entries' | 'watch'> = {
  async *entries() {
    for (let i = 0; i < instances; i++) yield stored(i);
  },
  watch: () => () => {},
};

function heldBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const before = heldBytes();
const opening = performance.now();
const archive = await Archive.open(store as InstanceStore);
const openSeconds = (performance.now() - opening) / 1000;
const peakBytes = Math.max(0, heldBytes() - before) / Math.max(1, instances);

const keys = dataSet({ PatientName: 'Doe*7^*', StudyInstanceUID: '', PatientID: '' });

function search(): { readonly count: number; readonly seconds: number } {
  const started = performance.now();
  const count = [...archive.find({ model: 'STUDY', level: 'STUDY', keys })].length;
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** Instances in all that are searched before V8 has compiled what it will, in an index of any size. */
const UNTIL_COMPILED = 10e6;
/** So often that one collection of garbage says nothing. */
const ASKED = 9;

function searchCompiled(): { readonly count: number; readonly seconds: number } {
  for (let searched = 0; searched < UNTIL_COMPILED; searched += instances) search();
  const asked = Array.from({ length: ASKED }, search);
  return { count: asked[0]!.count, seconds: median(asked.map(({ seconds }) => seconds)) };
}

const first = search();
const told = {
  first: () => first,
  find: searchCompiled,
  memory: () => ({ count: first.count, seconds: openSeconds, peakBytes }),
};
console.log(JSON.stringify(told[action as keyof typeof told]()));
