/** What a Grid shows, and which part of it. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** A track of grid-template-columns. */
  readonly width: string;
  /** Right-aligned. */
  readonly numeric?: boolean;
  /** Shown only where the grid is at least so wide, in pixels. */
  readonly from?: number;
  /** Shown even where rows become cards. */
  readonly card?: boolean;
}

/** By which column rows are ordered, and whether the greatest comes first. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export interface GridRow {
  readonly id: string;
  readonly depth?: number;
  /** Undefined where there is nothing to open. */
  readonly open?: boolean | undefined;
  readonly busy?: boolean;
}

/** Below this width, in pixels, rows become cards, where a grid has no width of its own for that. */
export const CARD_WIDTH = 620;
export const ROW_HEIGHT = 28;
export const CARD_HEIGHT = 84;

/** Rows rendered beyond what is seen, so that scrolling shows no holes. */
const MARGIN = 12;

/** Rows whose elements are made in one frame: making those of a whole screen takes longer than a page may be busy. */
export const MADE_AT_ONCE = 12;

export function visibleColumns(
  columns: readonly Column[],
  width: number,
  cardWidth: number = CARD_WIDTH,
): readonly Column[] {
  if (width < cardWidth) return columns.filter((column) => column.card === true);
  return fitting(
    columns.filter(({ from = 0 }) => width >= from),
    width,
  );
}

/** Without the last ones that find no room; those of cards always stay. */
function fitting(columns: readonly Column[], width: number): readonly Column[] {
  let excess = columns.reduce((sum, column) => sum + leastWidth(column), 0) - width;
  if (excess <= 0) return columns;
  const left: Column[] = [];
  for (const column of columns.toReversed()) {
    if (excess > 0 && column.card !== true) excess -= leastWidth(column);
    else left.unshift(column);
  }
  return left;
}

/** The first length in pixels of the track: its own, or its minimum. */
function leastWidth({ width }: Column): number {
  return Number(/(\d+)px/.exec(width)?.[1] ?? 0);
}

export interface Span {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** Pixels for buttons side by side in a cell; a letter is 8 wide at most in the faces that systems have. */
export function buttonRoom(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 8 * text.length + 16, 16);
}

/** Which rows to render for a scroll position; all in pixels. */
export function renderedSpan(scrollTop: number, height: number, rowHeight: number, rows: number): Span {
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN), rows);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return { first, end: Math.max(first, end) };
}

/**
 * Which element shows which row: one that stays keeps its own, one that comes takes that of one that left, since making
 * the elements of a row takes several times as long as filling them.
 */
export class RowPlaces {
  #places = new Map<string, number>();
  #last = 0;

  /**
   * A number for each row. The element of `held` is nobody else's: who is at its control means that row. While that row
   * stays, no element goes to another: whichever is put elsewhere then, browsers take the focus from what is moved.
   */
  of(rows: readonly GridRow[], held?: string): readonly number[] {
    const before = this.#places;
    const wanted = new Set(rows.map(({ id }) => id));
    const stays = held !== undefined && wanted.has(held);
    const left = [...before].filter(([id]) => !wanted.has(id) && id !== held);
    const free = stays ? [] : left.map(([, place]) => place);
    this.#places = new Map(
      rows.map(({ id }) => [id, before.get(id) ?? free.shift() ?? ++this.#last] as const),
    );
    return [...this.#places.values()];
  }
}

/** Where the keyboard goes from row `at`; undefined for keys that do not move. */
export function movedRow(key: string, at: number, rows: number, page: number): number | undefined {
  const move = MOVES[key];
  return move === undefined || rows === 0 ? undefined : Math.max(0, Math.min(rows - 1, move(at, rows, page)));
}

const MOVES: Record<string, (at: number, rows: number, page: number) => number> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, _, page) => at + page,
  PageUp: (at, _, page) => at - page,
  Home: () => 0,
  End: (_, rows) => rows - 1,
};

/** The row below which this one stands, itself at the top level. */
export function parentRow(rows: readonly GridRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  const above = rows.slice(0, at).findLastIndex((row) => (row.depth ?? 0) < depth);
  return above < 0 ? at : above;
}

/** Calls back once the next frame is painted; what it gives takes that back. */
export function afterPaint(action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => (timer = setTimeout(action)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
