/** What a JPEG 2000 decoder has done to the colours. */
import type { DecodedFrame } from '../../core/image/index.ts';

/** YBR_RCT and YBR_ICT are transforms inside of the codestream, which its decoder takes back (PS3.5 8.2.4). */
export function withoutTransform(decoded: DecodedFrame): DecodedFrame {
  const isTransformed = ['YBR_RCT', 'YBR_ICT'].includes(decoded.photometricInterpretation);
  return isTransformed ? { ...decoded, photometricInterpretation: 'RGB' } : decoded;
}
