/** What the close codes of tunnel v1 mean to who listens, where it is something else. */
import type { CloseMeaning } from './close-codes.ts';
import { CLOSE, closeMeaning } from './close-codes.ts';

/** What is said otherwise to who leases an AE title: it calls nobody. */
const LEASES: Readonly<Record<number, string>> = {
  [CLOSE.GOING_AWAY]: 'The bridge ended the lease of the AE title; start the bridge again.',
  [CLOSE.FORBIDDEN]: 'The bridge does not allow you this AE title; ask who runs the bridge.',
  [CLOSE.UNKNOWN_PEER]:
    'The bridge has no such AE title for pages; choose one of its pools, or start it with --dicom-port.',
};

/** The meaning of a close code for a WebSocket that leases an AE title, or wants to. */
export function leaseMeaning(code: number): CloseMeaning {
  const { error, sentence } = closeMeaning(code, 'this page');
  return { error, sentence: LEASES[code] ?? sentence };
}
