/** Field spans as the rows of one table: what holds others is followed by them, one level deeper. */
import type { Bytes } from '../bytes/index.ts';
import { hexNumber, toHex } from '../bytes/index.ts';
import type { FieldSpan } from '../pdu/index.ts';

export interface ByteRow {
  readonly depth: number;
  /** In the bytes of the table. */
  readonly offset: number;
  readonly length: number;
  /** The standard's name of the field, or the keyword of the element. */
  readonly name: string;
  /** As sent, in text; that of the decisive field where the row holds others; empty where bytes are no text. */
  readonly value: string;
  /** What the value stands for. */
  readonly meaning: string;
  /** Where the standard defines the field, or what holds it: `PS3.8 Table 9-11`. */
  readonly clause: string;
  /** Rows of what it holds follow. They cover it without gap or overlap. */
  readonly holds: boolean;
}

export interface ByteRows {
  readonly rows: readonly ByteRow[];
  /** Rows behind those, which are left out. */
  readonly more: number;
}

/** What a row that holds others tells while they are folded away. */
export type Summary = (span: FieldSpan) => { readonly value: string; readonly meaning: string };

/** Nobody reads more, and each of them crosses to the page. */
const MOST_ROWS = 6000;
/** A byte string up to here is shown in the table; a longer one in the bytes alone. */
const SHOWN_BYTES = 16;

/** The rows of `fields`, which lie in `bytes`. `clause` is that of fields which have none and are in nothing that has. */
export function rowsOf(
  fields: readonly FieldSpan[],
  bytes: Bytes,
  { clause, summary }: { readonly clause: string; readonly summary: Summary },
): ByteRows {
  const rows: ByteRow[] = [];
  let more = 0;
  const add = (span: FieldSpan, depth: number, outer: string): void => {
    const { offset, length, name, children = [] } = span;
    const own = span.clause ?? outer;
    const holds = children.length > 0;
    if (rows.length === MOST_ROWS) more++;
    else
      rows.push({
        depth,
        offset,
        length,
        name,
        ...(holds ? summary(span) : tell(span, bytes)),
        clause: own,
        holds,
      });
    for (const child of children) add(child, depth + 1, own);
  };
  for (const span of fields) add(span, 0, clause);
  return { rows, more };
}

function tell(span: FieldSpan, bytes: Bytes): { value: string; meaning: string } {
  return { value: valueOf(span, bytes), meaning: span.meaning ?? '' };
}

/** The standard prints these in hexadecimal (PS3.8 9.3). */
const IN_HEX: ReadonlySet<string> = new Set(['PDU-type', 'Item-type', 'Message-control-header']);

function valueOf({ name, offset, length, value, meaning }: FieldSpan, bytes: Bytes): string {
  if (typeof value === 'number') return IN_HEX.has(name) ? `${hexNumber(value, 2 * length)}H` : String(value);
  if (value !== undefined) return value;
  // Where something is said of bytes, they are none to be read here.
  if (meaning !== undefined || length > SHOWN_BYTES) return '';
  return toHex(bytes.subarray(offset, offset + length)).replace(/..(?!$)/g, '$& ');
}

/** Fields that tell how others lie, not what was said. */
const STRUCTURE = /^(Item-type|Item-length|Reserved|Sub-item-version|.+-length|Not decoded)$/;

/** Of an item of a PDU: its first field with a value, and what its fields mean. */
export const itemSummary: Summary = ({ children = [] }) => {
  const fields = children.filter((child) => child.children === undefined && !STRUCTURE.test(child.name));
  const value = fields.find((field) => field.value !== undefined)?.value ?? '';
  const meanings = fields.flatMap((field) => field.meaning ?? []);
  return {
    value: String(value),
    meaning: meanings.join(', ') || (fields.length === 0 ? '' : below(children)),
  };
};

/** A context is named by the abstract syntax in it. */
function below(children: readonly FieldSpan[]): string {
  const meanings = children.map((child) => (child.children ? itemSummary(child).meaning : ''));
  return meanings.find((meaning) => meaning !== '') ?? '';
}

/** Of an element: its value, or how much it holds. */
export const elementSummary: Summary = ({ children = [] }) => {
  const field = children.find((child) => child.name.startsWith('Value'));
  if (field !== undefined) return { value: String(field.value ?? ''), meaning: field.meaning ?? '' };
  const held = children.filter(({ name }) => name === 'Item' || name === 'Fragment');
  if (held.length === 0) return { value: '', meaning: '' };
  const what = held[0]!.name.toLowerCase();
  return { value: '', meaning: `${held.length} ${what}${held.length === 1 ? '' : 's'}` };
};
