/** What the page of the bench sends from memory. */
import { bytesSource, openPart10 } from '../../../core/file/index.ts';
import type { SendItem } from '../../../core/peer/index.ts';

export async function itemsInMemory(instances: number): Promise<SendItem[]> {
  const items: SendItem[] = [];
  for (let i = 1; i <= instances; i++) {
    const label = `${i}.dcm`;
    const bytes = new Uint8Array(await (await fetch(`/study/${label}`)).arrayBuffer());
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    items.push({ ...info, label, open: () => bytes.subarray(dataSetOffset) });
  }
  return items;
}
