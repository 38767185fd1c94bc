/** The worklist of the mini-PACS (PS3.4 K.6.1). */
import { describe, expect, it, test } from 'vitest';
import { findSteps, sampleWorklist, worklistHandler } from '../../core/archive/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, items, text, writeDataSet } from '../../core/data/index.ts';
import { WORKLIST_KEYS, worklistKeys } from '../../core/service/index.ts';
import type { Requestor } from '../../core/service/index.ts';

const STEPS = 'ScheduledProcedureStepSequence';
const STEP = `${STEPS}[0]`;
const START_DATE = `${STEP}.ScheduledProcedureStepStartDate`;
const START_TIME = `${STEP}.ScheduledProcedureStepStartTime`;

const step = (keys: Record<string, string>): DataSet =>
  dataSet({
    ScheduledStationAETitle: 'CT1\\CT2',
    ScheduledPerformingPhysicianName: 'Reader^Rosa',
    Modality: 'CT',
    ...keys,
  });

const at = (date: string, time: string): DataSet =>
  step({
    ScheduledProcedureStepID: `${date} ${time}`,
    ScheduledProcedureStepStartDate: date,
    ScheduledProcedureStepStartTime: time,
  });

const entry = (id: string, steps: readonly DataSet[], keys: Record<string, KeyValue> = {}): DataSet =>
  dataSet({
    SpecificCharacterSet: 'ISO_IR 100',
    RequestedProcedureID: id,
    PatientName: 'Müller^Jürgen',
    PatientID: 'P1',
    AccessionNumber: '',
    [STEPS]: steps,
    ...keys,
  });

const ENTRIES: readonly DataSet[] = [
  entry('1', [at('20260705', '080000'), at('20260706', '080000')]),
  entry('2', [at('20260707', '200000')], { PatientName: 'Doe^Jane', AccessionNumber: 'A2' }),
  entry('3', [step({ Modality: 'MR', ScheduledStationAETitle: 'MR1' })], { PatientName: 'Doe^John' }),
];

const find = (keys: Record<string, KeyValue>, entries = ENTRIES): DataSet[] => [
  ...findSteps(entries, dataSet({ RequestedProcedureID: '', ...keys })),
];
const ids = (keys: Record<string, KeyValue>, entries = ENTRIES): string[] =>
  find(keys, entries).map((match) => text(match, 'RequestedProcedureID'));

describe('matching', () => {
  test.each<[string, Record<string, KeyValue>, string[]]>([
    ['no key', {}, ['1', '1', '2', '3']],
    ['a name', { PatientName: 'müller*' }, ['1', '1']],
    ['a patient', { PatientID: 'P2' }, []],
    ['a modality', { [`${STEP}.Modality`]: 'MR' }, ['3']],
    ['one of several stations', { [`${STEP}.ScheduledStationAETitle`]: 'CT2' }, ['1', '1', '2']],
    ['a station by wild card', { [`${STEP}.ScheduledStationAETitle`]: 'MR*' }, ['3']],
    ['a physician', { [`${STEP}.ScheduledPerformingPhysicianName`]: 'reader*' }, ['1', '1', '2', '3']],
    ['keys of step and patient', { [`${STEP}.Modality`]: 'CT', PatientName: 'Doe*' }, ['2']],
    ['a day', { [START_DATE]: '20260706' }, ['1']],
    ['days', { [START_DATE]: '20260706-' }, ['1', '2']],
    ['hours', { [START_TIME]: '0700-0900' }, ['1', '1']],
    ['a day and hours', { [START_DATE]: '20260706', [START_TIME]: '0700-0900' }, ['1']],
    ['days and an hour', { [START_DATE]: '20260701-20260731', [START_TIME]: '2000' }, ['2']],
    ['what is not known', { AccessionNumber: 'A2' }, ['2']],
    ['what no entry has', { AdmissionID: 'X' }, []],
    ['anything where no entry has it (K.2.2.1.1.1, note 1)', { AdmissionID: '*' }, ['1', '1', '2', '3']],
    ['a list of UIDs', { StudyInstanceUID: '1.2\\1.3' }, []],
  ])('by %s', (_, keys, expected) => expect(ids(keys)).toEqual(expected));

  test.each([
    ['20260705-20260706', '1000-1800', ['20260706 080000']],
    ['20260705-20260706', '0700-0800', ['20260705 080000', '20260706 080000']],
    ['20260705-20260707', '0900-1900', ['20260706 080000']],
    ['20260705-20260707', '0900-20', ['20260706 080000', '20260707 200000']],
    ['20260705-', '0900-', ['20260706 080000', '20260707 200000']],
    ['-20260707', '-1900', ['20260705 080000', '20260706 080000']],
    ['20260705-20260707', '0900-', ['20260707 200000']], // of two forms: each by itself
  ])('from the first time of the first day to the last of the last: %s, %s', (dates, times, expected) => {
    const matches = find({
      [START_DATE]: dates,
      [START_TIME]: times,
      [`${STEP}.ScheduledProcedureStepID`]: '',
    });
    expect(matches.map((match) => text(match, `${STEP}.ScheduledProcedureStepID`))).toEqual(expected);
    for (const match of matches) {
      const told = `${text(match, START_DATE)} ${text(match, START_TIME)}`;
      expect(told).toBe(text(match, `${STEP}.ScheduledProcedureStepID`));
    }
  });

  it('reads old forms of dates and times', () => {
    const old = [entry('old', [at('2026.07.06', '08:00:00')])];
    expect(ids({ [START_DATE]: '20260705-20260706', [START_TIME]: '1000-1800' }, old)).toEqual(['old']);
    expect(ids({ [START_DATE]: '20260706-20260707', [START_TIME]: '1000-1800' }, old)).toEqual([]);
  });

  it.each(['-', '--', 'x-y', '20260705-20260706-20260707'])('takes the range %s for none', (range) => {
    expect(ids({ [START_DATE]: range, [START_TIME]: '1000-1800' })).toEqual([]);
  });
});

describe('an answer', () => {
  it('holds what was asked for, empty where it is not known, and nothing else', () => {
    const [match] = find({ PatientName: 'Doe^Jane', PatientWeight: '', [`${STEP}.Modality`]: '' });
    expect(match).toEqual({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
      '00101030': { vr: 'DS' },
      '00400100': { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] },
      '00401001': { vr: 'SH', Value: ['2'] },
    });
  });

  it('holds a single step, whole where no attribute of it is asked for', () => {
    const matches = find({ PatientID: 'P1', PatientName: 'Müller*', [STEPS]: [] });
    expect(matches.map((match) => items(match, STEPS))).toEqual([
      [at('20260705', '080000')],
      [at('20260706', '080000')],
    ]);
  });

  it('is empty where an entry has no step', () => {
    const [match] = find({ [`${STEP}.Modality`]: '' }, [dataSet({ RequestedProcedureID: '9' })]);
    expect(items(match!, STEPS)).toEqual([{ '00080060': { vr: 'CS' } }]);
    expect(find({ [`${STEP}.Modality`]: 'CT' }, [dataSet({ RequestedProcedureID: '9' })])).toEqual([]);
  });
});

describe('the handler', () => {
  const requestor: Requestor = { callingAETitle: 'CT1', calledAETitle: 'PACS', remote: '', association: 1 };

  it('asks for the entries once a query, and stops when it is cancelled', async () => {
    let asked = 0;
    const handler = worklistHandler(async () => {
      asked++;
      return ENTRIES;
    });
    const abort = new AbortController();
    const matches: DataSet[] = [];
    for await (const match of handler(worklistKeys(), requestor, abort.signal)) {
      matches.push(match);
      if (matches.length === 2) abort.abort();
    }
    expect([asked, matches.length]).toEqual([1, 2]);
  });
});

describe('the sample worklist', () => {
  const TODAY = new Date(2026, 10, 22, 23, 59);
  const worklist = sampleWorklist(TODAY);

  it('is the same in each run of a day, and another on the next', () => {
    expect(sampleWorklist(new Date(2026, 10, 22))).toEqual(worklist);
    const uids = [...worklist, ...sampleWorklist(new Date(2026, 10, 23))].map((one) =>
      text(one, 'StudyInstanceUID'),
    );
    expect(new Set(uids).size).toBe(8);
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.(?=.{1,39}$)[1-9]\d*$/);
  });

  it('is of today, by modality and in three scripts', () => {
    expect(ids({ [START_DATE]: '20261122' }, [...worklist])).toHaveLength(4);
    expect(ids({ [`${STEP}.Modality`]: 'MR', PatientName: '山田*' }, [...worklist])).toHaveLength(1);
  });

  it('has a value for all that PS3.4 Table K.6-1 returns as type 1, in each entry', () => {
    // Typed from the table.
    const type1 = ['RequestedProcedureID', 'StudyInstanceUID', 'PatientName', 'PatientID'];
    const type1OfStep = [
      'ScheduledStationAETitle',
      'ScheduledProcedureStepStartDate',
      'ScheduledProcedureStepStartTime',
      'Modality',
      'ScheduledProcedureStepDescription',
      'ScheduledProcedureStepID',
    ];
    for (const match of findSteps(worklist, worklistKeys())) {
      for (const key of [...type1, ...type1OfStep.map((key) => `${STEP}.${key}`)]) {
        expect(text(match, key), key).not.toBe('');
      }
      for (const key of WORKLIST_KEYS)
        expect(match, key).toHaveProperty(Object.keys(dataSet({ [key]: '' }))[0]!);
      expect(
        writeDataSet(
          { ...dataSet({ SpecificCharacterSet: 'ISO_IR 192' }), ...match },
          EXPLICIT_VR_LITTLE_ENDIAN,
        ),
      ).toBeDefined();
      const short = [
        'AccessionNumber',
        'RequestedProcedureID',
        `${STEP}.ScheduledProcedureStepID`,
        `${STEP}.ScheduledStationName`,
      ];
      for (const key of short) expect(text(match, key).length, key).toBeLessThanOrEqual(16);
    }
  });
});
