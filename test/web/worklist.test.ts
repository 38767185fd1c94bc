/** The worklist: what is asked, in which order it is shown, and all of one step. */
import { describe, expect, it } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { Services } from '../../web/engine/host.ts';
import type { Session } from '../../web/state/session.svelte.ts';
import { worklistCell, worklistDetails } from '../../web/state/worklist-cells.ts';
import type { WorklistFields } from '../../web/state/worklist.svelte.ts';
import { worklistKeys } from '../../web/state/worklist.svelte.ts';
import { until } from './fake-engine.ts';
import { heard, open } from './opened.ts';

const STEP = 'ScheduledProcedureStepSequence[0]';
const NOW = new Date(2026, 10, 22, 9);
const NONE: WorklistFields = {
  date: 'today',
  from: '',
  to: '',
  patientName: '',
  patientID: '',
  modalities: [],
  station: '',
};

const step = (name: string, time: string, more: Record<string, string> = {}): DataSet =>
  dataSet({
    PatientName: name,
    PatientID: '4711',
    [`${STEP}.ScheduledProcedureStepStartDate`]: '20261122',
    [`${STEP}.ScheduledProcedureStepStartTime`]: time,
    [`${STEP}.Modality`]: 'CT',
    ...more,
  });

const answering = (...steps: DataSet[]): Services['worklist'] => {
  return async (_, { step: tell }) => {
    for (const each of steps) tell(each);
    return { status: 0, matches: steps.length, limited: false };
  };
};

async function ran(session: Session): Promise<void> {
  session.station!.worklist.run();
  await until(() => !session.station!.worklist.running);
}

describe('the keys', () => {
  it('are those of the step and the patient, today at first', () => {
    const [keys, ...others] = worklistKeys({ ...NONE, patientName: 'doe', station: ' CT1 ' }, NOW);
    expect(others).toEqual([]);
    expect(keys).toMatchObject({
      PatientName: 'doe*',
      PatientID: '',
      [`${STEP}.ScheduledProcedureStepStartDate`]: '20261122',
      [`${STEP}.ScheduledStationAETitle`]: 'CT1',
      [`${STEP}.Modality`]: '',
    });
  });

  it('are asked once for each modality', () => {
    const asked = worklistKeys({ ...NONE, date: 'any', modalities: ['CT', 'MR'] }, NOW);
    expect(
      asked.map((keys) => [keys[`${STEP}.Modality`], keys[`${STEP}.ScheduledProcedureStepStartDate`]]),
    ).toEqual([
      ['CT', ''],
      ['MR', ''],
    ]);
  });
});

describe('a worklist', () => {
  it('stands in the order of the day', async () => {
    const session = await open({
      worklist: answering(step('B', '1400'), step('C', '0830'), step('A', '093000')),
    });
    await ran(session);
    expect(session.station!.worklist.steps.map((each) => worklistCell(each, 'name').text)).toEqual([
      'C',
      'A',
      'B',
    ]);
    expect(worklistCell(session.station!.worklist.steps[0]!, 'when').text).toMatch(/08:30$/);
    expect(session.station!.worklist.summary).toMatch(/^3 procedure steps · /);
    expect(session.jobs.all[0]!.command).toMatch(/^findscu .*-W /);
  });

  it('shows all that is known of one, and closes it again', async () => {
    const session = await open({
      worklist: answering(
        step('Doe^Jane', '1400', {
          RequestedProcedureDescription: 'CT of the head',
          'RequestedProcedureCodeSequence[0].CodeMeaning': 'Head CT',
          RequestingPhysician: 'House^Gregory',
          StudyInstanceUID: '1.2.840.113619.2.55.3.604688119',
          Allergies: 'contrast agent',
          PatientWeight: '',
        }),
        dataSet({}),
      ),
    });
    await ran(session);
    const { worklist } = session.station!;
    worklist.choose(worklist.steps[1]);
    const details = worklistDetails(worklist.chosen!).map(({ label, text }) => [label, text]);
    expect(details).toEqual([
      ['Requested procedure', 'CT of the head'],
      ['Requested procedure, coded', 'Head CT'],
      ['Requesting physician', 'House, Gregory'],
      ['Allergies', 'contrast agent'],
      ['Study Instance UID', '1.2.840.…04688119'],
    ]);
    expect(worklistCell(worklist.chosen!, 'procedure').text).toBe('CT of the head');
    worklist.choose(worklist.chosen);
    expect(worklist.chosen).toBeUndefined();
    expect(worklistDetails(worklist.steps[0]!)).toEqual([]); // a peer that tells nothing
  });

  it('that is not offered says where it may be', async () => {
    const session = await open({ worklist: () => Promise.reject(new DicomError('CONTEXT_REFUSED', 'no')) });
    session.station!.worklist.run();
    expect(await heard(session)).toMatch(/^WEBDIMSE accepted the association, but offers us no worklist\./);
    expect([session.station!.worklist.failed, session.station!.worklist.running]).toEqual([true, false]);
    await ran(session);
    expect(session.station!.worklist.failed).toBe(true);
  });

  it('can be stopped, and says where it stopped by itself', async () => {
    const session = await open({
      worklist: (_, { step: tell, signal }) => {
        tell(step('A', '0800'));
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DicomError('CANCELLED', 'cancelled')));
        });
      },
    });
    session.station!.worklist.run();
    await until(() => session.station!.worklist.steps.length === 1);
    session.station!.worklist.stop();
    expect(session.station!.worklist.summary).toBe('1 procedure step · cancelled');
    const limited = await open({ worklist: async () => ({ status: 0, matches: 0, limited: true }) });
    await ran(limited);
    expect(limited.station!.worklist.summary).toMatch(/stopped at 1,000/);
  });
});
