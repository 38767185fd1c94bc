/** An image whose decoder is WebAssembly. */
import { concat } from '../../core/bytes/index.ts';
import { UID } from '../../core/dict/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeImage } from '../../core/image/index.ts';
import { encode } from '../image/encode.ts';
import { attributes, encapsulatedBytes, shorts } from '../image/make.ts';

const SIDE = 32;

/** A file of JPEG 2000, of a patient named Wave^Let, from dark to bright; `more` attributes by keyword. */
export async function wavelet(more: Readonly<Record<string, string>> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const keys = { Rows: SIDE, Columns: SIDE };
  const pixels = shorts(...Array.from({ length: SIDE * SIDE }, (_, i) => i * 60));
  const frame = await encode(UID.JPEG2000Lossless, pixels, describeImage(attributes(keys)));
  const even = frame.length % 2 === 0 ? frame : new Uint8Array([...frame, 0]);
  const info = {
    sopClassUID: UID.SecondaryCaptureImageStorage,
    sopInstanceUID: '1.2.3.4.5',
    transferSyntaxUID: UID.JPEG2000Lossless,
    callingAETitle: '',
  };
  const named = {
    SOPClassUID: info.sopClassUID,
    SOPInstanceUID: info.sopInstanceUID,
    StudyInstanceUID: '1.2.3.4',
    SeriesInstanceUID: '1.2.3.4.1',
    PatientName: 'Wave^Let',
    Modality: 'OT',
    ...more,
  };
  return concat([fileMetaInformation(info), encapsulatedBytes({ ...keys, ...named }, [even])]);
}
