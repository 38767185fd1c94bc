/** Synthetic studies to try things on: no person, no scanner, the same bytes in every run of one day. */
import type { Bytes } from '../../bytes/index.ts';
import { concat, fromHex, fromLatin1, Writer } from '../../bytes/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../data/index.ts';
import type { InstanceInfo, InstanceStore } from '../../file/index.ts';
import { commonKeys } from './modules.ts';
import { SAMPLE_STUDIES } from './studies.ts';
import type { SampleImage, SampleSeries, SampleStudy } from './types.ts';
import { nameUID } from './uid.ts';

export { sampleWorklist } from './worklist.ts';

/** A synthetic instance: what C-STORE would tell, and the bytes of its data set. */
export interface SampleInstance {
  readonly info: InstanceInfo;
  /** Explicit VR little endian, without file meta information. */
  readonly dataSet: Bytes;
}

/**
 * Five patients with seven studies: CT, MR, CR, colour secondary capture and multi-frame ultrasound; 61 instances
 * of 21 MB together, made one at a time as the iteration goes. UIDs never change; dates count back from `today`
 * (local time), so that the newest study is always of today.
 */
export function* sampleInstances(today: Date = new Date()): Generator<SampleInstance> {
  for (const study of SAMPLE_STUDIES) {
    for (const series of study.series) {
      let number = 0;
      for (const image of series.images()) yield instance(study, series, image, ++number, today);
    }
  }
}

/** Puts the synthetic studies into a store; what is there already stays. `turn` is awaited after each instance. */
export async function addSamples(store: InstanceStore, turn?: () => Promise<void>): Promise<void> {
  for (const { info, dataSet } of sampleInstances()) {
    if (await store.has(info.sopInstanceUID)) continue;
    const sink = await store.put(info);
    await sink.write(dataSet);
    await sink.commit();
    await turn?.();
  }
}

function instance(
  study: SampleStudy,
  series: SampleSeries,
  image: SampleImage,
  number: number,
  today: Date,
): SampleInstance {
  const name = `${study.name}/${series.number}`;
  const sopInstanceUID = nameUID(`${name}/${number}`);
  const keys = {
    ...commonKeys(study, today),
    ...series.keys,
    ...image.keys,
    SOPClassUID: series.sopClassUID,
    SOPInstanceUID: sopInstanceUID,
    StudyInstanceUID: nameUID(study.name),
    SeriesInstanceUID: nameUID(name),
    Modality: series.modality,
    SeriesNumber: series.number,
    SeriesDescription: series.description,
    InstanceNumber: number,
  };
  return {
    info: {
      sopClassUID: series.sopClassUID,
      sopInstanceUID,
      transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
      callingAETitle: 'WEBDIMSE',
    },
    dataSet: concat([
      writeDataSet(dataSet(keys), EXPLICIT_VR_LITTLE_ENDIAN),
      pixelData(image.pixels, image.keys),
    ]),
  };
}

/** (7FE0,0010) stands behind all else; written here, it need not become Base64 first. Lengths here are even. */
function pixelData(pixels: Bytes, keys: SampleImage['keys']): Bytes {
  const writer = new Writer(pixels.length + 12);
  writer.put(fromHex('e07f 1000'));
  writer.put(fromLatin1(keys['BitsAllocated'] === 8 ? 'OB' : 'OW'));
  writer.fill(2);
  writer.u32LE(pixels.length);
  writer.put(pixels);
  return writer.finish();
}
