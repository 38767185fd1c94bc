/** Data sets of all kinds, for properties, fuzzing and comparison with dcmdump. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { numberOrText } from '../../core/data/decode.ts';
import type { Attribute, DataSet, Value } from '../../core/data/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';

export const SYNTAXES = [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN] as const;

/** The tags of PS3.6 with one VR each, by VR; no command, file or directory elements, group lengths or items. */
const TAGS: ReadonlyMap<string, string[]> = tagsByVR();

function tagsByVR(): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  const table = readFileSync(new URL('../../core/dict/attributes.tsv', import.meta.url), 'utf8');
  for (const line of table.split('\n').slice(1)) {
    const [tag = '', vr = ''] = line.split('\t');
    const usual = /^[0-9A-F]{8}$/.test(tag) && tag >= '0008' && !tag.endsWith('0000') && tag !== '00080005';
    if (usual && vr.length === 2) tags.set(vr, [...(tags.get(vr) ?? []), tag]);
  }
  return tags;
}

const ASCII = ' !"#$%&()*+,-./0123456789:;<>?@ABCXYZ[]^_abcxyz{|}~';
const ALPHABETS: Readonly<Record<string, string>> = {
  '': ASCII,
  'ISO_IR 100': `${ASCII}äöüßéèñÅÿ`,
  'ISO_IR 192': `${ASCII}äß山田太郎やまだ김희중Люкceмбypгπ😀`,
};

const several = (one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(one, { minLength: 1, maxLength: 3 }).filter((values) => values.length > 1 || values[0] !== null);

const words = (alphabet: string, maxLength = 12): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength })
    .map((text) => text.trim())
    .filter((text) => text !== '');

const orEmpty = (texts: fc.Arbitrary<string>): fc.Arbitrary<Value[]> =>
  several(fc.oneof({ weight: 6, arbitrary: texts }, { weight: 1, arbitrary: fc.constant(null) }));

const names = (alphabet: string): fc.Arbitrary<Value> => {
  const group = words(alphabet, 8);
  return fc
    .record({ Alphabetic: group, Ideographic: group, Phonetic: group }, { requiredKeys: [] })
    .map((name) => (Object.keys(name).length === 0 ? null : { ...name }));
};

const positive = (value: number): number => (value === 0 ? 0 : value);
const finite32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const finite64 = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimals = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map(positive),
  fc.constantFrom('1.50', '1e3', '+7', '007', '-0'),
);
const big = (one: fc.Arbitrary<bigint>): fc.Arbitrary<Value[]> =>
  several(one.map((value) => numberOrText(value.toString())));
const whole = (min: number, max: number): fc.Arbitrary<Value[]> => several(fc.integer({ min, max }));

const VALUES: Readonly<Record<string, (alphabet: string) => fc.Arbitrary<Value[]>>> = {
  AE: () => orEmpty(words(ASCII)),
  AS: () => several(fc.constantFrom('018M', '042Y')),
  AT: () => several(fc.constantFrom('00100010', '7FE00010', 'FFFEE000', '60003000')),
  CS: () => orEmpty(words('ABC_12 ')),
  DA: () => several(fc.constantFrom('20240101', '20240101-', '-19991231')),
  DS: () => several(decimals),
  DT: () => several(fc.constantFrom('20240101101112.123456+0100', '2024')),
  FD: () => several(finite64),
  FL: () => several(finite32),
  IS: () => several(fc.oneof(fc.integer(), fc.constantFrom('0012', '+3'))),
  LO: (alphabet) => orEmpty(words(alphabet)),
  LT: (alphabet) => words(`${alphabet}\\`, 40).map((text) => [text]),
  PN: (alphabet) => several(names(alphabet)),
  SH: (alphabet) => orEmpty(words(alphabet)),
  SL: () => whole(-0x80000000, 0x7fffffff),
  SS: () => whole(-0x8000, 0x7fff),
  ST: (alphabet) => words(`${alphabet}\\`, 40).map((text) => [` ${text}`]),
  SV: () => big(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })),
  TM: () => several(fc.constantFrom('101112.123', '10', '1011-')),
  UC: (alphabet) => orEmpty(words(alphabet, 40)),
  UI: () => several(fc.constantFrom('1.2.840.10008.1.1', '1.2.3', '2.25.1')),
  UL: () => whole(0, 0xffffffff),
  UR: () => words('https://example.org?a=%', 30).map((text) => [text]),
  US: () => whole(0, 0xffff),
  UT: (alphabet) => words(`${alphabet}\\`, 80).map((text) => [text]),
  UV: () => big(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
};
const BYTE_VRS: Readonly<Record<string, number>> = { OB: 2, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2, UN: 2 };

const bytes = (unit: number): fc.Arbitrary<string> =>
  fc
    .array(fc.uint8Array({ minLength: unit, maxLength: unit }), { minLength: 1, maxLength: 4 })
    .map((units) => Buffer.concat(units).toString('base64'));

function attributes(vr: string, alphabet: string, depth: number): fc.Arbitrary<Attribute> {
  const unit = BYTE_VRS[vr];
  const empty = fc.constant<Attribute>({ vr });
  const filled =
    unit !== undefined
      ? bytes(unit).map((InlineBinary): Attribute => ({ vr, InlineBinary }))
      : vr === 'SQ'
        ? fc
            .array(elements(alphabet, depth - 1), { minLength: 1, maxLength: 2 })
            .map((Value) => ({ vr, Value }))
        : VALUES[vr]!(alphabet).map((Value): Attribute => ({ vr, Value }));
  return fc.oneof({ weight: 5, arbitrary: filled }, { weight: 1, arbitrary: empty });
}

function elements(alphabet: string, depth: number): fc.Arbitrary<DataSet> {
  const vrs = [...TAGS.keys()].filter((vr) => depth > 0 || vr !== 'SQ');
  const element = fc
    .constantFrom(...vrs, ...(depth > 0 ? ['SQ', 'SQ'] : []))
    .chain((vr) => fc.tuple(fc.constantFrom(...TAGS.get(vr)!), attributes(vr, alphabet, depth)));
  return fc.array(element, { maxLength: 6 }).map((found) => Object.fromEntries(found));
}

/** Data sets with attributes of every VR, nested three deep, in one of three character sets. */
export const dataSets: fc.Arbitrary<DataSet> = fc
  .constantFrom('', 'ISO_IR 100', 'ISO_IR 192')
  .chain((set) => elements(ALPHABETS[set]!, 3).map((found) => withSet(found, set)));

function withSet(found: DataSet, set: string): DataSet {
  return set === '' ? found : { ...found, '00080005': { vr: 'CS', Value: [set] } };
}

/** The same data set with every sequence and item in undefined length, as many senders write them. */
export function writeUndefinedLengths(
  dataSet: DataSet,
  syntax: string,
  set: DataSet = characterSetOf(dataSet),
): Bytes {
  const parts = Object.keys(dataSet)
    .sort()
    .map((tag) => {
      const attribute = dataSet[tag]!;
      if (attribute.vr !== 'SQ')
        return withoutSet(writeDataSet({ ...set, [tag]: attribute }, syntax), tag, set, syntax);
      const header = writeDataSet({ [tag]: { vr: 'SQ' } }, syntax).slice();
      header.fill(0xff, header.length - 4);
      const items = (attribute.Value ?? []).map((item) => [
        ITEM,
        writeUndefinedLengths(item as DataSet, syntax, { ...set, ...characterSetOf(item as DataSet) }),
        ITEM_END,
      ]);
      return concat([header, ...items.flat(), SEQUENCE_END]);
    });
  return concat(parts);
}

const ITEM = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff);
const ITEM_END = Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0);
const SEQUENCE_END = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);

function characterSetOf(dataSet: DataSet): DataSet {
  const attribute = dataSet['00080005'];
  return attribute === undefined ? {} : { '00080005': attribute };
}

/** Cuts the character set off again, which had to be there for the element to be written; it sorts in front or behind. */
function withoutSet(written: Bytes, tag: string, set: DataSet, syntax: string): Bytes {
  if (tag === '00080005') return written;
  const length = writeDataSet(set, syntax).length;
  return tag < '00080005' ? written.subarray(0, written.length - length) : written.subarray(length);
}
