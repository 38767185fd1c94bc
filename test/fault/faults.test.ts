/** The faults as they are written. */
import { expect, test } from 'vitest';
import type { Fault } from '../../core/fault/index.ts';
import { FAULT_NAMES, FAULTS, parseFault, parseFaults } from '../../core/fault/index.ts';

const FIRST_REQUEST = { count: 1, kind: 'A-ASSOCIATE-RQ' };

test.each<[string, Fault]>([
  ['refuse', { name: 'refuse' }],
  ['http', { name: 'http' }],
  ['reject', { name: 'reject', rejection: { result: 1, source: 1, reason: 1 } }],
  [
    'reject=permanent/calling-ae-not-recognized',
    { name: 'reject', rejection: { result: 1, source: 1, reason: 3 } },
  ],
  [
    'reject=transient/local-limit-exceeded',
    { name: 'reject', rejection: { result: 2, source: 3, reason: 2 } },
  ],
  ['reject=7/8/255', { name: 'reject', rejection: { result: 7, source: 8, reason: 255 } }],
  ['callers=WEBSCU/MODALITY 1', { name: 'callers', titles: ['WEBSCU', 'MODALITY 1'] }],
  ['lenient', { name: 'lenient' }],
  ['strict', { name: 'strict' }],
  ['contexts', { name: 'contexts', result: 4 }],
  ['contexts=abstract-syntax-not-supported', { name: 'contexts', result: 3 }],
  ['no-role', { name: 'no-role' }],
  ['delay=250', { name: 'delay', milliseconds: 250 }],
  ['silence', { name: 'silence', after: undefined }],
  ['silence=2/c-echo-rq', { name: 'silence', after: { count: 2, kind: 'C-ECHO-RQ' } }],
  ['abort', { name: 'abort', after: FIRST_REQUEST }],
  ['abort=P-DATA-TF', { name: 'abort', after: { count: 1, kind: 'P-DATA-TF' } }],
  ['reset', { name: 'reset', after: FIRST_REQUEST }],
  ['reset=4096/byte', { name: 'reset', after: { count: 4096, kind: 'byte' } }],
  ['status=A700/C-STORE', { name: 'status', status: 0xa700, service: 'C-STORE', nth: undefined }],
  ['status=c000/c-find/2', { name: 'status', status: 0xc000, service: 'C-FIND', nth: 2 }],
  ['fail=3', { name: 'fail', nth: 3 }],
])('%s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test('commas part them, and every name of the table is one', () => {
  expect(parseFaults('')).toEqual([]);
  expect(parseFaults('delay=5, strict,fail=1').map(({ name }) => name)).toEqual(['delay', 'strict', 'fail']);
  for (const name of FAULT_NAMES) {
    const { value, clause } = FAULTS[name];
    expect(clause).toMatch(/^PS3\.\d/);
    if (value === '' || value.startsWith('[')) expect(parseFault(name).name).toBe(name);
    else expect(() => parseFault(name)).toThrow(`The fault ${name} takes`);
  }
});

test.each([
  ['reject=never', /permanent or transient.*calling-ae-not-recognized.*not "never"/],
  ['reject=1/2', /three numbers/],
  ['reject=1/1/256', /three numbers up to 255/],
  ['reject=permanent/calling', /calling-ae-not-recognized/],
  ['rejct', /one of refuse, http, reject.* not "rejct"/],
  ['', /one of refuse/],
  ['strict=yes', /strict has no value/],
  ['callers=', /AE titles/],
  ['callers=A//B', /AE titles/],
  ['callers=LONGER THAN SIXTEEN', /1 to 16/],
  ['contexts=5', /user-rejection/],
  ['delay=soon', /whole number from 1 to 3600000/],
  ['delay=3600001', /whole number/],
  ['abort=0/P-DATA-TF', /whole number/],
  ['abort=1/C-ECHO', /C-ECHO-RQ/],
  ['status=FF00/C-FIND', /end an operation/],
  ['status=A7/C-STORE', /four hexadecimal digits/],
  ['status=A700/C-ECHO', /C-STORE, C-FIND, C-GET, C-MOVE/],
  ['status=A700/C-STORE/0', /whole number/],
  ['status=A700/C-STORE/1/2', /CODE\/SERVICE/],
  ['fail=0', /whole number/],
])('%s is refused by a sentence that names what is allowed', (text, sentence) => {
  expect(() => parseFault(text)).toThrow(sentence);
});
