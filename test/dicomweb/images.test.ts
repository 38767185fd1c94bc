/** Images that stay open between requests: as many as there is room for, and never fewer. */
import { expect, test } from 'vitest';
import { Images } from '../../core/dicomweb/images.ts';
import type { Stored } from '../../core/file/index.ts';
import { nativeBytes } from '../image/make.ts';
import { facade } from './facade.ts';

/** All with the same bytes, of 8 MiB but for 1 kB: eight of them fit. */
const frames = { NumberOfFrames: 2, Rows: 2048, Columns: 1023 };
const bytes = nativeBytes(frames, new Uint8Array(2 * 2 * 2048 * 1023));

function stored(number: number): Stored {
  const info = { sopClassUID: '1.2.3', sopInstanceUID: `1.${number}`, callingAETitle: 'X' };
  return { ...info, transferSyntaxUID: '1.2.840.10008.1.2.1', bytes: bytes.length, header: {} };
}

test('one that is let go while it is read takes no room afterwards', async () => {
  const { archive, store } = await facade();
  const all = Array.from({ length: 10 }, (_, i) => stored(i));
  const opened: string[] = [];
  let letThrough = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  store.open = async (uid) => {
    opened.push(uid);
    if (uid === '1.0') await gate;
    const info = all.find(({ sopInstanceUID }) => sopInstanceUID === uid)!;
    return { info, dataSet: new Blob([bytes]).stream() };
  };
  const images = new Images(archive);
  const slow = images.open(all[0]!);
  for (const one of all.slice(1)) await images.open(one);
  letThrough();
  await slow;
  opened.length = 0;
  for (const one of all.slice(2)) await images.open(one);
  expect(opened).toEqual([]);
});
