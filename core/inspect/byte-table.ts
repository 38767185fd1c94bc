/** The byte tables of what a record holds: a PDU, a command set, a data set. */
import type { Bytes } from '../bytes/index.ts';
import { concat, hexNumber } from '../bytes/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from '../data/index.ts';
import type { Operation } from '../dict/index.ts';
import { uidName } from '../dict/index.ts';
import { describeCommandSet } from '../dimse/index.ts';
import type { FieldSpan } from '../pdu/index.ts';
import { describe, withoutSecrets } from '../pdu/index.ts';
import { codecOfType } from '../pdu/table.ts';
import type { ByteRows } from './byte-rows.ts';
import { cutElement, notKept } from './cut-element.ts';
import { elementSummary, itemSummary, rowsOf } from './byte-rows.ts';
import { describeDataSet } from './describe-data-set.ts';
import type { MessagePart } from './messages.ts';

/** Bytes with what stands where. */
export interface ByteTable extends ByteRows {
  /** As far as they were kept, and shown: those of the table are not shared with the record. */
  readonly bytes: Bytes;
  /** All that were sent; those of a deflated data set as far as they were inflated. */
  readonly length: number;
  /** Why not all of them could be read, in a sentence; empty where all were. */
  readonly problem: string;
}

/** Bytes beyond these are counted, not shown: they are pixels, and each of them crosses to the page. */
export const MOST_BYTES: number = 1 << 20;
/** Of a PDU: elided bytes are taken for zeros up to here, so that what stands in front of them can be told. */
const LONGEST = 32 << 20;

/** A P-DATA-TF says of each fragment whose it is: `annotate` is asked with its number in the PDU. */
export function pduTable(
  kept: Bytes,
  length: number,
  annotate: (pdv: FieldSpan, number: number) => FieldSpan = (pdv) => pdv,
): ByteTable {
  const bytes = isAssociate(kept) ? withoutSecrets(kept) : kept;
  const whole = bytes.length < length && length <= LONGEST ? padded(bytes, length) : bytes;
  let pdvs = 0;
  const fields = describe(whole).map((span) => (span.name === PDV ? annotate(span, pdvs++) : span));
  const clause = codecOfType(whole[0] ?? 0)?.clause ?? 'PS3.8 9.3.1';
  return {
    ...shown(whole, bytes.length, length),
    ...rowsOf(fields, bytes, { clause, summary: itemSummary }),
    problem: '',
  };
}

/** Captures hold what proves a user's identity (PS3.7 D.3.3.7); it is shown as little as in a record of ours. */
function isAssociate([type]: Bytes): boolean {
  return type === 0x01 || type === 0x02;
}

const PDV = 'Presentation-data-value Item';

export function commandTable(bytes: Bytes, length: number, operation: Operation | undefined): ByteTable {
  const fields = describeCommandSet(bytes, operation).map(inHex);
  const rows = rowsOf(fields, bytes, { clause: 'PS3.7 6.3.1', summary: elementSummary });
  return { ...shown(bytes, bytes.length, length), ...rows, problem: '' };
}

/** The standard prints these in hexadecimal (PS3.7 E.1). */
const IN_HEX: ReadonlySet<string> = new Set(['CommandField', 'CommandDataSetType', 'Status']);

function inHex(element: FieldSpan): FieldSpan {
  if (!IN_HEX.has(element.name)) return element;
  const hex = (span: FieldSpan): FieldSpan =>
    span.name.startsWith('Value') && typeof span.value === 'number'
      ? { ...span, value: `${hexNumber(span.value, 4)}H` }
      : span;
  return { ...element, children: (element.children ?? []).map(hex) };
}

/** A data set with the transfer syntax by which it was read. */
export interface DataSetTable extends ByteTable {
  readonly transferSyntax: string;
  /** `Explicit VR Little Endian`. */
  readonly transferSyntaxName: string;
  /** The record does not tell the transfer syntax: it is what the first element looks like. */
  readonly guessed: boolean;
  /** Bytes of the deflated stream, where the data set was deflated (PS3.5 A.5). */
  readonly deflated?: number;
}

/** `accepted` is the transfer syntax of the presentation context, where it is known. */
export function dataSetTable(sent: Bytes, length: number, accepted: string | undefined): DataSetTable {
  const uid = accepted ?? syntaxOf(sent);
  const common = { transferSyntax: uid, transferSyntaxName: uidName(uid), guessed: accepted === undefined };
  // A private transfer syntax is in Explicit VR Little Endian as a rule.
  const known = transferSyntax(uid)?.readable === true ? uid : EXPLICIT_VR_LITTLE_ENDIAN;
  const { deflated, explicit, littleEndian } = transferSyntax(known)!;
  const { bytes, fields, problem } = describeDataSet(sent, known);
  const rows = { clause: 'PS3.5 7.1', summary: elementSummary };
  if (deflated) {
    const inflated = { ...shown(bytes, bytes.length, bytes.length), deflated: length };
    return { ...common, ...inflated, ...rowsOf(fields, bytes, rows), problem };
  }
  const isCut = sent.length < length;
  const all = isCut ? withCut(fields, bytes, length, littleEndian ? explicit : undefined) : fields;
  return {
    ...common,
    ...shown(bytes, bytes.length, length),
    ...rowsOf(all, bytes, rows),
    problem: isCut ? '' : problem,
  };
}

/** `explicit` is undefined for big endian, which hardly anybody sends. */
function withCut(
  fields: readonly FieldSpan[],
  bytes: Bytes,
  length: number,
  explicit: boolean | undefined,
): FieldSpan[] {
  const whole = fields.filter(({ name }) => name !== 'Not decoded');
  const last = whole.at(-1);
  const end = last === undefined ? 0 : last.offset + last.length;
  return [
    ...whole,
    ...(explicit === undefined ? notKept(end, length) : cutElement(bytes, end, length, explicit)),
  ];
}

/** Two capital letters behind the first tag are a VR (PS3.5 7.1.2): as a length they would be beyond 16 kB. */
function syntaxOf(bytes: Bytes): string {
  const isLetter = (byte = 0): boolean => byte >= 0x41 && byte <= 0x5a;
  return isLetter(bytes[4]) && isLetter(bytes[5]) ? EXPLICIT_VR_LITTLE_ENDIAN : IMPLICIT_VR_LITTLE_ENDIAN;
}

function shown(bytes: Bytes, kept: number, length: number): Pick<ByteTable, 'bytes' | 'length'> {
  return { bytes: bytes.slice(0, Math.min(kept, MOST_BYTES)), length };
}

function padded(bytes: Bytes, length: number): Bytes {
  return concat([bytes, new Uint8Array(length - bytes.length)]);
}

/** A piece of a command set or data set, and where it came from. */
export interface Piece {
  /** In the command set or data set as it was sent. */
  readonly offset: number;
  readonly length: number;
  /** The record of the PDU that brought it. */
  readonly record: number;
}

/** What a message's fragments make, as far as they were kept without a gap. */
export interface Assembled {
  readonly bytes: Bytes;
  /** As sent. */
  readonly length: number;
  /** Those that brought `bytes`. */
  readonly pieces: readonly Piece[];
}

/** `bytesOf` gives a PDU as far as it is there. */
export function assembled(
  parts: readonly MessagePart[],
  bytesOf: (record: MessagePart['record']) => Bytes,
): Assembled {
  const kept: Bytes[] = [];
  const pieces: Piece[] = [];
  let length = 0;
  let taken = 0;
  for (const { record, fragment } of parts) {
    const bytes = bytesOf(record).subarray(fragment.offset, fragment.offset + fragment.length);
    if (taken === length && taken < MOST_BYTES && bytes.length > 0) {
      kept.push(bytes);
      pieces.push({ offset: taken, length: bytes.length, record: record.id });
      taken += bytes.length;
    }
    length += fragment.length;
  }
  return { bytes: concat(kept), length, pieces };
}
