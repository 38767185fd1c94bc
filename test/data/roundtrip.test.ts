import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataSet, ElementSpan } from '../../core/data/index.ts';
import { elementSpans, readDataSet, transferSyntax, writeDataSet } from '../../core/data/index.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from './samples.ts';
import { expectCovered } from './spans.ts';

const RUNS = { numRuns: 400, seed: 20 };

describe.each(SYNTAXES.map((uid) => [transferSyntax(uid)!.name, uid] as const))('%s', (_name, syntax) => {
  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(dataSets, (dataSet) => {
        expect(readDataSet(writeDataSet(dataSet, syntax), syntax)).toEqual(dataSet);
      }),
      RUNS,
    );
  });

  test('sequences of undefined length read the same', () => {
    fc.assert(
      fc.property(dataSets, (dataSet) => {
        expect(readDataSet(writeUndefinedLengths(dataSet, syntax), syntax)).toEqual(dataSet);
      }),
      RUNS,
    );
  });

  test('lengths are even, tags ascend, and spans cover every byte', () => {
    fc.assert(
      fc.property(dataSets, (dataSet) => {
        const bytes = writeDataSet(dataSet, syntax);
        const spans = elementSpans(bytes, syntax);
        expectCovered(spans, bytes.length);
        expect(spans.every((span) => span.valueLength % 2 === 0)).toBe(true);
        const tags = spans.filter((span) => span.depth === 0).map((span) => span.tag);
        expect(tags).toEqual([...tags].sort());
        expect(pathsOf(spans)).toEqual(pathsIn(dataSet).sort());
      }),
      RUNS,
    );
  });
});

const pathsOf = (spans: readonly ElementSpan[]): string[] =>
  spans
    .filter((span) => span.kind === 'element')
    .map((span) => span.path)
    .sort();

function pathsIn(dataSet: DataSet, prefix = ''): string[] {
  return Object.entries(dataSet).flatMap(([tag, { vr, Value: values = [] }]) => [
    prefix + tag,
    ...(vr === 'SQ' ? values.flatMap((item, i) => pathsIn(item as DataSet, `${prefix}${tag}[${i}].`)) : []),
  ]);
}
