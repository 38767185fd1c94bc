/** Headers of elements and items, one after the other (PS3.5 7.1, 7.5). */
import type { Bytes } from '../bytes/index.ts';
import { vrEntry } from './vr.ts';

/** The bytes end within a header. */
export class CutOff extends Error {}

/** Any two capitals: VRs that are not known yet have the form of UN (PS3.5 6.2.2). */
export const isVR = (vr: string): boolean => /^[A-Z]{2}$/.test(vr);

/** Where a walk is, and how it reads the next header. Reading passes over the header, or as far as there are bytes. */
export class Headers {
  /** Of the next byte. */
  position = 0;
  littleEndian: boolean;
  readonly #view: DataView;

  constructor(bytes: Bytes, littleEndian = true) {
    this.littleEndian = littleEndian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The length, as written, behind a tag: in implicit VR, and of items. @throws CutOff */
  implicit(): number {
    this.#next(4);
    return this.#u32();
  }

  /** VR, which may be anything, and length, as written. @throws CutOff */
  explicit(): { readonly vr: string; readonly length: number } {
    this.#next(4);
    const at = this.#next(2);
    const vr = String.fromCharCode(this.#view.getUint8(at), this.#view.getUint8(at + 1));
    if (!isVR(vr) || !vrEntry(vr).long) {
      return { vr, length: this.#view.getUint16(this.#next(2), this.littleEndian) };
    }
    this.#next(2);
    return { vr, length: this.#u32() };
  }

  #u32(): number {
    return this.#view.getUint32(this.#next(4), this.littleEndian);
  }

  /** Where the next so many bytes begin. */
  #next(count: number): number {
    const at = this.position;
    if (at + count > this.#view.byteLength) throw new CutOff();
    this.position += count;
    return at;
  }
}
