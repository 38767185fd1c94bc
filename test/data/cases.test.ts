/** Hard cases 118 to 120, by their numbers: data sets as the field sends them. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  text,
  writeDataSet,
} from '../../core/data/index.ts';
import { HeaderCollector } from '../../core/file/index.ts';
import { split, SPLITS } from '../support/splits.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  toBigEndian,
  toDeflated,
} from './forms.ts';

const KEYS = dataSet({
  PatientName: 'DOE^JANE',
  Rows: 512,
  'RequestAttributesSequence.AccessionNumber': 'A',
});
const PLAIN = writeDataSet(KEYS, EXPLICIT_VR_LITTLE_ENDIAN);

describe.each(SPLITS)('bytes %s', (how) => {
  function expectRead(bytes: Bytes, syntax: string): void {
    expect(readDataSet(bytes, syntax)).toEqual(KEYS);
    const collector = new HeaderCollector(syntax);
    for (const piece of split(bytes, how)) collector.write(piece);
    expect(collector.finish()).toEqual(KEYS);
  }

  test('case 118: big endian is read', () => {
    expectRead(toBigEndian(PLAIN), EXPLICIT_VR_BIG_ENDIAN);
  });

  test.each(['', '00', '0000'])('case 119: deflated is read, raw, with "%s" behind its end', (padding) => {
    expectRead(concat([toDeflated(PLAIN), fromHex(padding)]), DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
  });
});

test('case 118: big endian is not written, so never proposed for what we write', () => {
  expect(() => writeDataSet(KEYS, EXPLICIT_VR_BIG_ENDIAN)).toThrowError(
    expect.objectContaining({ code: 'TRANSFER_SYNTAX_UNSUPPORTED' }),
  );
});

test('case 119: a bomb ends at its limit', () => {
  const bomb = toDeflated(concat([PLAIN, new Uint8Array(20 << 20)]));
  expect(bomb.length).toBeLessThan(32 << 10);
  expect(() => readDataSet(bomb, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)).toThrowError(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});

describe('case 120: character sets', () => {
  const named = (set: string, name: string): Bytes => {
    const element = (tag: string, vr: string, value: Bytes): Bytes =>
      concat([fromHex(tag), Buffer.from(vr), Uint8Array.of(value.length, 0), value]);
    const terms =
      set === 'none' ? [] : [element('08000500', 'CS', new Uint8Array(Buffer.from(set, 'latin1')))];
    return concat([...terms, element('10001000', 'PN', fromHex(name))]);
  };

  test.each([
    ['none, and Latin-1 bytes', 'none', '4dfc6c6c6572', 'Müller'],
    ['GB18030', 'GB18030', 'cdf5 5e d0a1 b6ab', '王^小东'],
    ['ISO 2022 escapes', '\\ISO 2022 IR 87', '1b24423b3345441b2842 5e 1b244242404f3a1b2842', '山田^太郎'],
    ['a space where the underscore belongs', 'ISO IR 192', 'e5b1b1e794b0', '山田'],
    ['a byte order mark', 'ISO_IR 192', 'efbbbf e5b1b1e794b0', '山田'],
  ])('%s', (_what, set, hex, name) => {
    expect(text(readDataSet(named(set, hex), EXPLICIT_VR_LITTLE_ENDIAN), 'PatientName')).toBe(name);
  });

  test('none, and bytes of a set that the caller knows of', () => {
    const options = { fallbackCharacterSet: 'ISO_IR 144' };
    const found = readDataSet(named('none', 'bbeed0'), EXPLICIT_VR_LITTLE_ENDIAN, options);
    expect(text(found, 'PatientName')).toBe('Люа');
  });
});
