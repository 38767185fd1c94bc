/** Transfer syntaxes (PS3.5 Annex A, PS3.6 Table A-1) and what we do with each. */
import { DicomError } from '../bytes/index.ts';
import { UID, uidName, uidsOfType } from '../dict/index.ts';

export const IMPLICIT_VR_LITTLE_ENDIAN: string = UID.ImplicitVRLittleEndian;
export const EXPLICIT_VR_LITTLE_ENDIAN: string = UID.ExplicitVRLittleEndian;

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  /** `readDataSet` and `elementSpans` take it; else its data sets are kept and sent on as bytes. */
  readonly readable: boolean;
  /** `writeDataSet` makes it. */
  readonly writable: boolean;
  /** Pixel data lies in fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  /** The whole data set is deflated (PS3.5 A.5). */
  readonly deflated: boolean;
}

const IMPLICIT: readonly string[] = [UID.ImplicitVRLittleEndian, UID.Papyrus3ImplicitVRLittleEndian];
const DEFLATED: readonly string[] = [
  UID.DeflatedExplicitVRLittleEndian,
  UID.JPIPReferencedDeflate,
  UID.JPIPHTJ2KReferencedDeflate,
];
/** Not data sets of PS3.5 at all. */
const FOREIGN: readonly string[] = [UID.XMLEncoding, UID.RFC2557MIMEEncapsulation];
/** Explicit VR little endian, but with native pixel data, or none: it is fetched (JPIP) or streamed (SMPTE). */
const NATIVE: readonly string[] = [
  UID.ExplicitVRLittleEndian,
  UID.JPIPReferenced,
  UID.JPIPHTJ2KReferenced,
  UID.SMPTEST211020UncompressedProgressiveActiveVideo,
  UID.SMPTEST211020UncompressedInterlacedActiveVideo,
  UID.SMPTEST211030PCMDigitalAudio,
];
const WRITABLE: readonly string[] = [UID.ImplicitVRLittleEndian, UID.ExplicitVRLittleEndian];

const BY_UID: ReadonlyMap<string, TransferSyntax> = new Map(
  uidsOfType('Transfer Syntax').map(({ uid, name }) => [uid, describe(uid, name)]),
);

/** The transfer syntax of a UID; undefined for private and unregistered ones. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return BY_UID.get(uid);
}

/** @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED */
export function readableSyntax(uid: string): TransferSyntax {
  const syntax = BY_UID.get(uid);
  if (syntax?.readable !== true) throw unsupported(uid, 'read');
  return syntax;
}

/** @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED */
export function writableSyntax(uid: string): TransferSyntax {
  const syntax = BY_UID.get(uid);
  if (syntax?.writable !== true) throw unsupported(uid, 'written');
  return syntax;
}

function describe(uid: string, name: string): TransferSyntax {
  const littleEndian = uid !== UID.ExplicitVRBigEndian;
  const explicit = !IMPLICIT.includes(uid);
  const deflated = DEFLATED.includes(uid);
  const foreign = FOREIGN.includes(uid);
  const plain = !explicit || !littleEndian || deflated || foreign || NATIVE.includes(uid);
  return {
    uid,
    name,
    readable: !foreign,
    writable: WRITABLE.includes(uid),
    encapsulated: !plain,
    explicit,
    littleEndian,
    deflated,
  };
}

function unsupported(uid: string, verb: 'read' | 'written'): DicomError {
  const name = uidName(uid);
  return new DicomError(
    'TRANSFER_SYNTAX_UNSUPPORTED',
    `data sets in ${name === uid ? `the transfer syntax ${uid}` : name} are kept and sent on as bytes, but not ${verb} here`,
    { transferSyntaxUID: uid },
  );
}
