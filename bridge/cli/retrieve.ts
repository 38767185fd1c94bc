/** What `get` and `move` share: which instances, and how a retrieve is shown while it runs and when it ended. */
import { dataSet } from '../../core/data/index.ts';
import { statusOf, uidName } from '../../core/dict/index.ts';
import { isStoreFailure } from '../../core/file/index.ts';
import type { RetrieveOutcome, RetrieveProgress, RetrieveReport, Task } from '../../core/peer/index.ts';
import type { Level, RetrieveRequest } from '../../core/service/index.ts';
import { LEVELS, UNIQUE_KEY } from '../../core/service/index.ts';
import type { Call } from './command.ts';
import { EXIT } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { RELATIONAL_FLAG } from './extended.ts';
import { bytesText, count, printable, seconds } from './output.ts';
import { MODEL_CHOICES, counters, modelOf, statusCode } from './scu.ts';

export const RETRIEVE_FLAGS: FlagTable = {
  study: { value: 'UID', help: 'of this study' },
  series: { value: 'UID', help: 'only this series of it' },
  instance: { value: 'UID', help: 'only this instance of the series' },
  patient: { value: 'ID', help: 'of this patient; needed with --model patient and patient-study' },
  relational: RELATIONAL_FLAG,
  model: { value: MODEL_CHOICES, help: 'the information model, study by default; patient-study is retired' },
};

/** The flag that gives the unique key of each level. */
const FLAG: Readonly<Record<Level, string>> = {
  PATIENT: 'patient',
  STUDY: 'study',
  SERIES: 'series',
  IMAGE: 'instance',
};

/** The level is that of the lowest key; all above it must be given (PS3.4 C.4.2.2.1). @throws DicomError USAGE */
export function requestOf(flags: Flags): RetrieveRequest {
  const model = modelOf(flags, 'STUDY');
  const levels = LEVELS[model];
  const foreign = LEVELS.PATIENT.find(
    (each) => !levels.includes(each) && flags.text(FLAG[each]) !== undefined,
  );
  if (foreign !== undefined) {
    throw usage(`--${FLAG[foreign]} needs --model ${foreign === 'PATIENT' ? 'patient' : 'study or patient'}`);
  }
  const level = levels.findLast((each) => flags.text(FLAG[each]) !== undefined);
  if (level === undefined) throw usage(`what to retrieve? Give --${FLAG[levels[0]!]}`);
  const keys: Record<string, string> = {};
  for (const each of levels.slice(0, levels.indexOf(level) + 1)) {
    const value = flags.text(FLAG[each]);
    if (value !== undefined) keys[UNIQUE_KEY[each]] = value;
    else if (!flags.on('relational')) throw usage(`--${FLAG[level]} also needs --${FLAG[each]}`);
  }
  return { model, level, keys: dataSet(keys) };
}

/** Prints what happens until it ends, and how. Throws what kept the operation from a final response. */
export async function follow(
  operation: 'C-GET' | 'C-MOVE',
  task: Task<RetrieveProgress, RetrieveOutcome>,
  call: Call,
): Promise<number> {
  const { output } = call;
  let told = '';
  for await (const step of task) {
    output.progress(() => progressText(step, performance.now() - call.started));
    if (!output.json) continue;
    // Steps come with parts of an instance; a line is due when the peer's counters change.
    const counts = counters(step);
    if (JSON.stringify(counts) === told || Object.values(counts).every((each) => each === null)) continue;
    told = JSON.stringify(counts);
    await output.record({ type: 'progress', ...counts });
  }
  output.progress();
  return report(operation, await task.result, call);
}

function progressText(step: RetrieveProgress, milliseconds: number): string {
  const done = step.received ?? step.completed ?? 0;
  const number = step.remaining === undefined ? '' : `${done} of `;
  const parts = [`${number}${count(done + (step.remaining ?? 0), 'instance')}`];
  if (step.bytes > 0) parts.push(bytesText(step.bytes), `${bytesText((step.bytes / milliseconds) * 1000)}/s`);
  if (step.failed) parts.push(`${step.failed} failed`);
  return parts.join(', ');
}

/** Says how it ended: success only where the status, the counters and what arrived agree on it. */
async function report(operation: 'C-GET' | 'C-MOVE', outcome: RetrieveOutcome, call: Call): Promise<number> {
  const { status, comment, failedSOPInstanceUIDs } = outcome;
  const { name, category } = statusOf(operation, status);
  const took = seconds(outcome.milliseconds);
  const done = outcome.received ?? outcome.completed;
  if (done !== undefined) {
    const bytes = outcome.bytes > 0 ? `, ${bytesText(outcome.bytes)}` : '';
    await call.output.line(`${count(done, 'instance')}${bytes} in ${took} s`);
  }
  if (isReport(outcome) && outcome.movedBecause !== undefined) {
    call.output.note(`webdimse ${call.command}: moved to us: ${outcome.movedBecause}`);
  }
  const troubles = isReport(outcome)
    ? reportTroubles(outcome)
    : [...statusTrouble(operation, outcome), ...countTroubles(outcome)];
  if (troubles.length > 0) call.output.note(`webdimse ${call.command}: ${troubles.join(' ')}`);
  await call.output.record({
    type: 'result',
    status: statusCode(status),
    name,
    ...counters(outcome),
    received: outcome.received ?? null,
    bytes: outcome.bytes,
    failedSOPInstanceUIDs,
    ...(isReport(outcome) && reportFields(outcome)),
    ...(comment === undefined ? {} : { comment }),
    seconds: took,
  });
  const good = isReport(outcome) ? outcome.verdict === 'complete' : category === 'success';
  return good && troubles.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Only what came to us can be compared with what was promised. */
function isReport(outcome: RetrieveOutcome): outcome is RetrieveReport {
  return 'verdict' in outcome;
}

function reportFields(report: RetrieveReport): Readonly<Record<string, unknown>> {
  const { verdict, promised, missing, duplicates, unexpected, movedBecause, error } = report;
  const moved = movedBecause === undefined ? {} : { movedBecause };
  const failure = error === undefined ? {} : { error: error.message };
  return { verdict, promised: promised ?? null, missing, duplicates, unexpected, ...moved, ...failure };
}

const NOTHING_MATCHED = 'nothing matched: the peer has nothing of what was asked for.';

/** What arrived decides; the status word is told where something is not as it should be. */
function reportTroubles(report: RetrieveReport): string[] {
  const { verdict, promised, missing, error } = report;
  if (verdict === 'complete') return [];
  if (verdict === 'nothing matched') return [NOTHING_MATCHED];
  const lack = lackText(promised, missing.length);
  if (isStoreFailure(error)) return [`what comes cannot be kept: ${error.message}.`, ...lack];
  const refused = report.refusedSOPClassUIDs.map(uidName);
  return [
    ...lack,
    ...(refused.length > 0 ? [`The peer did not accept ${refused.join(', ')}.`] : []),
    ...statusTrouble('C-GET', report),
    ...countTroubles(report),
    ...(error === undefined ? [] : [error.message]),
  ];
}

function lackText(promised: number | undefined, missing: number): string[] {
  if (promised === undefined) return [];
  if (promised === 0) return ['the peer lists nothing of what was asked for.'];
  return [`${missing} of ${count(promised, 'instance')} did not come.`];
}

function statusTrouble(operation: 'C-GET' | 'C-MOVE', { status, comment }: RetrieveOutcome): string[] {
  const { name, category, meaning } = statusOf(operation, status);
  if (category === 'success') return [];
  const says = comment === undefined ? [] : [`The peer says: "${printable(comment)}".`];
  return [`status ${statusCode(status)}, ${name}.`, meaning, ...says];
}

/** Some peers answer success whatever failed, and some count what never came. */
function countTroubles({ completed, failed, warning, received }: RetrieveOutcome): string[] {
  const none = completed === 0 && !failed && !warning;
  const troubles = none ? [NOTHING_MATCHED] : failed ? [`${count(failed, 'instance')} failed.`] : [];
  if (received !== undefined && completed !== undefined && received < completed) {
    troubles.push(`The peer says that it sent ${completed}; ${received} arrived.`);
  }
  return troubles;
}
