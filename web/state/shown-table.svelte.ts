/** A byte table on the page: which of its rows are folded, and which one is chosen; a byte chooses a row, and a row bytes. */
import type { ByteRow } from '../../core/inspect/byte-rows.ts';
import type { ByteTable } from '../../core/inspect/byte-table.ts';

/** Rows up to here are all seen at first, where they are fields of a PDU. */
const UNFOLDED = 48;

/** No row: the bytes go on behind the last one that is listed. */
const NONE = -1;

/** A row that is seen. */
export interface ShownRow {
  readonly id: string;
  readonly depth: number;
  readonly open: boolean | undefined;
  readonly row: ByteRow;
}

export class ShownTable {
  readonly table: ByteTable;
  #folded = $state.raw<ReadonlySet<number>>(new Set());
  #selected = $state.raw(0);
  #byte = $state.raw(0);
  #hovered = $state.raw<number | undefined>();
  readonly #rows = $derived.by(() => this.#shown());

  /** Elements are seen folded at first: their row tells what they hold. */
  constructor(table: ByteTable, elements: boolean) {
    this.table = table;
    if (elements || table.rows.length > UNFOLDED) this.foldAll();
  }

  get rows(): readonly ShownRow[] {
    return this.#rows;
  }

  get selected(): ByteRow | undefined {
    return this.table.rows[this.#selected];
  }

  /** Of the chosen row, as those of `rows`. */
  get selectedId(): string {
    return String(this.#selected);
  }

  /** Where the keyboard is in the bytes: in the chosen row. */
  get byte(): number {
    return this.#byte;
  }

  get hovered(): ByteRow | undefined {
    return this.#hovered === undefined ? undefined : this.table.rows[this.#hovered];
  }

  get hasFolds(): boolean {
    return this.table.rows.some(({ holds }) => holds);
  }

  get allOpen(): boolean {
    return this.#folded.size === 0;
  }

  select(id: string): void {
    this.#selected = Number(id);
    const row = this.selected;
    if (row !== undefined) this.#byte = Math.min(row.offset, Math.max(0, this.table.bytes.length - 1));
  }

  /** Chooses the deepest row that holds the byte, and opens what that is in. */
  selectByte(at: number): void {
    const index = this.rowAt(at) ?? NONE;
    const around = this.#around(index);
    if (around.some((one) => this.#folded.has(one)))
      this.#folded = new Set([...this.#folded].filter((one) => !around.includes(one)));
    this.#selected = index;
    this.#byte = at;
  }

  hoverByte(at: number | undefined): void {
    this.#hovered = at === undefined ? undefined : this.rowAt(at);
  }

  hoverRow(id: string | undefined): void {
    this.#hovered = id === undefined ? undefined : Number(id);
  }

  toggle(id: string): void {
    const folded = new Set(this.#folded);
    if (!folded.delete(Number(id))) folded.add(Number(id));
    this.#folded = folded;
  }

  unfoldAll(): void {
    this.#folded = new Set();
  }

  foldAll(): void {
    this.#folded = new Set(this.table.rows.flatMap(({ holds }, index) => (holds ? [index] : [])));
    this.#selected = this.#around(this.#selected)[0] ?? this.#selected;
  }

  /** The deepest row that holds the byte: rows begin one behind the other, what holds others in front of them. */
  rowAt(at: number): number | undefined {
    const { rows } = this.table;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle]!.offset <= at) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0; index--) {
      const { offset, length } = rows[index]!;
      if (at < offset + length) return index;
    }
    return undefined;
  }

  /** The rows that a row is in, the outermost first. */
  #around(index: number): number[] {
    const around: number[] = [];
    let { depth } = this.table.rows[index] ?? { depth: 0 };
    for (let one = index - 1; one >= 0 && depth > 0; one--) {
      const row = this.table.rows[one]!;
      if (row.depth >= depth) continue;
      around.unshift(one);
      depth = row.depth;
    }
    return around;
  }

  #shown(): ShownRow[] {
    const shown: ShownRow[] = [];
    let hiddenBelow = Infinity;
    for (const [index, row] of this.table.rows.entries()) {
      if (row.depth > hiddenBelow) continue;
      const open = row.holds ? !this.#folded.has(index) : undefined;
      hiddenBelow = open === false ? row.depth : Infinity;
      shown.push({ id: String(index), depth: row.depth, open, row });
    }
    return shown;
  }
}

/** The table as lines, fields parted by tabs: offset, length, field, value, meaning, clause. */
export function tableText({ rows }: ByteTable): string {
  return rows.map(rowText).join('\n');
}

function rowText({ offset, length, depth, name, value, meaning, clause }: ByteRow): string {
  const cells = [offset, length, `${'  '.repeat(depth)}${name}`, value, meaning, clause];
  return cells.map((cell) => String(cell).replace(/[\t\r\n]+/g, ' ')).join('\t');
}

/** `00 1f …`: the bytes of a row, as far as they are there. */
export function rowHex({ bytes }: ByteTable, { offset, length }: ByteRow): string {
  const some = bytes.subarray(offset, offset + length);
  return Array.from(some, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
