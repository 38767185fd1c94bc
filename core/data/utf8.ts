/** Data sets that are written anew, in one character set for all their levels (PS3.3 C.12.1.1.2). */
import { UTF8 } from './keys.ts';
import type { Attribute, DataSet, Value } from './types.ts';

const SPECIFIC_CHARACTER_SET = '00080005';

/** The data set in UTF-8, or without a character set where its texts need none; those of items inherit it. */
export function inUTF8(dataSet: DataSet): DataSet {
  const bare = withoutSets(dataSet);
  if (isAscii(bare)) return bare;
  return { ...bare, [SPECIFIC_CHARACTER_SET]: { vr: 'CS', Value: [UTF8] } };
}

function withoutSets(level: DataSet): DataSet {
  const bare: Record<string, Attribute> = {};
  for (const [tag, attribute] of Object.entries(level)) {
    if (tag === SPECIFIC_CHARACTER_SET) continue;
    const { vr, Value: items } = attribute;
    bare[tag] =
      vr === 'SQ' && items ? { vr, Value: items.map((item) => withoutSets(item as DataSet)) } : attribute;
  }
  return bare;
}

/** Whether no text needs a character set. */
function isAscii(level: DataSet): boolean {
  return Object.values(level).every(({ Value: values = [] }) => values.every(isAsciiValue));
}

function isAsciiValue(value: Value): boolean {
  if (typeof value === 'string') return /^[\0-\x7f]*$/.test(value);
  if (value === null || typeof value === 'number') return true;
  // A name's groups are texts, an item's members attributes.
  return Object.values(value).every((part) =>
    typeof part === 'string' ? isAsciiValue(part) : isAscii({ part: part as Attribute }),
  );
}
