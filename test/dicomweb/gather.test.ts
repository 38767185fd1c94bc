/** Modalities and numbers that a peer does not tell are gathered below its entities, where they are asked for. */
import { beforeEach, expect, test } from 'vitest';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, text, texts } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { MOST_LOOKED_INTO } from '../../core/dicomweb/gather.ts';
import type { Query } from '../../core/service/index.ts';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import { instance, keep } from '../store/instances.ts';
import { facade, found, refusal, get } from './facade.ts';

const UNTOLD = ['00080061', '00201206', '00201208', '00201209'];
let handle: DicomWeb;
/** The levels that were asked, in their order. */
let asked: string[];
/** Entities that the peer has told of. */
let given: number;
let telling: readonly string[];

/** A peer that neither matches nor tells what is not in the tables that it must know (PS3.4 C.6.2.1.2). */
async function peerOf(studies: readonly (readonly [study: string, modalities: readonly string[]])[]) {
  const store = new MemoryStore();
  for (const [study, modalities] of studies) {
    for (const [i, Modality] of modalities.entries()) {
      const keys = { StudyInstanceUID: study, SeriesInstanceUID: `${study}.${i}`, Modality };
      for (let n = 0; n <= i; n++) await keep(store, instance(`${study}.${i}.${n}`, keys));
    }
  }
  const archive = await Archive.open(store);
  asked = [];
  given = 0;
  telling = [];
  let underWay = false;
  const find = async function* (query: Query): AsyncGenerator<DataSet> {
    if (underWay) throw new Error('another query is under way'); // who has one association would wait for ever
    underWay = true;
    asked.push(query.level);
    const withheld = UNTOLD.filter((tag) => !telling.includes(tag));
    const known = (one: DataSet): DataSet =>
      Object.fromEntries(Object.entries(one).filter(([tag]) => !withheld.includes(tag)));
    try {
      for (const match of archive.find({ ...query, keys: known(query.keys) })) {
        given++;
        yield known(match);
      }
    } finally {
      underWay = false;
    }
  };
  ({ handle } = await facade([], { find }));
}

beforeEach(() =>
  peerOf([
    ['1.1', ['CT', 'MR', 'CT']],
    ['1.2', ['MR']],
    ['1.3', ['US', 'CT']],
  ]),
);

const studies = (parameters: string): Promise<DataSet[]> => found(handle, `/studies?${parameters}`);
const uids = async (parameters: string): Promise<string[]> =>
  (await studies(parameters)).map((study) => text(study, 'StudyInstanceUID'));

test('nothing is gathered unasked', async () => {
  const [study] = await studies('');
  expect(UNTOLD.filter((tag) => study![tag] !== undefined)).toEqual([]);
  await found(handle, '/studies/1.1/series?includefield=all');
  expect(asked).toEqual(['STUDY', 'SERIES']);
});

test('modalities, within the limit', async () => {
  const told = await studies('includefield=ModalitiesInStudy&offset=1&limit=1');
  expect(told.map((study) => texts(study, 'ModalitiesInStudy'))).toEqual([['MR']]);
  expect(asked).toEqual(['STUDY', 'SERIES']);
  const [first] = await studies('includefield=Modality&limit=1'); // among studies it means theirs
  expect([texts(first!, 'ModalitiesInStudy'), text(first!, 'NumberOfStudyRelatedSeries')]).toEqual([
    ['CT', 'MR'],
    '3',
  ]);
});

test('numbers of series and instances', async () => {
  const told = await studies('includefield=NumberOfStudyRelatedSeries,NumberOfStudyRelatedInstances');
  const numbers = ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'];
  expect(told.map((study) => numbers.map((key) => text(study, key)))).toEqual([
    ['3', '6'],
    ['1', '1'],
    ['2', '3'],
  ]);
  expect(asked.filter((level) => level === 'IMAGE')).toHaveLength(6);
  const series = await found(handle, '/studies/1.3/series?includefield=NumberOfSeriesRelatedInstances');
  expect(series.map((one) => text(one, 'NumberOfSeriesRelatedInstances'))).toEqual(['1', '2']);
});

test('what the peer tells of series is not counted', async () => {
  telling = ['00201209'];
  const told = await studies('includefield=NumberOfStudyRelatedInstances');
  expect(told.map((study) => text(study, 'NumberOfStudyRelatedInstances'))).toEqual(['6', '1', '3']);
  expect(asked).toEqual(['STUDY', 'SERIES', 'SERIES', 'SERIES']);
});

test('what the peer tells itself is asked of nobody else', async () => {
  telling = UNTOLD;
  expect(await uids('ModalitiesInStudy=CT&includefield=NumberOfStudyRelatedInstances')).toEqual([
    '1.1',
    '1.3',
  ]);
  expect(asked).toEqual(['STUDY']);
});

test('modalities that the peer does not match are matched here', async () => {
  expect(await uids('ModalitiesInStudy=MR')).toEqual(['1.1', '1.2']);
  expect(await uids('ModalitiesInStudy=U*,MR&offset=1')).toEqual(['1.2', '1.3']);
  expect(await uids('Modality=CT&limit=1')).toEqual(['1.1']);
  expect(asked.slice(-2)).toEqual(['STUDY', 'SERIES']);
  expect(await uids('ModalitiesInStudy=XA')).toEqual([]);
  const series = await found(handle, '/series?ModalitiesInStudy=US');
  expect(series.map((one) => text(one, 'SeriesInstanceUID'))).toEqual(['1.3.0', '1.3.1']);
});

test('too many to look into are refused before the answer begins', async () => {
  await peerOf(Array.from({ length: MOST_LOOKED_INTO + 1 }, (_, i) => [`2.${i}`, ['CT']] as const));
  const why = expect.stringContaining('narrow the search, or ask with a limit') as string;
  for (const asking of ['ModalitiesInStudy=CT', 'includefield=ModalitiesInStudy'])
    expect(await refusal(get(handle, `/studies?${asking}`))).toEqual([413, why]);
  expect(await refusal(get(handle, '/series?ModalitiesInStudy=CT'))).toEqual([413, why]);
  expect(asked).toEqual(['STUDY', 'STUDY', 'STUDY']);
});

test('no more studies are taken from the peer than are wanted', async () => {
  await peerOf(Array.from({ length: MOST_LOOKED_INTO + 1 }, (_, i) => [`2.${i}`, ['CT']] as const));
  expect(await uids('includefield=ModalitiesInStudy&limit=2')).toEqual(['2.0', '2.1']);
  expect(given).toBe(2 + 2); // and a series of each
  expect(await uids('includefield=ModalitiesInStudy&offset=3&limit=1')).toEqual(['2.3']);
  expect(given).toBe(4 + 4 + 1);
});

test('nothing is gathered below what the peer gives no UID', async () => {
  let queries = 0;
  const find = async function* (): AsyncGenerator<DataSet> {
    queries++;
    yield dataSet({ PatientName: 'Doe^Jane', StudyInstanceUID: '' });
  };
  ({ handle } = await facade([], { find }));
  expect(await studies('includefield=ModalitiesInStudy')).toHaveLength(1);
  expect(queries).toBe(1);
});
