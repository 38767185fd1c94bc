import { describe, expect, test } from 'vitest';
import { isHarmlessUID, isUID } from '../../core/dict/index.ts';

/** What the text is by PS3.5 9.1, and whether it is taken. */
const TEXTS: readonly [text: string, uid: boolean, harmless: boolean][] = [
  ['1.2.840.10008.1.2', true, true],
  ['2.25.0', true, true],
  ['0.0', true, true],
  [`1.${'2'.repeat(62)}`, true, true],
  [`1.${'2'.repeat(63)}`, false, false],
  ['1', false, true],
  ['1.02', false, true],
  ['01.2', false, true],
  ['1.2.', false, true],
  ['LOCALIZER2.16.840.1', false, true],
  ['1.2-3_4.a', false, true],
  ['', false, false],
  ['.', false, false],
  ['..', false, false],
  ['.1', false, false],
  ['-1', false, false],
  ['1..2', false, false],
  ['../../x', false, false],
  ['1.2/3', false, false],
  ['1.2\\3', false, false],
  ['C:1.2', false, false],
  ['1.2 ', false, false],
  ['1.2\0', false, false],
  ['1.2\n', false, false],
  ['1.2.é', false, false],
  ['1.٢', false, false],
];

describe.each(TEXTS)('%j', (text, uid, harmless) => {
  test(uid ? 'is a UID' : 'is no UID', () => expect(isUID(text)).toBe(uid));
  test(harmless ? 'is taken' : 'is not taken', () => expect(isHarmlessUID(text)).toBe(harmless));
});
