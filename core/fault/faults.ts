/**
 * What a peer can do wrong on purpose: one table, from which faults are read and explained. Nothing below knows of
 * faults: they are done to the connection (`connection.ts`) and to the handlers of an SCP (`handlers.ts`).
 */
import { DicomError } from '../bytes/index.ts';
import type { Fault, FaultName } from './types.ts';
import { refusalOf, rejectionOf, statusFaultOf, titlesOf, triggerOf, wholeNumberOf } from './values.ts';

/** A kind of fault: how its value is written, what happens, and where the standard speaks of it. */
export interface FaultKind {
  /** How the value is written; `[…]` may be left out, empty where there is none. */
  readonly value: string;
  readonly what: string;
  readonly clause: string;
  /** @throws DicomError USAGE naming what is allowed */
  read(value: string): Fault;
}

const ABORTED_AT_ONCE = '1/A-ASSOCIATE-RQ';
const LONGEST_DELAY = 3_600_000;
const MOST = 1_000_000;

/** All of them, by name. */
export const FAULTS: Readonly<Record<FaultName, FaultKind>> = {
  refuse: {
    value: '',
    what: 'the connection is cut off as soon as it is there',
    clause: 'PS3.8 9.1',
    read: () => ({ name: 'refuse' }),
  },
  http: {
    value: '',
    what: 'whatever comes is answered as a web server does',
    clause: 'PS3.8 9.1',
    read: () => ({ name: 'http' }),
  },
  reject: {
    value: '[RESULT/REASON]',
    what: 'associations are rejected, permanent/no-reason by default; three numbers RESULT/SOURCE/REASON do, too',
    clause: 'PS3.8 9.3.4',
    read: (value) => ({ name: 'reject', rejection: rejectionOf(value || 'permanent/no-reason') }),
  },
  callers: {
    value: 'AET[/AET]',
    what: 'only these calling AE titles are known, others are rejected',
    clause: 'PS3.8 9.3.4',
    read: (value) => ({ name: 'callers', titles: titlesOf(value) }),
  },
  lenient: {
    value: '',
    what: 'every called AE title is answered to',
    clause: 'PS3.8 9.3.2',
    read: () => ({ name: 'lenient' }),
  },
  strict: {
    value: '',
    what: 'a PDU against the standard ends the association, and a C-GET needs role selection for what it sends',
    clause: 'PS3.8 9.3.8, PS3.7 D.3.3.4',
    read: () => ({ name: 'strict' }),
  },
  contexts: {
    value: '[RESULT]',
    what: 'no presentation context is accepted, transfer-syntaxes-not-supported by default',
    clause: 'PS3.8 9.3.3.2',
    read: (value) => ({ name: 'contexts', result: refusalOf(value || 'transfer-syntaxes-not-supported') }),
  },
  'no-role': {
    value: '',
    what: 'role selection is not answered, and the sub-operations of a C-GET fail',
    clause: 'PS3.7 D.3.3.4',
    read: () => ({ name: 'no-role' }),
  },
  delay: {
    value: 'MS',
    what: 'everything is sent that many milliseconds late',
    clause: 'PS3.8 9.1.5',
    read: (value) => ({ name: 'delay', milliseconds: wholeNumberOf('delay', value, LONGEST_DELAY) }),
  },
  silence: {
    value: '[N/KIND]',
    what: 'nothing is sent any more, after the N-th KIND or from the beginning',
    clause: 'PS3.8 9.1.5',
    read: (value) => ({ name: 'silence', after: value === '' ? undefined : triggerOf('silence', value) }),
  },
  abort: {
    value: '[N/KIND]',
    what: 'A-ABORT is sent after the N-th KIND, by default the association request',
    clause: 'PS3.8 9.3.8',
    read: (value) => ({ name: 'abort', after: triggerOf('abort', value || ABORTED_AT_ONCE) }),
  },
  reset: {
    value: '[N/KIND]',
    what: 'the connection is cut off after the N-th KIND, by default the association request',
    clause: 'PS3.8 9.1',
    read: (value) => ({ name: 'reset', after: triggerOf('reset', value || ABORTED_AT_ONCE) }),
  },
  status: {
    value: 'CODE/SERVICE[/N]',
    what: 'the N-th request of a service, or every one, is answered with this status (four hexadecimal digits)',
    clause: 'PS3.7 C',
    read: (value) => ({ name: 'status', ...statusFaultOf(value) }),
  },
  fail: {
    value: 'N',
    what: 'the N-th sub-operation of every C-GET and C-MOVE fails',
    clause: 'PS3.4 C.4.2.3.1, C.4.3.3.1',
    read: (value) => ({ name: 'fail', nth: wholeNumberOf('fail', value, MOST) }),
  },
};

export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS) as FaultName[];

/** One fault as it is written, `reject=permanent/calling-ae-not-recognized`. @throws DicomError USAGE */
export function parseFault(text: string): Fault {
  const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(text.trim()) ?? [];
  const known = FAULT_NAMES.find((each) => each === name);
  if (known === undefined) {
    throw new DicomError('USAGE', `A fault is one of ${FAULT_NAMES.join(', ')}, not "${name}".`);
  }
  const kind = FAULTS[known];
  if (kind.value === '' && value !== '')
    throw new DicomError('USAGE', `The fault ${known} has no value, but "${value}" was given.`);
  return kind.read(value);
}

/** Several faults with commas in between; none for an empty text. @throws DicomError USAGE */
export function parseFaults(text: string): Fault[] {
  return text.trim() === '' ? [] : text.split(',').map(parseFault);
}
