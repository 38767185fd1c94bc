/** Padding of values (PS3.5 6.2). Linear, unlike a pattern: a value may be all spaces, and megabytes long. */

/** Leading spaces mean something in ST, LT and UT only; everywhere padding, and stray NULs, go. */
export function trim(text: string, leading: boolean): string {
  let start = 0;
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  if (leading) while (start < end && isLeading(text.charCodeAt(start))) start++;
  return text.slice(start, end);
}

const isPadding = (code: number): boolean => code === 0x20 || code === 0x00;
/** Space, or a byte order mark behind one. */
const isLeading = (code: number): boolean => code === 0x20 || code === 0xfeff;
