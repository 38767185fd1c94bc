/** What stands in front of the pixels of an instance, read as far as it is needed. */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, DEFAULT_LIMITS } from '../bytes/index.ts';
import type { Head, HeadOptions } from '../data/index.ts';
import { readHead } from '../data/index.ts';
import { Refusal } from './problem.ts';

/** Bytes looked at first, then twice as many each time; headers of single images have 2 to 20 kB. */
const FIRST_LOOK = 64 << 10;
/** Bytes in front of the pixel data, all of which are held. */
const LONGEST = DEFAULT_LIMITS.inflated;
const PIXEL_GROUP = '7FE00000';

/**
 * All in front of the pixel data, or of the tag `until`, but what `omit` leaves out, which is asked anew for each look.
 * @throws Refusal 413; DecodeError DATASET_INVALID
 */
export async function headOf(
  chunks: AsyncGenerator<Bytes, void, undefined>,
  transferSyntaxUID: string,
  look: () => Pick<HeadOptions, 'omit'>,
  until: string = PIXEL_GROUP,
): Promise<Head> {
  const read = (bytes: Bytes): Head => readHead(bytes, transferSyntaxUID, { until, ...look() });
  const held = new ChunkQueue();
  let next = FIRST_LOOK;
  for await (const chunk of chunks) {
    held.push(chunk);
    if (held.length < next) continue;
    const head = read(held.peek(held.length)!); // as many as there are
    if (head.reached || head.error?.code === 'LIMIT_EXCEEDED') return whole(head);
    if (held.length > LONGEST)
      throw new Refusal(413, 'An instance has too many attributes in front of its pixels.');
    next = 2 * held.length;
  }
  return whole(read(held.peek(held.length)!));
}

function whole(head: Head): Head {
  if (head.error !== undefined) throw head.error;
  return head;
}
