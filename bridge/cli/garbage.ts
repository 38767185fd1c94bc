/** How this process collects garbage. */
import { setFlagsFromString } from 'node:v8';

/**
 * For a process of whose memory nearly all is bytes that pass. V8 counts them, though they are young and gone with the
 * next small collection, against what the objects that stay may grow by: a few megabytes of frames start a whole
 * marking in steps, each time again, which is as much work as all else together. Without steps the whole is marked at
 * once, and only where objects that stay need the room. Only for a command: a process belongs to whoever started it.
 */
export function markAtOnce(): void {
  setFlagsFromString('--no-incremental-marking');
}
