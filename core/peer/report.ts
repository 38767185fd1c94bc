/** How a retrieve came out, from what the peer said and what arrived. */
import { statusOf } from '../dict/index.ts';
import type { RetrieveResult, SubOperations } from '../service/index.ts';
import type { Arrivals } from './arrivals.ts';
import type { PromisedInstance } from './inventory.ts';
import type { RetrieveReport, Verdict } from './types.ts';

/** What a retrieve has come by when it ends. */
export interface Facts {
  readonly results: readonly RetrieveResult[];
  readonly arrivals: Arrivals;
  readonly promised: readonly PromisedInstance[] | undefined;
  /** SOP classes that no association accepted. */
  readonly refused: ReadonlySet<string>;
  readonly missingOnly: boolean;
  readonly movedBecause: string | undefined;
  readonly error: Error | undefined;
}

/** Which of the promised are not here. */
export function missingOf({ promised, arrivals }: Pick<Facts, 'promised' | 'arrivals'>): PromisedInstance[] {
  return (promised ?? []).filter(({ sopInstanceUID }) => !arrivals.has(sopInstanceUID));
}

/** Compares what arrived with what was promised; the status word is told, and not believed. */
export function reportOf(facts: Facts, milliseconds: number): RetrieveReport {
  const { results, arrivals, promised, refused, movedBecause, error } = facts;
  const missing = missingOf(facts);
  const worst = worstOf(results);
  const counters = countersOf(results);
  const { received, bytes, duplicates } = arrivals;
  const wanted = new Set(promised?.map(({ sopInstanceUID }) => sopInstanceUID));
  const classes = new Set(missing.map(({ sopClassUID }) => sopClassUID));
  return {
    ...worst,
    ...counters,
    ...(wanted.size > 0 && { failed: missing.length }),
    failedSOPInstanceUIDs: [...new Set(results.flatMap((result) => result.failedSOPInstanceUIDs))],
    verdict: verdictOf(facts, worst.status, counters.failed ?? 0, missing.length),
    promised: promised?.length,
    received,
    bytes,
    milliseconds,
    missing: missing.map(({ sopInstanceUID }) => sopInstanceUID),
    duplicates,
    unexpected: wanted.size === 0 ? 0 : arrivals.outside(wanted),
    refusedSOPClassUIDs: [...classes].filter((uid) => refused.has(uid)),
    ...(movedBecause && { movedBecause }),
    ...(error && { error }),
  };
}

/** Added up over the final responses; undefined where none of them told. */
function countersOf(results: readonly RetrieveResult[]): SubOperations {
  const sum = (key: 'completed' | 'failed' | 'warning'): number | undefined => {
    const told = results.flatMap((result) => result[key] ?? []);
    return told.length === 0 ? undefined : told.reduce((a, b) => a + b, 0);
  };
  return {
    remaining: undefined,
    completed: sum('completed'),
    failed: sum('failed'),
    warning: sum('warning'),
  };
}

function verdictOf(facts: Facts, status: number, failed: number, missing: number): Verdict {
  const { received } = facts.arrivals;
  if (facts.promised?.length) {
    if (missing === 0) return 'complete';
    return received > 0 ? 'partial' : 'failed';
  }
  if (facts.missingOnly) return 'complete';
  const success = statusOf('C-GET', status).category === 'success' && failed === 0 && !facts.error;
  if (received > 0) return success ? 'complete' : 'partial';
  return success ? 'nothing matched' : 'failed';
}

/** The final response that says the worst. Nothing was asked of the peer: success. */
function worstOf(results: readonly RetrieveResult[]): RetrieveResult {
  const order = ['failure', 'cancel', 'warning', 'pending', 'success'];
  const rank = ({ status }: RetrieveResult): number => order.indexOf(statusOf('C-GET', status).category);
  return results.toSorted((a, b) => rank(a) - rank(b))[0] ?? NOTHING_ASKED;
}

const NOTHING_ASKED: RetrieveResult = {
  status: 0x0000,
  comment: undefined,
  remaining: undefined,
  completed: 0,
  failed: 0,
  warning: 0,
  failedSOPInstanceUIDs: [],
};
