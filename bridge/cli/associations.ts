/** How many associations at once, for the commands that move instances to or from us. */
import type { Flag, Flags } from './flags.ts';

const MOST = 8;

export const ASSOCIATIONS_FLAG: Flag = {
  value: 'N',
  help: `associations at once, 1 to ${MOST}; 4 by default, fewer for a few instances`,
};

/** @throws DicomError USAGE */
export function associationsOf(flags: Flags): number | undefined {
  return flags.int('associations', 1, MOST);
}
