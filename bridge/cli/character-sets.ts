/** `--character-set TERM`. */
import { isCharacterSet } from '../../core/data/index.ts';
import type { Flag, Flags } from './flags.ts';
import { usage } from './flags.ts';

export const CHARACTER_SET_FLAG: Flag = {
  value: 'TERM',
  help: 'as ISO_IR 100: write keys in it where it holds them, read answers in it that name no set',
};

/** @throws DicomError USAGE */
export function characterSetOf(flags: Flags): string | undefined {
  const terms = flags.text('character-set');
  return terms === undefined ? undefined : knownSet(terms, '--character-set');
}

/** @throws DicomError USAGE where a set is none that we know; `what` names the flag, or the place in a file. */
export function knownSet(terms: string, what: string): string {
  if (isCharacterSet(terms.split('\\'))) return terms;
  throw usage(`${what} is a defined term of PS3.3 C.12.1.1.2 as ISO_IR 100, not "${terms}"`);
}
