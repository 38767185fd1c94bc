import { expect } from 'vitest';
import type { ElementSpan } from '../../core/data/index.ts';

/** Spans of the outermost level follow each other from 0 to `length`, and so do those inside each value that holds some. */
export function expectCovered(spans: readonly ElementSpan[], length: number): void {
  const fault = firstGap(spans, length);
  if (fault !== undefined) expect.fail(fault);
}

export function firstGap(spans: readonly ElementSpan[], length: number): string | undefined {
  let at = 0;
  const level = (end: number, from: number): string | undefined => {
    let offset = from;
    for (let span = spans[at]; span !== undefined && span.offset < end; span = spans[at]) {
      if (span.offset !== offset) return `${span.path} begins at ${span.offset}, not ${offset}`;
      at++;
      offset += span.length;
      const fault = inside(span);
      if (fault !== undefined) return fault;
    }
    return offset === end || offset === from ? undefined : `a level ends at ${offset}, not ${end}`;
  };
  const inside = (span: ElementSpan): string | undefined => {
    const valueEnd = span.valueOffset + span.valueLength;
    const delimitation = span.undefinedLength ? 8 : 0;
    if (valueEnd + delimitation !== span.offset + span.length) return `${span.path} has bytes of nobody`;
    const holds = span.vr === 'SQ' || span.undefinedLength || span.kind === 'item';
    return holds && span.valueLength > 0 ? level(valueEnd, span.valueOffset) : undefined;
  };
  const fault = level(length, 0);
  return (
    fault ?? (at === spans.length && (length === 0 || spans.length > 0) ? undefined : 'not all is covered')
  );
}
