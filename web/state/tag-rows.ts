/** The elements of a data set as the rows of a tree, and as text. */
import type { Attribute, DataSet, PersonName, Value } from '../../core/data/index.ts';
import { fromBase64, personNameText } from '../../core/data/index.ts';
import { attribute, isPrivate } from '../../core/dict/index.ts';
import type { LeftOut } from '../engine/looked.ts';
import { t } from '../strings/index.ts';
import { bytes } from './format.ts';

export interface TagRow {
  /** The path of the element or item: `00081140[0].00081155`. */
  readonly id: string;
  readonly depth: number;
  /** The row it stands under; '' at the outermost level. */
  readonly parent: string;
  /** `(0008,1140)`; '' of items. */
  readonly tag: string;
  /** Keyword, or what else tells what it is. */
  readonly name: string;
  readonly vr: string;
  /** Shortened. */
  readonly value: string;
  readonly hasRows: boolean;
}

/** Letters of a value that are shown; the whole is in the JSON. */
const SHOWN = 400;
/** Bytes of a binary value that are shown. */
const SHOWN_BYTES = 24;

/** All rows, in the order of tags. Values in `left` are told by their length. */
export function tagRows(dataSet: DataSet, left: readonly LeftOut[]): TagRow[] {
  const rows: TagRow[] = [];
  const leftBelow = new Map<string, LeftOut[]>();
  for (const value of left) {
    const parent = value.path.slice(0, Math.max(0, value.path.lastIndexOf('.')));
    leftBelow.set(parent, [...(leftBelow.get(parent) ?? []), value]);
  }
  addLevel(rows, dataSet, leftBelow, '', 0);
  return rows;
}

function addLevel(
  rows: TagRow[],
  dataSet: DataSet,
  left: ReadonlyMap<string, readonly LeftOut[]>,
  parent: string,
  depth: number,
): void {
  const prefix = parent === '' ? '' : `${parent}.`;
  const missing = new Map((left.get(parent) ?? []).map((value) => [value.path.slice(prefix.length), value]));
  // Keys of digits alone stand first in an object, whatever order they were put in.
  for (const tag of [...Object.keys(dataSet), ...missing.keys()].toSorted()) {
    const element = dataSet[tag] ?? { vr: missing.get(tag)!.vr };
    const length = missing.get(tag)?.length;
    const id = prefix + tag;
    const items = element.vr === 'SQ' ? ((element.Value ?? []) as readonly DataSet[]) : [];
    const value = length === undefined ? valueText(element) : t.viewer.tags.left(bytes(length));
    const row = { id, depth, parent, tag: tagText(tag), name: nameOf(tag, dataSet), vr: element.vr };
    rows.push({ ...row, value, hasRows: items.length > 0 });
    items.forEach((item, i) => {
      const itemId = `${id}[${i}]`;
      const name = t.viewer.tags.item(i + 1);
      const shared = { id: itemId, depth: depth + 1, parent: id, tag: '', name, vr: '', value: '' };
      const at = rows.push({ ...shared, hasRows: true }) - 1;
      addLevel(rows, item, left, itemId, depth + 2);
      if (rows.length === at + 1) rows[at] = { ...shared, hasRows: false };
    });
  }
}

/** The rows as lines: `(0010,0010) PN PatientName: Doe^Jane`, two spaces for each level. */
export function tagsText(rows: readonly TagRow[]): string {
  return rows.map(rowText).join('\n');
}

function rowText({ depth, tag, vr, name, value }: TagRow): string {
  const head = [tag, vr, name].filter((part) => part !== '').join(' ');
  return `${'  '.repeat(depth)}${head}${value === '' ? '' : `: ${value}`}`;
}

/** Rows that hold all of the words, and what they stand under. */
export function foundRows(rows: readonly TagRow[], query: string): readonly TagRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const kept = new Set<string>();
  const matches = (row: TagRow): boolean => {
    const digits = row.tag.replace(/\D/g, '');
    const held = `${row.tag} ${digits} ${row.name} ${row.vr} ${row.value}`.toLowerCase();
    return words.every((word) => held.includes(word));
  };
  // What a row stands under comes before it: going backwards, it is kept when it is reached.
  for (const row of rows.toReversed()) {
    if (!kept.has(row.id) && !matches(row)) continue;
    kept.add(row.id);
    kept.add(row.parent);
  }
  return rows.filter(({ id }) => kept.has(id));
}

function tagText(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toLowerCase();
}

/** Private elements belong to whoever reserved their block in (gggg,0010) to (gggg,00FF) (PS3.5 7.8.1). */
function nameOf(tag: string, dataSet: DataSet): string {
  if (!isPrivate(tag)) return attribute(tag)?.keyword ?? t.viewer.tags.unknown;
  if (/^00[1-9A-F]/.test(tag.slice(4))) return t.viewer.tags.creator;
  const creator = dataSet[`${tag.slice(0, 4)}00${tag.slice(4, 6)}`]?.Value?.[0];
  return t.viewer.tags.ofCreator(typeof creator === 'string' ? creator : '');
}

function valueText({ vr, Value: values, InlineBinary: binary }: Attribute): string {
  if (binary !== undefined) return binaryText(binary);
  if (values === undefined || values.length === 0) return '';
  if (vr === 'SQ') return t.viewer.tags.items(values.length);
  let text = '';
  for (const [i, value] of values.entries()) {
    text += (i === 0 ? '' : '\\') + plain(value);
    if (text.length > SHOWN) return `${text.slice(0, SHOWN)}…`;
  }
  return text;
}

function plain(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? personNameText(value as PersonName) : String(value);
}

/** Letters where all are, else numbers: `48 bytes: 01 00 …`. */
function binaryText(base64: string): string {
  const whole = fromBase64(base64);
  const text = String.fromCharCode(...whole.subarray(0, SHOWN));
  if (/^[\x20-\x7e]+[ \0]*$/.test(text)) return text.replace(/\0+$/, '').trimEnd();
  const shown = [...whole.subarray(0, SHOWN_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'));
  return t.viewer.tags.binary(
    bytes(whole.length),
    shown.join(' ') + (whole.length > SHOWN_BYTES ? ' …' : ''),
  );
}
