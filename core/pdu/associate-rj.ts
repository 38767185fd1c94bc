/** A-ASSOCIATE-RJ (PS3.8 9.3.4). */
import type { PduCodec } from './codec.ts';
import type { Layout } from './layout.ts';
import { reserved, u8 } from './layout.ts';
import { rejectText } from './names.ts';
import type { AssociateRJ } from './types.ts';

/** PS3.8 Table 9-21, from byte 7. */
const REJECT: Layout<AssociateRJ> = [
  reserved(1), // 7
  u8('Result', 'result', (result) => rejectText(result, 0, 0).result), // 8
  u8('Source', 'source', (source) => rejectText(0, source, 0).source), // 9
  u8('Reason/Diag.', 'reason', (reason, { source }) => rejectText(0, source ?? 0, reason).reason), // 10
];

export const ASSOCIATE_RJ: PduCodec<AssociateRJ> = {
  type: 0x03,
  name: 'A-ASSOCIATE-RJ',
  clause: 'PS3.8 Table 9-21',
  minimum: 4,
  limit: 'shortPdu',
  fields: REJECT,
  empty: () => ({ type: 'A-ASSOCIATE-RJ' }),
};
