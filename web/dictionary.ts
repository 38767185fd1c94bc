/** The whole data dictionary. The engine begins with the attributes that our sources name. */
import { readAttributes } from '../core/dict/attributes.ts';

let whole: Promise<void> | undefined;

/** Fetches names and keywords of all attributes; afterwards `attribute()` knows them. Needed before they are shown. */
export function wholeDictionary(): Promise<void> {
  whole ??= fetchWhole();
  return whole;
}

async function fetchWhole(): Promise<void> {
  try {
    const { TAGS } = await import('../core/dict/tags.ts');
    readAttributes(TAGS);
  } catch (error) {
    whole = undefined; // the bridge was away; the next one asks again
    throw error;
  }
}
