/** How the values of faults are written; every complaint names what is allowed. */
import { DicomError } from '../bytes/index.ts';
import { statusCategory } from '../dict/index.ts';
import { COMMAND_FIELD } from '../dimse/index.ts';
import type { PduName } from '../pdu/index.ts';
import type { Rejection } from '../service/index.ts';
import { CONTEXT_RESULT } from '../ul/index.ts';
import { FAULTY_SERVICES } from './types.ts';
import type { FaultyService, Refusal, Trigger } from './types.ts';

/** Enough for every test, and no number that a counter does not reach. */
const MOST = 1_000_000_000;

/** PS3.8 Table 9-21, byte 8. */
const RESULTS: Readonly<Record<string, number>> = { permanent: 1, transient: 2 };

/** PS3.8 Table 9-21, bytes 9 and 10. */
const REASONS: Readonly<Record<string, readonly [source: number, reason: number]>> = {
  'no-reason': [1, 1],
  'application-context-not-supported': [1, 2],
  'calling-ae-not-recognized': [1, 3],
  'called-ae-not-recognized': [1, 7],
  'provider-no-reason': [2, 1],
  'protocol-version-not-supported': [2, 2],
  'temporary-congestion': [3, 1],
  'local-limit-exceeded': [3, 2],
};

/** PS3.8 Table 9-18. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  'user-rejection': CONTEXT_RESULT.userRejection,
  'no-reason': CONTEXT_RESULT.noReason,
  'abstract-syntax-not-supported': CONTEXT_RESULT.abstractSyntaxNotSupported,
  'transfer-syntaxes-not-supported': CONTEXT_RESULT.transferSyntaxesNotSupported,
};

/** PS3.8 9.3.1. */
const PDU_NAMES: readonly PduName[] = [
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'P-DATA-TF',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
  'A-ABORT',
];

const KINDS: readonly string[] = ['byte', ...PDU_NAMES, ...Object.keys(COMMAND_FIELD)];

function wrong(fault: string, value: string, allowed: string): DicomError {
  return new DicomError('USAGE', `The fault ${fault} takes ${allowed}, not "${value}".`);
}

/** @throws DicomError USAGE */
export function wholeNumberOf(fault: string, value: string, most: number = MOST): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > most)
    throw wrong(fault, value, `a whole number from 1 to ${most}`);
  return number;
}

/** `permanent/calling-ae-not-recognized`, or result, source and reason as numbers: `1/1/3`. @throws DicomError USAGE */
export function rejectionOf(value: string): Rejection {
  const parts = value.split('/');
  const [result = '', source = '', reason = ''] = parts;
  if (parts.length === 3 && parts.every(isByte))
    return { result: Number(result), source: Number(source), reason: Number(reason) };
  const [named, why] = [RESULTS[result], REASONS[source]];
  if (parts.length === 2 && named !== undefined && why !== undefined)
    return { result: named, source: why[0], reason: why[1] };
  const words = `${Object.keys(RESULTS).join(' or ')}, a slash, and one of ${Object.keys(REASONS).join(', ')}`;
  throw wrong('reject', value, `${words}; or three numbers up to 255, RESULT/SOURCE/REASON`);
}

function isByte(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255;
}

/** @throws DicomError USAGE */
export function titlesOf(value: string): readonly string[] {
  const titles = value.split('/').map((title) => title.trim());
  if (titles.some((title) => title === '' || title.length > 16))
    throw wrong('callers', value, 'AE titles of 1 to 16 characters with slashes in between');
  return titles;
}

/** @throws DicomError USAGE */
export function refusalOf(value: string): Refusal {
  const refusal = REFUSALS[value];
  if (refusal === undefined) throw wrong('contexts', value, `one of ${Object.keys(REFUSALS).join(', ')}`);
  return refusal;
}

/** `3/C-STORE-RQ`, or the kind alone for the first. @throws DicomError USAGE */
export function triggerOf(fault: string, value: string): Trigger {
  const [, count = '1', word = ''] = /^(?:(\d+)\/)?(.*)$/s.exec(value) ?? [];
  const kind = KINDS.find((each) => each.toLowerCase() === word.toLowerCase());
  if (kind === undefined) throw wrong(fault, value, `[N/]KIND, KIND one of ${KINDS.join(', ')}`);
  return { count: wholeNumberOf(fault, count), kind };
}

/** `A700/C-STORE/2`. @throws DicomError USAGE */
export function statusFaultOf(value: string): {
  status: number;
  service: FaultyService;
  nth: number | undefined;
} {
  const [code = '', name = '', nth, ...rest] = value.split('/');
  const service = FAULTY_SERVICES.find((each) => each.toLowerCase() === name.toLowerCase());
  const status = parseInt(code, 16);
  const final = /^[0-9A-F]{4}$/i.test(code) && statusCategory(status) !== 'pending';
  if (service === undefined || !final || rest.length > 0) {
    throw wrong(
      'status',
      value,
      `CODE/SERVICE[/N], CODE four hexadecimal digits that end an operation, SERVICE one of ${FAULTY_SERVICES.join(', ')}`,
    );
  }
  return { status, service, nth: nth === undefined ? undefined : wholeNumberOf('status', nth) };
}
