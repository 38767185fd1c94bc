import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError, toLatin1 } from '../../core/bytes/index.ts';
import {
  elementSpans,
  plainBytes,
  readDataSet,
  text,
  transferSyntax,
  writeDataSet,
} from '../../core/data/index.ts';
import { bytesSource, HeaderCollector, openPart10 } from '../../core/file/index.ts';
import { dcmdump } from '../data/dcmdump.ts';
import { expectCovered } from '../data/spans.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';

interface Sample {
  readonly path: string;
  readonly syntax: string;
  readonly sopInstanceUID: string;
  readonly dataSet: Bytes;
}

/** Files of a folder and those below, read as Part 10; what is none is left out. */
async function samplesOf(folder: string): Promise<{ samples: Sample[]; refused: string[] }> {
  const samples: Sample[] = [];
  const refused: string[] = [];
  for (const path of filesOf(folder)) {
    const bytes = new Uint8Array(readFileSync(path));
    try {
      const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
      const { transferSyntaxUID: syntax, sopInstanceUID } = info;
      samples.push({ path, syntax, sopInstanceUID, dataSet: bytes.subarray(dataSetOffset) });
    } catch (error) {
      expect(error, path).toMatchObject({ code: 'FILE_INVALID' });
      refused.push(path);
    }
  }
  return { samples, refused };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : [path]));
}

/** Reads a file in every way; a typed error is the only other outcome. */
function check({ path, syntax, dataSet }: Sample): 'read' | 'refused' {
  const collector = new HeaderCollector(syntax);
  collector.write(dataSet);
  const header = collector.finish();
  try {
    expectCovered(elementSpans(dataSet, syntax), plainBytes(dataSet, syntax).length);
    const value = readDataSet(dataSet, syntax);
    for (const key of ['SOPInstanceUID', 'PatientID', 'PatientName', 'StudyInstanceUID', 'Modality']) {
      expect(text(header, key), path).toBe(text(value, key));
    }
    if (transferSyntax(syntax)!.writable) {
      expect(readDataSet(writeDataSet(value, syntax), syntax), path).toEqual(value);
    }
    return 'read';
  } catch (error) {
    if (error instanceof DicomError) return 'refused';
    throw error;
  }
}

describeWith(['pydicom'], "pydicom's files", () => {
  test('are read whole or refused with a typed error; what is read survives writing', async () => {
    const { samples, refused } = await samplesOf(PYDICOM_FILES);
    const outcomes = samples.map(check);
    expect(outcomes.filter((outcome) => outcome === 'read').length).toBeGreaterThan(90);
    expect(refused.filter((path) => path.includes('DICOMDIR')).length).toBeGreaterThan(5);
  });
});

describeWith(['pydicom', 'dcmtk'], "pydicom's files by dcmdump", () => {
  const NAMES = [
    'CT_small.dcm',
    'MR_small_implicit.dcm',
    'rtplan.dcm',
    'reportsi.dcm',
    'JPEG2000.dcm',
    'UN_sequence.dcm',
    'ExplVR_BigEnd.dcm',
    'MR_small_bigendian.dcm',
    'image_dfl.dcm',
  ];

  test.each(NAMES)('%s: the same tags, VRs and texts', async (name) => {
    const path = join(PYDICOM_FILES, name);
    const bytes = new Uint8Array(readFileSync(path));
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    const dataSet = bytes.subarray(dataSetOffset);
    const plain = plainBytes(dataSet, info.transferSyntaxUID);
    const spans = elementSpans(dataSet, info.transferSyntaxUID).filter((span) => span.depth === 0);
    const lines = dcmdump([path])[0]!.filter((line) => line.indent === 0 && line.vr !== 'pi');
    expect(lines.map((line) => line.tag)).toEqual(spans.map((span) => span.tag));
    spans.forEach((span, i) => {
      const { vr, value } = lines[i]!;
      if (!/^(AE|AS|CS|DA|DS|IS|LO|PN|SH|TM|UI)$/.test(vr) || span.valueLength === 0) return;
      const raw = toLatin1(plain.subarray(span.valueOffset, span.valueOffset + span.valueLength));
      expect(span.vr, span.path).toBe(vr);
      expect(value, span.path).toBe(`[${raw.replace(/[ \0]+$/, '')}]`);
    });
  });
});

// A folder of one's own, held to the same.
const folder = process.env['DICOM_SAMPLES'];
if (folder !== undefined) {
  test('DICOM_SAMPLES', async () => {
    const { samples } = await samplesOf(folder);
    expect(samples.map(check)).toContain('read');
  });
}
