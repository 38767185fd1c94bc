/** Who awaits a result gets it, whether anybody reads the steps or not. */
import { afterEach, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import { commit, query, send } from '../../core/peer/index.ts';
import type { PeerAddress, SendItem } from '../../core/peer/index.ts';
import { associate, NATIVE_SYNTAXES, QUERY_RETRIEVE } from '../../core/service/index.ts';
import { turns } from '../support/streams.ts';
import { collected, instance, world } from '../service/world.ts';
import type { World } from '../service/world.ts';

let open: World;
afterEach(() => open.close());

const MANY = 3 * DEFAULT_LIMITS.responses;
const ALL_STUDIES = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '' }) } as const;
/** Makes a match longer than the buffers on its way hold many of. */
const PatientComments = 'x'.repeat(4000);
const items = (count: number): SendItem[] =>
  Array.from({ length: count }, (_, i) => ({ ...instance(7, 1, i + 1), label: String(i) }));

/** A server with many matches; how many it has given so far. */
async function manyMatches(): Promise<{ readonly peer: PeerAddress; given(): number }> {
  open = await world('whole');
  let given = 0;
  open.serve(1, {
    async *find(_query, _requestor, signal) {
      while (given < MANY && !signal.aborted) {
        yield dataSet({ StudyInstanceUID: `2.25.${++given}`, PatientComments });
      }
    },
  });
  return { peer: { ...open.pacs, target: { host: 'test', port: 1 } }, given: () => given };
}

it('of a send', async () => {
  open = await world('whole');
  expect(await send(open.pacs, items(200)).result).toMatchObject({ sent: 200, failed: 0, untried: 0 });
});

it('of storage commitment', async () => {
  open = await world('whole', items(2));
  expect(await commit(open.pacs, items(100)).result).toMatchObject({ committed: 2, failed: 98 });
});

it('of a query', async () => {
  const { peer } = await manyMatches();
  expect(await query(peer, ALL_STUDIES).result).toEqual({ status: 0, matches: MANY, limited: false });
});

it('of a C-FIND on an association', async () => {
  const { peer } = await manyMatches();
  const association = await associate(peer.dialer, peer.target as { host: string; port: number }, {
    callingAETitle: 'US',
    calledAETitle: 'PEER',
    contexts: [{ abstractSyntax: QUERY_RETRIEVE.STUDY.FIND, transferSyntaxes: NATIVE_SYNTAXES }],
  });
  expect(await association.find(ALL_STUDIES).result).toMatchObject({ status: 0 });
  await association.release();
});

it('asked for when all is held back already', async () => {
  const { peer, given } = await manyMatches();
  const task = query(peer, ALL_STUDIES);
  await expect.poll(given).toBeGreaterThan(DEFAULT_LIMITS.responses);
  await turns(50);
  expect(given()).toBeLessThan(MANY);
  expect(await task.result).toMatchObject({ matches: MANY });
});

it('and who begins to read when it is over reads what was kept, and is told that there was more', async () => {
  const { peer } = await manyMatches();
  const task = query(peer, ALL_STUDIES);
  await task.result;
  let read = 0;
  const reading = (async () => {
    for await (const _ of task) read++;
  })();
  await expect(reading).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(read).toBe(DEFAULT_LIMITS.responses);
});

it('and who reads from the beginning misses nothing, though the result is awaited too', async () => {
  const { peer, given } = await manyMatches();
  const task = query(peer, ALL_STUDIES);
  const result = task.result;
  const steps = task[Symbol.asyncIterator]();
  await steps.next();
  await turns(200);
  expect(given()).toBeLessThan(MANY); // the peer waits for the reader
  expect(await collected({ [Symbol.asyncIterator]: () => steps })).toHaveLength(MANY - 1);
  expect(await result).toMatchObject({ matches: MANY });
});
