import { describe, expect, it } from 'vitest';
import type { Attribute, DataSet } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { Packer } from '../../core/file/index.ts';
import type { KeptInstance, Stored } from '../../core/file/index.ts';
import { Random } from '../support/random.ts';

function stored(uid: string, header: DataSet): Stored {
  return {
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUID: uid,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    callingAETitle: 'SENDER',
    bytes: 5e9,
    header,
  };
}

const plain = (kept: KeptInstance): Stored => ({
  ...stored(kept.sopInstanceUID, kept.header),
  bytes: kept.bytes,
});

const HEADER = dataSet({
  SOPInstanceUID: '1.2.3',
  PatientName: 'Müller^Jürgen=山田^太郎',
  PatientID: 'a\nb\t"@"',
  StudyInstanceUID: '1.2',
  SeriesInstanceUID: '1.2.1',
  StudyDate: '',
  ImageType: ['ORIGINAL', '', 'AXIAL'],
  ImagePositionPatient: ['0', '-1.50', '3'],
  Rows: 512,
  'RequestAttributesSequence[0].RequestedProcedureID': '1.2.3',
});

describe('a packed instance', () => {
  it.each<[string, DataSet]>([
    ['of every kind of value', { ...HEADER, '00091010': { vr: 'UN', InlineBinary: 'AAE=' } }],
    ['of none', {}],
    ['of empty values', { '00100010': { vr: 'PN', Value: [null] }, '00100020': { vr: 'LO', Value: [] } }],
    ['of a lone surrogate', { '00100020': { vr: 'LO', Value: ['\ud83d'] } }],
    ['of what stands for the UID', { '00100020': { vr: 'LO', Value: ['@'] } }],
  ])('is the same again: %s', (_, header) => {
    const one = stored('1.2.3', header);
    const kept = new Packer().pack(one);
    expect(plain(kept)).toEqual(one);
    for (const [tag, attribute] of Object.entries(header)) expect(kept.attribute(tag)).toEqual(attribute);
    expect(kept.attribute('00181234')).toBeUndefined();
  });

  it('keeps only in what it differs from the first of its series', () => {
    const packer = new Packer();
    const first = packer.pack(stored('1.2.3', { ...HEADER }));
    const second = packer.pack(
      stored('1.2.4', { ...HEADER, ...dataSet({ SOPInstanceUID: '1.2.4', Rows: 256 }) }),
    );
    const other = packer.pack(stored('1.2.5', { ...HEADER, ...dataSet({ SeriesInstanceUID: '1.2.2' }) }));
    expect(first.own).toBe('');
    expect(second.shared).toBe(first.shared);
    expect(second.own).toMatch(/^\t\d+:\[256\]$/);
    expect(second.kind).toBe(first.kind);
    expect(other.shared).not.toBe(first.shared);
    expect([first.shares(['00280010']), second.shares(['00280010']), second.shares(['00100010'])]).toEqual([
      true,
      false,
      true,
    ]);
    expect(packer.pack(second)).toBe(second);
  });

  it('is the same again, whatever came before it', () => {
    const random = new Random(7);
    const packer = new Packer();
    const tags = ['00080018', '0020000E', '00100010', '00280010', '00400275'];
    const values: Attribute['Value'][] = [['1.2.1'], ['1.2.2'], [1], [null], [], undefined, ['ä\t1:["x"]']];
    for (let i = 0; i < 500; i++) {
      const header: Record<string, Attribute> = {};
      for (const tag of tags) {
        const Value = random.pick(values);
        const vr = random.pick(['LO', 'UI']);
        if (random.int(4) > 0) header[tag] = { vr, ...(Value && { Value }) };
      }
      const one = stored(`1.2.${random.int(5)}`, header);
      expect(plain(packer.pack(one))).toEqual(one);
    }
  });

  it('shares no attribute that stands for its own UID but that UID', () => {
    const packer = new Packer();
    const of = (uid: string): KeptInstance =>
      packer.pack(stored(uid, { ...HEADER, ...dataSet({ SOPInstanceUID: uid, StudyInstanceUID: uid }) }));
    const [first, second] = [of('1.2.3'), of('1.2.4')];
    expect(first.shares(['0020000D'])).toBe(true);
    expect(second.shares(['0020000D'])).toBe(false);
    expect(second.shares(['00080018'])).toBe(true);
  });

  it('remembers no more than it needs', () => {
    const packer = new Packer();
    const of = (i: number): KeptInstance =>
      packer.pack(stored('1.2.3', { ...HEADER, ...dataSet({ SeriesInstanceUID: `1.2.${i}` }) }));
    const first = of(0);
    expect(of(0).shared).toBe(first.shared);
    for (let i = 1; i <= 1024; i++) of(i);
    expect(of(0).shared).not.toBe(first.shared);
    expect(plain(of(0))).toEqual(plain(first));
  });
});
