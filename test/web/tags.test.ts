import { expect, it } from 'vitest';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, toBase64 } from '../../core/data/index.ts';
import type { LeftOut, Looked } from '../../web/engine/looked.ts';
import { tagRows } from '../../web/state/tag-rows.ts';
import { Tags } from '../../web/state/tags.svelte.ts';

const KEYS: Record<string, KeyValue> = {
  PatientName: 'Doe^Jane=山田',
  ImageType: 'DERIVED\\PRIMARY',
  'ReferencedImageSequence[1].ReferencedSOPInstanceUID': '1.2.3',
  '00090010': { vr: 'LO', Value: ['ACME <b>'] },
  '00091001': { vr: 'UN', InlineBinary: toBase64(Uint8Array.from('hello\0', (c) => c.charCodeAt(0))) },
  '00091002': { vr: 'OB', InlineBinary: toBase64(Uint8Array.of(0, 1, 255)) },
  '54000100': { vr: 'SQ' },
  PatientComments: 'x'.repeat(500),
};
const LEFT: readonly LeftOut[] = [
  { path: '7FE00010', vr: 'OW', length: 524288 },
  { path: '00081140[0].00091003', vr: 'OB', length: 2048 },
];
const looked = (keys = KEYS, left = LEFT): Looked => ({
  info: { sopClassUID: '1', sopInstanceUID: '2', transferSyntaxUID: '3', callingAETitle: 'A', bytes: 9 },
  kind: 'image',
  dataSet: dataSet(keys),
  left,
});

it('has every element in the order of tags, named as the dictionary has it', () => {
  const rows = tagRows(dataSet(KEYS), LEFT);
  expect(rows.map(({ depth, tag, vr, name, value }) => [depth, tag, vr, name, value.slice(0, 20)])).toEqual([
    [0, '(0008,0008)', 'CS', 'ImageType', 'DERIVED\\PRIMARY'],
    [0, '(0008,1140)', 'SQ', 'ReferencedImageSequence', '2 items'],
    [1, '', '', 'Item 1', ''],
    [2, '(0009,1003)', 'OB', 'private', '2 kB, not listed'],
    [1, '', '', 'Item 2', ''],
    [2, '(0008,1155)', 'UI', 'ReferencedSOPInstanceUID', '1.2.3'],
    [0, '(0009,0010)', 'LO', 'Private Creator', 'ACME <b>'],
    [0, '(0009,1001)', 'UN', 'private, ACME <b>', 'hello'],
    [0, '(0009,1002)', 'OB', 'private, ACME <b>', '3 B: 00 01 ff'],
    [0, '(0010,0010)', 'PN', 'PatientName', 'Doe^Jane=山田'],
    [0, '(0010,4000)', 'LT', 'PatientComments', 'x'.repeat(20)],
    [0, '(5400,0100)', 'SQ', 'WaveformSequence', ''],
    [0, '(7fe0,0010)', 'OW', 'PixelData', '524 kB, not listed'],
  ]);
  expect(rows.find(({ name }) => name === 'PatientComments')?.value).toHaveLength(401);
});

it('finds by keyword, tag, value and several words, and keeps what a row stands under', () => {
  const tags = new Tags(looked());
  const found = (query: string): string[] => {
    tags.query = query;
    return tags.rows.map(({ name }) => name);
  };
  expect(found('patientname')).toEqual(['PatientName']);
  expect(found('0010,0010')).toEqual(['PatientName']);
  expect(found('00100010')).toEqual(['PatientName']);
  expect(found('山田 pn')).toEqual(['PatientName']);
  expect(found('1155')).toEqual(['ReferencedImageSequence', 'Item 2', 'ReferencedSOPInstanceUID']);
  expect(found('zzz')).toEqual([]);
});

it('folds what stands under a row', () => {
  const tags = new Tags(looked());
  const all = tags.rows.length;
  tags.toggle('00081140[0]');
  expect(tags.rows).toHaveLength(all - 1);
  tags.toggle('00081140');
  expect([tags.isOpen('00081140'), tags.rows.length]).toEqual([false, all - 4]);
  tags.toggle('00081140');
  expect(tags.rows).toHaveLength(all - 1);
});

it('copies as text what is found, and as JSON the whole data set', () => {
  const tags = new Tags(looked());
  tags.query = '1155';
  expect(tags.text).toBe(
    '(0008,1140) SQ ReferencedImageSequence: 2 items\n  Item 2\n    (0008,1155) UI ReferencedSOPInstanceUID: 1.2.3',
  );
  expect(JSON.parse(tags.json)).toEqual(dataSet(KEYS));
});

it('takes 10,000 elements in no time to speak of', () => {
  const item = dataSet({ CodeValue: 'a', CodeMeaning: 'b' });
  const many = { ConceptCodeSequence: Array.from({ length: 5000 }, () => item) };
  const made = looked(many, []);
  const begin = process.cpuUsage(); // not the clock: other tests run at the same time
  const tags = new Tags(made);
  tags.query = 'meaning';
  expect(tags.rows).toHaveLength(10_001);
  const { user } = process.cpuUsage(begin);
  expect(user / 1000).toBeLessThan(1000);
});
