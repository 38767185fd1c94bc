/** Command sets as bytes (PS3.7 6.3): Implicit VR Little Endian, group 0000, ascending, group length first. */
import { DecodeError, DicomError, fromLatin1, Reader, toLatin1, Writer } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { COMMANDS, NO_DATA_SET } from './commands.ts';
import type { Command } from './commands.ts';
import { COMMAND_ELEMENTS, commandElement } from './elements.ts';
import type { CommandKeyword, CommandSet, CommandVR } from './elements.ts';

export type CommandValue = string | number | readonly number[];

const ELEMENTS = Object.entries(COMMAND_ELEMENTS) as [CommandKeyword, readonly [number, CommandVR]][];

/** Bytes of the group length element itself: tag, length, 32 bit value. */
const GROUP_LENGTH_SIZE = 12;

interface CommandCodec {
  read(reader: Reader): CommandValue;
  write(writer: Writer, value: CommandValue): void;
}

const text = (padding: number): CommandCodec => ({
  read: (reader) => trimmed(toLatin1(reader.take(reader.remaining, 'value'))),
  write: (writer, value) => {
    const bytes = fromLatin1(value as string);
    writer.put(bytes);
    if (bytes.length % 2 === 1) writer.u8(padding);
  },
});

/** PS3.5 6.2; UI is padded with NUL, text with a space. */
const CODECS: Readonly<Record<CommandVR, CommandCodec>> = {
  UI: text(0x00),
  AE: text(0x20),
  LO: text(0x20),
  US: {
    read: (reader) => reader.u16LE('value'),
    write: (writer, value) => writer.u16LE(unsigned(value, 0xffff)),
  },
  UL: {
    read: (reader) => reader.u32LE('value'),
    write: (writer, value) => writer.u32LE(unsigned(value, 0xffffffff)),
  },
  AT: {
    read: readTags,
    write: (writer, value) => {
      for (const tag of value as readonly number[]) {
        writer.u16LE(tag >>> 16);
        writer.u16LE(tag & 0xffff);
      }
    },
  },
};

function readTags(reader: Reader): number[] {
  const tags: number[] = [];
  while (reader.remaining >= 4) tags.push(reader.u16LE('group') * 0x10000 + reader.u16LE('element'));
  return tags;
}

/** A DataView would take any number modulo its size. */
function unsigned(value: CommandValue, largest: number): number {
  const number = value as number;
  if (Number.isInteger(number) && number >= 0 && number <= largest) return number;
  throw new RangeError(`${number} is no whole number from 0 to ${largest}`);
}

/** Leading and trailing spaces and NULs mean nothing in a command set. Linear, unlike a pattern. */
function trimmed(value: string): string {
  const padding = (at: number): boolean => value.charCodeAt(at) === 0x20 || value.charCodeAt(at) === 0x00;
  let start = 0;
  let end = value.length;
  while (start < end && padding(start)) start++;
  while (start < end && padding(end - 1)) end--;
  return value.slice(start, end);
}

/** Writes a command set, group length computed. @throws DicomError VALUE_INVALID for text that does not fit. */
export function encodeCommandSet(command: CommandSet): Bytes {
  const writer = new Writer();
  writeElement(writer, 0x0000, 'UL', 0);
  for (const [keyword, [number, vr]] of ELEMENTS) {
    const value = command[keyword];
    if (value !== undefined && number !== 0x0000) writeElement(writer, number, vr, value);
  }
  writer.patchU32LE(GROUP_LENGTH_SIZE - 4, writer.length - GROUP_LENGTH_SIZE);
  return writer.finish();
}

function writeElement(writer: Writer, number: number, vr: CommandVR, value: CommandValue): void {
  writer.u16LE(0x0000);
  writer.u16LE(number);
  const at = writer.length;
  writer.u32LE(0);
  try {
    CODECS[vr].write(writer, value);
  } catch (cause) {
    throw new DicomError('VALUE_INVALID', `(0000,${hex4(number)}) cannot hold this value.`, {}, cause);
  }
  writer.patchU32LE(at, writer.length - at - 4);
}

/**
 * Reads a command set. Order, group length and unknown elements do not matter (peers differ in all three).
 * @throws DecodeError COMMAND_INVALID where it is cut off or misses Command Field or Data Set Type.
 */
export function decodeCommandSet(bytes: Bytes): CommandSet {
  const values: { [keyword: string]: CommandValue } = {};
  const reader = new Reader(bytes, 'command set');
  try {
    while (reader.remaining > 0) readElement(reader, values);
  } catch (cause) {
    throw new DecodeError('COMMAND_INVALID', 'A command set is cut off in an element.', {}, cause);
  }
  if (values['CommandField'] === undefined || values['CommandDataSetType'] === undefined) {
    throw new DecodeError('COMMAND_INVALID', 'A command set lacks Command Field or Command Data Set Type.');
  }
  return values as unknown as CommandSet;
}

function readElement(reader: Reader, values: { [keyword: string]: CommandValue }): void {
  const group = reader.u16LE('group');
  const number = reader.u16LE('element');
  const length = reader.u32LE('length');
  const known = group === 0x0000 ? commandElement(number) : undefined;
  if (known === undefined || known.keyword === 'CommandGroupLength') return reader.skip(length, 'value');
  const content = reader.within(length, known.keyword);
  // An empty number is no number; an empty text is one.
  if (content.remaining === 0 && (known.vr === 'US' || known.vr === 'UL')) return;
  values[known.keyword] = CODECS[known.vr].read(content);
}

/** The value of an element; undefined where the bytes are none of its VR. */
export function commandValue(vr: CommandVR, bytes: Bytes): CommandValue | undefined {
  const reader = new Reader(bytes, 'value');
  try {
    const value = CODECS[vr].read(reader);
    return reader.remaining === 0 ? value : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Mandatory by the standard, missing in practice, and not needed to understand the message. */
const DISPENSABLE: ReadonlySet<CommandKeyword> = new Set(['Priority']);

/**
 * The table row of a command set, its mandatory elements checked.
 * @throws DecodeError COMMAND_INVALID for an unknown Command Field, a missing element (`details.field`), or a
 *   missing data set without which the message means nothing: a C-STORE of no bytes would be stored.
 */
export function commandOf(command: CommandSet): Command {
  const row = COMMANDS.get(command.CommandField);
  if (row === undefined) {
    const field = hex4(command.CommandField);
    throw new DecodeError('COMMAND_INVALID', `${field}H is not a Command Field.`, { field: 'CommandField' });
  }
  const missing = row.mandatory.find(
    (keyword) => command[keyword] === undefined && !DISPENSABLE.has(keyword),
  );
  if (missing !== undefined) {
    throw new DecodeError('COMMAND_INVALID', `${row.name} lacks ${missing}.`, { field: missing });
  }
  if (row.dataSet === 'always' && command.CommandDataSetType === NO_DATA_SET) {
    throw new DecodeError('COMMAND_INVALID', `${row.name} comes without its data set.`, {
      field: 'CommandDataSetType',
    });
  }
  return row;
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
