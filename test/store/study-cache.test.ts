import { describe, expect, it } from 'vitest';
import { Archive, StudyCache } from '../../core/archive/index.ts';
import { entriesOf, keep, largeInstance, readAll } from './instances.ts';
import type { TestInstance } from './instances.ts';
import { concat } from '../../core/bytes/index.ts';
import { writeDataSet, dataSet, EXPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { storeContract } from './contract.ts';

storeContract('StudyCache', () => Promise.resolve(new StudyCache({ capacity: 64 << 20 })));

/** Of a study of its own name, with 64 KiB of pixels. */
function of(study: string, number: number): TestInstance {
  const { info, dataSet: pixels } = largeInstance(`${study}.1.${number}`, 65_536);
  const keys = {
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.1`,
    SOPInstanceUID: info.sopInstanceUID,
  };
  const head = writeDataSet(dataSet(keys), EXPLICIT_VR_LITTLE_ENDIAN);
  return { info, dataSet: concat([head, pixels.subarray(pixels.length - 65_536 - 12)]) };
}

describe('a StudyCache for three instances', () => {
  const capacity = 3 * of('1.1', 1).dataSet.length + 100;
  const uids = async (cache: StudyCache): Promise<string[]> =>
    (await entriesOf(cache)).map(({ sopInstanceUID }) => sopInstanceUID);

  it('forgets the study that nobody asked for the longest, whole', async () => {
    const cache = new StudyCache({ capacity });
    const archive = await Archive.open(cache);
    for (const one of [of('1.1', 1), of('1.1', 2), of('1.2', 1)]) await keep(cache, one);
    await keep(cache, of('1.3', 1));
    expect(await uids(cache)).toEqual(['1.2.1.1', '1.3.1.1']);
    expect(archive.instance('1.1.1.1')).toBeUndefined();
    await readAll(cache, '1.2.1.1');
    await keep(cache, of('1.4', 1));
    await keep(cache, of('1.5', 1));
    expect(await uids(cache)).toEqual(['1.2.1.1', '1.4.1.1', '1.5.1.1']);
  });

  it('lets a reader finish, and keeps the one study that is too long for it', async () => {
    const cache = new StudyCache({ capacity });
    for (const number of [1, 2, 3]) await keep(cache, of('1.1', number));
    const reader = (await cache.open('1.1.1.1')).dataSet.getReader();
    await reader.read();
    await expect(keep(cache, of('1.1', 4))).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(await uids(cache)).toHaveLength(3);
    await keep(cache, of('1.2', 1)).catch(() => undefined);
    let left = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) left += next.value.length;
    expect(left).toBeGreaterThan(0);
  });

  it('has room again where it was deleted or replaced', async () => {
    const cache = new StudyCache({ capacity });
    for (const number of [1, 2, 3]) await keep(cache, of('1.1', number));
    await cache.delete('1.1.1.1');
    await keep(cache, of('1.1', 4));
    await cache.delete('1.1.1.2');
    await keep(cache, of('1.1', 4)); // itself again: both are held meanwhile
    expect(await uids(cache)).toEqual(['1.1.1.3', '1.1.1.4']);
  });
});
