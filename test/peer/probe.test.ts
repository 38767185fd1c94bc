/** What is learnt of peers that offer little. */
import { afterEach, describe, expect, it } from 'vitest';
import { StatusError } from '../../core/bytes/index.ts';
import { probe } from '../../core/peer/index.ts';
import type { ProbeReport } from '../../core/peer/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

const VERIFICATION = '1.2.840.10008.1.1';
const FIND = '1.2.840.10008.5.1.4.1.2.2.1';

let open: World;
afterEach(() => open.close());

async function probed(handlers: Handlers, since?: string): Promise<ProbeReport> {
  open = await world('whole');
  open.serve(1, handlers);
  const peer = {
    ...open.pacs,
    target: { host: 'test', port: 1 },
    transferSyntaxes: ['1.2.840.10008.1.2.4.90'],
  };
  return probe(peer, since === undefined ? {} : { since });
}

describe('probe', () => {
  it('finds what the mini-PACS offers, in five associations or fewer', async () => {
    open = await world('whole', [instance(1, 1, 1), instance(2, 1, 1)]);
    const report = await probe(open.pacs);
    expect(report.services).toContain(FIND);
    expect(report.query?.matches).toBe(2);
    expect(report.storageClasses.length).toBeGreaterThan(100);
    expect(report.syntaxes?.transferSyntaxUIDs.slice(0, 2)).toEqual([
      '1.2.840.10008.1.2.1',
      '1.2.840.10008.1.2',
    ]);
    const requests = open.events.filter(
      (event) => event.type === 'pdu' && 'pdu' in event && event.pdu === 'A-ASSOCIATE-RQ',
    );
    expect(requests.length / 2).toBeLessThanOrEqual(5); // seen by both sides
  });

  it('is no failure where there is Verification and nothing else', async () => {
    const report = await probed({});
    expect(report).toMatchObject({
      services: [VERIFICATION],
      storageClasses: [],
      syntaxes: undefined,
      query: undefined,
      extended: {},
      roleSelection: false,
    });
    expect(report.echoMilliseconds).toBeGreaterThanOrEqual(0);
  });

  it('goes on where the short query is refused', async () => {
    const report = await probed({
      find: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new StatusError(0xa700, 'out of resources')),
        }),
      }),
    });
    expect(report.services).toContain(FIND);
    expect(report.query).toBeUndefined();
  });

  it('asks from a day on, and takes five matches at most', async () => {
    let asked: unknown;
    const report = await probed(
      {
        async *find({ keys }) {
          asked = keys['00080020'];
          for (let i = 0; i < 100; i++) yield { '0020000D': { vr: 'UI', Value: [`2.25.${i}`] } };
        },
      },
      '20261023',
    );
    expect(asked).toEqual({ vr: 'DA', Value: ['20261023-'] });
    expect(report.query).toEqual({ matches: 5, characterSets: [''], filled: [] });
  });

  it('says why where the peer lets nobody in', async () => {
    open = await world('whole');
    await expect(probe({ ...open.pacs, target: { host: 'test', port: 9 } })).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    });
  });
});
