/** The page as a destination, and what peers are asked: hop by hop, whatever goes wrong. */
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { ProbeSummary } from '../../core/peer/probe.ts';
import type { Services } from '../../web/engine/host.ts';
import type { GetOutcome } from '../../web/engine/protocol.ts';
import { configurationLines } from '../../web/state/destination.svelte.ts';
import { cardRows } from '../../web/state/probing.svelte.ts';
import { OUTCOME, heard, open } from './opened.ts';

const AT = { aeTitle: 'WEB 01', host: '10.0.0.7', port: 11112 };
const LISTED = {
  STUDY: { StudyInstanceUID: '1.2' },
  SERIES: { SeriesInstanceUID: '1.2.3' },
  IMAGE: { SOPInstanceUID: '1.2.3.4' },
  PATIENT: {},
};

const find: Services['find'] = async ({ query }, { step }) => {
  step(dataSet(LISTED[query.level]));
  return { status: 0, matches: 1, limited: true };
};
const receive: Services['receive'] = (_, { signal, step }) =>
  new Promise((resolve) => {
    step(AT);
    step({ echoFrom: 'PACS1' });
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
const came =
  (change: Partial<GetOutcome>): Services['get'] =>
  async () => ({ ...OUTCOME, ...change });

async function tested(services: Partial<Services>) {
  const session = await open({ find, receive, ...services });
  session.station!.destination.test();
  const sentence = await heard(session);
  return { session, sentence, hops: Object.values(session.station!.destination.hops).join(' ') };
}

describe('one image moved here', () => {
  it('works, and asks for one image by all its unique keys', async () => {
    let asked: unknown;
    const { sentence, hops } = await tested({
      get: async ({ request, byMove }) => {
        asked = { request, byMove };
        return { ...OUTCOME, received: 1 };
      },
    });
    expect(hops).toBe('ok ok ok ok');
    expect(sentence).toBe('It works: WEBDIMSE moved an image to WEB 01, and it is among the received files.');
    const keys = dataSet({ ...LISTED.STUDY, ...LISTED.SERIES, ...LISTED.IMAGE });
    expect(asked).toEqual({ request: { model: 'STUDY', level: 'IMAGE', keys }, byMove: 'all' });
  });

  it.each([
    [
      'no image is listed',
      { find: async () => ({ status: 0, matches: 0, limited: false }) },
      'failed open open open',
    ],
    ['the title is unknown', { get: came({ received: 0, status: 0xa801 }) }, 'ok failed open open'],
    ['nothing comes', { get: came({ received: 0, status: 0xb000, failed: 1 }) }, 'ok ok failed open'],
    ['there is no room', { get: came({ received: 0, status: 0xb000, storeFull: true }) }, 'ok ok ok failed'],
  ] as [string, Partial<Services>, string][])('%s', async (_, services, expected) => {
    const { hops, session } = await tested(services);
    expect(hops).toBe(expected);
    expect(session.station!.destination.sentence).not.toBe('');
    expect(session.jobs.announced?.state).toBe('failed');
  });

  it('a refusal that comes as an error is placed, too', async () => {
    const get: Services['get'] = () => Promise.reject(new StatusError(0xa801, 'unknown'));
    expect((await tested({ get })).hops).toBe('ok failed open open');
  });

  it('an echo to the page is told', async () => {
    const { session } = await tested({ get: came({ received: 1 }) });
    expect(session.station!.receiving.echoFrom).toBe('PACS1');
    expect(session.station!.receiving.at).toEqual(AT);
  });
});

it('each server is told of us in its own words', () => {
  const lines = Object.fromEntries(configurationLines(AT));
  expect(lines['Orthanc']).toBe('"DicomModalities": { "web01": ["WEB 01", "10.0.0.7", 11112] }');
  expect(JSON.parse(`{${lines['Orthanc']}}`)).toEqual({
    DicomModalities: { web01: ['WEB 01', '10.0.0.7', 11112] },
  });
  expect(lines['DCMTK dcmqrscp']).toBe('web01 = (WEB 01, 10.0.0.7, 11112)');
  expect(lines['CONQUEST']).toBe('WEB 01           10.0.0.7        11112 un');
});

describe('what a peer can do', () => {
  const TOLD: ProbeSummary = {
    implementationClassUID: '1.2.3',
    implementationVersionName: '',
    maximumLength: 0,
    echoMilliseconds: undefined,
    extended: {},
    roleSelection: false,
    find: ['STUDY'],
    get: ['STUDY'],
    move: [],
    worklist: false,
    commitment: true,
    storageClasses: 1,
    syntaxes: { sopClass: 'CT Image Storage', names: ['Implicit VR Little Endian'] },
    query: { matches: 3, characterSets: [''], filled: ['NumberOfStudyRelatedInstances'] },
  };

  it('is kept for each peer, and shown in words', async () => {
    let since = '';
    const session = await open({
      probe: async (args) => {
        since = args.since;
        return TOLD;
      },
    });
    session.station!.probing.run();
    expect(session.station!.probing.running).toBe(true);
    expect(await heard(session)).toMatch(/^WEBDIMSE told what it can do in /);
    expect(since).toMatch(/^\d{8}$/);
    expect(session.station!.probing.of('WEBDIMSE')).toEqual(TOLD);
    expect(session.station!.probing.of('FAR')).toBeUndefined();
    expect(Object.fromEntries(cardRows(TOLD))).toMatchObject({
      Implementation: ['1.2.3'],
      'Longest PDU': ['unlimited'],
      Echo: ['no'],
      'Retrieve (C-GET)': ['Study Root', 'but it may not store here'],
      'Move (C-MOVE)': ['no'],
      'Storage commitment': ['yes'],
      'Syntaxes for CT Image Storage': ['Implicit VR Little Endian'],
      Answers: ['no character set named', 'counts of images told'],
    });
  });

  it('that does not answer says why', async () => {
    const session = await open({ probe: () => Promise.reject(new StatusError(0xa700, 'no')) });
    session.station!.probing.run();
    const sentence = await heard(session);
    expect(session.station!.probing.problem).toBe(sentence);
    expect(session.station!.probing.running).toBe(false);
  });
});
