import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { text } from '../../core/data/index.ts';
import { query } from '../../core/peer/index.ts';
import type { Query } from '../../core/service/index.ts';
import { instance as worldInstance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { MR_IMAGE } from '../store/instances.ts';
import type { Facade } from './facade.ts';
import { facade, found, get, refusal, ROOT } from './facade.ts';

/** Two patients; Doe has studies 1.1 (a CT and an MR series) and 1.2, Yamada has 2.1. */
const INSTANCES: readonly [string, Record<string, KeyValue>][] = [
  ['1.1.1.1', { ...series('1.1', '1.1.1', 'CT'), InstanceNumber: 1, Rows: 512 }],
  ['1.1.1.2', { ...series('1.1', '1.1.1', 'CT'), InstanceNumber: 2, Rows: 512 }],
  ['1.1.2.1', { ...series('1.1', '1.1.2', 'MR'), SOPClassUID: MR_IMAGE }],
  [
    '1.2.1.1',
    { ...series('1.2', '1.2.1', 'CT'), InstanceNumber: 1, StudyDate: '20240615', StudyDescription: 'Knee' },
  ],
  [
    '2.1.1.1',
    {
      ...series('2.1', '2.1.1', 'MR'),
      SpecificCharacterSet: 'ISO_IR 192',
      PatientID: 'P2',
      PatientName: 'Yamada^Tarou=山田^太郎',
      StudyDate: '20240701',
      'RequestAttributesSequence.ScheduledProcedureStepID': 'STEP7',
    },
  ],
];

function series(study: string, uid: string, modality: string): Record<string, KeyValue> {
  return {
    StudyInstanceUID: study,
    SeriesInstanceUID: uid,
    Modality: modality,
    StudyDate: '20240101',
    StudyTime: '101500',
    StudyDescription: 'Head',
  };
}

let web: Facade;
beforeEach(async () => (web = await facade(INSTANCES)));

const search = (path: string): Promise<DataSet[]> => found(web.handle, path);
const uids = async (path: string, key: string): Promise<string[]> =>
  (await search(path)).map((match) => text(match, key));
const studies = (parameters: string): Promise<string[]> => uids(`/studies?${parameters}`, 'StudyInstanceUID');

// PS3.18 Tables 10.6.3-3 to 10.6.3-5; what is conditional is absent where it is not known
const STUDY = [
  'StudyDate StudyTime AccessionNumber InstanceAvailability ModalitiesInStudy ReferringPhysicianName RetrieveURL',
  'PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID StudyID NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
];
const SERIES = [
  'Modality SeriesDescription RetrieveURL SeriesInstanceUID SeriesNumber NumberOfSeriesRelatedInstances',
  'PerformedProcedureStepStartDate PerformedProcedureStepStartTime RequestAttributesSequence',
];
const INSTANCE = [
  'SOPClassUID SOPInstanceUID InstanceAvailability RetrieveURL InstanceNumber Rows Columns BitsAllocated',
  'NumberOfFrames',
];
/** Beyond the tables: the UIDs of the levels above, and the syntaxes that peers tell. */
const NAMED = ['StudyInstanceUID', 'SeriesInstanceUID', 'AvailableTransferSyntaxUID'];
const TAGS: Readonly<Record<string, string>> = {
  StudyDate: '00080020',
  StudyTime: '00080030',
  AccessionNumber: '00080050',
  InstanceAvailability: '00080056',
  ModalitiesInStudy: '00080061',
  ReferringPhysicianName: '00080090',
  RetrieveURL: '00081190',
  PatientName: '00100010',
  PatientID: '00100020',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  StudyInstanceUID: '0020000D',
  StudyID: '00200010',
  NumberOfStudyRelatedSeries: '00201206',
  NumberOfStudyRelatedInstances: '00201208',
  Modality: '00080060',
  SeriesDescription: '0008103E',
  SeriesInstanceUID: '0020000E',
  SeriesNumber: '00200011',
  NumberOfSeriesRelatedInstances: '00201209',
  PerformedProcedureStepStartDate: '00400244',
  PerformedProcedureStepStartTime: '00400245',
  RequestAttributesSequence: '00400275',
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  InstanceNumber: '00200013',
  Rows: '00280010',
  Columns: '00280011',
  BitsAllocated: '00280100',
  NumberOfFrames: '00280008',
  AvailableTransferSyntaxUID: '00083002',
};
const tags = (rows: readonly string[]): string[] =>
  [...new Set(rows.flatMap((row) => row.split(' ')).map((keyword) => TAGS[keyword]!))].toSorted();
const answered = async (path: string): Promise<string[]> => Object.keys((await search(path))[0]!);

describe('what is answered unasked', () => {
  test('of studies', async () => expect(await answered('/studies')).toEqual(tags(STUDY)));

  test('of the series of a study', async () => {
    expect(await answered('/studies/1.1/series')).toEqual(tags([...SERIES, 'StudyInstanceUID']));
  });

  test('of series anywhere, with what is told of their studies', async () => {
    expect(await answered('/series')).toEqual(
      tags([
        ...SERIES,
        ...STUDY.map((row) => row.replace('InstanceAvailability ', '')),
        'InstanceAvailability',
      ]),
    );
  });

  test('of the instances of a series', async () => {
    expect(await answered('/studies/1.1/series/1.1.1/instances')).toEqual(tags([...INSTANCE, ...NAMED]));
  });

  test('of instances of a study, with what is told of their series', async () => {
    expect(await answered('/studies/1.1/instances')).toEqual(tags([...SERIES, ...INSTANCE, ...NAMED]));
  });

  test('of instances anywhere', async () => {
    expect(await answered('/instances')).toEqual(tags([...STUDY, ...SERIES, ...INSTANCE, ...NAMED]));
  });
});

test('a study as it is answered, byte for byte', async () => {
  const response = await get(web.handle, '/studies?PatientID=P2');
  expect(response.headers.get('content-type')).toBe('application/dicom+json');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toBe('sandbox');
  expect(await response.text()).toBe(
    '[{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},' +
      '"00080020":{"vr":"DA","Value":["20240701"]},"00080030":{"vr":"TM","Value":["101500"]},' +
      '"00080050":{"vr":"SH"},"00080056":{"vr":"CS","Value":["ONLINE"]},' +
      '"00080061":{"vr":"CS","Value":["MR"]},"00080090":{"vr":"PN"},' +
      `"00081190":{"vr":"UR","Value":["${ROOT}/studies/2.1"]},` +
      '"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎"}]},' +
      '"00100020":{"vr":"LO","Value":["P2"]},"00100030":{"vr":"DA"},"00100040":{"vr":"CS"},' +
      '"0020000D":{"vr":"UI","Value":["2.1"]},"00200010":{"vr":"SH"},' +
      '"00201206":{"vr":"IS","Value":[1]},"00201208":{"vr":"IS","Value":[1]}}]',
  );
});

describe('keys', () => {
  test('by keyword, by tag, in any case of its digits', async () => {
    expect(await studies('PatientID=P1')).toEqual(['1.1', '1.2']);
    expect(await studies('00100020=P1')).toEqual(['1.1', '1.2']);
    expect(await uids('/series?0020000e=1.1.2', 'SeriesInstanceUID')).toEqual(['1.1.2']);
  });

  test('wild cards, names beyond ASCII, ranges of dates', async () => {
    expect(await studies('PatientName=DOE*')).toEqual(['1.1', '1.2']);
    expect(await studies(`PatientName=${encodeURIComponent('山田*')}`)).toEqual(['2.1']);
    expect(await studies('StudyDate=20240601-20240630')).toEqual(['1.2']);
    expect(await studies('StudyDate=20240615-')).toEqual(['1.2', '2.1']);
  });

  test('lists of UIDs, by comma and by backslash', async () => {
    expect(await studies('StudyInstanceUID=1.2,2.1')).toEqual(['1.2', '2.1']);
    expect(await studies('StudyInstanceUID=1.2%5C2.1')).toEqual(['1.2', '2.1']);
    expect(await studies('StudyInstanceUID=1.2')).toEqual(['1.2']);
  });

  test('modalities of studies, under either name', async () => {
    expect(await studies('ModalitiesInStudy=MR')).toEqual(['1.1', '2.1']);
    expect(await studies('Modality=MR')).toEqual(['1.1', '2.1']);
    expect(await studies('ModalitiesInStudy=US,MR')).toEqual(['1.1', '2.1']);
  });

  test('in sequences', async () => {
    expect(await uids('/series?00400275.00400009=STEP7', 'SeriesInstanceUID')).toEqual(['2.1.1']);
    expect(
      await uids('/series?RequestAttributesSequence.ScheduledProcedureStepID=STEP7', 'SeriesInstanceUID'),
    ).toEqual(['2.1.1']);
  });

  test('of each level, in a search for instances', async () => {
    expect(await uids('/instances?PatientID=P1&Modality=CT&InstanceNumber=2', 'SOPInstanceUID')).toEqual([
      '1.1.1.2',
    ]);
  });

  test('of a level below are not matched, and that is said', async () => {
    const response = await get(web.handle, '/studies?InstanceNumber=2');
    expect(((await response.json()) as DataSet[]).length).toBe(3);
    expect(response.headers.get('warning')).toBe(
      `299 ${ROOT}: InstanceNumber belongs to a level below and was not matched.`,
    );
  });

  test('empty ones only ask for the attribute', async () => {
    const [first] = await search('/studies?StudyDescription=&PatientID=P2');
    expect(text(first!, 'StudyDescription')).toBe('Head');
  });
});

test('includefield, several times, by comma, of levels above, and all', async () => {
  const told = async (path: string): Promise<string[]> =>
    (await answered(path)).filter((tag) => !tags([...SERIES, 'StudyInstanceUID']).includes(tag));
  expect(await told('/studies/1.1/series?includefield=StudyDescription')).toEqual(['00081030']);
  expect(await told('/studies/1.1/series?includefield=00081030,StudyDate&includefield=PatientID')).toEqual([
    '00080020',
    '00081030',
    '00100020',
  ]);
  expect(await told('/studies/1.1/series?includefield=Rows')).toEqual([]);
  expect(await told('/studies/1.1/series?includefield=all')).toContain('00180015');
  expect(await answered('/studies?includefield=all')).toContain('00081030');
});

test('limit and offset', async () => {
  expect(await studies('limit=1')).toEqual(['1.1']);
  expect(await studies('limit=1&offset=1')).toEqual(['1.2']);
  expect(await studies('offset=2')).toEqual(['2.1']);
  expect((await get(web.handle, '/studies?limit=0')).status).toBe(204);
  expect((await get(web.handle, '/studies?offset=3')).status).toBe(204);
});

test('nothing found is 204 without a body', async () => {
  const response = await get(web.handle, '/studies?PatientID=P9');
  expect([response.status, await response.text()]).toEqual([204, '']);
});

test('names match fuzzily in the archive', async () => {
  expect(await studies('PatientName=jane&fuzzymatching=true')).toEqual(['1.1', '1.2']);
  expect(await studies('PatientName=jane&fuzzymatching=false')).toEqual([]);
});

test.each([
  ['/studies?limit=-1', 'limit is a number from 0, as in limit=100.'],
  ['/studies?offset=x', 'offset is a number from 0, as in offset=100.'],
  ['/studies?fuzzymatching=1', 'fuzzymatching is true or false.'],
  ['/studies?PatientID=a&00100020=b', '00100020 is given twice; list UIDs with commas in between.'],
  ['/studies?StudyInstanceUID=..%2F1', 'StudyInstanceUID takes UIDs, separated by commas.'],
  ['/studies/1.1/series?StudyInstanceUID=1.2', 'StudyInstanceUID contradicts the path.'],
  ['/studies/..%2F/series', 'What stands for the UID of the study in the path is none.'],
  [
    '/series?RequestAttributesSequence=x',
    'RequestAttributesSequence cannot be matched as a whole; name an attribute in it.',
  ],
])('%s is refused', async (path, why) => {
  expect(await refusal(get(web.handle, path))).toEqual([400, why]);
});

test('values are not repeated in what is said of them', async () => {
  const [status, detail] = await refusal(get(web.handle, '/instances?Rows=Doe%5EJane'));
  expect(status).toBe(400);
  expect(detail).not.toContain('Doe');
});

test('what is no attribute is ignored, and that is said', async () => {
  const response = await get(web.handle, '/studies?_=17&orderby=x&emptyvaluematching=true&PatientID=P2');
  expect(response.status).toBe(200);
  expect(response.headers.get('warning')).toBe(
    [
      `299 ${ROOT}: _ is no attribute and was ignored.`,
      `299 ${ROOT}: orderby is no attribute and was ignored.`,
      `299 ${ROOT}: The emptyvaluematching parameter is not supported and was ignored.`,
    ].join(', '),
  );
});

test('paths, methods and media types that are not here', async () => {
  expect((await refusal(get(web.handle, '/patients')))[0]).toBe(404);
  expect((await refusal(web.handle(new Request('http://facade.test/other/studies'))))[0]).toBe(404);
  const response = await web.handle(new Request(`${ROOT}/series`, { method: 'DELETE' }));
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  expect(
    (await refusal(get(web.handle, '/studies', 'multipart/related; type="application/dicom+xml"')))[0],
  ).toBe(406);
  expect((await get(web.handle, '/studies', 'text/html, */*;q=0.1')).status).toBe(200);
  expect(
    (await get(web.handle, '/studies?accept=application/json', 'text/html')).headers.get('content-type'),
  ).toBe('application/json');
});

describe('over a peer', () => {
  let open: World;
  afterEach(() => open.close());

  async function overPeer(): Promise<Facade> {
    open = await world('random', [
      worldInstance(1, 1, 1),
      worldInstance(2, 1, 1),
      worldInstance(2, 1, 2),
      worldInstance(2, 2, 1),
    ]);
    return facade([], { find: (asked: Query, signal) => query(open.pacs, asked, { signal }) });
  }

  test('every level is found by queries of the levels', async () => {
    const { handle } = await overPeer();
    const all = async (path: string): Promise<string[]> =>
      (await found(handle, path)).map((match) => text(match, 'RetrieveURL').slice(ROOT.length));
    expect(await all('/studies')).toEqual(['/studies/2.25.1', '/studies/2.25.2']);
    expect(await all('/series?PatientID=P2')).toEqual([
      '/studies/2.25.2/series/2.25.2.1',
      '/studies/2.25.2/series/2.25.2.2',
    ]);
    expect(await all('/studies/2.25.2/instances?limit=2&offset=1')).toEqual([
      '/studies/2.25.2/series/2.25.2.1/instances/2.25.2.1.2',
      '/studies/2.25.2/series/2.25.2.2/instances/2.25.2.2.1',
    ]);
    expect(await all('/instances?Modality=MR')).toEqual([
      '/studies/2.25.2/series/2.25.2.2/instances/2.25.2.2.1',
    ]);
    const [match] = await found(handle, '/studies?PatientID=P1');
    expect(match?.['00100010']?.Value).toEqual([{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }]);
  });

  test('names are matched literally, and that is said', async () => {
    const { handle } = await overPeer();
    const response = await get(handle, '/studies?PatientName=jane&fuzzymatching=true');
    expect(response.status).toBe(204);
    expect(response.headers.get('warning')).toBe(
      `299 ${ROOT}: The fuzzymatching parameter is not supported. Only literal matching has been performed.`,
    );
  });

  test('a peer that is not there, that refuses, that rejects', async () => {
    await overPeer();
    const at = (port: number, host = 'test'): Promise<[number, string]> =>
      facade([], {
        find: (asked: Query, signal) => query({ ...open.pacs, target: { host, port } }, asked, { signal }),
      }).then(({ handle }) => refusal(get(handle, '/studies')));
    expect((await at(9, 'nowhere'))[0]).toBe(502);
    open.serve(2, {}, undefined, 'reject=transient/local-limit-exceeded');
    expect((await at(2))[0]).toBe(503);
    open.serve(3, {
      find: () => {
        throw new Error('Doe^Jane is not here');
      },
    });
    const [status, why] = await at(3);
    expect(status).toBe(502);
    expect(why).not.toContain('Doe');
  });
});
