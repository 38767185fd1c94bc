import { expect, test } from 'vitest';
import { FAILURE_REASON, failureReason } from '../../core/dict/index.ts';

// Typed a second time, from PS3.3 C.14.1.1.
const REASONS: readonly (readonly [code: number, name: RegExp])[] = [
  [0x0110, /^processing failure$/i],
  [0x0112, /^no such object instance$/i],
  [0x0119, /^class \/ instance conflict$/i],
  [0x0122, /^referenced SOP class not supported$/i],
  [0x0131, /^duplicate transaction UID$/i],
  [0x0213, /^resource limitation$/i],
];

test('the failure reasons are those of PS3.3 C.14.1.1, each with a sentence', () => {
  const named = new Map(REASONS);
  for (let code = 0; code <= 0xffff; code++) {
    const { name, meaning } = failureReason(code);
    if (name.startsWith('Unknown failure reason')) expect(named.has(code)).toBe(false);
    else expect(name).toMatch(named.get(code) ?? /^never$/);
    if (named.has(code)) expect(meaning).toMatch(/^The .+\.$/);
  }
});

test('those by which we answer are among them', () => {
  expect(FAILURE_REASON).toEqual({
    processingFailure: 0x0110,
    noSuchObjectInstance: 0x0112,
    classInstanceConflict: 0x0119,
  });
});

test('an unknown one is shown in hexadecimal', () => {
  expect(failureReason(0xa7b1)).toMatchObject({
    code: 0xa7b1,
    name: 'Unknown failure reason 0xA7B1',
  });
});
