/** Lookup tables: Modality LUT, VOI LUT (PS3.3 C.11.1.1, C.11.2.1.1) and palettes (C.7.6.3.1.5, C.7.9.2). */
import type { Bytes } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { items, text } from '../data/index.ts';
import { invalid, unsupported } from './errors.ts';
import { segmentEntries } from './segmented.ts';
import type { LookupTable, Palette } from './types.ts';
import { bytesOf, finite, words } from './values.ts';

/** Number of entries, first input, bits of an entry. */
interface Descriptor {
  readonly count: number;
  readonly first: number;
  readonly bits: number;
}

/** Tables that can be used, of all items of a sequence; the others are left out, as a window does as well. */
export function voiLUTs(from: DataSet, signed: boolean): LookupTable[] {
  return items(from, 'VOILUTSequence')
    .map((item) => tableOf(item, signed, text(item, 'LUTExplanation')))
    .filter((table) => table !== undefined);
}

/** @throws DecodeError IMAGE_INVALID where there is a Modality LUT Sequence, but no table in it. */
export function modalityLUT(from: DataSet, signed: boolean): LookupTable | undefined {
  const [item] = items(from, 'ModalityLUTSequence');
  if (item === undefined) return undefined;
  const table = tableOf(item, signed, text(item, 'ModalityLUTType') || text(item, 'LUTExplanation'));
  if (table === undefined) throw invalid('its Modality LUT is no table');
  return table;
}

function tableOf(item: DataSet, signed: boolean, explanation: string): LookupTable | undefined {
  const descriptor = descriptorOf(item, 'LUTDescriptor', signed);
  if (descriptor === undefined) return undefined;
  const entries = entriesOf(bytesOf(item, 'LUTData'), descriptor.count);
  if (entries.length === 0) return undefined;
  // Some tell fewer bits than their entries have.
  const largest = entries.reduce((most, entry) => Math.max(most, entry), 0);
  const bits = Math.min(16, Math.max(8, descriptor.bits, 32 - Math.clz32(largest)));
  return { first: descriptor.first, entries, bits, explanation };
}

/** @throws DecodeError IMAGE_INVALID where a colour is missing; DicomError IMAGE_UNSUPPORTED */
export function paletteOf(from: DataSet, signed: boolean): Palette {
  const red = channel(from, 'Red', signed);
  const green = channel(from, 'Green', signed);
  const blue = channel(from, 'Blue', signed);
  return { first: red.first, red: red.entries, green: green.entries, blue: blue.entries };
}

function channel(
  from: DataSet,
  colour: 'Red' | 'Green' | 'Blue',
  signed: boolean,
): { readonly first: number; readonly entries: Uint8Array<ArrayBuffer> } {
  const descriptor = descriptorOf(from, `${colour}PaletteColorLookupTableDescriptor`, signed);
  if (descriptor === undefined) throw paletteMissing(from);
  const { count, first, bits } = descriptor;
  const plain = bytesOf(from, `${colour}PaletteColorLookupTableData`);
  const entries =
    plain.length > 0
      ? entriesOf(plain, count)
      : segmentEntries(bytesOf(from, `Segmented${colour}PaletteColorLookupTableData`), count, bits);
  if (entries.length === 0) throw paletteMissing(from);
  // Told as 16 bits and written with 8 by some, so that all would be black.
  const wide = bits > 8 && entries.some((entry) => entry > 0xff);
  const shift = wide ? Math.min(16, bits) - 8 : 0;
  return { first, entries: Uint8Array.from(entries, (entry) => Math.min(0xff, entry >> shift)) };
}

function paletteMissing(from: DataSet): Error {
  return text(from, 'PaletteColorLookupTableUID') === ''
    ? invalid('it is in palette colours, but has no palette')
    : unsupported('its palette is one that is only named, by a UID');
}

function descriptorOf(from: DataSet, key: string, signed: boolean): Descriptor | undefined {
  const values = finite(from, key, 3);
  if (values === undefined) return undefined;
  const [count = 0, first = 0, bits = 0] = values;
  // 0 stands for 65,536 (PS3.3 C.11.1.1.1). In VR SS a count of 32,768 and more reads as negative, in VR US a first
  // input below 0 reads as positive.
  return {
    count: count === 0 ? 0x10000 : count & 0xffff,
    first: signed && first > 0x7fff ? first - 0x10000 : first,
    bits,
  };
}

/** As many as the descriptor says, or as there are: bytes where they just suffice for that, else words. */
function entriesOf(bytes: Bytes, count: number): Uint16Array<ArrayBuffer> {
  const narrow = bytes.length === count || bytes.length === count + (count % 2);
  const entries = narrow && count > 1 ? Uint16Array.from(bytes) : words(bytes.subarray(0, 2 * count));
  return entries.subarray(0, count);
}
