import type { Bytes, Limits } from '../bytes/index.ts';
import { DEFAULT_LIMITS } from '../bytes/index.ts';
import { PDU_HEADER, readPdu } from './codec.ts';
import { pduLength } from './decoder.ts';
import { PduError } from './errors.ts';
import { codecOfType } from './table.ts';
import type { FieldSpan } from './walk.ts';
import { SpanRecorder, Walk } from './walk.ts';

/**
 * The fields of one PDU where they lie, from the tables that decode it. Takes any bytes: what cannot
 * be read comes as a span named `Not decoded` that says why. Values of byte strings are not in the
 * spans: they may be passcodes or a patient's data.
 */
export function describe(pdu: Bytes, limits: Limits = DEFAULT_LIMITS): FieldSpan[] {
  const codec = pdu.length < PDU_HEADER ? undefined : codecOfType(pdu[0]!);
  const spans = new SpanRecorder(pdu.length);
  if (codec === undefined) {
    spans.giveUp(pdu.length < PDU_HEADER ? 'shorter than a PDU header' : 'the type of no PDU');
    return spans.roots;
  }
  try {
    readPdu(codec, pdu.subarray(0, PDU_HEADER + pduLength(pdu)), new Walk(limits, spans));
    spans.giveUp('behind the end of the PDU');
  } catch (error) {
    if (!(error instanceof PduError)) throw error;
    spans.giveUp(error.message);
  }
  return spans.roots;
}
