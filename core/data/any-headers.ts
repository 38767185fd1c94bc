/**
 * Headers in either byte order, by dicom-parser. The only file that knows it.
 *
 * dicom-parser reads one header after the other here, and nothing more: left alone it recurses without
 * limit, accepts lengths that reach past their container, scans for delimiters inside values, throws
 * strings, and takes OV, SV and UV for VRs with short lengths. All of that is done or checked by the walk.
 */
import dicomParser from 'dicom-parser';
import type { Bytes } from '../bytes/index.ts';
import type { Headers } from './headers.ts';
import { CutOff, isVR } from './headers.ts';
import { vrEntry } from './vr.ts';

const parserOf = (littleEndian: boolean): dicomParser.ByteArrayParser =>
  littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
/** A tag as dicom-parser writes it. Given an element's own tag as `untilTag`, it returns after the header. */
const parserTag = (tag: string): string => `x${tag.toLowerCase()}`;

export class AnyHeaders implements Headers {
  readonly #stream: dicomParser.ByteStream;
  #littleEndian: boolean;

  /** There has to be a byte at least. */
  constructor(bytes: Bytes, littleEndian: boolean) {
    this.#littleEndian = littleEndian;
    this.#stream = new dicomParser.ByteStream(parserOf(littleEndian), bytes, 0);
  }

  get position(): number {
    return this.#stream.position;
  }

  set position(to: number) {
    this.#stream.position = to;
  }

  get littleEndian(): boolean {
    return this.#littleEndian;
  }

  set littleEndian(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
    this.#stream.byteArrayParser = parserOf(littleEndian);
  }

  implicit(tag: string): number {
    return whole(() => dicomParser.readDicomElementImplicit(this.#stream, parserTag(tag)).length);
  }

  explicit(tag: string): { vr: string; length: number } {
    return whole(() => {
      const offset = this.position;
      const { vr = '', length } = dicomParser.readDicomElementExplicit(
        this.#stream,
        undefined,
        parserTag(tag),
      );
      // VRs that dicom-parser does not know have 32-bit lengths (PS3.5 6.2.2); it took the reserved bytes for one of 16.
      const short = isVR(vr) && this.position === offset + 8;
      return { vr, length: short && vrEntry(vr).long ? this.#stream.readUint32() : length };
    });
  }
}

/** dicom-parser throws strings, all of them for bytes that end too early. */
function whole<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw typeof thrown === 'string' ? new CutOff(thrown) : thrown;
  }
}
