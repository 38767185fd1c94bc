import type { Bytes } from '../bytes/index.ts';
import { Writer } from '../bytes/index.ts';
import { writePdu } from './codec.ts';
import { codecOfName } from './table.ts';
import type { Pdu } from './types.ts';

/**
 * The bytes of a PDU (PS3.8 9.3). Unknown items of a received value are not sent on. The titles of an
 * A-ASSOCIATE-AC are an echo and are taken as they are.
 * @throws DicomError VALUE_INVALID for what may not be sent: AE titles without a character, longer
 *   than 16, or with backslash, control or non-ASCII characters; UIDs that are none; context IDs that
 *   are even or come twice; no context or more than 128; items of the other direction; fragments of odd
 *   length; and more than one PDV in a P-DATA-TF, which is legal but which this library never does.
 */
export function encodePdu(pdu: Pdu): Bytes {
  const to = new Writer();
  writePdu(codecOfName(pdu.type), to, pdu);
  return to.finish();
}
