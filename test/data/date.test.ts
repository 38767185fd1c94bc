import { describe, expect, it } from 'vitest';
import { dayFrom } from '../../core/data/index.ts';

describe('a day counted from today', () => {
  it.each<[Date, number, string]>([
    [new Date(2026, 2, 1, 12), 0, '20260301'],
    [new Date(2026, 2, 1, 12), -1, '20260228'],
    [new Date(2028, 2, 1, 0, 0, 1), -1, '20280229'],
    [new Date(2026, 11, 31, 23, 59, 59), 1, '20270101'],
    [new Date(2026, 0, 30), -30, '20251231'],
    [new Date(2026, 9, 26), -400, '20250921'],
  ])('%s and %i days is %s', (today, days, expected) => expect(dayFrom(today, days)).toBe(expected));
});
