import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, toLatin1 } from '../../core/bytes/index.ts';
import type { DataSet, ElementSpan } from '../../core/data/index.ts';
import {
  elementSpans,
  IMPLICIT_VR_LITTLE_ENDIAN,
  plainBytes,
  readDataSet,
  vrEntry,
  writeDataSet,
} from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { describeWith } from '../support/needs.ts';
import type { DumpLine } from './dcmdump.ts';
import { dcmdump } from './dcmdump.ts';
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, turned, writeForm } from './forms.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from './samples.ts';

const COUNT = 500;
const FORMS = [...SYNTAXES, EXPLICIT_VR_BIG_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN];

describeWith(['dcmtk'], 'dcmdump', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'webdimse-dcmdump-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test(`agrees on ${COUNT} data sets: every tag, VR, length and value`, () => {
    const samples = fc.sample(dataSets, { numRuns: COUNT, seed: 500 }).map((dataSet, i) => {
      const syntax = FORMS[i % 4]!;
      const write = i % 8 < 4 ? writeDataSet : writeUndefinedLengths;
      return { bytes: writeForm(dataSet, syntax, write), syntax, file: join(folder, `${i}.dcm`) };
    });
    for (const { bytes, syntax, file } of samples) writeFileSync(file, concat([headFor(syntax), bytes]));
    const dumps = dcmdump(samples.map(({ file }) => file));
    expect(dumps).toHaveLength(COUNT);
    samples.forEach(({ bytes, syntax }, i) => expectAgreement(bytes, syntax, dumps[i]!, `data set ${i}`));
  });
});

const headFor = (transferSyntaxUID: string): Bytes =>
  fileMetaInformation({
    sopClassUID: '1.2.3',
    sopInstanceUID: '1.2.4',
    transferSyntaxUID,
    callingAETitle: 'TEST',
  });

function expectAgreement(bytes: Bytes, syntax: string, dump: readonly DumpLine[], what: string): void {
  const values = readDataSet(bytes, syntax);
  const plain = plainBytes(bytes, syntax);
  const spans = [...elementSpans(bytes, syntax)];
  const lines = [...dump];
  for (let span = spans.shift(); span !== undefined; span = spans.shift()) {
    const line = lines.shift();
    const where = `${what} ${span.path} ${span.vr}`;
    expect(line?.tag, where).toBe(span.tag);
    if (!span.undefinedLength) expect(line!.length, where).toBe(span.valueLength);
    if (!line!.known && syntax === IMPLICIT_VR_LITTLE_ENDIAN) {
      // Without an entry dcmdump knows no VR, and looks into no sequence.
      while (spans[0] !== undefined && spans[0].offset < span.offset + span.length) spans.shift();
      while (lines[0] !== undefined && lines[0].indent > line!.indent) lines.shift();
    } else if (span.kind === 'element') {
      expect(line!.vr, where).toBe(span.vr);
      if (span.vr !== 'SQ') expectValue(line!.value, span, plain, values, where);
    }
  }
  expect(lines, what).toEqual([]);
}

function expectValue(
  printed: string,
  span: ElementSpan,
  bytes: Bytes,
  dataSet: DataSet,
  where: string,
): void {
  const raw = bytes.subarray(span.valueOffset, span.valueOffset + span.valueLength);
  const attribute = attributeAt(dataSet, span.path);
  const { kind } = vrEntry(span.vr);
  if (raw.length === 0) {
    expect(printed, where).toBe('(no value available)');
    expect(attribute, where).toEqual({ vr: span.vr });
  } else if (kind === 'number') {
    const numbers = printed.split('\\').map(Number);
    expect(numbers).toHaveLength(attribute.Value!.length);
    numbers.forEach((value, i) => expectClose(value, Number(attribute.Value![i]), where));
  } else if (kind === 'tag') {
    const tags = printed.split('\\').map((tag) => tag.replace(/[(),]/g, '').toUpperCase());
    expect(tags, where).toEqual(attribute.Value);
  } else if (kind === 'bytes') {
    const little = span.littleEndian ? raw : turned(raw, span.vr);
    expect(Buffer.from(attribute.InlineBinary!, 'base64').equals(little), where).toBe(true);
    if (span.vr === 'OB' || span.vr === 'UN') {
      expect(Buffer.from(printed.replaceAll('\\', ''), 'hex').equals(raw), where).toBe(true);
    }
  } else {
    expect(printed, where).toBe(`[${toLatin1(raw).replace(/[ \0]$/, '')}]`);
  }
}

/** dcmdump prints doubles with a last digit or two that is not theirs. */
function expectClose(printed: number, value: number, where: string): void {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 32) expect(printed, where).toBe(value);
  else expect(Math.abs(printed / value - 1), where).toBeLessThan(1e-7);
}

function attributeAt(dataSet: DataSet, path: string): DataSet[string] {
  const parts = path.split('.');
  const last = parts.pop()!;
  const level = parts.reduce((at, part) => {
    const [, tag = '', item] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
    return at[tag]!.Value![Number(item)] as DataSet;
  }, dataSet);
  return level[last]!;
}
