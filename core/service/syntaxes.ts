/** The transfer syntaxes of identifiers and native instances (PS3.5 A.1, A.2). */
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../data/index.ts';

/** Little endian without compression, explicit first: what identifiers and native instances travel in. */
export const NATIVE_SYNTAXES: readonly string[] = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];

const OTHER: Readonly<Record<string, string>> = {
  [IMPLICIT_VR_LITTLE_ENDIAN]: EXPLICIT_VR_LITTLE_ENDIAN,
  [EXPLICIT_VR_LITTLE_ENDIAN]: IMPLICIT_VR_LITTLE_ENDIAN,
};

/** The given transfer syntax, then the one that it is mistaken for: native bytes on the other native context are met. */
export function likelySyntaxes(transferSyntaxUID: string): readonly string[] {
  const other = OTHER[transferSyntaxUID];
  return other === undefined ? [transferSyntaxUID] : [transferSyntaxUID, other];
}
