/** What is exported: whole values, and nothing that a spreadsheet would run. */
import { describe, expect, it } from 'vitest';
import { dataSet } from '../../core/data/index.ts';
import { csvLine, exported } from '../../web/state/export.ts';
import { ResultNode } from '../../web/state/results.svelte.ts';

const ASKED = {
  peer: { name: 'MAIN', aeTitle: 'MAIN', callingAETitle: 'WEBSCU' },
  situation: {
    service: 'C-FIND',
    peer: 'MAIN',
    address: '10.0.0.5:104',
    calledAETitle: 'MAIN',
    callingAETitle: 'WEBSCU',
  },
  at: { host: '10.0.0.5', port: 104 },
} as const;
const STUDY = new ResultNode(
  ASKED,
  'STUDY',
  'STUDY',
  dataSet({
    PatientName: 'Müller^Jürgen',
    PatientID: '=cmd|"/C calc"!A0',
    StudyDate: '20260102',
    StudyTime: '140203.5',
    StudyDescription: 'Thorax, "low" dose',
    ModalitiesInStudy: 'CT\\SR',
    StudyInstanceUID: '1.2',
    NumberOfStudyRelatedInstances: '1204',
    BodyPartExamined: '@CHEST',
  }),
);
const SERIES = new ResultNode(
  ASKED,
  'STUDY',
  'SERIES',
  dataSet({ SeriesInstanceUID: '1.2.3', SeriesNumber: '2', Modality: 'CT' }),
  STUDY,
);

describe('a line of CSV', () => {
  it.each<[string, string]>([
    ['plain', '"plain"'],
    ['', '""'],
    ['a "b", c', '"a ""b"", c"'],
    ['=1+1', '"\'=1+1"'],
    ['+49 30', '"\'+49 30"'],
    ['-5', '"\'-5"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\tx', '"\'\tx"'],
    ['\r\n=1', '"\'\r\n=1"'],
    ['\n=1', '"\'\n=1"'],
    ['  =1', '"\'  =1"'],
    ['\uFEFF=1', '"\'\uFEFF=1"'],
    ['\0=1', '"\'=1"'],
    ['＝1', '"\'＝1"'],
    ['＠SUM(A1)', '"\'＠SUM(A1)"'],
    ['a=b', '"a=b"'],
    ["'=1", '"\'=1"'],
    ['two\nlines', '"two\nlines"'],
  ])('writes %j as %j', (value, expected) => expect(csvLine([value])).toBe(`${expected}\r\n`));
});

describe('exported results', () => {
  it('as CSV hold the rows as people read them, each with what stands above it', async () => {
    const extras = [{ tag: '00180015', title: 'BodyPartExamined' }];
    const text = await (await exported('csv', [STUDY, SERIES], extras)).text();
    const bytes = new Uint8Array(await (await exported('csv', [], [])).arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, study, series, end] = text.split('\r\n');
    expect(head).toMatch(/^"Level","Peer","PatientName","PatientID",.*,"SOPInstanceUID","BodyPartExamined"$/);
    expect(study).toBe(
      '"STUDY","MAIN","Müller, Jürgen","\'=cmd|""/C calc""!A0","","","2026-01-02","14:02:03","","","",' +
        '"Thorax, ""low"" dose","","","","CT SR","","1204","1.2","","","\'@CHEST"',
    );
    expect(series).toMatch(/^"SERIES","MAIN","Müller, Jürgen",.*"2","","","CT","","","1.2","1.2.3","",/);
    expect(end).toBe('');
  });

  it('as DICOM JSON are the matches with the keys above them, by tag', async () => {
    const text = await (await exported('json', [STUDY, SERIES], [])).text();
    const [study, series] = JSON.parse(text) as Record<string, unknown>[];
    expect(study).toEqual(STUDY.match);
    expect(Object.keys(series!)).toEqual(['00080060', '0020000D', '0020000E', '00200011']);
    expect(series!['0020000D']).toEqual({ vr: 'UI', Value: ['1.2'] });
    expect(JSON.parse(await (await exported('json', [], [])).text())).toEqual([]);
  });

  it('are whole beyond a portion', async () => {
    const rows = Array.from({ length: 1201 }, () => SERIES);
    expect(JSON.parse(await (await exported('json', rows, [])).text())).toHaveLength(1201);
    expect((await (await exported('csv', rows, [])).text()).split('\r\n')).toHaveLength(1203);
  });
});
