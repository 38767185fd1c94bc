/** Which fragments are whose (PS3.5 A.4, PS3.3 C.7.6.3.1.8). */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, DicomError } from '../../core/bytes/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, toBase64, writeDataSet } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { codestreamOf, openImage } from '../../core/image/index.ts';
import { Random } from '../support/random.ts';
import { attributes, encapsulated, encapsulatedBytes } from './make.ts';

/** Fragments that begin as JPEG does, and others. */
const begins = (value: number): Bytes => Uint8Array.of(0xff, 0xd8, value, value);
const goesOn = (value: number): Bytes => Uint8Array.of(value, value);

function frames(count: number, fragments: readonly Bytes[], offsets: readonly number[] = []): number[][] {
  const syntax = UID.JPEGBaseline8Bit;
  const image = encapsulated({ NumberOfFrames: String(count) }, fragments, { offsets, syntax });
  return Array.from({ length: count }, (_, i) => [...image.encoded(i)]);
}

const A = [0xff, 0xd8, 1, 1, 2, 2];
const B = [0xff, 0xd8, 3, 3];
const PIECES = [begins(1), goesOn(2), begins(3)];

describe('frames', () => {
  test('by the Basic Offset Table', () => {
    // items of 8 bytes of header each, with 4, 2 and 4 bytes
    expect(frames(2, PIECES, [0, 22])).toEqual([A, B]);
    expect(frames(2, PIECES, [0, 12])).toEqual([
      [0xff, 0xd8, 1, 1],
      [2, 2, 0xff, 0xd8, 3, 3],
    ]);
  });

  test('by the Extended Offset Table', () => {
    const offsets = new Uint8Array(BigUint64Array.of(0n, 22n).buffer);
    const lengths = new Uint8Array(BigUint64Array.of(6n, 4n).buffer);
    const table = {
      '7FE00001': { vr: 'OV', InlineBinary: toBase64(offsets) },
      '7FE00002': { vr: 'OV', InlineBinary: toBase64(lengths) },
    };
    const head = writeDataSet(
      { ...attributes({ NumberOfFrames: '2' }), ...table },
      EXPLICIT_VR_LITTLE_ENDIAN,
    );
    const whole = encapsulatedBytes({ NumberOfFrames: '2' }, PIECES);
    const pixels = whole.subarray(
      writeDataSet(attributes({ NumberOfFrames: '2' }), EXPLICIT_VR_LITTLE_ENDIAN).length,
    );
    const image = openImage(concat([head, pixels]), UID.JPEGBaseline8Bit);
    expect([...image.encoded(0)]).toEqual(A);
    expect([...image.encoded(1)]).toEqual(B);
  });

  test('by their number', () => {
    expect(frames(3, [goesOn(1), goesOn(2), goesOn(3)])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(frames(1, [goesOn(1), goesOn(2)])).toEqual([[1, 1, 2, 2]]);
  });

  test('by where a codestream begins', () => {
    expect(frames(2, PIECES)).toEqual([A, B]);
  });

  test.each([
    ['offsets into the middle', [0, 20]],
    ['falling offsets', [22, 0]],
    ['offsets that repeat', [0, 0]],
    ['offsets beyond the end', [0, 4_000_000_000]],
    ['too few offsets', [0]],
    ['a first offset behind the beginning', [12, 22]],
  ])('with %s: by where a codestream begins', (_, offsets) => {
    expect(frames(2, PIECES, offsets)).toEqual([A, B]);
  });

  test('that nothing tells apart, and no fragments at all: refused', () => {
    expect(() => frames(2, [goesOn(1), goesOn(2), goesOn(3)])).toThrow(
      expect.objectContaining({ code: 'IMAGE_INVALID', details: { fragments: 3, frames: 2 } }),
    );
    expect(() => frames(1, [])).toThrow(expect.objectContaining({ code: 'IMAGE_INVALID' }));
  });

  test('are views where they lie in one piece', () => {
    const bytes = encapsulatedBytes({}, [begins(1)]);
    expect(openImage(bytes, UID.JPEGBaseline8Bit).encoded(0).buffer).toBe(bytes.buffer);
  });
});

test('whatever the bytes of a compressed image: an image or a typed error', () => {
  const random = new Random(13);
  const good = encapsulatedBytes({ NumberOfFrames: '2' }, PIECES, [0, 22]);
  const outcomes = { read: 0, refused: 0 };
  for (let i = 0; i < 3000; i++) {
    const bytes = good.slice(0, random.int(3) === 0 ? random.int(good.length) : good.length);
    for (let change = random.int(5); change > 0; change--) bytes[random.int(bytes.length)] = random.int(256);
    try {
      const image = openImage(bytes, UID.JPEGBaseline8Bit);
      for (let frame = 0; frame < Math.min(4, image.description.numberOfFrames); frame++) {
        codestreamOf(image.encoded(frame));
      }
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(300);
  expect(outcomes.refused).toBeGreaterThan(300);
});

describe('headers of codestreams', () => {
  const jpeg = (...segments: number[]): Bytes => Uint8Array.of(0xff, 0xd8, ...segments);
  const APP0 = [0xff, 0xe0, 0, 4, 1, 2];
  const SIZ = (...words: number[]): Bytes => {
    const bytes = new Uint8Array(50);
    bytes.set([0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0]);
    words.forEach((word, i) => new DataView(bytes.buffer).setUint32(8 + 4 * i, word));
    bytes.set([0, 3, 0x8b], 40); // three components, the first signed, of 12 bits
    return bytes;
  };

  test.each([
    ['jpeg', 0xc0],
    ['jpeg', 0xc1],
    ['jpeg', 0xc2],
    ['jpeg-lossless', 0xc3],
    ['jpeg-ls', 0xf7],
  ])('%s, marker %d', (family, marker) => {
    const bytes = jpeg(...APP0, 0xff, 0xff, marker, 0, 17, 12, 1, 2, 3, 4, 3, 0);
    expect(codestreamOf(bytes)).toEqual({
      family,
      bits: 12,
      rows: 0x102,
      columns: 0x304,
      samplesPerPixel: 3,
    });
  });

  test('JPEG 2000, by itself and in the boxes of a file', () => {
    const told = { family: 'jpeg-2000', bits: 12, rows: 90, columns: 60, samplesPerPixel: 3 };
    const stream = SIZ(64, 100, 4, 10);
    expect(codestreamOf(stream)).toEqual(told);
    const signature = Uint8Array.of(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 13, 10, 0x87, 10);
    const box = Uint8Array.of(0, 0, 0, 0, 0x6a, 0x70, 0x32, 0x63);
    expect(codestreamOf(concat([signature, box, stream]))).toEqual(told);
  });

  test.each<[string, Bytes]>([
    ['nothing', new Uint8Array(0)],
    ['no marker', Uint8Array.of(1, 2, 3, 4)],
    ['a scan without a frame', jpeg(0xff, 0xda, 0, 2, 0, 0)],
    ['the end', jpeg(0xff, 0xd9, 0, 0)],
    ['a frame header cut off', jpeg(0xff, 0xc0, 0, 17, 8, 0)],
    ['segments without end', jpeg(...APP0, 0xff, 0xe1, 0xff, 0xff)],
    ['arithmetic coding', jpeg(0xff, 0xc9, 0, 17, 8, 0, 1, 0, 1, 1, 0, 0)],
    ['a SIZ cut off', SIZ(1, 1).subarray(0, 40)],
  ])('%s: none', (_, bytes) => {
    expect(codestreamOf(bytes)).toBeUndefined();
  });
});

test('a marker of no length does not keep us', () => {
  const bytes = new Uint8Array(1 << 16).fill(0xff);
  bytes[1] = 0xd8;
  expect(codestreamOf(bytes)).toBeUndefined();
  expect(codestreamOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0))).toBeUndefined();
});

test('the description stands where fragments cannot be divided: a video says what it is', () => {
  const bytes = encapsulatedBytes({ NumberOfFrames: '25' }, [goesOn(1)]);
  expect(openImage(bytes, UID.MPEG2MPML).description.numberOfFrames).toBe(25);
});
