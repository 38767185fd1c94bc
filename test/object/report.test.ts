import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet, readDataSet } from '../../core/data/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { isReport, MOST_LINES, reportOf, reportText } from '../../core/object/index.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';

const code = (meaning: string, value = 'X'): DataSet => dataSet({ CodeMeaning: meaning, CodeValue: value });

function item(
  valueType: string,
  name: string,
  keys: Record<string, KeyValue>,
  below: DataSet[] = [],
): DataSet {
  return dataSet({
    ValueType: valueType,
    RelationshipType: 'CONTAINS',
    ConceptNameCodeSequence: [code(name)],
    ContentSequence: below,
    ...keys,
  });
}

const REPORT = item(
  'CONTAINER',
  'Chest report',
  { CompletionFlag: 'PARTIAL', VerificationFlag: 'VERIFIED' },
  [
    item('PNAME', 'Observer', { PersonName: 'Doe^Jane^^Dr.=山田' }),
    item('CONTAINER', 'Findings', {}, [
      item('TEXT', 'Finding', { TextValue: 'Two lines:\r\n<script>alert(1)</script>' }),
      item('NUM', 'Diameter', {
        MeasuredValueSequence: [
          dataSet({ NumericValue: '12.50', MeasurementUnitsCodeSequence: [code('millimeter', 'mm')] }),
        ],
      }),
      item('NUM', 'Count', {
        MeasuredValueSequence: [
          dataSet({ NumericValue: '3', MeasurementUnitsCodeSequence: [code('no units', '1')] }),
        ],
      }),
      item('NUM', 'Density', { NumericValueQualifierCodeSequence: [code('Measurement failure')] }),
      item('CODE', 'Laterality', { ConceptCodeSequence: [code('Left')] }),
      item('DATETIME', 'At', { DateTime: '20260102093015.5+0100' }),
      item('DATE', 'On', { Date: '20260102' }),
      item('TIME', 'Time', { Time: '0930' }),
      item('UIDREF', 'Class', { UID: '1.2.840.10008.5.1.4.1.1.2' }),
      item('IMAGE', '', {
        ConceptNameCodeSequence: [],
        ReferencedSOPSequence: [
          dataSet({
            ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
            ReferencedSOPInstanceUID: '1.2.3',
            ReferencedFrameNumber: [2, 4],
          }),
        ],
      }),
      item('SCOORD', 'Outline', { GraphicType: 'POINT', GraphicData: { vr: 'FL', Value: [1.5, 2] } }),
      item('TCOORD', 'When', { TemporalRangeType: 'SEGMENT', ReferencedTimeOffsets: [1, 2] }),
      item('', 'See', { ReferencedContentItemIdentifier: { vr: 'UL', Value: [1, 2, 1] } }),
      item('HOLOGRAM', 'Unknown', {}),
    ]),
  ],
);

test('every value type becomes a line', () => {
  expect(isReport(REPORT)).toBe(true);
  expect(reportText(reportOf(REPORT))).toBe(`Chest report
  Observer: Doe, Jane Dr.
  Findings
    Finding: Two lines:
      <script>alert(1)</script>
    Diameter: 12.50 mm
    Count: 3
    Density: Measurement failure
    Laterality: Left
    At: 2026-01-02 09:30:15.5+0100
    On: 2026-01-02
    Time: 09:30
    Class: CT Image Storage
    CT Image Storage 1.2.3, frame 2, 4
    Outline: POINT 1.5 2
    When: SEGMENT 1 2
    See: item 1.2.1
    Unknown
`);
});

test('who verified it and whether it is complete is told', () => {
  const by = dataSet({ VerifyingObserverName: 'Roe^Richard' });
  const verified = { ...REPORT, ...dataSet({ VerifyingObserverSequence: [by] }) };
  expect(reportOf(verified)).toMatchObject({
    title: 'Chest report',
    completion: 'PARTIAL',
    verification: 'VERIFIED',
    verifiedBy: ['Roe, Richard'],
    cut: false,
  });
});

test('what is no report is none, and reads as an empty one', () => {
  expect(isReport(dataSet({ Modality: 'CT' }))).toBe(false);
  expect(reportOf({})).toEqual({
    title: '',
    completion: '',
    verification: '',
    verifiedBy: [],
    lines: [],
    cut: false,
  });
});

test('a report of more lines than anybody reads is cut', () => {
  const one = item('CONTAINER', '', {});
  const many = Array.from({ length: MOST_LINES + 1 }, () => one);
  const report = reportOf({ '0040A730': { vr: 'SQ', Value: many } });
  expect([report.lines.length, report.cut]).toEqual([MOST_LINES, true]);
});

describeWith(['dcmtk', 'pydicom'], 'a report of others', () => {
  test('has the content items that DCMTK finds, each as deep', async () => {
    const path = join(PYDICOM_FILES, 'test-SR.dcm');
    const bytes = Uint8Array.from(readFileSync(path));
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    const { lines } = reportOf(readDataSet(bytes.subarray(dataSetOffset), info.transferSyntaxUID));
    const dump = execFileSync('dsrdump', ['+Pl', path], { encoding: 'latin1' });
    const found = dump.split('\n').filter((line) => /^ {2,}<[a-z]/.test(line));
    expect(found.length).toBeGreaterThan(20);
    expect(lines.map(({ depth }) => 2 * (depth + 1))).toEqual(found.map((line) => line.search(/\S/)));
  });
});
