import { dayFrom } from '../../core/data/index.ts';
import { probe, summaryOf } from '../../core/peer/index.ts';
import type { ProbeReport } from '../../core/peer/index.ts';
import type { ExtendedBehavior, Model } from '../../core/service/index.ts';
import type { Command } from './command.ts';
import { EXIT } from './command.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import { printable, seconds } from './output.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';
import { table } from './table.ts';

/** The short query looks no further back by default: what a PACS has of one month it finds soon. */
const DAYS = 30;

export const probeCommand: Command = {
  words: 'PEER',
  flags: {
    since: { value: 'DATE|all', help: `studies looked at are from then on; of ${DAYS} days by default` },
    ...SCU_FLAGS,
  },
  examples: ['webdimse probe ORTHANC@10.0.0.5:104', 'webdimse probe MAIN --since all --json'],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(1);
    const since = sinceOf(flags);
    const report = await probe(await peerOf(call), { signal, ...(since !== undefined && { since }) });
    for (const line of table(rowsOf(report))) await output.line(line);
    await output.record({ type: 'result', ...report, seconds: seconds(performance.now() - call.started) });
    return EXIT.ok;
  },
};

/** @throws DicomError USAGE */
function sinceOf(flags: Flags): string | undefined {
  const word = flags.text('since');
  if (word === 'all') return undefined;
  if (word === undefined) return dayFrom(new Date(), 1 - DAYS);
  if (!/^\d{8}$/.test(word)) throw usage('--since is a date as 20261122, or "all"');
  return word;
}

const EXTENDED: Readonly<Record<keyof ExtendedBehavior, string>> = {
  relational: 'relational',
  combinedDateTime: 'by combined date and time',
  fuzzy: 'by names that sound alike',
  timezone: 'in another time zone',
};

const MODEL = { STUDY: 'Study Root', PATIENT: 'Patient Root', 'PATIENT/STUDY ONLY': 'Patient/Study Only' };

function rowsOf(report: ProbeReport): string[][] {
  const told = summaryOf(report);
  const { maximumLength, echoMilliseconds, extended, syntaxes, query } = told;
  const models = (of: readonly Model[]): string => of.map((model) => MODEL[model]).join(', ') || 'no';
  const beyond = Object.entries(EXTENDED).filter(([field]) => extended[field as keyof ExtendedBehavior]);
  const mayNotStore = told.get.length > 0 && !told.roleSelection;
  return [
    ['Implementation', printable(told.implementationVersionName || told.implementationClassUID)],
    ['Longest PDU', maximumLength === 0 ? 'unlimited' : `${maximumLength} bytes`],
    ['Echo', echoMilliseconds === undefined ? 'no' : `${echoMilliseconds.toFixed(1)} ms`],
    ['C-FIND', models(told.find)],
    ['beyond the baseline', beyond.map(([, words]) => words).join(', ') || 'no'],
    ['C-GET', models(told.get) + (mayNotStore ? ', but it may not store here' : '')],
    ['C-MOVE', models(told.move)],
    ['Worklist', yes(told.worklist)],
    ['Storage commitment', yes(told.commitment)],
    ['Storage classes', String(told.storageClasses)],
    ...(syntaxes?.names ?? []).map((name, i) => [i === 0 ? printable(syntaxes!.sopClass) : '', name]),
    ...(query ? [['Answers', answersText(query)]] : []),
  ];
}

function answersText({ matches, characterSets, filled }: NonNullable<ProbeReport['query']>): string {
  if (matches === 0) return 'no study matched';
  const sets = characterSets.map((set) => (set === '' ? 'no character set' : printable(set)));
  return `${matches} studies, ${sets.join(' and ')}; filled: ${filled.join(', ') || 'none of what would help'}`;
}

function yes(it: boolean): string {
  return it ? 'yes' : 'no';
}
