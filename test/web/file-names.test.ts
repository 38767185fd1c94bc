import { describe, expect, it } from 'vitest';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { Stored } from '../../core/file/index.ts';
import { FileNames } from '../../web/engine/file-names.ts';
import { Random } from '../support/random.ts';

function stored(keys: Record<string, KeyValue>): Stored {
  return {
    sopClassUID: '1.2',
    sopInstanceUID: '1.2.3',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    callingAETitle: 'PACS',
    bytes: 0,
    header: dataSet(keys),
  };
}

const named = (pattern: string, keys: Record<string, KeyValue> = {}): string =>
  new FileNames(pattern).pathOf(stored(keys)).join('/');

describe('names of saved files', () => {
  it('are what the pattern says', () => {
    const keys = {
      PatientID: '4711',
      SeriesNumber: '3',
      InstanceNumber: '12',
      StudyDescription: 'CT Thorax',
    };
    expect(named('{PatientID}/{StudyDescription}/{SeriesNumber}-{InstanceNumber}.dcm', keys)).toBe(
      '4711/CT Thorax/3-12.dcm',
    );
    expect(named('')).toBe('1.2.3.dcm');
    expect(named('{SOPInstanceUID}')).toBe('1.2.3.dcm');
    expect(named('{NoSuchThing}x')).toBe('x.dcm');
  });

  it.each([
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['.', '_'],
    ['', '_'],
    ['a/b\\c', 'a_b'], // the backslash begins another value
    ['C:/Windows', 'C_Windows'],
    ['CON', '_CON'],
    ['com1.txt', '_com1.txt'],
    ['LPT¹', '_LPT¹'],
    ['console', 'console'],
    ['trailing. . .', 'trailing'],
    ['.hidden', '_hidden'],
    ['a\u0000b\u202egpj', 'a_b_gpj'],
    ['<script>"x"|?*', '_script_x_'],
    ['山田^太郎', '山田^太郎'],
    ['x'.repeat(300), 'x'.repeat(120)],
    ['山'.repeat(100), '山'.repeat(40)],
  ])('lead nowhere by %j', (value, name) => {
    expect(named('{PatientID}/file', { PatientID: value })).toBe(`${name}/file.dcm`);
    expect(named('{PatientID}', { PatientID: value })).toBe(`${name}.dcm`);
  });

  it('do not leave the folder by the pattern itself', () => {
    expect(named('../../{PatientID}', { PatientID: 'x' })).toBe('_/_/x.dcm');
    expect(named('/etc/{PatientID}', { PatientID: 'x' })).toBe('etc/x.dcm');
    expect(named('a/'.repeat(50) + 'x').split('/')).toHaveLength(9);
  });

  it('are never the same, on file systems that do not tell case apart either', () => {
    const names = new FileNames('{PatientID}');
    const given = ['a', 'A', 'a', 'e\u0301', '\u00e9', 'a (2)'].map(
      (id) => names.pathOf(stored({ PatientID: id }))[0],
    );
    expect(given).toEqual([
      'a.dcm',
      'A (2).dcm',
      'a (3).dcm',
      'e\u0301.dcm',
      '\u00e9 (2).dcm',
      'a (2) (2).dcm',
    ]);
  });

  it('are names for any value', () => {
    const random = new Random(5);
    const signs = ['.', '/', '\\', ' ', '\u0000', 'CON', 'a', '\u202e', 'é', '🙂', ':', '\n'];
    for (let i = 0; i < 2000; i++) {
      const value = Array.from({ length: random.int(12) }, () => random.pick(signs)).join('');
      for (const part of new FileNames('{PatientID}/{PatientID}').pathOf(stored({ PatientID: value }))) {
        expect(part).not.toMatch(/^\.+$|^$|[/\\:\u202e\n]|[. ]$/);
        expect(part).not.toMatch(/^con(\.|$)/i);
      }
    }
  });

  it('stay apart where the pattern tells nothing apart, and cost no more the more there are', () => {
    const names = new FileNames('{PatientID}/{constructor}image');
    const instance = stored({ PatientID: '4711' });
    const given = Array.from({ length: 20_000 }, () => names.pathOf(instance).join('/'));
    expect(given.slice(0, 2)).toEqual(['4711/image.dcm', '4711/image (2).dcm']);
    expect(new Set(given).size).toBe(20_000);
  });
});
