/** PDUs as values, bytes and described fields (PS3.8 9.3, Annex D; PS3.7 D.3.3). */
export type * from './types.ts';
export { PDU_HEADER } from './codec.ts';
export type { PduDecoderOptions, ReceivedPdu } from './decoder.ts';
export { PduDecoder } from './decoder.ts';
export { describe } from './describe.ts';
export { encodePdu } from './encode.ts';
export { ABORT_REASON, PduError } from './errors.ts';
export { abortText, contextResultText, rejectText, userIdentityText } from './names.ts';
export { withoutSecrets } from './mask.ts';
export { P_DATA_HEADER, P_DATA_OVERHEAD, writePDataHeader } from './p-data.ts';
export type { Deviation, DeviationCode, FieldSpan } from './walk.ts';
export { DEVIATIONS } from './walk.ts';
