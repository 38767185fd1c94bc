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

export interface GridRow {
  readonly id: string;
  readonly depth?: number;
  /** Undefined where there is nothing to open. */
  readonly open?: boolean | undefined;
  readonly busy?: boolean;
}

/** Below this width, in pixels, rows become cards. */
export const CARD_WIDTH = 620;
export const ROW_HEIGHT = 28;
export const CARD_HEIGHT = 84;

/** Rows rendered beyond what is seen, so that scrolling shows no holes. */
const MARGIN = 12;

export function visibleColumns(columns: readonly Column[], width: number): readonly Column[] {
  if (width < CARD_WIDTH) return columns.filter((column) => column.card === true);
  return columns.filter(({ from = 0 }) => width >= from);
}

export interface Span {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** Which rows to render for a scroll position; all in pixels. */
export function renderedSpan(scrollTop: number, height: number, rowHeight: number, rows: number): Span {
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN), rows);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return { first, end: Math.max(first, end) };
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
