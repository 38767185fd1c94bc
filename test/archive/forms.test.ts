import { expect, test } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { KeyValue } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  text,
  texts,
  writeDataSet,
} from '../../core/data/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  toBigEndian,
  toDeflated,
} from '../data/forms.ts';
import { instance, keep } from '../store/instances.ts';

const study = (uid: string): Record<string, KeyValue> => ({
  StudyInstanceUID: uid,
  SeriesInstanceUID: `${uid}.1`,
});

/** Names beyond ASCII as instances hold them; (0008,0005) stands in front of all else, so it may be put there. */
const NAMES: readonly (readonly [uid: string, set: string, name: string, decoded: string])[] = [
  ['3', 'ISO_IR 100', 'c46e6561735e52fc6469676572', 'Äneas^Rüdiger'],
  ['4', 'ISO_IR 144', 'bbeeda6365dcd17970d3', 'Люкceмбypг'],
  ['5', '\\ISO 2022 IR 149', '1b242943d1ced4d7', '吉洞'],
  ['6', '\\ISO 2022 IR 87 ', '1b24423b3345441b2842', '山田'],
  ['7', 'GB18030 ', 'cdf55ed0a1b6ab', '王^小东'],
];

test('instances in big endian and deflated are found, and come back in their own form', async () => {
  const store = new MemoryStore();
  const archive = await Archive.open(store);
  const big = instance('1.1', { ...study('1'), PatientID: 'BIG', PatientName: 'Big^Endian' });
  const deflated = instance('2.1', { ...study('2'), PatientID: 'DFL', PatientName: 'De^Flated' });
  const forms = [
    { info: { ...big.info, transferSyntaxUID: EXPLICIT_VR_BIG_ENDIAN }, dataSet: toBigEndian(big.dataSet) },
    {
      info: { ...deflated.info, transferSyntaxUID: DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN },
      dataSet: toDeflated(deflated.dataSet),
    },
  ];
  for (const form of forms) await keep(store, form);
  expect(archive.unindexed).toBe(0);
  const keys = (PatientName: string): ReturnType<typeof dataSet> =>
    dataSet({ PatientName, StudyInstanceUID: '' });
  for (const [name, uid] of [
    ['big*', '1'],
    ['de^flated', '2'],
  ] as const) {
    const found = [...archive.find({ model: 'STUDY', level: 'STUDY', keys: keys(name) })];
    expect(found.map((match) => text(match, 'StudyInstanceUID'))).toEqual([uid]);
  }
  const [stored] = archive.select({
    model: 'STUDY',
    level: 'STUDY',
    keys: dataSet({ StudyInstanceUID: '1' }),
  });
  expect(stored).toMatchObject({ transferSyntaxUID: EXPLICIT_VR_BIG_ENDIAN, bytes: big.dataSet.length });
});

test('names in any character set are found by their characters, and answered in UTF-8', async () => {
  const store = new MemoryStore();
  const archive = await Archive.open(store);
  for (const [uid, set, hex] of NAMES) {
    const { info, dataSet: bytes } = instance(`${uid}.1`, { ...study(uid), PatientID: uid, PatientName: '' });
    const name = fromHex(hex.length % 4 === 0 ? hex : `${hex}20`);
    const empty = bytes.findIndex(
      (_, i) => bytes[i] === 0x10 && bytes[i + 2] === 0x10 && bytes[i + 4] === 0x50,
    );
    const named = concat([
      Uint8Array.of(8, 0, 5, 0, 0x43, 0x53, set.length, 0),
      Uint8Array.from(set, (character) => character.charCodeAt(0)),
      bytes.subarray(0, empty + 6),
      Uint8Array.of(name.length, 0),
      name,
      bytes.subarray(empty + 8),
    ]);
    await keep(store, { info, dataSet: named });
  }
  for (const [uid, , , decoded] of NAMES) {
    const keys = dataSet({ PatientName: `${decoded.slice(0, 2)}*`, StudyInstanceUID: '' });
    const found = [...archive.find({ model: 'STUDY', level: 'STUDY', keys })];
    expect(found.map((match) => text(match, 'StudyInstanceUID'))).toEqual([uid]);
    const answered = readDataSet(
      writeDataSet(found[0]!, EXPLICIT_VR_LITTLE_ENDIAN),
      EXPLICIT_VR_LITTLE_ENDIAN,
    );
    expect(texts(answered, 'PatientName')).toEqual([decoded]);
    expect(text(answered, 'SpecificCharacterSet')).toBe('ISO_IR 192');
  }
});
