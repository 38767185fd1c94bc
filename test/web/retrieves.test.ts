/** Retrieves in the queue: several at once, remembered across a reload at every level. */
import { describe, expect, it } from 'vitest';
import { dataSet, text } from '../../core/data/index.ts';
import type { Services } from '../../web/engine/host.ts';
import type { Operations, Unfinished } from '../../web/engine/protocol.ts';
import type { Session } from '../../web/state/session.svelte.ts';
import { until } from './fake-engine.ts';
import { open, OUTCOME, searched } from './opened.ts';

const PATIENT = dataSet({ PatientID: '4711', PatientName: 'Doe^Jane' });
const STUDIES = ['1.2', '1.3', '1.4', '1.5', '1.6'].map((uid) =>
  dataSet({ StudyInstanceUID: uid, StudyDescription: uid }),
);

const find: Services['find'] = async ({ query }, { step }) => {
  const matches = query.level === 'PATIENT' ? [PATIENT] : STUDIES;
  for (const match of matches) step(match);
  return { status: 0, matches: matches.length, limited: false };
};

/** Gets that end when they are let go, or cancelled. */
function held() {
  const asked: Operations['get']['args'][] = [];
  const ends: (() => void)[] = [];
  const get: Services['get'] = (args, { signal }) => {
    asked.push(args);
    return new Promise((resolve, reject) => {
      ends.push(() => resolve(OUTCOME));
      signal.addEventListener('abort', () => reject(new Error('cancelled')));
    });
  };
  return { asked, ends, get };
}

async function atPatientRoot(session: Session) {
  session.search.model = 'PATIENT';
  return searched(session);
}

describe('retrieves', () => {
  it('from one peer are four at once, or as many associations as its settings say', async () => {
    const { asked, ends, get } = held();
    const session = await open({ find, get });
    await searched(session);
    for (const study of session.search.list.rows) session.retrieve(study);
    await until(() => asked.length === 4);
    const states = () => session.jobs.transfers.map(({ state }) => state);
    expect(states()).toEqual(['running', 'running', 'running', 'running', 'waiting']);
    ends[2]!();
    await until(() => asked.length === 5);
    expect(text(asked[4]!.request.keys, 'StudyInstanceUID')).toBe('1.6');
    for (const job of session.jobs.transfers) session.jobs.cancel(job);

    session.peers.choices.choose('WEBDIMSE', { associations: 1 });
    await searched(session);
    for (const study of session.search.list.rows.slice(0, 2)) session.retrieve(study);
    await until(() => asked.length === 6);
    expect(states()).toEqual(['running', 'waiting']);
  });

  it('of a patient are paused, and go on with what is missing', async () => {
    const { asked, ends, get } = held();
    let remembered: readonly Unfinished[] = [];
    const remember: Services['remember'] = async ({ transfers }) => void (remembered = transfers);
    const session = await open({ find, get, remember });
    session.retrieve(await atPatientRoot(session));
    await until(() => asked.length === 1);
    const [job] = session.jobs.transfers;
    expect([job!.canPause, session.losesWork]).toEqual([true, true]);
    session.jobs.pause(job!);
    const unfinished = { peer: 'WEBDIMSE', model: 'PATIENT', level: 'PATIENT', keys: { PatientID: '4711' } };
    await until(() => remembered[0]?.paused === true);
    expect(remembered).toEqual([{ ...unfinished, paused: true }]);
    await until(() => !job!.occupies);
    session.jobs.resume(job!);
    await until(() => asked.length === 2);
    expect(asked[1]).toMatchObject({ missingOnly: true, request: { model: 'PATIENT', level: 'PATIENT' } });
    expect(text(asked[1]!.request.keys, 'PatientID')).toBe('4711');
    ends[1]!();
    await until(() => job!.state === 'done');
    await until(() => remembered.length === 0);
  });

  it('that a page before this one left are taken up as they were asked, those that were paused wait', async () => {
    const { asked, get } = held();
    const left: readonly Unfinished[] = [
      { peer: 'FAR', model: 'PATIENT', level: 'PATIENT', keys: { PatientID: '4711' }, paused: false },
      { peer: 'GONE', model: 'STUDY', level: 'STUDY', keys: { StudyInstanceUID: '1.2' }, paused: false },
      { peer: 'FAR', model: 'STUDY', level: 'STUDY', keys: { StudyInstanceUID: '1.3' }, paused: true },
    ];
    const session = await open({ get, unfinished: async () => left });
    await until(() => asked.length === 1);
    expect(asked[0]).toMatchObject({
      missingOnly: true,
      peer: { name: 'FAR' },
      request: { model: 'PATIENT', level: 'PATIENT' },
    });
    expect(session.jobs.transfers.map(({ title, state }) => [title, state])).toEqual([
      ['Retrieve the rest of 4711', 'running'],
      ['Retrieve the rest of 1.3', 'paused'],
    ]);
    expect(session.jobs.transfers[0]!.command).toBe(
      'getscu -aet WEBSCU -aec FARAWAY -P -k QueryRetrieveLevel=PATIENT -k PatientID=4711 10.0.0.5 104',
    );
  });
});
