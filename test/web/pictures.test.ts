import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { MemoryStore, sampleInstances } from '../../core/archive/index.ts';
import type { SampleInstance } from '../../core/archive/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { Kept } from '../../web/engine/kept.ts';
import { Pictures } from '../../web/engine/pictures.ts';
import { instance, keep } from '../store/instances.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';

const SAMPLES = [...sampleInstances()];
const of = (sopClassUID: string): SampleInstance[] =>
  SAMPLES.filter(({ info }) => info.sopClassUID === sopClassUID);
const CT = of('1.2.840.10008.5.1.4.1.1.2')[12]!;
const US = of('1.2.840.10008.5.1.4.1.1.3.1')[0]!;
const alike = (a: Uint8ClampedArray, b: Uint8ClampedArray): boolean =>
  Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;

/** Node has no bitmaps: what would become one is handed out as it is. */
async function scene(...instances: readonly SampleInstance[]) {
  const store = new MemoryStore();
  for (const { info, dataSet } of instances) await keep(store, { info, dataSet });
  const pictures = new Pictures(store, {}, async (rgba) => rgba as unknown as ImageBitmap);
  const draw = async (uid: string, frame = 0, voi?: { center: number; width: number }) => {
    const picture = await pictures.draw({ sopInstanceUID: uid, frame, ...(voi && { voi }) });
    return { ...picture, rgba: picture.bitmap as unknown as Uint8ClampedArray };
  };
  return { store, pictures, draw };
}

describe('pictures', () => {
  it('are drawn with the window of the data set, or with another', async () => {
    const { draw } = await scene(CT);
    const { sopInstanceUID } = CT.info;
    const told = await draw(sopInstanceUID);
    expect(told).toMatchObject({ rows: 256, columns: 256, aspect: 1, colour: false, lossy: false });
    expect(told.spacing?.kind).toBe('patient');
    expect(told.windows.length).toBeGreaterThan(0);
    expect(told.presets.map(({ name }) => name)).toContain('brain');
    const [{ center, width } = { center: 0, width: 0 }] = told.windows;
    expect(told.voi).toMatchObject({ center, width });
    const bone = await draw(sopInstanceUID, 0, { center: 480, width: 2500 });
    expect(alike(bone.rgba, told.rgba)).toBe(false);
    expect(alike((await draw(sopInstanceUID, 0, { center, width })).rgba, told.rgba)).toBe(true);
  });

  it('are of the frame that is asked for, with its time', async () => {
    const { draw, pictures } = await scene(US);
    const { sopInstanceUID } = US.info;
    const [one, ten] = [await draw(sopInstanceUID, 0), await draw(sopInstanceUID, 9)];
    expect(alike(one.rgba, ten.rgba)).toBe(false);
    expect(one.milliseconds).toBeGreaterThan(0);
    await expect(draw(sopInstanceUID, 30)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    await pictures.prepare({ sopInstanceUID, frame: 1 });
  });

  it('of one instance need it to be read once, wanted at the same time or not', async () => {
    const { pictures, store } = await scene(US);
    const opened = vi.spyOn(store, 'open');
    const { sopInstanceUID } = US.info;
    await Promise.all([0, 1, 2].map((frame) => pictures.prepare({ sopInstanceUID, frame })));
    await pictures.prepare({ sopInstanceUID, frame: 3 });
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('are refused by a reason where there is none, and come from the store as it is now', async () => {
    const { draw, store } = await scene(CT);
    await keep(store, instance('1.2.9'));
    await expect(draw('1.2.9')).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED' });
    await draw(CT.info.sopInstanceUID);
    await store.delete(CT.info.sopInstanceUID);
    await expect(draw(CT.info.sopInstanceUID)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('what is kept', () => {
  it('is made once, however many want it, and made anew where it was forgotten or failed', async () => {
    const kept = new Kept<number>(100);
    let made = 0;
    const make = async () => ({ value: ++made, bytes: 10 });
    const both = [kept.getOr('a', make), kept.getOr('a', make)];
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(await kept.getOr('a', make)).toBe(1);
    const late = kept.getOr('b', make);
    kept.forget((key) => key === 'b');
    expect(await late).toBe(2);
    expect(kept.get('b')).toBeUndefined();
    await expect(kept.getOr('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await kept.getOr('c', make)).toBe(3);
  });

  it('stays within its bound, the newest and last wanted first', () => {
    const kept = new Kept<string>(100);
    kept.put('a', 'A', 40);
    kept.put('b', 'B', 40);
    kept.get('a');
    kept.put('c', 'C', 40);
    expect([kept.get('a'), kept.get('b'), kept.get('c'), kept.bytes]).toEqual(['A', undefined, 'C', 80]);
    kept.put('c', 'c', 10);
    expect([kept.get('c'), kept.bytes]).toEqual(['c', 50]);
    kept.put('d', 'D', 500);
    expect([kept.get('a'), kept.get('d'), kept.bytes]).toEqual([undefined, 'D', 500]);
    kept.forget((key) => key === 'd');
    expect([kept.get('d'), kept.bytes]).toEqual([undefined, 0]);
  });
});

describeWith(['pydicom'], 'files of others that need no decoder', () => {
  const files = ['CT_small.dcm', 'MR_small_bigendian.dcm', 'MR_small_RLE.dcm', 'image_dfl.dcm', 'rtdose.dcm'];
  it.each(files)('%s becomes a picture that is not of one grey', async (name) => {
    const file = Uint8Array.from(readFileSync(join(PYDICOM_FILES, name)));
    const { info, dataSetOffset } = await openPart10(bytesSource(file));
    const one = { info: { ...info, callingAETitle: 'X' }, dataSet: file.subarray(dataSetOffset) };
    const { draw } = await scene(one);
    const { rgba, rows, columns } = await draw(info.sopInstanceUID);
    expect(rgba).toHaveLength(4 * rows * columns);
    expect(new Set(rgba).size).toBeGreaterThan(10);
  });
});
