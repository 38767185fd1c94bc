/** Curves over time as points to draw: no more than two for each column of pixels. */

export interface Curve {
  readonly label: string;
  readonly unit: string;
  readonly values: Float32Array;
  /** Values a second. */
  readonly rate: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Seconds of the longest curve. */
export function duration(curves: readonly Curve[]): number {
  return Math.max(0, ...curves.map(({ values, rate }) => values.length / rate));
}

/** The lowest and the highest value; a flat or empty curve gets some room around it. */
export function rangeOf(values: Float32Array): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: -1, high: 1 };
  return low === high ? { low: low - 1, high: high + 1 } : { low, high };
}

/** The lowest and highest value in each of `columns` equal parts of the seconds from `from` on; NaN where there is none. */
export function envelope(curve: Curve, from: number, seconds: number, columns: number): Float32Array {
  const { values, rate } = curve;
  const out = new Float32Array(2 * columns).fill(NaN);
  const perColumn = (seconds * rate) / columns;
  for (let column = 0; column < columns; column++) {
    const first = Math.max(0, Math.floor(from * rate + column * perColumn));
    // With fewer values than columns a column holds the value that it lies at.
    const end = Math.min(
      values.length,
      Math.max(first + 1, Math.floor(from * rate + (column + 1) * perColumn)),
    );
    for (let i = first; i < end; i++) {
      const value = values[i]!;
      if (!(out[2 * column]! <= value)) out[2 * column] = value;
      if (!(out[2 * column + 1]! >= value)) out[2 * column + 1] = value;
    }
  }
  return out;
}

/** A step of 1, 2 or 5 times a power of ten that divides `span` into ten parts at most. */
export function gridStep(span: number): number {
  const rough = span / 10;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((step) => step * power >= rough) ?? 10);
}
