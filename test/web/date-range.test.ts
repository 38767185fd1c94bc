/** Date presets on the days on which clocks change, months end and zones differ. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DateRange } from '../../web/state/date-range.ts';
import { dateKey, isAnyDate, isBackwards } from '../../web/state/date-range.ts';

const NONE: DateRange = { date: 'any', from: '', to: '' };

describe('a range of dates', () => {
  const now = new Date(2026, 2, 1, 12); // the first of March
  it.each<[Partial<DateRange>, string]>([
    [{ date: 'any' }, ''],
    [{ date: 'today' }, '20260301'],
    [{ date: 'yesterday' }, '20260228'],
    [{ date: '7' }, '20260223-20260301'],
    [{ date: '30' }, '20260131-20260301'],
    [{ date: 'tomorrow' }, '20260302'],
    [{ date: 'next7' }, '20260301-20260307'],
    [{ date: 'range', from: '2026-01-02', to: '2026-02-03' }, '20260102-20260203'],
    [{ date: 'range', from: '2026-01-02', to: '' }, '20260102-'],
    [{ date: 'range', from: '', to: '2026-01-02' }, '-20260102'],
    [{ date: 'range', from: '2026-01-02', to: '2026-01-02' }, '20260102'],
    [{ date: 'range', from: '', to: '' }, ''],
  ])('%j is asked for as %j', (range, expected) =>
    expect(dateKey({ ...NONE, ...range }, now)).toBe(expected),
  );

  it('knows when it is none, and when it runs backwards', () => {
    expect([isAnyDate(NONE), isAnyDate({ ...NONE, date: 'range' })]).toEqual([true, true]);
    expect([
      isAnyDate({ ...NONE, date: 'today' }),
      isAnyDate({ ...NONE, date: 'range', to: '2026-01-01' }),
    ]).toEqual([false, false]);
    expect(isBackwards({ date: 'range', from: '2026-02-01', to: '2026-01-31' })).toBe(true);
    expect(isBackwards({ date: 'range', from: '2026-01-31', to: '2026-01-31' })).toBe(false);
    expect(isBackwards({ date: 'range', from: '2026-02-01', to: '' })).toBe(false);
    expect(isBackwards({ date: 'today', from: '2026-02-01', to: '2026-01-31' })).toBe(false);
  });
});

describe.each<[string, string, readonly [string, string, string]]>([
  // One instant, three calendars.
  ['Pacific/Kiritimati', '2026-03-01T11:30:00Z', ['20260302', '20260301', '20260224-20260302']],
  ['UTC', '2026-03-01T11:30:00Z', ['20260301', '20260228', '20260223-20260301']],
  ['Pacific/Pago_Pago', '2026-03-01T10:30:00Z', ['20260228', '20260227', '20260222-20260228']],
  // The last second of a day and the first of the next.
  ['Europe/Berlin', '2026-12-31T22:59:59Z', ['20261231', '20261230', '20261225-20261231']],
  ['Europe/Berlin', '2026-12-31T23:00:00Z', ['20270101', '20261231', '20261226-20270101']],
  // Just after clocks went forward (29 March 2026, 23 hours) and back (25 October 2026, 25 hours), and the day after.
  ['Europe/Berlin', '2026-03-29T21:59:00Z', ['20260329', '20260328', '20260323-20260329']],
  ['Europe/Berlin', '2026-03-29T22:01:00Z', ['20260330', '20260329', '20260324-20260330']],
  ['Europe/Berlin', '2026-10-25T22:59:00Z', ['20261025', '20261024', '20261019-20261025']],
  ['Europe/Berlin', '2026-10-25T23:01:00Z', ['20261026', '20261025', '20261020-20261026']],
  // Where clocks change at midnight there is no 00:00 on that day (Beirut, 29 March 2026).
  ['Asia/Beirut', '2026-03-28T22:30:00Z', ['20260329', '20260328', '20260323-20260329']],
  // A leap day.
  ['UTC', '2028-03-01T00:00:00Z', ['20280301', '20280229', '20280224-20280301']],
])('in %s at %s', (zone, instant, [today, yesterday, week]) => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = zone;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('days are those of the calendar on the wall', () => {
    const now = new Date(instant);
    expect(dateKey({ ...NONE, date: 'today' }, now)).toBe(today);
    expect(dateKey({ ...NONE, date: 'yesterday' }, now)).toBe(yesterday);
    expect(dateKey({ ...NONE, date: '7' }, now)).toBe(week);
  });
});
