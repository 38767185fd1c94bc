import { uidName } from '../../core/dict/index.ts';
import { probe } from '../../core/peer/index.ts';
import type { ProbeReport } from '../../core/peer/index.ts';
import { MODALITY_WORKLIST, queryRetrieveOf, STORAGE_COMMITMENT } from '../../core/service/index.ts';
import type { ExtendedBehavior } from '../../core/service/index.ts';
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
  name: 'probe',
  words: 'PEER',
  summary: 'Learns what a peer can do: it is asked for services, classes and syntaxes, and five studies.',
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
  if (word === undefined) return dicomDate(new Date(Date.now() - DAYS * 86_400_000));
  if (!/^\d{8}$/.test(word)) throw usage('--since is a date as 20261122, or "all"');
  return word;
}

function dicomDate(day: Date): string {
  const [year, month, date] = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return `${year}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`;
}

const EXTENDED: Readonly<Record<keyof ExtendedBehavior, string>> = {
  relational: 'relational',
  combinedDateTime: 'by combined date and time',
  fuzzy: 'by names that sound alike',
  timezone: 'in another time zone',
};

const MODEL = { STUDY: 'Study Root', PATIENT: 'Patient Root', 'PATIENT/STUDY ONLY': 'Patient/Study Only' };

function rowsOf(report: ProbeReport): string[][] {
  const { services, extended, storageClasses, syntaxes, query, echoMilliseconds } = report;
  const by = (service: 'FIND' | 'GET' | 'MOVE'): string => {
    const found = services.map(queryRetrieveOf).filter((each) => each?.service === service);
    return found.map((each) => MODEL[each!.model]).join(', ') || 'no';
  };
  const beyond = Object.entries(EXTENDED).filter(([field]) => extended[field as keyof ExtendedBehavior]);
  return [
    ['Implementation', printable(report.implementationVersionName || report.implementationClassUID)],
    ['Longest PDU', report.maximumLength === 0 ? 'unlimited' : `${report.maximumLength} bytes`],
    ['Echo', echoMilliseconds === undefined ? 'no' : `${echoMilliseconds.toFixed(1)} ms`],
    ['C-FIND', by('FIND')],
    ['beyond the baseline', beyond.map(([, words]) => words).join(', ') || 'no'],
    ['C-GET', by('GET') + (by('GET') !== 'no' && !report.roleSelection ? ', but it may not store here' : '')],
    ['C-MOVE', by('MOVE')],
    ['Worklist', yes(services.includes(MODALITY_WORKLIST))],
    ['Storage commitment', yes(services.includes(STORAGE_COMMITMENT))],
    ['Storage classes', String(storageClasses.length)],
    ...(syntaxes?.transferSyntaxUIDs ?? []).map((uid, i) => [
      i === 0 ? printable(uidName(syntaxes!.sopClassUID)) : '',
      uidName(uid),
    ]),
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
