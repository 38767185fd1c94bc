import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError, fromHex, toLatin1 } from '../../core/bytes/index.ts';
import { dataSet, readHead, text, transferSyntax, writeDataSet } from '../../core/data/index.ts';
import { Deidentifier } from '../../core/deidentify/index.ts';
import { UID } from '../../core/dict/index.ts';
import { bytesSource, cutOff, fileMetaInformation, openPart10, streamRange } from '../../core/file/index.ts';
import { dcmdump } from '../data/dcmdump.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';

const EXPLICIT = UID.ExplicitVRLittleEndian;
const HEAD = dataSet({
  SOPClassUID: UID.CTImageStorage,
  SOPInstanceUID: '1.2.3.4',
  PatientName: 'Doe^Jane',
  PatientID: '4711',
  Rows: 2,
});
const PIXELS = new Random(7).bytes(3000);
/** (FFFA,FFFA) with a signature of someone, and padding: what may follow pixel data. */
const TAIL = fromHex('fafffaff 5351 0000 ffffffff  feffdde0 00000000  fcfffcff 4f42 0000 04000000 446f6521');

const length = (value: number): Bytes => new Uint8Array(new Uint32Array([value]).buffer);
const native = (vr: string): Bytes =>
  vr === ''
    ? concat([fromHex('e07f1000'), length(PIXELS.length), PIXELS])
    : concat([fromHex('e07f1000 4f57 0000'), length(PIXELS.length), PIXELS]);
const fragment = (bytes: Bytes): Bytes => concat([fromHex('feff00e0'), length(bytes.length), bytes]);
const ENCAPSULATED = concat([
  fromHex('e07f0100 4f56 0000 08000000 0000000000000000'), // (7FE0,0001) Extended Offset Table
  fromHex('e07f1000 4f42 0000 ffffffff'),
  fragment(new Uint8Array(0)),
  fragment(PIXELS),
  fragment(fromHex('feffdde0 00000000')), // looks like the end, within a fragment
  fromHex('feffdde0 00000000'),
]);

async function* pieces(parts: readonly Bytes[]): AsyncGenerator<Bytes, void, undefined> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function through(parts: readonly Bytes[], syntax: string, batch = new Deidentifier()): Promise<Bytes> {
  const out: Bytes[] = [];
  for await (const piece of await batch.stream(pieces(parts), syntax)) out.push(piece.slice());
  return concat(out);
}

const FORMS = [
  ['Explicit VR', EXPLICIT, native('OW')],
  ['Implicit VR', UID.ImplicitVRLittleEndian, native('')],
  ['JPEG 2000', UID.JPEG2000Lossless, ENCAPSULATED],
  ['no pixel data', EXPLICIT, new Uint8Array(0)],
] as const;

test.each(FORMS.flatMap((form) => SPLITS.map((how) => [...form, how] as const)))(
  '%s: pixels pass untouched, what follows them does not (%4$s)',
  async (_, syntax, pixels, how) => {
    const explicit = transferSyntax(syntax)!.explicit;
    const head = writeDataSet(HEAD, explicit ? EXPLICIT : syntax);
    const given = concat([head, pixels, explicit ? TAIL : new Uint8Array(0)]);
    const out = await through(split(given, how), syntax);
    const { dataSet: clean, end } = readHead(out, syntax, { until: '7FE00000' });
    expect(out.subarray(end)).toEqual(pixels);
    expect(text(clean, 'PatientIdentityRemoved')).toBe('YES');
    expect(text(clean, 'Rows')).toBe('2');
    expect(toLatin1(out)).not.toMatch(/Doe|4711/);
  },
);

test('a head that is longer than the first look is read whole', async () => {
  const long = { ...HEAD, ...dataSet({ '00281201': { vr: 'OW', InlineBinary: 'AAAA'.repeat(300_000) } }) };
  const out = await through(split(concat([writeDataSet(long, EXPLICIT), native('OW')]), 'random'), EXPLICIT);
  const { dataSet: clean, end } = readHead(out, EXPLICIT, { until: '7FE00000' });
  expect(clean['00281201']).toEqual(long['00281201']);
  expect(out.subarray(end)).toEqual(native('OW'));
});

test('deflated data sets go on as Explicit VR Little Endian', async () => {
  const syntax = UID.DeflatedExplicitVRLittleEndian;
  const plain = concat([writeDataSet(HEAD, EXPLICIT), native('OW'), TAIL]);
  const batch = new Deidentifier();
  expect(batch.transferSyntaxUID(syntax)).toBe(EXPLICIT);
  const out = await through([new Uint8Array(deflateRawSync(plain))], syntax, batch);
  const { dataSet: clean, end } = readHead(out, EXPLICIT, { until: '7FE00000' });
  expect(text(clean, 'SOPInstanceUID')).toBe(batch.sopInstanceUID('1.2.3.4'));
  expect(out.subarray(end)).toEqual(native('OW'));
});

test('what cannot be read is refused before anything is sent', async () => {
  const refused = (bytes: Bytes, syntax: string) => new Deidentifier().stream(pieces([bytes]), syntax);
  const code = (value: string) => ({ code: value });
  const head = writeDataSet(HEAD, EXPLICIT);
  await expect(refused(head, UID.ExplicitVRBigEndian)).rejects.toMatchObject(
    code('TRANSFER_SYNTAX_UNSUPPORTED'),
  );
  await expect(refused(head, '1.2.3')).rejects.toMatchObject(code('TRANSFER_SYNTAX_UNSUPPORTED'));
  await expect(refused(head.subarray(0, -3), EXPLICIT)).rejects.toMatchObject(code('DATASET_INVALID'));
  await expect(refused(fromHex('08001800 0000'), EXPLICIT)).rejects.toMatchObject(code('DATASET_INVALID'));
});

test('pixel data that is cut off ends with an error, not as if it were whole', async () => {
  const head = writeDataSet(HEAD, EXPLICIT);
  for (const pixels of [native('OW').subarray(0, 500), ENCAPSULATED.subarray(0, -8)])
    await expect(through([head, pixels], EXPLICIT)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  const noEnd = concat([ENCAPSULATED.subarray(0, -8), TAIL]);
  await expect(through([head, noEnd], UID.JPEG2000)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
});

describeWith(['pydicom', 'dcmtk'], "pydicom's files", () => {
  test('come out readable for dcmdump, or are refused with a typed error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webdimse-deidentify-'));
    const batch = new Deidentifier();
    const written: string[] = [];
    const refused: string[] = [];
    try {
      for (const name of readdirSync(PYDICOM_FILES).filter((file) => file.endsWith('.dcm'))) {
        const source = bytesSource(new Uint8Array(readFileSync(join(PYDICOM_FILES, name))));
        try {
          const part10 = await openPart10(source);
          if ((await cutOff(source, part10)) !== undefined) continue;
          const { info, dataSetOffset } = part10;
          const out: Bytes[] = [
            fileMetaInformation({
              ...info,
              sopInstanceUID: batch.sopInstanceUID(info.sopInstanceUID),
              transferSyntaxUID: batch.transferSyntaxUID(info.transferSyntaxUID),
              callingAETitle: '',
            }),
          ];
          for await (const piece of await batch.stream(
            streamRange(source, dataSetOffset),
            info.transferSyntaxUID,
          ))
            out.push(piece);
          writeFileSync(join(folder, name), concat(out));
          written.push(join(folder, name));
        } catch (error) {
          expect(error, name).toBeInstanceOf(DicomError);
          refused.push(`${name}: ${(error as DicomError).code}`);
        }
      }
      expect(written.length).toBeGreaterThan(50);
      const broken = refused.filter((line) => !/FILE_INVALID|TRANSFER_SYNTAX_UNSUPPORTED/.test(line));
      expect(broken).toEqual(['SC_rgb_jpeg.dcm: DATASET_INVALID']);
      for (const lines of dcmdump(written)) {
        const value = (tag: string) => lines.find((line) => line.tag === tag && line.indent === 0)?.value;
        expect(value('00120062')).toBe('[YES]');
        expect(value('00100010') ?? '[ANON-]').toMatch(/^\[ANON-|no value/);
        expect(lines.filter(({ tag }) => parseInt(tag[3]!, 16) % 2 === 1)).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
