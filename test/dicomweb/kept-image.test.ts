/** Frames that are read one by one are those of the image held whole, and of a long one little else is read. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError, fromHex, toHex } from '../../core/bytes/index.ts';
import { createDicomWeb } from '../../core/dicomweb/index.ts';
import { frameBytes } from '../../core/dicomweb/images.ts';
import type { KeptImage } from '../../core/dicomweb/kept-image.ts';
import { placedImage } from '../../core/dicomweb/kept-image.ts';
import { Refusal } from '../../core/dicomweb/problem.ts';
import { dataSet as tagged, readDataSet, writeDataSet } from '../../core/data/index.ts';
import { openImage } from '../../core/image/index.ts';
import type { Keys } from '../image/make.ts';
import { encapsulatedBytes, nativeBytes, shorts } from '../image/make.ts';
import { keep } from '../store/instances.ts';
import { Random } from '../support/random.ts';
import { bytesOf, facade, get, refusal } from './facade.ts';
import { partsOf } from './parts.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const JPEG = '1.2.840.10008.1.2.4.50';
const RLE = '1.2.840.10008.1.2.5';
const three: Keys = { NumberOfFrames: 3 };
const bits: Keys = { ...three, Rows: 1, Columns: 3, BitsAllocated: 1, BitsStored: 1, HighBit: 0 };
const samples = shorts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const fragments = ['ffd8 0001', '0002', 'ffd8 0003 0004', 'ffd8 0005'].map((hex) => fromHex(hex));
const apart = ['0000 0001', '0000 0002', '0000 0003'].map((hex) => fromHex(hex));

/** Offsets of 64 bits in front of the fragments (PS3.3 C.7.6.3.1.8). */
function withExtended(bytes: Bytes, offsets: readonly bigint[]): Bytes {
  const table = new Uint8Array(BigUint64Array.from(offsets).buffer);
  const element = concat([fromHex('e07f 0100 4f56 0000'), Uint8Array.of(table.length, 0, 0, 0), table]);
  const at = Buffer.from(bytes).indexOf(fromHex('e07f 1000 4f42'));
  return concat([bytes.subarray(0, at), element, bytes.subarray(at)]);
}

const IMAGES: Readonly<Record<string, readonly [Bytes, string]>> = {
  'samples of 16 bits': [nativeBytes(three, samples), EXPLICIT],
  'in implicit VR': [writeDataSet(readDataSet(nativeBytes(three, samples), EXPLICIT), IMPLICIT), IMPLICIT],
  'single bits': [nativeBytes(bits, Uint8Array.of(0b01110101, 0), 'OB'), EXPLICIT],
  floats: [nativeBytes(three, new Uint8Array(48), 'OF'), EXPLICIT],
  'a fragment a frame': [encapsulatedBytes(three, apart), RLE],
  'a Basic Offset Table': [encapsulatedBytes(three, fragments, [0, 22, 36]), JPEG],
  'an Extended Offset Table': [withExtended(encapsulatedBytes(three, fragments), [0n, 22n, 36n]), JPEG],
  'a table that is wrong': [encapsulatedBytes(three, fragments, [0, 1, 2]), JPEG],
  'codestreams that begin': [encapsulatedBytes(three, fragments), JPEG],
};

/** The image with its bytes at hand; `onRead` is told of each look at them. */
async function placed(
  bytes: Bytes,
  transferSyntaxUID: string,
  onRead: () => void = () => undefined,
): Promise<KeptImage | undefined> {
  const info = { sopClassUID: '1', sopInstanceUID: '2', callingAETitle: 'X', transferSyntaxUID };
  async function* chunks(): AsyncGenerator<Bytes> {
    yield bytes;
  }
  const read = async (start: number, end: number): Promise<Bytes> => {
    onRead();
    return bytes.subarray(start, end);
  };
  return placedImage({ ...info, bytes: bytes.length, header: {} }, chunks(), read);
}

describe('frames by their places', () => {
  test.each(Object.entries(IMAGES))('%s', async (_, [bytes, syntax]) => {
    const whole = openImage(bytes, syntax);
    const image = (await placed(bytes, syntax))!;
    expect(image.description).toEqual(whole.description);
    for (const index of [2, 0, 1]) {
      const frame = await image.frame(index);
      expect(toHex(frameBytes(frame, index))).toBe(toHex(frameBytes(whole, index)));
      expect(() => frame.encoded((index + 1) % 3)).toThrow('was not read');
    }
  });

  test('are read at once, in however many fragments one lies', async () => {
    const pieces = Array.from({ length: 3000 }, (_, i) => shorts(i));
    let reads = 0;
    const image = (await placed(encapsulatedBytes({}, pieces), JPEG, () => reads++))!;
    const before = reads;
    expect(frameBytes(await image.frame(0), 0)).toEqual(concat(pieces));
    expect(reads - before).toBe(1);
  });

  test('are not looked for in elements without end', async () => {
    const element = fromHex('e07f 0800 4f57 0000 0000 0000'); // 12 bytes, and none in it
    const others = fromHex('e07f 0100 4f56 0000 0000 0000');
    const hostile = concat([
      nativeBytes({}, shorts(1)).subarray(0, -14),
      ...Array.from({ length: 2000 }, () => others),
      element,
    ]);
    let reads = 0;
    expect(await placed(hostile, EXPLICIT, () => reads++)).toBeUndefined();
    expect(reads).toBeLessThan(10);
  });

  test.each([
    ['overlays in bits of pixels', nativeBytes({ '60000010': 2, '60000011': 2 }, shorts(1, 2, 3, 4))],
    ['pixels that end early', nativeBytes({ NumberOfFrames: 2 }, shorts(1, 2, 3, 4))],
  ])('are not told of %s', async (_, bytes) => {
    expect(await placed(bytes, EXPLICIT)).toBeUndefined();
  });

  test('are not there without pixels', async () => {
    const bytes = nativeBytes({}, shorts(1, 2, 3, 4)).subarray(0, -20);
    await expect(placed(bytes, EXPLICIT)).rejects.toThrow(
      'The instance has no pixel data, and so no frames.',
    );
  });

  test('broken bytes are refused, or are no reason to fail', async () => {
    const random = new Random(5);
    for (const [name, [bytes, syntax]] of Object.entries(IMAGES)) {
      for (let i = 0; i < 200; i++) {
        const broken = bytes.slice(0, random.int(4) === 0 ? random.int(bytes.length) : bytes.length);
        for (let n = 0; n < 3; n++) broken[random.int(broken.length)] = random.int(256);
        try {
          const image = await placed(broken, syntax);
          for (let n = 0; n < Math.min(3, image?.description.numberOfFrames ?? 0); n++)
            frameBytes(await image!.frame(n), n);
        } catch (error) {
          expect(error instanceof DicomError || error instanceof Refusal, `${name}: ${error}`).toBe(true);
        }
      }
    }
  });
});

describe('an instance of 12 MiB', () => {
  const path = '/studies/1/series/1.1/instances/1.1.1';
  const keys = { StudyInstanceUID: '1', SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' };
  const pixels = new Random(3).bytes(12 << 20);
  const images = nativeBytes({ ...keys, NumberOfFrames: 96, Rows: 256, Columns: 256 }, pixels);

  async function counted(
    dataSet = images,
  ): Promise<{ handle: ReturnType<typeof createDicomWeb>; read(): number }> {
    const { archive, store } = await facade();
    const info = { sopClassUID: '1.2.3', sopInstanceUID: '1.1.1', callingAETitle: 'X' };
    await keep(store, { info: { ...info, transferSyntaxUID: EXPLICIT }, dataSet });
    let read = 0;
    const open = store.open.bind(store);
    store.open = async (uid, range) => {
      const opened = await open(uid, range);
      const counting = new TransformStream<Bytes, Bytes>({
        transform(chunk, controller) {
          read += chunk.length;
          controller.enqueue(chunk);
        },
      });
      return { info: opened.info, dataSet: opened.dataSet.pipeThrough(counting) };
    };
    return { handle: createDicomWeb({ archive, path: '/dicomweb' }), read: () => read };
  }

  const frame = (number: number): Bytes => pixels.subarray((number - 1) << 17, number << 17);

  test('is read where its frames lie', async () => {
    const { handle, read } = await counted();
    const accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
    const parts = await partsOf(await get(handle, `${path}/frames/96,1`, accept));
    expect(
      parts.map(({ bytes }) => Buffer.compare(bytes, frame(bytes === parts[0]!.bytes ? 96 : 1))),
    ).toEqual([0, 0]);
    expect(read()).toBeLessThan(2 << 20);
    const before = read();
    expect(Buffer.compare(await bytesOf(await get(handle, `${path}/frames/50`)), frame(50))).toBe(0);
    expect(read() - before).toBe(1 << 17);
    expect((await refusal(get(handle, `${path}/frames/97`)))[0]).toBe(404);
  });

  test('is no image where its first attributes name no rows', async () => {
    const document = { '00420011': { vr: 'OB', InlineBinary: 'AAAA'.repeat(4 << 20) } };
    const { handle, read } = await counted(writeDataSet({ ...tagged(keys), ...document }, EXPLICIT));
    const accept = 'application/octet-stream; transfer-syntax=*';
    expect(await refusal(get(handle, `${path}/frames/1`, accept))).toEqual([
      404,
      'The instance describes no pixels, and so no frames.',
    ]);
    expect(read()).toBeLessThan(2 << 20);
  });

  test('has no frames where it ends before its pixels', async () => {
    const described = { ...keys, Rows: 256, Columns: 256 };
    const document = { '00420011': { vr: 'OB', InlineBinary: 'AAAA'.repeat(4 << 20) } };
    const { handle, read } = await counted(writeDataSet({ ...tagged(described), ...document }, EXPLICIT));
    expect((await refusal(get(handle, `${path}/frames/1`)))[0]).toBe(404);
    expect(read()).toBeLessThan(pixels.length * 1.2); // and it is not held once more
  });

  test('gives ranges of its pixels', async () => {
    const { handle, read } = await counted();
    const url = `http://facade.test/dicomweb${path}/bulkdata/7FE00010`;
    const answer = await handle(new Request(url, { headers: { range: 'bytes=1000000-1000009' } }));
    expect([answer.status, answer.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000000-1000009/${pixels.length}`,
    ]);
    expect(await bytesOf(answer)).toEqual(pixels.slice(1_000_000, 1_000_010));
    expect(read()).toBeLessThan(2 << 20);
  });
});
