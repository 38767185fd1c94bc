/** Where the boxes of a graph stand, and the lines between them, in pixels. */

/** Column and row; fractions lie in between. */
export type Place = readonly [column: number, row: number];
type Point = readonly [x: number, y: number];

export const BOX = { width: 132, height: 46 } as const;
const PITCH = { x: 160, y: 76 } as const;
const MARGIN = 14;
/** From the middle of a line to that of the one in the other direction, by half. */
const ASIDE = 6;
const ARROW = 6;

/** The middle of a box there. */
export function middle([column, row]: Place): Point {
  return [MARGIN + BOX.width / 2 + column * PITCH.x, MARGIN + BOX.height / 2 + row * PITCH.y];
}

/** What a drawing needs that has these places in it. */
export function sizeOf(places: readonly Place[]): { readonly width: number; readonly height: number } {
  const [x, y] = middle([
    Math.max(...places.map(([column]) => column)),
    Math.max(...places.map(([, row]) => row)),
  ]);
  return { width: x + BOX.width / 2 + MARGIN, height: y + BOX.height / 2 + MARGIN };
}

/** The path of an arrow from border to border, by the points in between; beside its opposite where there are none. */
export function arrowPath(from: Place, to: Place, by: readonly Place[] = []): string {
  const [start, end] = [middle(from), middle(to)];
  if (from[0] === to[0] && from[1] === to[1]) return loop(start);
  const between = by.map(middle);
  const [shift, back] =
    by.length > 0 ? [towards(start, between[0]!), towards(end, between.at(-1)!)] : aside(start, end);
  const first = border(start, shift, between[0] ?? back, 0);
  const last = border(end, back, between.at(-1) ?? shift, ARROW);
  return `M${[first, ...between, last].map((point) => point.map(Math.round).join(' ')).join('L')}`;
}

/** Both ends of a straight line, moved to its right. */
function aside([x, y]: Point, [toX, toY]: Point): readonly [Point, Point] {
  const length = Math.hypot(toX - x, toY - y);
  const [dx, dy] = [(-(toY - y) / length) * ASIDE, ((toX - x) / length) * ASIDE];
  return [
    [x + dx, y + dy],
    [toX + dx, toY + dy],
  ];
}

/** The point of a box from which a line to that point is level or upright, where there is one. */
function towards([x, y]: Point, [toX, toY]: Point): Point {
  const above = Math.abs(toX - x) < BOX.width / 2 - ARROW;
  const beside = Math.abs(toY - y) < BOX.height / 2 - ARROW;
  return [above ? toX : x, beside ? toY : y];
}

/** Where a line from a point in a box to one outside leaves the box, and so much further. */
function border([x, y]: Point, [startX, startY]: Point, [toX, toY]: Point, more: number): Point {
  const [dx, dy] = [toX - startX, toY - startY];
  const length = Math.hypot(dx, dy);
  const reach = (d: number, at: number, half: number): number =>
    d === 0 ? Infinity : (Math.sign(d) * half - at) / d;
  const part =
    Math.min(reach(dx, startX - x, BOX.width / 2), reach(dy, startY - y, BOX.height / 2)) + more / length;
  return [startX + dx * part, startY + dy * part];
}

/** Out of the top of a box and into it again. */
function loop([x, y]: Point): string {
  const [left, top] = [x + BOX.width / 2 - 44, y - BOX.height / 2];
  return `M${left} ${top}c-4 -24 32 -24 28 ${-ARROW}`;
}
