import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { dataSet, IMPLICIT_VR_LITTLE_ENDIAN, readDataSet, writeDataSet } from '../../core/data/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import type { DicomWeb, DicomWebOptions } from '../../core/dicomweb/index.ts';
import { bytesSource, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import { UID } from '../../core/dict/index.ts';
import { instance as worldInstance, instanceBytes, world } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { nativeBytes, shorts } from '../image/make.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { instance, keep } from '../store/instances.ts';
import { bytesOf, facade, get, refusal, ROOT } from './facade.ts';
import { partsOf } from './parts.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const LOSSLESS = '1.2.840.10008.1.2.4.80';
const JPEG = '1.2.840.10008.1.2.4.50';
const DICOM = 'multipart/related; type="application/dicom"';
const INSTANCE = '/studies/2.25.2/series/2.25.2.1/instances/2.25.2.1.1';

const uidOf = async (file: Bytes): Promise<string> =>
  (await openPart10(bytesSource(file))).info.sopInstanceUID;

describe('instances of the archive', () => {
  const here = (): ReturnType<typeof facade> =>
    facade([
      ['1.1.1', { StudyInstanceUID: '1', SeriesInstanceUID: '1.1' }],
      ['1.1.2', { StudyInstanceUID: '1', SeriesInstanceUID: '1.1' }],
      ['1.2.1', { StudyInstanceUID: '1', SeriesInstanceUID: '1.2' }],
      ['2.1.1', { StudyInstanceUID: '2', SeriesInstanceUID: '2.1' }],
    ]);

  test.each([
    ['/studies/1', ['1.1.1', '1.1.2', '1.2.1']],
    ['/studies/1/series/1.1', ['1.1.1', '1.1.2']],
    ['/studies/1/series/1.1/instances/1.1.2', ['1.1.2']],
  ])('%s as parts', async (path, uids) => {
    const response = await get((await here()).handle, path, DICOM);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(
      /^multipart\/related; type="application\/dicom"; boundary=webdimse-[0-9a-f]{32}$/,
    );
    const parts = await partsOf(response);
    expect(await Promise.all(parts.map(({ bytes }) => uidOf(bytes)))).toEqual(uids);
    expect(parts[0]!.headers).toEqual({
      'content-type': `application/dicom; transfer-syntax=${EXPLICIT}`,
      'content-location': expect.stringMatching(`${ROOT}/studies/1/series/1.1/instances/`) as string,
    });
  });

  test('one instance as one file, byte for byte', async () => {
    const { handle } = await here();
    const { info, dataSet: bytes } = instance('2.1.1', { StudyInstanceUID: '2', SeriesInstanceUID: '2.1' });
    for (const accept of ['application/dicom', '*/*', undefined]) {
      const response = await get(handle, '/studies/2/series/2.1/instances/2.1.1', accept);
      expect(response.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${EXPLICIT}`);
      expect(await bytesOf(response)).toEqual(concat([fileMetaInformation(info), bytes]));
    }
  });

  test.each([
    '/studies/3',
    '/studies/1/series/2.1',
    '/studies/1/series/2.1/instances/2.1.1',
    '/studies/1/series/1.1/instances/9',
    '/studies/3/metadata',
  ])('%s is not there', async (path) => {
    expect((await refusal(get((await here()).handle, path)))[0]).toBe(404);
  });

  test('a series is not one part', async () => {
    expect((await refusal(get((await here()).handle, '/studies/1/series/1.1', 'application/dicom')))[0]).toBe(
      406,
    );
    expect((await partsOf(await get((await here()).handle, '/studies/1', '*/*'))).length).toBe(3);
  });
});

describe('transfer syntaxes', () => {
  const PIXELS = { '7FE00010': { vr: 'OW', InlineBinary: btoa('pixels!!') } };
  const attributes = (uid: string): ReturnType<typeof dataSet> =>
    dataSet({ SOPInstanceUID: uid, SOPClassUID: '1.2.3', StudyInstanceUID: '1', SeriesInstanceUID: '1.1' });

  async function stored(...syntaxes: string[]): Promise<DicomWeb> {
    const { store, handle } = await facade();
    for (const [i, transferSyntaxUID] of syntaxes.entries()) {
      const info = {
        sopClassUID: '1.2.3',
        sopInstanceUID: `1.1.${i}`,
        transferSyntaxUID,
        callingAETitle: 'X',
      };
      const native = transferSyntaxUID === IMPLICIT ? IMPLICIT_VR_LITTLE_ENDIAN : EXPLICIT;
      await keep(store, { info, dataSet: writeDataSet({ ...attributes(`1.1.${i}`), ...PIXELS }, native) });
    }
    return handle;
  }

  const of = (accept: string, handle: DicomWeb): Promise<Response> =>
    get(handle, '/studies/1/series/1.1/instances/1.1.0', accept);

  test('implicit is given as explicit by default, and as it is where that is asked for', async () => {
    const handle = await stored(IMPLICIT);
    for (const [accept, syntax] of [
      ['application/dicom', EXPLICIT],
      [`application/dicom; transfer-syntax=${EXPLICIT}`, EXPLICIT],
      ['application/dicom; transfer-syntax=*', IMPLICIT],
      [`application/dicom; transfer-syntax=${IMPLICIT}`, IMPLICIT],
    ] as const) {
      const file = await bytesOf(await of(accept, handle));
      const { info, dataSetOffset } = await openPart10(bytesSource(file));
      expect(info.transferSyntaxUID).toBe(syntax);
      expect(readDataSet(file.subarray(dataSetOffset), syntax)).toEqual({
        ...attributes('1.1.0'),
        ...PIXELS,
      });
    }
  });

  test('compressed pixels are never given as others', async () => {
    const handle = await stored(LOSSLESS);
    const [status, why] = await refusal(of('application/dicom', handle));
    expect(status).toBe(406);
    expect(why).toBe(
      'An instance is in JPEG-LS Lossless Image Compression, which Accept does not take, ' +
        'and pixels are not transcoded here: ask with transfer-syntax=*, or name that syntax.',
    );
    expect((await of('application/dicom, application/dicom; transfer-syntax=*; q=0.5', handle)).status).toBe(
      200,
    );
    expect((await of(`${DICOM}; transfer-syntax=${LOSSLESS}`, handle)).status).toBe(200);
  });

  test('lossy pixels are all there is where no syntax is named', async () => {
    const handle = await stored(JPEG);
    const parts = await partsOf(await of(DICOM, handle));
    expect(parts[0]!.headers['content-type']).toBe(`application/dicom; transfer-syntax=${JPEG}`);
    expect((await refusal(of(`${DICOM}; transfer-syntax=${EXPLICIT}`, handle)))[0]).toBe(406);
  });

  test('a series with one that does not fit is refused before the answer begins', async () => {
    const handle = await stored(EXPLICIT, IMPLICIT, LOSSLESS);
    expect((await refusal(get(handle, '/studies/1', DICOM)))[0]).toBe(406);
    const parts = await partsOf(await get(handle, '/studies/1', `${DICOM}; transfer-syntax=*`));
    expect(parts.map(({ headers }) => headers['content-type'])).toEqual(
      [EXPLICIT, IMPLICIT, LOSSLESS].map((uid) => `application/dicom; transfer-syntax=${uid}`),
    );
  });
});

describe('on demand', () => {
  let open: World;
  let clock: FakeClock;
  let store: MemoryStore;
  beforeEach(async () => {
    open = await world(
      'whole',
      [1, 2, 3].map((number) => worldInstance(2, 1, number)).concat(worldInstance(2, 2, 1)),
    );
    clock = new FakeClock();
    store = new MemoryStore();
  });
  afterEach(() => open.close());

  async function overPeer(more: Partial<DicomWebOptions> = {}, port?: number): Promise<DicomWeb> {
    const archive = await Archive.open(store);
    const target = port === undefined ? open.pacs.target : { host: 'test', port };
    const peer = dicomWebPeer({ ...open.pacs, target }, archive);
    return createDicomWeb({ archive, path: '/dicomweb', clock, ...peer, ...more });
  }

  test('a study is brought series by series', async () => {
    const parts = await partsOf(await get(await overPeer(), '/studies/2.25.2', DICOM));
    expect((await Promise.all(parts.map(({ bytes }) => uidOf(bytes)))).toSorted()).toEqual([
      '2.25.2.1.1',
      '2.25.2.1.2',
      '2.25.2.1.3',
      '2.25.2.2.1',
    ]);
    expect(await store.has('2.25.2.2.1')).toBe(true);
  });

  test('an instance brings its series, once for all who ask', async () => {
    const archive = await Archive.open(store);
    const peer = dicomWebPeer(open.pacs, archive);
    let asked = 0;
    const handle = createDicomWeb({
      archive,
      path: '/dicomweb',
      ...peer,
      retrieve: (request) => {
        asked++;
        return peer.retrieve(request);
      },
    });
    const paths = [1, 2, 3].map((n) => `/studies/2.25.2/series/2.25.2.1/instances/2.25.2.1.${n}`);
    const answers = await Promise.all(paths.map((path) => get(handle, path)));
    const files = await Promise.all(answers.map(bytesOf));
    expect(await Promise.all(files.map(uidOf))).toEqual(['2.25.2.1.1', '2.25.2.1.2', '2.25.2.1.3']);
    const { dataSetOffset } = await openPart10(bytesSource(files[0]!));
    expect(files[0]!.subarray(dataSetOffset)).toEqual(instanceBytes(2, 1, 1));
    expect(asked).toBe(1);
    await bytesOf(await get(handle, '/studies/2.25.2/series/2.25.2.1'));
    expect(asked).toBe(1);
  });

  test('an instance is answered as soon as it is kept, the series goes on', async () => {
    const archive = await Archive.open(store);
    let finish = (): void => undefined;
    const handle = createDicomWeb({
      archive,
      path: '/dicomweb',
      retrieve: async () => {
        await keep(
          store,
          instance('2.25.2.1.1', { StudyInstanceUID: '2.25.2', SeriesInstanceUID: '2.25.2.1' }),
        );
        await new Promise<void>((resolve) => (finish = resolve));
        return { verdict: 'partial', status: 0xb000, missing: ['2.25.2.1.2'] };
      },
    });
    expect((await get(handle, INSTANCE)).status).toBe(200);
    const other = get(handle, INSTANCE.replace(/1$/, '2'));
    finish();
    expect(await refusal(other)).toEqual([502, 'The peer left one instance of the series out.']);
  });

  test('frames are answered as soon as their own instance is kept, the second of the series, too', async () => {
    const archive = await Archive.open(store);
    const keys = { StudyInstanceUID: '2.25.2', SeriesInstanceUID: '2.25.2.1' };
    const gates = [1, 2, 3].map(() => {
      let resolve = (): void => {};
      return { promise: new Promise<void>((done) => (resolve = done)), resolve: () => resolve() };
    });
    let ended = false;
    const retrieve: DicomWebOptions['retrieve'] = async () => {
      for (const [i, gate] of gates.entries()) {
        await gate.promise;
        const uid = `2.25.2.1.${i + 1}`;
        const image = { ...keys, SOPInstanceUID: uid, NumberOfFrames: 2 };
        const info = { sopClassUID: '1.2.3', sopInstanceUID: uid, callingAETitle: 'X' };
        const samples = shorts(...Array.from({ length: 8 }, (_, n) => 10 * i + n));
        await keep(store, {
          info: { ...info, transferSyntaxUID: EXPLICIT },
          dataSet: nativeBytes(image, samples),
        });
      }
      ended = true;
      return { verdict: 'complete', status: 0, missing: [] };
    };
    const handle = createDicomWeb({ archive, path: '/dicomweb', retrieve });
    const frame = (number: number, of: number): Promise<Response> =>
      get(handle, `${INSTANCE.replace(/1$/, String(number))}/frames/${of}`, 'application/octet-stream');
    const [second, third] = [frame(2, 2), frame(3, 1)];
    gates[0]!.resolve();
    expect(await bytesOf(await frame(1, 2))).toEqual(shorts(4, 5, 6, 7));
    expect(await store.has('2.25.2.1.2')).toBe(false);
    gates[1]!.resolve();
    expect(await bytesOf(await second)).toEqual(shorts(14, 15, 16, 17));
    expect(ended).toBe(false);
    gates[2]!.resolve();
    expect(await bytesOf(await third)).toEqual(shorts(20, 21, 22, 23));
  });

  test('who leaves takes nothing from those who wait for the same series', async () => {
    const archive = await Archive.open(store);
    let asked = 0;
    let finish = (): void => undefined;
    const retrieve = async (): ReturnType<NonNullable<DicomWebOptions['retrieve']>> => {
      asked++;
      const keys = { StudyInstanceUID: '2.25.2', SeriesInstanceUID: '2.25.2.1' };
      await keep(store, instance('2.25.2.1.1', keys));
      await new Promise<void>((resolve) => (finish = resolve));
      await keep(store, instance('2.25.2.1.2', keys));
      return { verdict: 'complete', status: 0, missing: [] };
    };
    const handle = createDicomWeb({ archive, path: '/dicomweb', retrieve });
    const path = '/studies/2.25.2/series/2.25.2.1';
    const any = `${DICOM}; transfer-syntax=*`; // else all are looked at first
    const [leaving, staying] = await Promise.all([get(handle, path, any), get(handle, path, any)]);
    const reader = leaving.body!.getReader();
    await reader.read();
    await reader.cancel();
    finish();
    expect([(await partsOf(staying)).length, asked]).toEqual([2, 1]);
  });

  test('what was found whole is not asked for again before a minute, unless it was deleted', async () => {
    let asked = 0;
    const archive = await Archive.open(store);
    const peer = dicomWebPeer(open.pacs, archive);
    const retrieve: DicomWebOptions['retrieve'] = (request) => (asked++, peer.retrieve(request));
    const handle = createDicomWeb({ archive, path: '/dicomweb', clock, ...peer, retrieve });
    const whole = async (): Promise<number> =>
      (await partsOf(await get(handle, '/studies/2.25.2/series/2.25.2.1', DICOM))).length;
    expect([await whole(), asked]).toEqual([3, 1]);
    expect([await whole(), asked]).toEqual([3, 1]);
    await store.delete('2.25.2.1.2');
    expect([await whole(), asked]).toEqual([3, 2]);
    await clock.advance(60_000);
    expect([await whole(), asked]).toEqual([3, 3]);
  });

  test('what a full store let go of while the rest came is asked for again', async () => {
    let asked = 0;
    const archive = await Archive.open(store);
    const keys = { StudyInstanceUID: '2.25.2', SeriesInstanceUID: '2.25.2.1' };
    const retrieve: DicomWebOptions['retrieve'] = async () => {
      for (const number of [1, 2, 3]) await keep(store, instance(`2.25.2.1.${number}`, keys));
      if (asked++ === 0) await store.delete('2.25.2.1.1');
      return { verdict: 'complete', status: 0, missing: [] };
    };
    const handle = createDicomWeb({ archive, path: '/dicomweb', retrieve });
    const path = '/studies/2.25.2/series/2.25.2.1';
    await bytesOf(await get(handle, `${path}/instances/2.25.2.1.3`));
    expect((await partsOf(await get(handle, path, DICOM))).length).toBe(3);
    expect(asked).toBe(2);
  });

  test('a study removed at the peer is not there', async () => {
    const handle = await overPeer();
    await open.store.delete('2.25.2.2.1');
    expect(await refusal(get(handle, '/studies/2.25.2/series/2.25.2.2'))).toEqual([
      404,
      'There is no such series.',
    ]);
    expect((await refusal(get(handle, '/studies/9')))[0]).toBe(404);
  });

  test('a peer without C-GET, one that is not there', async () => {
    open.serve(1, {
      find: async function* () {
        yield dataSet({
          SOPInstanceUID: '2.25.2.1.1',
          SeriesInstanceUID: '2.25.2.1',
          SOPClassUID: UID.CTImageStorage,
        });
      },
    });
    const [status, why] = await refusal(get(await overPeer({}, 1), INSTANCE));
    expect([status, why]).toEqual([502, expect.stringContaining('does not offer Study Root')]);
    expect((await refusal(get(await overPeer({}, 2), INSTANCE)))[0]).toBe(502);
  });

  test('a full store is said', async () => {
    store = new MemoryStore({ capacity: 100 });
    expect((await refusal(get(await overPeer(), INSTANCE)))[0]).toBe(507);
  });
});
