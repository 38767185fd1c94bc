/** How many associations at once, for the commands that move instances to or from us. */
import { MOST_ASSOCIATIONS } from '../config/config.ts';
import type { Flag, Flags } from './flags.ts';

export const ASSOCIATIONS_FLAG: Flag = {
  value: 'N',
  help: `associations at once, 1 to ${MOST_ASSOCIATIONS}; by default 4 to get and 1 to store, fewer for a few instances`,
};

/** @throws DicomError USAGE */
export function associationsOf(flags: Flags): number | undefined {
  return flags.int('associations', 1, MOST_ASSOCIATIONS);
}
