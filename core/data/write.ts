/** Data sets to bytes, in Implicit or Explicit VR Little Endian (PS3.5 7, A.1, A.2). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, Writer } from '../bytes/index.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII, characterSet } from './charset.ts';
import { encodeAttribute } from './encode.ts';
import { implicitVR, isGroupLength } from './implicit-vr.ts';
import { writableSyntax } from './syntax.ts';
import type { Attribute, DataSet, Value } from './types.ts';
import { vrEntry } from './vr.ts';

const UNDEFINED_LENGTH = 0xffffffff;
/** The longest even value that a 16-bit length can tell. */
const SHORT_MAXIMUM = 0xfffe;

/**
 * Writes a data set: tags ascending, values padded to even length, sequences and items with defined lengths. Group
 * lengths are left out. Characters are written as (0008,0005) says; without it only ASCII can be.
 * @throws DicomError VALUE_INVALID where a value does not fit its VR or the character set; the message names the tag.
 * @throws DicomError TRANSFER_SYNTAX_UNSUPPORTED
 */
export function writeDataSet(dataSet: DataSet, transferSyntaxUID: string): Bytes {
  const { explicit } = writableSyntax(transferSyntaxUID);
  const writer = new Writer();
  writeElements(writer, dataSet, explicit, ASCII);
  return writer.finish();
}

function writeElements(writer: Writer, dataSet: DataSet, explicit: boolean, inherited: CharacterSet): void {
  const set = characterSetOf(dataSet) ?? inherited;
  for (const tag of Object.keys(dataSet).sort()) {
    if (!/^[0-9A-F]{8}$/.test(tag) || tag.startsWith('FFFE'))
      throw invalid(tag, 'is not a tag of eight digits');
    if (!isGroupLength(tag)) writeElement(writer, tag, dataSet[tag]!, explicit, set);
  }
}

function characterSetOf(dataSet: DataSet): CharacterSet | undefined {
  const attribute = dataSet['00080005'];
  return attribute && characterSet((attribute.Value ?? []).map((value) => String(value ?? '')));
}

function writeElement(
  writer: Writer,
  tag: string,
  attribute: Attribute,
  explicit: boolean,
  set: CharacterSet,
): void {
  if (!/^[A-Z]{2}$/.test(attribute.vr)) throw invalid(tag, 'has a VR that is not two capital letters');
  if (attribute.vr === 'SQ') return writeSequence(writer, tag, attribute, explicit, set);
  const value = valueField(tag, attribute, set);
  const length = value.length + (value.length % 2);
  writeHeader(writer, tag, attribute.vr, length, explicit);
  writer.put(value);
  if (length > value.length) writer.u8(vrEntry(attribute.vr).pad);
}

/** A value too long for a 16-bit length is written as UN (PS3.5 6.2.2). */
function writeHeader(writer: Writer, tag: string, vr: string, length: number, explicit: boolean): void {
  writeTag(writer, tag);
  if (!explicit) return writer.u32LE(length);
  const long = vrEntry(vr).long || length > SHORT_MAXIMUM;
  writeVR(writer, long && !vrEntry(vr).long ? 'UN' : vr);
  if (!long) return writer.u16LE(length);
  writer.u16LE(0);
  writer.u32LE(length);
}

function writeSequence(
  writer: Writer,
  tag: string,
  { Value: items = [] }: Attribute,
  explicit: boolean,
  set: CharacterSet,
): void {
  // In implicit VR only an undefined length tells that an attribute outside the dictionary is a sequence.
  const open = !explicit && implicitVR(tag) !== 'SQ';
  writeHeader(writer, tag, 'SQ', UNDEFINED_LENGTH, explicit);
  const start = writer.length;
  for (const item of items) writeItem(writer, tag, item, explicit, set);
  if (open) writeDelimitation(writer);
  else writer.patchU32LE(start - 4, writer.length - start);
}

function writeItem(writer: Writer, tag: string, item: Value, explicit: boolean, set: CharacterSet): void {
  if (item === null || typeof item !== 'object')
    throw invalid(tag, 'is a sequence, but an item is not a data set');
  writeTag(writer, 'FFFEE000');
  writer.u32LE(0);
  const start = writer.length;
  writeElements(writer, item as DataSet, explicit, set);
  writer.patchU32LE(start - 4, writer.length - start);
}

function writeDelimitation(writer: Writer): void {
  writeTag(writer, 'FFFEE0DD');
  writer.u32LE(0);
}

function writeTag(writer: Writer, tag: string): void {
  writer.u16LE(parseInt(tag.slice(0, 4), 16));
  writer.u16LE(parseInt(tag.slice(4), 16));
}

function writeVR(writer: Writer, vr: string): void {
  writer.u8(vr.charCodeAt(0));
  writer.u8(vr.charCodeAt(1));
}

/** Names the tag in what the VR's encoder says. */
function valueField(tag: string, attribute: Attribute, set: CharacterSet): Bytes {
  try {
    return encodeAttribute(attribute, set);
  } catch (thrown) {
    if (!(thrown instanceof DicomError)) throw thrown;
    throw new DicomError(thrown.code, `${shown(tag)}: ${thrown.message}`, { ...thrown.details, tag });
  }
}

const shown = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`;

function invalid(tag: string, what: string): DicomError {
  return new DicomError('VALUE_INVALID', `${shown(tag)} ${what}`, { tag });
}
