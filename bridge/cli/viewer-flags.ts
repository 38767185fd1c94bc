import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';

/** Of the viewer that `serve` brings along. */
export const VIEWER_FLAGS: FlagTable = {
  viewer: {
    value: 'ohif',
    help: 'serve OHIF beside the page: fetched once by npm, kept in the cache of this user',
  },
  'viewer-port': { value: 'N', help: 'of the viewer, 8081 by default; 0 takes a free one' },
  'viewer-url': { value: 'URL', help: 'where the viewer is seen from outside, as behind a proxy' },
};

/** @throws DicomError USAGE for another viewer, or what is said of none */
export function viewerWanted(flags: Flags): boolean {
  if (flags.choice('viewer', ['ohif']) !== undefined) return true;
  const loose = ['viewer-port', 'viewer-url'].find((name) => flags.text(name) !== undefined);
  if (loose !== undefined) throw usage(`--${loose} is of the viewer, which "--viewer ohif" brings along`);
  return false;
}
