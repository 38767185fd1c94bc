/** Tags as text: eight upper-case hexadecimal digits. */
import { hexNumber } from '../bytes/index.ts';

/** How many texts are kept, each in the slot that its tag falls into: data sets hold the same tags again and again. */
const SLOTS = 1024;
/** An odd number whose bits are well mixed: the upper ten of the product are the slot. */
const MIX = 0x9e3779b1;
const tags = new Uint32Array(SLOTS);
const texts: string[] = Array.from(tags, () => '00000000');

export function tagText(tag: number): string {
  const slot = Math.imul(tag, MIX) >>> 22;
  if (tags[slot] !== tag) {
    tags[slot] = tag;
    texts[slot] = hexNumber(tag, 8);
  }
  return texts[slot]!;
}
