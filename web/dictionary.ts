/** The whole data dictionary. The engine begins with the attributes and UIDs that our sources name. */
import { readAttributes } from '../core/dict/attributes.ts';
import { readIdentifiers } from '../core/dict/identifiers.ts';

let whole: Promise<void> | undefined;

/**
 * Fetches all attributes and UIDs; afterwards `attribute()` and `uid()` know them. Needed before they are shown, and
 * before anything is read whose VRs are not written in it (PS3.5 A.1).
 */
export function wholeDictionary(): Promise<void> {
  whole ??= fetchWhole();
  return whole;
}

async function fetchWhole(): Promise<void> {
  try {
    const [{ TAGS }, { UIDS }] = await Promise.all([
      import('../core/dict/tags.ts'),
      import('../core/dict/uids.ts'),
    ]);
    readAttributes(TAGS);
    readIdentifiers(UIDS);
  } catch (error) {
    whole = undefined; // the bridge was away; the next one asks again
    throw error;
  }
}
