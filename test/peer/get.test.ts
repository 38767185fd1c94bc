/** Retrieves that are planned and checked: what is proposed, what is asked again, and what is told in the end. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import { dataSet, texts } from '../../core/data/index.ts';
import { get } from '../../core/peer/index.ts';
import type { OutgoingInstance } from '../../core/service/index.ts';
import { collected, instance, instanceBytes } from '../service/world.ts';
import {
  fetched,
  from,
  GET,
  none,
  only,
  open,
  ownStore,
  peer,
  proposals,
  store,
  STUDY_2,
  three,
  without,
} from './served.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';

ownStore();

describe('what is proposed', () => {
  it('is what the peer says it holds, and no more', async () => {
    await peer([...three, { ...instance(2, 2, 1), sopClassUID: '1.2.840.10008.5.1.4.1.1.4' }]);
    const report = await fetched();
    expect(report).toMatchObject({ verdict: 'complete', status: 0, promised: 4, received: 4, missing: [] });
    const [request] = proposals();
    const classes = new Set(request!.contexts.map(({ abstractSyntax }) => abstractSyntax));
    expect(classes).toEqual(new Set([GET, CT, '1.2.840.10008.5.1.4.1.1.4']));
  });

  it('is guessed from the modality where the peer tells no class', async () => {
    await peer(three, without('00080016'));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 3 });
    const classes = new Set(proposals()[0]!.contexts.map(({ abstractSyntax }) => abstractSyntax));
    expect(classes).toContain(CT);
    expect(classes.size).toBeLessThan(12);
    expect(proposals()).toHaveLength(1);
  });

  it('is asked once more, with every likely class, where the guess was wrong', async () => {
    const odd = { ...instance(2, 1, 9), sopClassUID: '1.2.840.10008.5.1.4.1.1.481.5' };
    await peer([...three, odd], without('00080016'));
    expect(await fetched()).toMatchObject({ verdict: 'complete', promised: 4, received: 4, missing: [] });
    expect(proposals()).toHaveLength(2);
  });

  it('is the ranked list where the peer answers no queries', async () => {
    await peer(three, ({ find: _, ...ours }) => ours);
    expect(await fetched()).toMatchObject({ verdict: 'complete', promised: undefined, received: 3 });
    expect(proposals()[0]!.contexts.length).toBeGreaterThan(80);
  });

  it('is the ranked list in the Patient/Study Only model, which tells of no instances', async () => {
    await peer(three);
    const keys = dataSet({ PatientID: 'P2', StudyInstanceUID: '2.25.2' });
    const request = { model: 'PATIENT/STUDY ONLY', level: 'STUDY', keys } as const;
    const report = await fetched({ request }, { associations: 2 });
    expect(report).toMatchObject({ verdict: 'complete', promised: undefined, received: 3, duplicates: 0 });
    await expect(fetched({ request, missingOnly: true })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is divided among associations where 128 contexts do not hold it', async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      ...instance(2, 1, i + 1),
      sopClassUID: `2.25.999.${i + 1}`,
    }));
    await peer(many, (ours) => ({
      ...ours,
      // The samples' data sets name one class; this server tells the one that each was stored as.
      async *find(query, requestor, signal) {
        for await (const match of ours.find!(query, requestor, signal)) {
          const number = texts(match, 'SOPInstanceUID')[0]?.split('.').at(-1);
          yield number ? { ...match, ...dataSet({ SOPClassUID: `2.25.999.${number}` }) } : match;
        }
      },
    }));
    const report = await fetched({}, { associations: 1 });
    expect(report).toMatchObject({ verdict: 'complete', promised: 150, received: 150 });
    expect(proposals().map(({ contexts }) => contexts.length)).toEqual([128, 24]);
  });
});

describe('what is told', () => {
  it('does not believe a success that brought nothing', async () => {
    await peer(three, (ours) => ({ ...ours, get: () => ({ instances: none() }) }));
    const report = await fetched();
    expect(report).toMatchObject({ verdict: 'failed', status: 0x0000, promised: 3, received: 0 });
    expect(report.missing.toSorted()).toEqual(['2.25.2.1.1', '2.25.2.1.2', '2.25.2.1.3']);
  });

  it('names what is missing, though the counters claim all', async () => {
    await peer(three, (ours) => ({
      ...ours,
      async get(...call) {
        const { instances } = await ours.get!(...call);
        return {
          instances: only(instances, ({ sopInstanceUID }) => sopInstanceUID !== '2.25.2.1.2'),
        };
      },
    }));
    expect(await fetched()).toMatchObject({ verdict: 'partial', received: 2, missing: ['2.25.2.1.2'] });
  });

  it('counts what comes twice, and what was not asked for', async () => {
    await peer([...three, instance(7, 1, 1)], (ours) => ({
      ...ours,
      async get(_request, requestor, signal) {
        const all = async (study: string): Promise<OutgoingInstance[]> => {
          const keys = dataSet({ StudyInstanceUID: study });
          return await collected((await ours.get!({ ...STUDY_2, keys }, requestor, signal)).instances);
        };
        const asked = await all('2.25.2');
        return { instances: from([...asked, asked[0]!, ...(await all('2.25.7'))]) };
      },
    }));
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 4, duplicates: 1, unexpected: 1 });
  });

  it('is "nothing matched" where there is nothing, and nothing failed', async () => {
    await peer([instance(1, 1, 1)]);
    expect(await fetched()).toMatchObject({
      verdict: 'nothing matched',
      status: 0,
      promised: 0,
      received: 0,
    });
  });

  const bytes = instanceBytes(2, 1, 9);
  it.each([
    ['video', '1.2.840.10008.1.2.4.100', bytes],
    ['what is deflated', '1.2.840.10008.1.2.1.99', Uint8Array.from(deflateRawSync(bytes))],
  ])('fetches %s where the peer tells of it, and says so where not', async (_, transferSyntaxUID, stored) => {
    const rare = { ...instance(2, 1, 9), transferSyntaxUID, open: () => stored };
    await peer([...three, rare]);
    expect(await fetched()).toMatchObject({ verdict: 'complete', received: 4 });
    await open.close();
    await peer([...three, rare], without('00083002'));
    const report = await fetched();
    expect(report).toMatchObject({
      verdict: 'partial',
      received: 3,
      missing: ['2.25.2.1.9'],
      failed: 1,
    });
    expect(report.failedSOPInstanceUIDs).toEqual(['2.25.2.1.9']);
  });

  it('does not ask again for what our own store refused', async () => {
    await peer(three);
    const full = new MemoryStore({ capacity: 10 });
    expect(await fetched({ store: full })).toMatchObject({ verdict: 'failed', received: 0, failed: 3 });
    expect(proposals()).toHaveLength(1);
  });

  it('rejects with what kept it from an association', async () => {
    await peer([]);
    await expect(
      get({ ...open.pacs, aeTitle: 'OTHER' }, { request: STUDY_2, store }).result,
    ).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
    });
  });
});

describe('only what is missing', () => {
  it('asks for nothing that is here', async () => {
    await peer(three);
    const sink = store.put({ ...three[1]!, callingAETitle: 'BEFORE' });
    sink.write((await three[1]!.open()) as Uint8Array<ArrayBuffer>);
    await sink.commit();
    expect(await fetched({ missingOnly: true })).toMatchObject({
      verdict: 'complete',
      promised: 2,
      received: 2,
    });
    expect(await fetched({ missingOnly: true })).toMatchObject({
      verdict: 'complete',
      promised: 0,
      received: 0,
    });
    expect(proposals()).toHaveLength(1);
  });

  it('says that a peer which answers no queries cannot tell', async () => {
    await peer(three, ({ find: _, ...ours }) => ours);
    await expect(fetched({ missingOnly: true })).rejects.toMatchObject({ code: 'CONTEXT_REFUSED' });
  });
});
