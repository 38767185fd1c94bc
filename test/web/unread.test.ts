import { afterEach, describe, expect, it } from 'vitest';
import type { DataSet } from '../../core/data/index.ts';
import {
  dataSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  readDataSet,
  withCharacterSet,
  writeDataSet,
} from '../../core/data/index.ts';
import { readAttributes } from '../../core/dict/attributes.ts';
import { TAGS } from '../../core/dict/tags.ts';
import { isUnread, readAgain } from '../../web/engine/unread.ts';

/** As the engine begins: of the keys of this answer it knows three. */
const SHORT = `
#0008
0005|CS|1-n|SpecificCharacterSet
1110|SQ||ReferencedStudySequence
#0010
0010|PN||PatientName
`;

const ANSWER: DataSet = withCharacterSet({
  ...dataSet({
    PatientName: 'Grün^Änne',
    InstitutionName: 'Universitätsklinik Köln',
    NumberOfFrames: 12,
    Rows: 512,
    PixelSpacing: ['0.5', '0.5'],
    EthnicGroup: '',
    'ReferencedStudySequence[0].PatientComments': 'schläft',
    'RequestAttributesSequence[0].ScheduledProcedureStepID': '4711',
  }),
  '00091001': { vr: 'UN', InlineBinary: 'AQI=' },
});

/** Reads as the engine does before it has the whole dictionary. */
function readEarly(bytes: ReturnType<typeof writeDataSet>, syntax: string): DataSet {
  readAttributes(SHORT);
  const early = readDataSet(bytes, syntax);
  readAttributes(TAGS);
  return early;
}

afterEach(() => readAttributes(TAGS));

describe('an answer in Implicit VR with attributes that the short dictionary does not know', () => {
  it('is read again as the whole dictionary would have read it', () => {
    const bytes = writeDataSet(ANSWER, IMPLICIT_VR_LITTLE_ENDIAN);
    const early = readEarly(bytes, IMPLICIT_VR_LITTLE_ENDIAN);
    expect(early['00280010']).toEqual({ vr: 'UN', InlineBinary: 'AAI=' });
    expect(isUnread(early)).toBe(true);
    expect(readAgain(early)).toEqual(readDataSet(bytes, IMPLICIT_VR_LITTLE_ENDIAN));
  });

  it('is read in the character set that holds where none is named', () => {
    const early: DataSet = { '00104000': { vr: 'UN', InlineBinary: '5CA=' } };
    const read = (value: string): DataSet => ({ '00104000': { vr: 'LT', Value: [value] } });
    expect(readAgain(early, 'ISO_IR 100')).toEqual(read('ä'));
    expect(readAgain(early, 'ISO_IR 126')).toEqual(read('δ'));
  });

  it('counts as read where only private attributes are unknown, or VRs came with it', () => {
    expect(
      isUnread(readEarly(writeDataSet(ANSWER, EXPLICIT_VR_LITTLE_ENDIAN), EXPLICIT_VR_LITTLE_ENDIAN)),
    ).toBe(false);
  });

  it('keeps as bytes what nobody knows, and what is broken', () => {
    const unknown: DataSet = {
      '00080002': { vr: 'UN', InlineBinary: 'AQI=' },
      '00081140': { vr: 'UN', InlineBinary: 'AQIDBAUGBwg=' },
    };
    expect(readAgain(unknown)).toEqual(unknown);
  });
});
