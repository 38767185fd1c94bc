/** A-ABORT (PS3.8 9.3.8). */
import type { PduCodec } from './codec.ts';
import type { Layout } from './layout.ts';
import { reserved, u8 } from './layout.ts';
import { abortText } from './names.ts';
import type { Abort } from './types.ts';

/** PS3.8 Table 9-26, from byte 7. */
const FIELDS: Layout<Abort> = [
  reserved(1), // 7
  reserved(1), // 8
  u8('Source', 'source', (source) => abortText(source, 0).source), // 9
  u8('Reason/Diag.', 'reason', (reason, { source }) => abortText(source ?? 0, reason).reason), // 10
];

export const ABORT: PduCodec<Abort> = {
  type: 0x07,
  name: 'A-ABORT',
  clause: 'PS3.8 Table 9-26',
  minimum: 4,
  limit: 'shortPdu',
  fields: FIELDS,
  empty: () => ({ type: 'A-ABORT' }),
};
