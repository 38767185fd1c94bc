/** A-RELEASE-RQ and A-RELEASE-RP (PS3.8 9.3.6, 9.3.7). */
import type { PduCodec } from './codec.ts';
import { reserved } from './layout.ts';
import type { ReleaseRP, ReleaseRQ } from './types.ts';

export const RELEASE_RQ: PduCodec<ReleaseRQ> = {
  type: 0x05,
  name: 'A-RELEASE-RQ',
  clause: 'PS3.8 Table 9-24',
  minimum: 4,
  limit: 'shortPdu',
  fields: [reserved(4)], // bytes 7-10
  empty: () => ({ type: 'A-RELEASE-RQ' }),
};

export const RELEASE_RP: PduCodec<ReleaseRP> = {
  type: 0x06,
  name: 'A-RELEASE-RP',
  clause: 'PS3.8 Table 9-25',
  minimum: 4,
  limit: 'shortPdu',
  fields: [reserved(4)], // bytes 7-10
  empty: () => ({ type: 'A-RELEASE-RP' }),
};
