/** What nobody honest asks: each is answered with a status and a sentence, and holds nothing afterwards. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, text } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { createDicomWeb } from '../../core/dicomweb/index.ts';
import { contentType } from '../../core/dicomweb/response.ts';
import type { Query } from '../../core/service/index.ts';
import { nativeBytes, shorts } from '../image/make.ts';
import type { TestInstance } from '../store/instances.ts';
import { keep } from '../store/instances.ts';
import { facade, found, get, refusal, ROOT } from './facade.ts';
import { partsOf } from './parts.ts';

const NAMES = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'];

test.each(NAMES)('%s is no parameter, no resource, no method and no media type', async (name) => {
  const { handle, errors } = await facade([['1.1', {}]]);
  const asked = `/studies?${name}=1&includefield=${name}&${name}.${name}=2`;
  expect((await get(handle, asked)).status).toBe(200);
  expect((await get(handle, '/studies', `multipart/related; type=${name}`)).status).toBe(406);
  expect((await refusal(get(handle, `/${name}`)))[0]).toBe(404);
  const method = await handle(new Request(`${ROOT}/studies`, { method: name }));
  expect((await refusal(method))[0]).toBe(405);
  expect(errors).toEqual([]);
});

test('constructor is no window', async () => {
  const { handle } = await facade([['1.1', {}]], { render: async () => Uint8Array.of(1) });
  const path = '/studies/1.2.3/series/1.2.3.1/instances/1.1/rendered?window=40,400,constructor';
  expect((await refusal(get(handle, path, 'image/png')))[0]).toBe(400);
});

test('a search whose answer is not read ends its query', async () => {
  let ended = 0;
  async function* find(): AsyncGenerator<DataSet> {
    try {
      for (let i = 1; ; i++) yield dataSet({ StudyInstanceUID: `1.${i}` });
    } finally {
      ended++;
    }
  }
  const { handle } = await facade([], { find });
  await (await get(handle, '/studies')).body?.cancel();
  expect(ended).toBe(1);
});

test('many mistakes in one search make few words, and more are none', async () => {
  const { handle } = await facade([['1.1', {}]]);
  const search = (fields: number): Promise<Response> =>
    get(handle, `/studies?includefield=${Array.from({ length: fields }, (_, i) => `a${i}`).join()}`);
  const answer = await search(200);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('warning')?.length).toBeLessThan(2000);
  expect((await refusal(search(300)))[0]).toBe(400);
});

test('no path of a file stands in an answer', async () => {
  const { handle } = await facade([], {
    find() {
      throw new DicomError('STORE_FAILED', 'an instance could not be written: /home/doe/1.dcm');
    },
  });
  const [status, why] = await refusal(get(handle, '/studies'));
  expect([status, why]).toEqual([500, expect.not.stringContaining('doe')]);
});

test('a UID with line ends writes no headers', async () => {
  const { handle } = await facade([['1.1', { SeriesInstanceUID: '9\r\nX-Evil: 1\r\n\r\n<b>' }]]);
  const answer = await get(handle, '/studies/1.2.3', 'multipart/related; type="application/dicom"');
  expect((await partsOf(answer))[0]!.headers).toEqual({
    'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
    'content-location': `${ROOT}/studies/1.2.3/series/9%0D%0AX-Evil%3A%201%0D%0A%0D%0A%3Cb%3E/instances/1.1`,
  });
  const [series] = await found(handle, '/studies/1.2.3/series');
  expect(text(series!, 'RetrieveURL')).toContain('/series/9%0D%0AX-Evil');
  expect(contentType('application/dicom', { 'transfer-syntax': '1"\r\nX: y' })).toBe(
    'application/dicom; transfer-syntax="1???X: y"',
  );
});

test.each(['00000000=1', '00020010=1.2', '00100000=4', 'FFFEE000=', 'FFFCFFFC='])(
  '%s asks the peer for nothing that stands in no identifier',
  async (parameter) => {
    const asked: Query[] = [];
    async function* find(query: Query): AsyncGenerator<DataSet> {
      asked.push(query);
      yield* [];
    }
    const { handle } = await facade([], { find });
    const answer = await get(handle, `/studies?${parameter}`);
    expect(answer.headers.get('warning')).toContain('is no attribute and was ignored.');
    expect(Object.keys(asked[0]!.keys)).not.toContain(parameter.split('=')[0]);
  },
);

describe('an instance that is open', () => {
  /** Counts the data sets that were opened, and are read or cancelled. */
  async function counted(
    more: readonly TestInstance[] = [],
  ): Promise<{ handle: DicomWeb; opened(): number; ended(): number }> {
    const { archive, store } = await facade([['1.1', {}]]);
    for (const one of more) await keep(store, one);
    let [opened, ended] = [0, 0];
    const open = store.open.bind(store);
    store.open = async (uid, range) => {
      const { info, dataSet } = await open(uid, range);
      opened++;
      const reader = dataSet.getReader();
      const counting = new ReadableStream<Bytes>({
        async pull(controller) {
          const next = await reader.read();
          if (!next.done) return controller.enqueue(next.value);
          ended++;
          controller.close();
        },
        cancel: () => void ended++,
      });
      return { info, dataSet: counting };
    };
    const handle = createDicomWeb({ archive, path: '/dicomweb' });
    return { handle, opened: () => opened, ended: () => ended };
  }

  test.each([
    ['/series/1.2.3.1/instances/1.1', 'application/dicom'],
    ['/series/1.2.3.1/instances/1.1', 'application/dicom; transfer-syntax=1.2.840.10008.1.2'],
    ['/series/1.2.3.1/instances/1.1', 'multipart/related; type="application/dicom"'],
    ['', 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2'],
    ['/metadata', 'application/dicom+json'],
  ])('is closed wherever the reader leaves: %s as %s', async (path, accept) => {
    for (let chunks = 0; chunks < 4; chunks++) {
      const { handle, opened, ended } = await counted();
      const reader = (await get(handle, `/studies/1.2.3${path}`, accept)).body!.getReader();
      for (let i = 0; i < chunks; i++) await reader.read();
      await reader.cancel();
      expect([chunks, opened(), ended()]).toEqual([chunks, 1, 1]);
    }
  });

  test.each(['*/*', 'multipart/related; type="application/octet-stream"'])(
    'is closed wherever the reader of its pixels leaves: %s',
    async (accept) => {
      const info = { sopClassUID: '1.2', sopInstanceUID: '1.2', callingAETitle: 'X' };
      const transferSyntaxUID = EXPLICIT_VR_LITTLE_ENDIAN;
      const keys = { StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1', SOPInstanceUID: '1.2' };
      const image = { info: { ...info, transferSyntaxUID }, dataSet: nativeBytes(keys, shorts(1, 2, 3, 4)) };
      for (let chunks = 0; chunks < 4; chunks++) {
        const { handle, opened, ended } = await counted([image]);
        const path = '/studies/1.2.3/series/1.2.3.1/instances/1.2/bulkdata/7FE00010';
        const reader = (await get(handle, path, accept)).body!.getReader();
        for (let i = 0; i < chunks; i++) await reader.read();
        await reader.cancel();
        expect([chunks, ended()]).toEqual([chunks, opened()]);
      }
    },
  );

  test('cannot be read', async () => {
    const { archive, store } = await facade([['1.1', {}]]);
    const open = store.open.bind(store);
    const failing = new DicomError('STORE_FAILED', '/home/doe/1.1.dcm cannot be read');
    store.open = async (uid) => {
      const { info } = await open(uid);
      return { info, dataSet: new ReadableStream({ pull: (controller) => controller.error(failing) }) };
    };
    const handle = createDicomWeb({ archive, path: '/dicomweb' });
    const [status, why] = await refusal(get(handle, '/studies/1.2.3'));
    expect([status, why]).toEqual([500, 'An instance could not be kept or read here.']);
  });
});
