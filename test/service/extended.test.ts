/** Extended negotiation of queries and retrieves (PS3.4 C.5, PS3.7 D.3.3.5), between our own two sides. */
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { get, move, query } from '../../core/peer/index.ts';
import type { ExtendedNegotiation } from '../../core/pdu/index.ts';
import { associate, NATIVE_SYNTAXES, QUERY_RETRIEVE, VERIFICATION } from '../../core/service/index.ts';
import type { Association, ExtendedBehavior, Query } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { AC, Parrot, RQ } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';
import type { Split } from '../support/splits.ts';
import { collected, instance, world } from './world.ts';
import type { World } from './world.ts';

const { FIND, MOVE, GET } = QUERY_RETRIEVE.STUDY;
const ALL: ExtendedBehavior = { relational: true, combinedDateTime: true, fuzzy: true, timezone: true };

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function pacs(how: Split = 'whole'): Promise<World> {
  open = await world(how, [instance(1, 1, 1), instance(1, 1, 2), instance(2, 1, 1), instance(2, 2, 1)]);
  return open;
}

const contexts = [VERIFICATION, FIND, MOVE, GET].map((abstractSyntax) => ({
  abstractSyntax,
  transferSyntaxes: NATIVE_SYNTAXES,
}));

function call({ dialer, pacs: { target } }: World, extended?: ExtendedBehavior): Promise<Association> {
  return associate(dialer, target, {
    callingAETitle: 'US',
    calledAETitle: 'PACS',
    contexts,
    ...(extended && { extended }),
  });
}

const item = (sopClassUID: string, ...bytes: number[]): ExtendedNegotiation => ({
  sopClassUID,
  applicationInformation: Uint8Array.from(bytes),
});

describe.each(SPLITS)('bytes %s', (how) => {
  test('the mini-PACS agrees on what it does, and on nothing that it was not asked', async () => {
    const setting = await pacs(how);
    const all = await call(setting, ALL);
    expect(all.extended(FIND)).toEqual({ relational: true, combinedDateTime: true, fuzzy: true });
    expect([all.extended(MOVE), all.extended(GET)]).toEqual([{ relational: true }, { relational: true }]);
    expect([all.extended(VERIFICATION), all.extended('1.2.3')]).toEqual([{}, {}]);
    const some = await call(setting, { fuzzy: true, timezone: false });
    expect([some.extended(FIND), some.extended(GET)]).toEqual([{ fuzzy: true }, {}]);
    const none = await call(setting);
    expect(none.extended(FIND)).toEqual({});
    for (const association of [all, some, none]) await association.release();
  });

  test('a relational query needs no keys of the levels above', async () => {
    const setting = await pacs(how);
    const asked: Query = {
      model: 'STUDY',
      level: 'IMAGE',
      keys: dataSet({ SOPInstanceUID: '', Modality: 'MR' }),
    };
    const refused = query(setting.pacs, asked).result;
    await expect(refused).rejects.toMatchObject({ status: 0xa900 });
    const matches = await collected(query({ ...setting.pacs, extended: { relational: true } }, asked));
    expect(matches.map((match) => text(match, 'SOPInstanceUID'))).toEqual(['2.25.2.2.1']);
  });
});

describe('what is sent', () => {
  /** 56H of a request that asks so. */
  async function sent(extended: ExtendedBehavior, answer: readonly ExtendedNegotiation[] = []) {
    const network = new MemoryNetwork();
    const incoming = network.listen('peer', 104).incoming.getReader();
    const attempt = associate(
      network,
      { host: 'peer', port: 104 },
      { callingAETitle: 'US', calledAETitle: 'PEER', contexts, extended },
    );
    const peer = new Parrot((await incoming.read()).value!);
    const request = await peer.expect('A-ASSOCIATE-RQ');
    const accepted = request.contexts.map(({ id }) => ({
      id,
      result: 0,
      transferSyntax: NATIVE_SYNTAXES[0]!,
    }));
    const userInformation = { ...AC.userInformation, extended: answer };
    await peer.send({ ...AC, contexts: accepted, userInformation });
    const association = await attempt;
    association.abort();
    peer.cut();
    return { items: request.userInformation.extended, association };
  }

  test('is one item a class, as long as it needs to be', async () => {
    expect((await sent({})).items).toBeUndefined();
    expect((await sent({ relational: true })).items).toEqual([item(FIND, 1), item(MOVE, 1), item(GET, 1)]);
    expect((await sent({ fuzzy: true })).items).toEqual([item(FIND, 0, 0, 1)]);
    expect((await sent(ALL)).items?.[0]).toEqual(item(FIND, 1, 1, 1, 1));
  });

  test.each<[string, ExtendedNegotiation[], ExtendedBehavior]>([
    ['no answer', [], {}],
    ['an answer for another class', [item(GET, 1)], {}],
    ['fewer bytes than were asked', [item(FIND, 1)], { relational: true }],
    ['more than was asked', [item(FIND, 1, 1, 1, 1, 1)], { relational: true, fuzzy: true }],
    ['other numbers than 1', [item(FIND, 2, 0, 1)], { fuzzy: true }],
    ['no bytes', [item(FIND)], {}],
    ['two answers: the first counts', [item(FIND, 0, 0, 1), item(FIND, 1)], { fuzzy: true }],
  ])('%s', async (_, answer, agreed) => {
    const { association } = await sent({ relational: true, fuzzy: true }, answer);
    expect(association.extended(FIND)).toEqual(agreed);
  });
});

describe('what is answered', () => {
  /** 56H of our answer to these. */
  async function answered(
    ...items: ExtendedNegotiation[]
  ): Promise<readonly ExtendedNegotiation[] | undefined> {
    const { network } = await pacs();
    const peer = new Parrot(network.connect({ host: 'pacs', port: 104 }));
    const userInformation = { ...RQ.userInformation, extended: items };
    await peer.send({ ...RQ, calledAETitle: 'PACS', userInformation });
    const { userInformation: answer } = await peer.expect('A-ASSOCIATE-AC');
    peer.cut();
    return answer.extended;
  }

  test.each<[string, ExtendedNegotiation[], ExtendedNegotiation[] | undefined]>([
    ['is never longer than the question', [item(FIND, 1)], [item(FIND, 1)]],
    ['knows four fields', [item(FIND, 1, 1, 1, 1, 1, 1, 1)], [item(FIND, 1, 1, 1, 0)]],
    ['says no as well', [item(FIND, 0, 0, 0, 1)], [item(FIND, 0, 0, 0, 0)]],
    ['comes once', [item(FIND, 1), item(FIND, 0, 1)], [item(FIND, 1)]],
    ['is not given for nothing', [item(FIND)], undefined],
    ['is not given for what is no query or retrieve', [item(VERIFICATION, 1), item('1.2.3', 1)], undefined],
    ['is not given for what was not proposed', [item(GET, 1)], undefined],
  ])('%s', async (_, asked, answer) => {
    expect(await answered(...asked)).toEqual(answer);
  });
});

test('a handler without extended behavior agrees on none, and is told of none', async () => {
  const setting = await pacs();
  const queries: Query[] = [];
  setting.serve(1, {
    async *find(asked) {
      queries.push(asked);
      yield* [];
    },
  });
  const peer = { ...setting.pacs, target: { host: 'test', port: 1 }, extended: ALL };
  const opened: ExtendedBehavior[] = [];
  const told = { ...peer, opened: (association: Association) => opened.push(association.extended(FIND)) };
  await query(told, { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '' }) }).result;
  expect(opened).toEqual([{}]);
  expect(queries.map((asked) => 'extended' in asked)).toEqual([false]);
});

describe('relational retrieves', () => {
  const SERIES = {
    model: 'STUDY',
    level: 'SERIES',
    keys: dataSet({ SeriesInstanceUID: '2.25.1.1' }),
  } as const;

  test('get: what the peer promises is asked for at once', async () => {
    const setting = await pacs();
    const store = new MemoryStore();
    const peer = { ...setting.pacs, extended: { relational: true } };
    expect(await get(peer, { request: SERIES, store }).result).toMatchObject({
      verdict: 'complete',
      promised: 2,
      received: 2,
    });
    const lists = await get(peer, { request: SERIES, store: new MemoryStore(), missingOnly: true }).result;
    expect(lists).toMatchObject({ verdict: 'complete', promised: 2, received: 2 });
  });

  test('get: without the agreement nothing is promised, and the refusal is told', async () => {
    const setting = await pacs();
    const outcome = get(setting.pacs, { request: SERIES, store: new MemoryStore() }).result;
    expect(await outcome).toMatchObject({ verdict: 'failed', promised: undefined, status: 0xa900 });
  });

  test('move', async () => {
    const setting = await pacs();
    const peer = { ...setting.pacs, extended: { relational: true } };
    expect(await move(peer, SERIES, 'NEIGHBOUR').result).toMatchObject({ status: 0, completed: 2 });
    expect(await move(setting.pacs, SERIES, 'NEIGHBOUR').result).toMatchObject({ status: 0xa900 });
  });
});
