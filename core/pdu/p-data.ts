/**
 * P-DATA-TF (PS3.8 9.3.5). Every byte of an instance goes through here, so `readPData` and
 * `writePDataHeader` do by hand what the table says; a test holds them to it.
 */
import type { Bytes } from '../bytes/index.ts';
import type { PduCodec } from './codec.ts';
import { PDU_HEADER } from './codec.ts';
import { ABORT_REASON, PduError } from './errors.ts';
import type { Draft, Field, Layout } from './layout.ts';
import { bits, contextId, invalid, position, readFields, rest, writeFields } from './layout.ts';
import type { PDataTF, Pdv } from './types.ts';
import type { Walk } from './walk.ts';

const COMMAND = 0x01;
const LAST = 0x02;

/** PS3.8 Table 9-23, from byte 5 of the item. */
const PRESENTATION_DATA_VALUE: Layout<Pdv> = [
  contextId('contextId'), // 5
  bits('Message-control-header', { command: COMMAND, last: LAST }), // 6 (PS3.8 E.2)
  rest('Fragment', 'data'), // 7-
];

/** PS3.8 Table 9-22, from byte 7: one item or more, each behind a 32-bit length. */
const DATA: Layout<PDataTF> = [presentationDataValues()];

export const P_DATA_TF: PduCodec<PDataTF> = {
  type: 0x04,
  name: 'P-DATA-TF',
  clause: 'PS3.8 Table 9-22',
  minimum: 6,
  limit: 'dataPdu',
  fields: DATA,
  empty: () => ({ type: 'P-DATA-TF' }),
  check: checkSendable,
};

/** Bytes of the variable field that are not fragment: a fragment has the peer's maximum length minus these at most. */
export const P_DATA_OVERHEAD = 6;

/** Bytes before the fragment in a P-DATA-TF with one PDV. */
export const P_DATA_HEADER: number = PDU_HEADER + P_DATA_OVERHEAD;

/** Bytes of context ID and message control header, which the item's length counts. */
const PDV_HEADER = 2;

/**
 * Writes the twelve bytes that come before a fragment of `length` bytes in a P-DATA-TF with one PDV.
 * @throws DicomError VALUE_INVALID for an odd length or a context ID that is not odd.
 */
export function writePDataHeader(
  into: Bytes,
  offset: number,
  pdv: Pick<Pdv, 'contextId' | 'command' | 'last'>,
  length: number,
): void {
  checkPdv(pdv.contextId, length);
  into[offset] = P_DATA_TF.type;
  into[offset + 1] = 0;
  putU32(into, offset + 2, length + P_DATA_OVERHEAD);
  putU32(into, offset + 6, length + PDV_HEADER);
  into[offset + 10] = pdv.contextId;
  into[offset + 11] = (pdv.command ? COMMAND : 0) | (pdv.last ? LAST : 0);
}

/** Reads a whole P-DATA-TF whose header was checked; the fragments are views. @throws PduError */
export function readPData(bytes: Bytes, walk: Walk): PDataTF {
  if (bytes[1] !== 0) walk.note('RESERVED_NOT_ZERO', 'Reserved', 1);
  const pdvs: Pdv[] = [];
  for (let at = PDU_HEADER; at < bytes.length;) {
    walk.countItem(pdvs.length + 1, P_DATA_TF.name, at);
    const end = pdvEnd(bytes, at);
    const id = bytes[at + 4]!;
    const control = bytes[at + 5]!;
    if (id % 2 === 0) walk.note('CONTEXT_ID_INVALID', 'Presentation-context-ID', at + 4);
    if (control > (COMMAND | LAST)) walk.note('RESERVED_NOT_ZERO', 'Message-control-header', at + 5);
    if ((end - at) % 2 !== 0) walk.note('PDV_ODD', PDV_NAME, at);
    pdvs.push({
      contextId: id,
      command: (control & COMMAND) !== 0,
      last: (control & LAST) !== 0,
      data: bytes.subarray(at + P_DATA_OVERHEAD, end),
    });
    at = end;
  }
  return { type: 'P-DATA-TF', pdvs };
}

const PDV_NAME = 'Presentation-data-value Item';

/** Offset behind the PDV at `at`. @throws PduError where it is too short for its header or longer than the PDU. */
function pdvEnd(bytes: Bytes, at: number): number {
  const left = bytes.length - at;
  const length = left < 4 ? 0 : getU32(bytes, at);
  if (length >= PDV_HEADER && length <= left - 4) return at + 4 + length;
  const why =
    left < 4
      ? `${left} bytes are left, too few for a length`
      : `length ${length} with ${left - 4} bytes left`;
  throw new PduError(
    'PDU_INVALID',
    `P-DATA-TF: ${PDV_NAME} at offset ${at}: ${why}`,
    ABORT_REASON.invalidParameterValue,
    { field: PDV_NAME, offset: at, left },
  );
}

function getU32(bytes: Bytes, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function putU32(into: Bytes, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

function presentationDataValues(): Field<PDataTF> {
  return {
    read(from, into, walk) {
      const pdvs: Pdv[] = [];
      while (from.remaining > 0) {
        const offset = position(from);
        walk.countItem(pdvs.length + 1, P_DATA_TF.name, offset);
        const length = from.u32('Item-length');
        walk.spans?.open(offset, 4 + Math.min(length, from.remaining), PDV_NAME, 'PS3.8 Table 9-23');
        walk.spans?.leaf(offset, 4, 'Item-length', length);
        const draft: Draft<Pdv> = {};
        readFields(PRESENTATION_DATA_VALUE, from.within(length, PDV_NAME), draft, walk);
        if (length % 2 !== 0) walk.note('PDV_ODD', PDV_NAME, offset);
        pdvs.push(draft as Pdv); // every field of the table has been read, or the reader has thrown
        walk.spans?.close();
      }
      into.pdvs = pdvs;
    },
    write(to, value) {
      for (const pdv of value.pdvs) {
        to.lengthPrefixed32(() => writeFields(PRESENTATION_DATA_VALUE, to, pdv));
      }
    },
  };
}

/**
 * We never send more than one PDV in a P-DATA-TF. The standard allows it, and we accept it, but widely
 * used peers mishandle it.
 */
function checkSendable(pdu: PDataTF): PDataTF {
  const [pdv, ...more] = pdu.pdvs;
  if (pdv === undefined) throw invalid('pdvs', 'a P-DATA-TF needs a PDV');
  if (more.length > 0) {
    throw invalid(
      'pdvs',
      'this library sends one PDV in a P-DATA-TF: several are legal, but some peers mishandle them',
    );
  }
  checkPdv(pdv.contextId, pdv.data.length);
  return pdu;
}

function checkPdv(contextId: number, length: number): void {
  if (!Number.isInteger(contextId) || contextId % 2 !== 1 || contextId < 1 || contextId > 255) {
    throw invalid('Presentation-context-ID', `${contextId} is not odd, from 1 to 255`);
  }
  if (length % 2 !== 0)
    throw invalid('Fragment', `${length} bytes; fragments have an even length (PS3.8 Annex E)`);
}
