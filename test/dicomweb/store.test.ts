import { afterEach, describe, expect, test } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromLatin1, StatusError } from '../../core/bytes/index.ts';
import type { DataSet, KeyValue } from '../../core/data/index.ts';
import { items, text } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { world } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';
import { instance, largeInstance, readAll } from '../store/instances.ts';
import type { TestInstance } from '../store/instances.ts';
import { facade, refusal, ROOT } from './facade.ts';

const TYPE = 'multipart/related; type="application/dicom"; boundary=b';

const file = ({ info, dataSet }: TestInstance): Bytes => concat([fileMetaInformation(info), dataSet]);
const small = (uid: string, keys: Record<string, KeyValue> = {}): Bytes => file(instance(uid, keys));

function message(parts: readonly Bytes[], type = 'application/dicom'): Bytes {
  const head = fromLatin1(`--b\r\nContent-Type: ${type}\r\n\r\n`);
  return concat([...parts.flatMap((part) => [head, part, fromLatin1('\r\n')]), fromLatin1('--b--')]);
}

/** A request whose body comes in these pieces. */
function request(pieces: readonly Bytes[], path = '/studies', type = TYPE): Request {
  let next = 0;
  const body = new ReadableStream<Bytes>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  const init = { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' };
  return new Request(ROOT + path, init as RequestInit);
}

async function posted(handle: DicomWeb, parts: readonly Bytes[], path?: string): Promise<[number, DataSet]> {
  const response = await handle(request([message(parts)], path));
  return [response.status, (await response.json()) as DataSet];
}

const uids = (told: DataSet, sequence: string): string[] =>
  items(told, sequence).map((item) => text(item, 'ReferencedSOPInstanceUID'));
const reasons = (told: DataSet, sequence = 'FailedSOPSequence'): number[] =>
  items(told, sequence).map((item) => Number(text(item, 'FailureReason')));

describe.each(SPLITS)('a body that comes %s', (how) => {
  test('is stored, byte for byte', async () => {
    const { handle, store } = await facade();
    const instances = [instance('1.2.3.1.1'), largeInstance('1.2.3.1.2', 20_480), instance('1.2.3.1.3')];
    const pieces = split(message(instances.map(file)), how, 3);
    const response = await handle(request(pieces));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/dicom+json');
    for (const { info, dataSet } of instances) {
      expect(await readAll(store, info.sopInstanceUID)).toEqual(dataSet);
    }
  });
});

test('the answer, word for word', async () => {
  const { handle } = await facade();
  const response = await handle(request([message([small('1.2.3.1.1'), fromLatin1('no file')])]));
  expect(response.status).toBe(202);
  expect(await response.text()).toBe(
    `{"00081190":{"vr":"UR","Value":["${ROOT}/studies/1.2.3"]},` +
      '"00081199":{"vr":"SQ","Value":[{"00081150":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.2"]},' +
      '"00081155":{"vr":"UI","Value":["1.2.3.1.1"]},' +
      `"00081190":{"vr":"UR","Value":["${ROOT}/studies/1.2.3/series/1.2.3.1/instances/1.2.3.1.1"]}}]},` +
      '"0008119A":{"vr":"SQ","Value":[{"00081197":{"vr":"US","Value":[49152]}}]}}',
  );
});

test('a study in the path takes instances of its own only', async () => {
  const { handle, store } = await facade();
  const other = small('9.1', { StudyInstanceUID: '9', SeriesInstanceUID: '9.9' });
  const [status, told] = await posted(handle, [small('1.2.3.1.1'), other], '/studies/1.2.3');
  expect(status).toBe(202);
  expect([uids(told, 'ReferencedSOPSequence'), uids(told, 'FailedSOPSequence'), reasons(told)]).toEqual([
    ['1.2.3.1.1'],
    ['9.1'],
    [0xa900],
  ]);
  expect(await store.has('9.1')).toBe(false);
});

test('a file that says to be another instance replaces nothing', async () => {
  const { handle, store } = await facade([['1.1', {}]]);
  const before = await readAll(store, '1.1');
  const { info } = instance('1.1');
  const [status, told] = await posted(handle, [file({ info, dataSet: instance('1.2').dataSet })]);
  expect([status, reasons(told)]).toEqual([409, [0xa900]]);
  expect(await readAll(store, '1.1')).toEqual(before);
});

test('parts of other kinds, and UIDs that are none', async () => {
  const { handle } = await facade();
  const html = await handle(request([message([small('1.2.3.1.1')], 'text/html')]));
  expect([html.status, reasons((await html.json()) as DataSet, 'OtherFailuresSequence')]).toEqual([
    409,
    [0xc000],
  ]);
  const { info, dataSet } = instance('1.1');
  const evil = file({ info: { ...info, sopInstanceUID: '../../1' }, dataSet });
  expect(reasons((await posted(handle, [evil]))[1], 'OtherFailuresSequence')).toEqual([0xc000]);
});

test('a full store says so', async () => {
  const store = new MemoryStore({ capacity: 1000 });
  const archive = await Archive.open(store);
  const handle = createDicomWeb({ archive, path: '/dicomweb' });
  const [status, told] = await posted(handle, [
    small('1.2.3.1.1'),
    file(largeInstance('1.2', 2048)),
    small('1.3'),
  ]);
  expect([status, reasons(told)]).toEqual([202, [0xa700]]);
  expect(reasons(told, 'OtherFailuresSequence')).toEqual([0xa700]);
  expect(store.used).toBeLessThan(1000);
  expect((await handle(request([message([file(largeInstance('1.2', 2048))])]))).status).toBe(507);
});

test.each([
  ['application/dicom', 415],
  ['multipart/related; type="application/dicom+xml"; boundary=b', 415],
  ['multipart/related; type="application/dicom"', 400],
])('a body of %s is refused', async (type, status) => {
  const { handle } = await facade();
  expect((await refusal(handle(request([message([small('1.1')])], '/studies', type))))[0]).toBe(status);
});

test('a body that is cut off keeps what came whole', async () => {
  const { handle, store } = await facade();
  const whole = message([small('1.1'), small('1.2')]);
  expect((await refusal(handle(request([whole.subarray(0, -200)]))))[0]).toBe(400);
  expect([await store.has('1.1'), await store.has('1.2')]).toEqual([true, false]);
  expect((await refusal(handle(request([fromLatin1('--b--')]))))[0]).toBe(400);
});

test('bytes that are anything else end in a status, and in no instance under way', async () => {
  const { handle, store, errors } = await facade();
  const good = message([small('1.1'), small('1.2')]);
  const random = new Random(3);
  for (let round = 0; round < 300; round++) {
    const bytes = good.slice(0, random.int(good.length) + 1);
    for (let i = 0; i < 3; i++) bytes[random.int(bytes.length)] = random.int(256);
    const { status } = await handle(request(split(bytes, 'random', round)));
    expect([200, 202, 400, 409]).toContain(status);
  }
  expect(errors).toEqual([]);
  let kept = 0;
  for await (const { bytes } of store.entries()) kept += bytes;
  expect(store.used).toBe(kept);
});

describe('to a peer', () => {
  let open: World;
  afterEach(() => open.close());

  async function overPeer(port?: number): Promise<DicomWeb> {
    open = await world('random');
    const archive = await Archive.open(new MemoryStore());
    const target = port === undefined ? open.pacs.target : { host: 'test', port };
    const { store } = dicomWebPeer({ ...open.pacs, target }, archive);
    return createDicomWeb({ archive, path: '/dicomweb', store });
  }

  test('instances are passed on as they come', async () => {
    const handle = await overPeer();
    const sent = largeInstance('1.2', 300_032);
    const pieces = split(message([small('1.1'), file(sent)]), 'random', 4);
    expect((await handle(request(pieces))).status).toBe(200);
    expect(await readAll(open.store, '1.2')).toEqual(sent.dataSet);
    expect(await open.store.has('1.1')).toBe(true);
  });

  test('what belongs elsewhere does not arrive, and what the peer says is told', async () => {
    const handle = await overPeer(1);
    const kept = new MemoryStore();
    open.serve(1, {
      store(info) {
        if (info.sopInstanceUID === '1.3') throw new StatusError(0xa900, 'Doe^Jane');
        return kept.put(info);
      },
    });
    const other = small('9.1', { StudyInstanceUID: '9' });
    const [status, told] = await posted(handle, [small('1.1'), other, small('1.3')], '/studies/1.2.3');
    expect([status, uids(told, 'FailedSOPSequence'), reasons(told)]).toEqual([
      202,
      ['9.1', '1.3'],
      [0xa900, 0xa900],
    ]);
    expect([await kept.has('1.1'), await kept.has('9.1')]).toEqual([true, false]);
  });

  test('what the peer keeps with a warning is stored, with that warning', async () => {
    const handle = await overPeer(1);
    const coerced = 0xb000;
    open.serve(1, {
      store: () => ({
        write: () => undefined,
        commit: () => Promise.reject(new StatusError(coerced, 'Doe^Jane')),
        abort: async () => undefined,
      }),
    });
    const [status, told] = await posted(handle, [small('1.1')]);
    expect([status, uids(told, 'ReferencedSOPSequence')]).toEqual([202, ['1.1']]);
    expect(items(told, 'ReferencedSOPSequence').map((item) => text(item, 'WarningReason'))).toEqual([
      '45056',
    ]);
  });

  test('a peer that is not there', async () => {
    const handle = await overPeer(7);
    expect((await refusal(handle(request([message([small('1.1')])]))))[0]).toBe(502);
  });
});

test('parts that are no instances are bounded', async () => {
  const { handle, store } = await facade();
  const parts = [small('1.2.3.1.1'), ...Array.from({ length: 1001 }, () => new Uint8Array(0))];
  expect(await refusal(handle(request([message(parts)])))).toEqual([
    413,
    'More than 1000 parts are no instances.',
  ]);
  expect(await store.has('1.2.3.1.1')).toBe(true);
});
