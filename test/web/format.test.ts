import { describe, expect, it } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import {
  bytes,
  date,
  dateTime,
  personName,
  progressText,
  seconds,
  shortUid,
  time,
} from '../../web/state/format.ts';

/** Number and date formats are the reader's; what is tested is what stands in them. */
const figures = (text: string): string => text.replaceAll(',', '.').replaceAll('\u00a0', ' ');

describe('sizes and times', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [12_345, '12.3 kB'],
    [999_999, '1 MB'],
    [526_336, '526 kB'],
    [1_073_741_824, '1.1 GB'],
  ])('%i bytes are %s', (value, text) => expect(figures(bytes(value))).toBe(text));

  it.each([
    [0.4, '1 ms'],
    [12, '12 ms'],
    [430, '0.4 s'],
    [61_000, '61 s'],
  ])('%d milliseconds are %s', (value, text) => expect(figures(seconds(value))).toBe(text));

  it('leaves out of progress what is not known', () => {
    const unknown = { bytesPerSecond: undefined, millisecondsLeft: undefined };
    expect(progressText({ done: 3, total: undefined, bytes: 0, ...unknown })).toBe('3');
    const all = { done: 18, total: 24, bytes: 12e6, bytesPerSecond: 41e6, millisecondsLeft: 1000 };
    expect(progressText(all)).toBe('18/24 · 12 MB · 41 MB/s · 1 s left');
  });
});

describe('dates', () => {
  it('are written in words, so that no month is taken for a day', () => {
    expect(date('20261121')).toMatch(/2026/);
    expect(date('20261121')).toMatch(/[A-Za-z]|11/);
    expect(date('2026.11.21')).toBe(date('20261121'));
  });

  it.each(['', '20261341', '20260230', 'today', '1961'])('%j stays as it came', (value) =>
    expect(date(value)).toBe(value),
  );

  it('have times in hours and minutes', () => {
    expect(time('140233.5')).toBe('14:02');
    expect(time('09')).toBe('09:00');
    expect(time('noon')).toBe('noon');
    expect(dateTime('', '')).toBe('');
    expect(dateTime('20261121', '1402')).toBe(`${date('20261121')} 14:02`);
  });
});

describe('names', () => {
  const named = (name: string) => personName(dataSet({ PatientName: name }), '00100010');

  it.each([
    ['Doe^Jane', 'Doe, Jane', ''],
    ['Doe^Jane^Q^Dr^PhD', 'Doe, Dr Jane Q, PhD', ''],
    ['Doe', 'Doe', ''],
    ['', '', ''],
    ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Yamada, Tarou', '山田 太郎 · やまだ たろう'],
    ['=山田^太郎=やまだ^たろう', '山田 太郎', 'やまだ たろう'],
  ])('%j is %j with %j beside', (name, main, beside) => expect(named(name)).toEqual({ main, beside }));
});

describe('UIDs', () => {
  it('are cut in the middle where they are long', () => {
    expect(shortUid('1.2.840.10008.1.1')).toBe('1.2.840.10008.1.1');
    expect(shortUid('1.2.840.113619.2.55.3.604688119.971')).toBe('1.2.840.…8119.971');
  });
});
