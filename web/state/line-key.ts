/** What a line of the timeline goes by. */
import type { TimelineLine } from '../engine/inspector-protocol.ts';

/** The same line, whatever is known of it now. */
export function isSame(one: TimelineLine, other: TimelineLine): boolean {
  return keyOf(one) === keyOf(other);
}

/** Names a line among all of its source. */
export function keyOf({ row, message, inside }: TimelineLine): string {
  return message === undefined ? `${row.id}${inside ? ' inside' : ''}` : `message ${message.key}`;
}
