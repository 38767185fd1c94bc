import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  attribute,
  attributesLike,
  isPrivate,
  similarKeywords,
  UID,
  uid,
  uidName,
  uidsOfType,
} from '../../core/dict/index.ts';
import { tags, uids } from '../../core/dict/generate.mjs';

const file = (name: string): string =>
  readFileSync(new URL(`../../core/dict/${name}`, import.meta.url), 'utf8');
const rows = (name: string): string[][] =>
  file(name)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

describe('generated tables', () => {
  test('are what the generator makes of the tables beside it', () => {
    expect(tags()).toBe(file('tags.ts'));
    expect(uids()).toBe(file('uids.ts'));
  });

  test('give back every attribute', () => {
    for (const [pattern = '', vr, vm, keyword = '', name, retired] of rows('attributes.tsv')) {
      const tag = pattern.includes('x') ? attribute(keyword)!.tag : pattern;
      expect(tag, keyword).toMatch(new RegExp(`^${pattern.replaceAll('x', '.')}$`));
      const expected = { tag, vr, vm, keyword, name, retired: retired === 'Y' };
      expect(attribute(tag), pattern).toEqual(expected);
      if (keyword !== '') expect(attribute(keyword)).toEqual(expected);
    }
  });

  test('give back every UID', () => {
    for (const [value = '', type, keyword, name, , retired] of rows('uids.tsv')) {
      expect(uid(value)).toEqual({ uid: value, type, keyword, name, retired: retired === 'Y' });
    }
  });
});

describe('attributes', () => {
  test.each([
    ['PatientName', '00100010', 'PN', '1', "Patient's Name"],
    ['00100010', '00100010', 'PN', '1', "Patient's Name"],
    ['7fe00010', '7FE00010', 'OB or OW', '1', 'Pixel Data'],
    ['AffectedSOPClassUID', '00000002', 'UI', '1', 'Affected SOP Class UID'],
    ['OtherPatientIDsSequence', '00101002', 'SQ', '1', 'Other Patient IDs Sequence'],
  ])('%s', (key, tag, vr, vm, name) => {
    expect(attribute(key)).toMatchObject({ tag, vr, vm, name });
  });

  test('repeating groups are known by every tag of theirs (PS3.5 7.6)', () => {
    expect(attribute('60123000')).toMatchObject({ tag: '60123000', keyword: 'OverlayData' });
    expect(attribute('501E2600')).toMatchObject({
      tag: '501E2600',
      keyword: 'CurveReferencedOverlaySequence',
      vr: 'SQ',
    });
    expect(attribute('OverlayData')?.tag).toBe('60003000');
    expect(attribute('00203142')?.keyword).toBe('SourceImageIDs');
    expect(attribute('60133000')).toBeUndefined();
  });

  test('private and unknown tags and words have no entry', () => {
    for (const key of [
      '00091001',
      '00100011',
      'PatientNam',
      '',
      '0010',
      'constructor',
      '__proto__',
      '0010001G',
    ]) {
      expect(attribute(key), key).toBeUndefined();
    }
    expect(isPrivate('00091001')).toBe(true);
    expect(isPrivate('00100010')).toBe(false);
  });

  test('what is typed is completed by keyword, name and tag, the likeliest first', () => {
    const found = (typed: string, count = 3): string[] =>
      attributesLike(typed, count).map(({ keyword }) => keyword);
    expect(found('bodypart')[0]).toBe('BodyPartExamined');
    expect(found('Body part ex')).toEqual(['BodyPartExamined']);
    expect(found('referring phys', 1)).toEqual(['ReferringPhysicianName']);
    expect(found('physician', 50)).toContain('ReferringPhysicianName');
    expect(found('(0018,0015')).toEqual(['BodyPartExamined']);
    expect(found('0018', 400).length).toBeGreaterThan(200);
    expect(found('name of phys', 5)).toContain('NameOfPhysiciansReadingStudy');
    expect([found(''), found(' '), found('Quetzalcoatl')]).toEqual([[], [], []]);
    // Retired ones come behind all others.
    const retired = attributesLike('study', 500).map((entry) => entry.retired);
    expect(retired).toEqual([...retired].sort());
    expect(retired).toContain(true);
  });

  test('the nearest keyword is found for a misspelt one, none for a strange word', () => {
    expect(similarKeywords('PatientNam')).toEqual(['PatientName']);
    expect(similarKeywords('studydate')).toEqual(['StudyDate']);
    expect(similarKeywords('StudyInstanceUDI')).toEqual(['StudyInstanceUID']);
    expect(similarKeywords('Quetzalcoatl')).toEqual([]);
  });
});

describe('UIDs', () => {
  test('by keyword and by name', () => {
    expect(UID.Verification).toBe('1.2.840.10008.1.1');
    expect(UID.StudyRootQueryRetrieveInformationModelFind).toBe('1.2.840.10008.5.1.4.1.2.2.1');
    expect(UID.CTImageStorage).toBe('1.2.840.10008.5.1.4.1.1.2');
    expect(uidName('1.2.840.10008.1.2.4.90')).toBe('JPEG 2000 Image Compression (Lossless Only)');
    expect(uidName('1.2.3')).toBe('1.2.3');
    expect(uid('1.2.3')).toBeUndefined();
    expect(uidsOfType('Application Context Name').map((entry) => entry.uid)).toEqual([
      '1.2.840.10008.3.1.1.1',
    ]);
  });
});
