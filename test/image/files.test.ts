/** Files of others, whole and broken: each is drawn, or refused with a reason. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { decodeFrame, openImage } from '../../core/image/index.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { Random } from '../support/random.ts';
import { drawn, open, sample } from './drawn.ts';
import { DECODERS } from './wasm.ts';

/** Files of a folder and those below it. */
function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : [path]));
}

/** Draws every frame, ten at most, or gives the reason why not; nothing else may happen. */
async function outcomeOf(path: string): Promise<'drawn' | 'refused' | 'no file'> {
  try {
    const image = await open(path);
    for (let i = 0; i < Math.min(10, image.description.numberOfFrames); i++) {
      const { rgb } = await drawn(image, { overlays: true }, i);
      expect(rgb.length).toBe(3 * image.description.rows * image.description.columns);
    }
    return 'drawn';
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    expect(error.message, path).toMatch(/\w/);
    return error.code === 'FILE_INVALID' ? 'no file' : 'refused';
  }
}

/** Compressed as none here reads, cut off, broken, or no image at all. */
const NOT_DRAWN =
  /JPEG-lossy|JPGExtended|JPEG2000-embedded|MR_truncated|SC_rgb_jpeg\.dcm|rtplan|rtstruct|reportsi|SR|waveform|UN_sequence|IM0000|meta|priv|charset/;

/** A hundred files and some wasm modules take their time on a machine that does other things as well. */
const SLOW = { timeout: 60_000 };

describeWith(['pydicom'], "pydicom's files", () => {
  test('are drawn, or refused with a reason', SLOW, async () => {
    const outcomes = { drawn: 0, refused: 0, 'no file': 0 };
    for (const path of filesOf(PYDICOM_FILES)) {
      const outcome = await outcomeOf(path);
      outcomes[outcome]++;
      if (outcome === 'refused') expect(path).toMatch(NOT_DRAWN);
    }
    expect(outcomes.drawn).toBeGreaterThan(70);
  });

  test('with other words in their headers: drawn, or refused', SLOW, async () => {
    const random = new Random(16);
    const names = [
      'CT_small',
      'MR_small_RLE',
      'liver_1frame',
      'SC_ybr_full_422_uncompressed',
      'rtdose_1frame',
    ];
    const files = names.map((name) => new Uint8Array(readFileSync(sample(name))));
    const parts = await Promise.all(files.map((file) => openPart10(bytesSource(file))));
    const outcomes = { drawn: 0, refused: 0 };
    for (let i = 0; i < 300; i++) {
      const { info, dataSetOffset } = parts[i % names.length]!;
      const bytes = files[i % names.length]!.slice(dataSetOffset);
      const header = Math.min(bytes.length, 4000);
      for (let change = 1 + random.int(6); change > 0; change--) bytes[random.int(header)] = random.int(256);
      try {
        await drawn(openImage(bytes, info.transferSyntaxUID), { overlays: true });
        outcomes.drawn++;
      } catch (error) {
        if (!(error instanceof DicomError)) throw error;
        outcomes.refused++;
      }
    }
    expect(outcomes.drawn).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
  });

  test('cut off or changed anywhere: drawn, or refused', SLOW, async () => {
    const random = new Random(15);
    const names = [
      'MR_small_jpeg_ls_lossless',
      'MR_small_jp2klossless',
      'SC_rgb_jpeg_dcmtk',
      'SC_rgb_jpeg_gdcm',
    ];
    const images = await Promise.all(names.map((name) => open(sample(name))));
    const outcomes = { drawn: 0, refused: 0 };
    for (let i = 0; i < 60; i++) {
      const good = images[i % images.length]!;
      const encoded = good.encoded(0).slice(0, random.int(3) === 0 ? 100 + random.int(3000) : undefined);
      for (let change = 1 + random.int(4); change > 0; change--)
        encoded[random.int(encoded.length)] = random.int(256);
      try {
        await decodeFrame({ ...good, encoded: () => encoded }, 0, DECODERS);
        outcomes.drawn++;
      } catch (error) {
        if (!(error instanceof DicomError)) throw error;
        expect(error.code).toMatch(/^IMAGE_/);
        outcomes.refused++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(10);
  });
});

// A folder of one's own, held to the same.
const folder = process.env['DICOM_SAMPLES'];
if (folder !== undefined) {
  test('DICOM_SAMPLES', { timeout: 300_000 }, async () => {
    const outcomes: string[] = [];
    for (const path of filesOf(folder)) outcomes.push(await outcomeOf(path));
    expect(outcomes).toContain('drawn');
  });
}
