import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import {
  dataSet,
  inUTF8,
  readDataSet,
  rewritableAs,
  rewritten,
  writeDataSet,
} from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';

const EXPLICIT = UID.ExplicitVRLittleEndian;
const IMPLICIT = UID.ImplicitVRLittleEndian;
const DEFLATED = UID.DeflatedExplicitVRLittleEndian;
const PIXELS = Buffer.from(new Random(3).bytes(2000)).toString('base64');
const VALUE = {
  ...dataSet({
    SOPInstanceUID: '1.2.3',
    PatientName: 'Doe^Jane',
    Rows: 20,
    'ReferencedImageSequence[0].ReferencedSOPInstanceUID': '1.2.4',
  }),
  '7FE00010': { vr: 'OW', InlineBinary: PIXELS },
};

async function* pieces(parts: readonly Bytes[]): AsyncGenerator<Bytes, void, undefined> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function through(parts: readonly Bytes[], from: string, to: string): Promise<Bytes> {
  const out: Bytes[] = [];
  for await (const piece of await rewritten(pieces(parts), { from, to, change: inUTF8 }))
    out.push(piece.slice());
  return concat(out);
}

test.each(
  [
    [EXPLICIT, IMPLICIT],
    [IMPLICIT, EXPLICIT],
    [DEFLATED, EXPLICIT],
    [DEFLATED, IMPLICIT],
  ].flatMap((way) => SPLITS.map((how) => [...way, how] as const)),
)('%s becomes %s, pixels and all (%s)', async (from, to, how) => {
  const plain = writeDataSet(VALUE, from === IMPLICIT ? IMPLICIT : EXPLICIT);
  const given = from === DEFLATED ? new Uint8Array(deflateRawSync(plain)) : plain;
  const out = await through(split(given, how as 'whole'), from!, to!);
  expect(out).toEqual(writeDataSet(VALUE, to!));
});

test('lets go of what it reads from, to the end or not', async () => {
  let open = 0;
  async function* held(parts: readonly Bytes[]): AsyncGenerator<Bytes, void, undefined> {
    open++;
    try {
      yield* parts;
    } finally {
      open--;
    }
  }
  const whole = writeDataSet(VALUE, EXPLICIT);
  const parts = split(whole, 'random', 3);
  const way = { from: EXPLICIT, to: IMPLICIT, change: inUTF8 };
  for await (const _ of await rewritten(held(parts), way)) break;
  expect(open).toBe(0);
  const change = (): never => {
    throw new Error('no');
  };
  const more = new Uint8Array(1 << 20);
  await expect(rewritten(held([whole, more, more]), { ...way, change })).rejects.toThrow('no');
  await expect(rewritten(held([more, more]), { ...way, to: 'another' })).rejects.toThrow();
  expect(open).toBe(0);
});

test('group lengths go, whose count would be wrong behind them', async () => {
  const length = new Uint8Array([0xe0, 0x7f, 0, 0, 0x55, 0x4c, 4, 0, 1, 2, 3, 4]);
  const plain = writeDataSet(VALUE, EXPLICIT);
  const at = plain.length - 2012;
  expect(await through([plain.subarray(0, at), length, plain.subarray(at)], EXPLICIT, IMPLICIT)).toEqual(
    writeDataSet(VALUE, IMPLICIT),
  );
});

test('texts go on in UTF-8, whatever they were in', async () => {
  const latin = { ...VALUE, ...dataSet({ SpecificCharacterSet: 'ISO_IR 100', PatientName: 'Müller' }) };
  const out = readDataSet(await through([writeDataSet(latin, EXPLICIT)], EXPLICIT, IMPLICIT), IMPLICIT);
  expect(out['00080005']!.Value).toEqual(['ISO_IR 192']);
  expect(out['00100010']!.Value).toEqual([{ Alphabetic: 'Müller' }]);
  const nested = { '00081140': { vr: 'SQ', Value: [dataSet({ SpecificCharacterSet: 'ISO_IR 100' })] } };
  expect(inUTF8(nested)).toEqual({ '00081140': { vr: 'SQ', Value: [{}] } });
});

test('what can become what', async () => {
  expect(rewritableAs(EXPLICIT)).toEqual([EXPLICIT, IMPLICIT]);
  expect(rewritableAs(IMPLICIT)).toEqual([IMPLICIT, EXPLICIT]);
  expect(rewritableAs(DEFLATED)).toEqual([EXPLICIT, IMPLICIT]);
  expect(rewritableAs(UID.JPEG2000)).toEqual([UID.JPEG2000]);
  expect(rewritableAs(UID.JPIPReferenced)).toEqual([UID.JPIPReferenced]);
  for (const uid of [UID.ExplicitVRBigEndian, UID.JPIPReferencedDeflate, UID.XMLEncoding, '1.2.3'])
    expect(() => rewritableAs(uid), uid).toThrow(/neither converted nor de-identified/);
  await expect(through([], EXPLICIT, UID.JPEG2000)).rejects.toMatchObject({
    code: 'TRANSFER_SYNTAX_UNSUPPORTED',
  });
});
