import { beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveOptions } from '../../core/archive/index.ts';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import type { ReferencedInstance, Requestor, RetrieveRequest } from '../../core/service/types.ts';
import { CT_IMAGE, instance, keep, largeInstance, MR_IMAGE } from '../store/instances.ts';

const requestor: Requestor = {
  callingAETitle: 'ME',
  calledAETitle: 'PACS',
  remote: 'memory',
  association: 1,
};
const request: RetrieveRequest = {
  model: 'STUDY',
  level: 'STUDY',
  keys: dataSet({ StudyInstanceUID: '1.2.3' }),
};
const query = { ...request, keys: dataSet({ StudyInstanceUID: '', RetrieveAETitle: 'IGNORED' }) };
const options: ArchiveOptions = {
  aeTitle: 'PACS',
  destination: (aeTitle) => (aeTitle === 'THERE' ? { aeTitle, host: '127.0.0.1', port: 104 } : undefined),
};

let store: MemoryStore;
let handlers: ReturnType<typeof archiveHandlers>;
let abort: AbortController;

beforeEach(async () => {
  store = new MemoryStore();
  abort = new AbortController();
  await keep(store, largeInstance('1.2.3.1.1', 1 << 20));
  await keep(store, instance('1.2.3.1.2'));
  handlers = archiveHandlers(await Archive.open(store), options);
});

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

const bytesOf = async (source: Bytes | AsyncIterable<Bytes>): Promise<Bytes> =>
  source instanceof Uint8Array ? source : concat(await collect(source));

describe('the handlers of an archive', () => {
  it('name the title to retrieve from in each match', async () => {
    const matches: DataSet[] = await collect(handlers.find(query, requestor, abort.signal));
    expect(matches.map((match) => text(match, 'RetrieveAETitle'))).toEqual(['PACS']);
  });

  it('end a search and a retrieve that are cancelled', async () => {
    const { instances } = await handlers.get(request, requestor, abort.signal);
    const rest = instances[Symbol.asyncIterator]();
    await rest.next();
    abort.abort();
    expect(await rest.next()).toMatchObject({ done: true });
    expect(await collect(handlers.find(query, requestor, abort.signal))).toEqual([]);
  });

  it('give what is asked, byte by byte, as often as it is opened', async () => {
    const { instances } = await handlers.get(request, requestor, abort.signal);
    const [first, second, ...more] = await collect(instances);
    expect(more).toEqual([]);
    const expected = largeInstance('1.2.3.1.1', 1 << 20);
    for (const _attempt of [1, 2]) {
      expect(Buffer.compare(await bytesOf(await first!.open()), expected.dataSet)).toBe(0);
    }
    expect(second).toMatchObject({
      sopClassUID: expected.info.sopClassUID,
      sopInstanceUID: '1.2.3.1.2',
      transferSyntaxUID: expected.info.transferSyntaxUID,
    });
  });

  it('do not send what came again in another syntax meanwhile', async () => {
    const { instances } = await handlers.get(request, requestor, abort.signal);
    const [first] = await collect(instances);
    const again = instance('1.2.3.1.1');
    await keep(store, { ...again, info: { ...again.info, transferSyntaxUID: '1.2.840.10008.1.2.4.50' } });
    await expect(first!.open()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('know where a move goes, or answer A801', async () => {
    const move = (destination: string): unknown =>
      handlers.move({ ...request, destination }, requestor, abort.signal);
    expect(await move('THERE')).toMatchObject({ destination: { host: '127.0.0.1', port: 104 } });
    expect(() => move('NOWHERE')).toThrow(expect.objectContaining({ status: 0xa801 }));
  });

  it('answer A900 where a unique key is missing', async () => {
    const bad: RetrieveRequest = { ...request, level: 'IMAGE' };
    const a900 = expect.objectContaining({ status: 0xa900 });
    expect(() => handlers.get(bad, requestor, abort.signal)).toThrow(a900);
    expect(() => handlers.move({ ...bad, destination: 'THERE' }, requestor, abort.signal)).toThrow(a900);
    await expect(collect(handlers.find(bad, requestor, abort.signal))).rejects.toEqual(a900);
  });

  it('commit what is kept, whether it can be found or not, under its own class', async () => {
    await keep(store, instance('1.2.3.1.3', { StudyInstanceUID: '' }));
    const named = (...uids: string[]): ReferencedInstance[] =>
      uids.map((sopInstanceUID) => ({ sopClassUID: CT_IMAGE, sopInstanceUID }));
    const instances = [
      ...named('1.2.3.1.1', '1.2.3.1.3', '1.2.3.1.4'),
      { sopClassUID: MR_IMAGE, sopInstanceUID: '1.2.3.1.2' },
    ];
    const asked = { transactionUID: '2.25.1', instances };
    expect(await handlers.commit(asked, requestor)).toEqual({
      committed: named('1.2.3.1.1', '1.2.3.1.3'),
      failed: [
        { ...instances[2], failureReason: 0x0112 },
        { ...instances[3], failureReason: 0x0119 },
      ],
    });
    await store.delete('1.2.3.1.1');
    await store.delete('1.2.3.1.3');
    const { committed, destination } = await handlers.commit(asked, {
      ...requestor,
      callingAETitle: 'THERE',
    });
    expect(committed).toEqual([]);
    expect(destination).toEqual({ aeTitle: 'THERE', host: '127.0.0.1', port: 104 });
  });

  it('keep what arrives, and it is found at once', async () => {
    const one = instance('9.9.1.1', { StudyInstanceUID: '9.9' });
    const sink = await handlers.store(one.info, requestor);
    await sink.write(one.dataSet);
    await sink.commit();
    const matches = await collect(handlers.find(query, requestor, abort.signal));
    expect(matches.map((match) => text(match, 'StudyInstanceUID'))).toEqual(['1.2.3', '9.9']);
  });
});
