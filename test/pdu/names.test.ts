import { expect, it } from 'vitest';
import { abortText, contextResultText, rejectText } from '../../core/pdu/index.ts';

it('names the answers of A-ASSOCIATE-RJ (PS3.8 Table 9-21)', () => {
  const table = [
    [1, 1, 'no-reason-given'],
    [1, 2, 'application-context-name-not-supported'],
    [1, 3, 'calling-AE-title-not-recognized'],
    [1, 7, 'called-AE-title-not-recognized'],
    [2, 1, 'no-reason-given'],
    [2, 2, 'protocol-version-not-supported'],
    [3, 1, 'temporary-congestion'],
    [3, 2, 'local-limit-exceeded'],
  ] as const;
  for (const [source, reason, text] of table) expect(rejectText(1, source, reason).reason).toBe(text);
  expect(rejectText(2, 1, 1)).toEqual({
    result: 'rejected-transient',
    source: 'DICOM UL service-user',
    reason: 'no-reason-given',
  });
  expect(rejectText(9, 4, 8)).toEqual({
    result: 'reserved (9)',
    source: 'reserved (4)',
    reason: 'reserved (8)',
  });
});

it('names source and reason of A-ABORT (PS3.8 Table 9-26)', () => {
  const reasons = [0, 1, 2, 3, 4, 5, 6].map((reason) => abortText(2, reason).reason);
  expect(reasons).toEqual([
    'reason-not-specified',
    'unrecognized-PDU',
    'unexpected-PDU',
    'reserved (3)',
    'unrecognized-PDU-parameter',
    'unexpected-PDU-parameter',
    'invalid-PDU-parameter-value',
  ]);
  expect(abortText(0, 5)).toEqual({ source: 'DICOM UL service-user', reason: 'not significant' });
  expect(abortText(1, 200)).toEqual({ source: 'reserved (1)', reason: 'reserved (200)' });
});

it('names the answers to contexts (PS3.8 Table 9-18)', () => {
  expect([0, 1, 2, 3, 4, 5].map(contextResultText)).toEqual([
    'acceptance',
    'user-rejection',
    'no-reason (provider rejection)',
    'abstract-syntax-not-supported (provider rejection)',
    'transfer-syntaxes-not-supported (provider rejection)',
    'reserved (5)',
  ]);
});
