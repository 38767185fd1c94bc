import { describe, expect, it } from 'vitest';
import { matcher } from '../../core/archive/matching.ts';
import type { Attribute, Value } from '../../core/data/index.ts';

/** Cases typed from PS3.4 C.2.2.2, independently of the code: VR, key, held value, whether it matches. */
type Case = readonly [vr: string, key: Value | Value[], held: Value | Value[], matches: boolean];

const attribute = (vr: string, value: Value | Value[]): Attribute => ({
  vr,
  Value: Array.isArray(value) ? value : [value],
});
const name = (Alphabetic: string, Ideographic?: string, Phonetic?: string): Value => ({
  Alphabetic,
  ...(Ideographic === undefined ? {} : { Ideographic }),
  ...(Phonetic === undefined ? {} : { Phonetic }),
});
const yamada = name('Yamada^Tarou', '山田^太郎', 'やまだ^たろう');

function check(cases: readonly Case[]): void {
  it.each(cases)('%s %j on %j: %s', (vr, key, held, expected) => {
    expect(matcher(attribute(vr, key))!(attribute(vr, held))).toBe(expected);
  });
}

describe('single value matching (C.2.2.2.1)', () => {
  check([
    ['LO', 'P1', 'P1', true],
    ['LO', 'P1', 'p1', false],
    ['LO', 'P1', 'P10', false],
    ['LO', 'P1 ', 'P1', true],
    ['LO', 'P1', ' P1 ', true],
    ['CS', 'CT', 'CT', true],
    ['CS', 'CT', ['MR', 'CT'], true],
    ['CS', ['CT', 'US'], ['MR', 'US'], true],
    ['CS', ['CT', 'US'], ['MR', 'SR'], false],
    ['UI', '1.2.3', '1.2.3', true],
    ['UI', '1.2.3\0', '1.2.3', true],
    ['UI', '1.2.3', '1.2.30', false],
    ['UI', '1.2.*', '1.2.3', false],
    ['IS', 5, 5, true],
    ['IS', '05', 5, true],
    ['IS', '5', 6, false],
    ['DS', '1.50', 1.5, true],
    ['US', 512, 512, true],
    ['US', 512, 256, false],
    ['LT', ' a', 'a', false],
  ]);
});

describe('person names, without regard to case', () => {
  check([
    ['PN', name('DOE^JANE'), name('Doe^Jane'), true],
    ['PN', name('Doe^Jane^^'), name('Doe^Jane'), true],
    ['PN', name('Doe'), name('Doe^Jane'), false],
    ['PN', name('doe*'), name('Doe^Jane'), true],
    ['PN', name('*jane'), name('Doe^Jane'), true],
    ['PN', name('D?e^*'), name('Doe^Jane'), true],
    ['PN', name('MÜLLER*'), name('Mu\u0308ller^Jürgen'), true],
    ['PN', name('yamada*'), yamada, true],
    ['PN', name('山田*'), yamada, true],
    ['PN', name('やまだ^たろう'), yamada, true],
    ['PN', name('', '山田^太郎'), yamada, true],
    ['PN', name('yamada*', '鈴木*'), yamada, false],
    ['PN', name('yamada*', '山田*'), yamada, true],
    ['PN', 'DOE*', 'Doe^Jane', true],
  ]);
});

describe('list of UID matching (C.2.2.2.2)', () => {
  check([
    ['UI', ['1.2.3', '1.2.4'], '1.2.4', true],
    ['UI', ['1.2.3', '1.2.4'], '1.2.5', false],
  ]);
});

describe('wild card matching (C.2.2.2.4)', () => {
  check([
    ['LO', 'a*', 'a', true],
    ['LO', 'a*c', 'abc', true],
    ['LO', 'a*c', 'acb', false],
    ['LO', 'a?c', 'abc', true],
    ['LO', 'a?c', 'ac', false],
    ['LO', 'A*', 'abc', false],
    ['LO', '*b*', 'abc', true],
    ['LO', '**a**', 'bab', true],
    ['LO', '*ab*ab', 'abab', true],
    ['LO', '*ab*ab', 'aab', false],
    ['LO', '?', '😀', true],
    ['LO', 'a.c', 'abc', false],
    ['LO', '(*', '(x', true],
    ['SH', 'A-?', 'A-1', true],
    ['CS', 'C?', 'CT', true],
    ['AE', 'MY*', 'MYPACS', true],
    ['UT', '*find*', 'to find it', true],
    ['DA', '2024*', '20240101', false],
    ['IS', '*', 5, false],
  ]);

  it('takes no exponential time', () => {
    const key = matcher({ vr: 'LT', Value: ['*a'.repeat(400) + 'b'] })!;
    const held: Attribute = { vr: 'LT', Value: ['a'.repeat(10_000)] };
    expect(key(held)).toBe(false);
  });
});

describe('range matching (C.2.2.2.5)', () => {
  check([
    ['DA', '20240101', '20240101', true],
    ['DA', '20240101', '20240102', false],
    ['DA', '20240101', '2024.01.01', true],
    ['DA', '20240101-20240131', '20240101', true],
    ['DA', '20240101-20240131', '20240131', true],
    ['DA', '20240101-20240131', '20240201', false],
    ['DA', '20240101-20240131', '20231231', false],
    ['DA', '-20240131', '19000101', true],
    ['DA', '-20240131', '20240201', false],
    ['DA', '20240101-', '20240101', true],
    ['DA', '20240101-', '20231231', false],
    ['DA', '20240101 - 20240131', '20240115', true],
    ['DA', 'yesterday', '20240101', false],
    ['DA', '-', '20240101', false],
    ['DA', '20240101', 'unknown', false],
    ['TM', '101500', '101500', true],
    ['TM', '101500', '101500.000', true],
    ['TM', '1015', '101559.999', true],
    ['TM', '1015', '101600', false],
    ['TM', '10', '105959', true],
    ['TM', '10:15:00', '101500', true],
    ['TM', '1000-1200', '100000', true],
    ['TM', '1000-1200', '120059', true],
    ['TM', '1000-1200', '120100', false],
    ['TM', '-1200', '000000', true],
    ['TM', '2300-', '225959.999999', false],
    ['TM', '101500.1', '101500.19', true],
    ['TM', '101500.1', '101500.2', false],
    ['DT', '20240101', '20240101235959.999999', true],
    ['DT', '20240101', '20240102', false],
    ['DT', '2024', '20241231', true],
    ['DT', '2023-2024', '20241231', true],
    ['DT', '2023-2024', '20250101', false],
    ['DT', '202401-', '20240101', true],
    ['DT', '20240101120000+0100', '20240101110000+0000', true],
    ['DT', '20240101120000-0500', '20240101170000+0000', true],
    ['DT', '20240101120000-0500-20240101130000-0500', '20240101173000+0000', true],
    ['DT', '20240101120000-0500-20240101130000-0500', '20240101163000+0000', false],
    ['DT', '-20240101120000-0500', '20240101163000+0000', true],
  ]);
});

describe('universal matching (C.2.2.2.3) and values that are not known (C.2.2.1.2)', () => {
  it.each<Attribute>([
    { vr: 'LO' },
    { vr: 'LO', Value: [] },
    { vr: 'LO', Value: [''] },
    { vr: 'LO', Value: ['  '] },
    { vr: 'PN', Value: [{}] },
    { vr: 'LO', Value: ['*'] },
    { vr: 'PN', Value: [{ Alphabetic: '*' }] },
    { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['*'] } }] },
    { vr: 'CS', Value: [null] },
    { vr: 'OB', InlineBinary: 'AAAA' },
    { vr: 'SQ' },
    { vr: 'SQ', Value: [{}] },
    { vr: 'SQ', Value: [{ '00080060': { vr: 'CS' } }] },
  ])('%j asks for nothing', (key) => {
    expect(matcher(key)).toBeUndefined();
  });

  it.each<[Attribute, Attribute | undefined]>([
    [{ vr: 'LO', Value: ['x'] }, undefined],
    [{ vr: 'DA', Value: ['20240101'] }, { vr: 'DA' }],
    [
      { vr: 'PN', Value: [{ Alphabetic: 'Doe' }] },
      { vr: 'PN', Value: [null] },
    ],
  ])('%j on %j matches', (key, held) => {
    expect(matcher(key)!(held)).toBe(true);
  });
});

describe('sequence matching (C.2.2.2.6)', () => {
  const item = (modality: string, date: string): Value => ({
    '00080060': { vr: 'CS', Value: [modality] },
    '00400002': { vr: 'DA', Value: [date] },
  });
  const key = (modality: string, date: string): Attribute => ({ vr: 'SQ', Value: [item(modality, date)] });
  const held: Attribute = { vr: 'SQ', Value: [item('CT', '20240101'), item('MR', '20240201')] };

  it('wants all keys within one item', () => {
    expect(matcher(key('MR', '20240101-'))!(held)).toBe(true);
    expect(matcher(key('CT', '20240201'))!(held)).toBe(false);
  });

  it('fails where there is no item', () => {
    expect(matcher(key('CT', '20240101'))!(undefined)).toBe(false);
    expect(matcher(key('CT', '20240101'))!({ vr: 'SQ' })).toBe(false);
  });
});
