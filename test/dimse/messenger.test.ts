/** Messages over an association, both ways at once, against a scripted peer and each other (PS3.7 7.5, 8). */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DicomError, fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { IncomingRequest, RequestHandler } from '../../core/dimse/index.ts';
import { failure } from '../support/failure.ts';
import { ownClock } from '../support/fake-clock.ts';
import { commandSet, expectMessage, message } from '../support/messages.ts';
import { commandPdv, CT_IMAGE, dataPdv, pData } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import { DATA, ECHO, end, FIND, found, match, pair, remembering, response, STORE, talk } from './talk.ts';

ownClock();

describe.each(SPLITS)('bytes %s', (how) => {
  test('a request and its only response', async () => {
    const talking = await talk({ how });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    expect(messenger.busy).toBe(true);
    const { contextId, command, data } = await expectMessage(peer);
    expect({ contextId, command, data }).toEqual({
      contextId: 1,
      command: { ...ECHO.fields, CommandField: 0x0030, CommandDataSetType: 0x0101, MessageID: 1 },
      data: undefined,
    });
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0, final: true, dataSet: undefined });
    expect(await exchange.next()).toMatchObject({ value: { status: 0 } });
    expect(await exchange.next()).toMatchObject({ done: true });
    expect(messenger.busy).toBe(false);
    await end(talking);
  });

  test('a request with a data set, many responses, then the final one', async () => {
    const talking = await talk({ how });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    expect((await expectMessage(peer)).data).toEqual(DATA);
    await peer.send(match(1), match(1, fromHex('0101'), 0xff01), found(1));
    const seen: (readonly [number, number | undefined])[] = [];
    for (let next = await exchange.next(); !next.done; next = await exchange.next()) {
      seen.push([next.value.status, next.value.dataSet?.length]);
    }
    expect(seen).toEqual([
      [0xff00, 8],
      [0xff01, 2],
      [0x0000, undefined],
    ]);
    await end(talking);
  });

  test('a request of the peer, its data set as it arrives, our response', async () => {
    const receiver = remembering();
    let request: IncomingRequest | undefined;
    const handler: RequestHandler = (incoming) => {
      request = incoming;
      return receiver;
    };
    const talking = await talk({ how, handler });
    const { peer } = talking;
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 9, ...STORE.fields }, DATA));
    await turns(150);
    expect(receiver.log).toEqual(['write 8', 'end']);
    expect(request).toMatchObject({
      name: 'C-STORE-RQ',
      context: { id: 5, abstractSyntax: CT_IMAGE },
      command: { MessageID: 9, AffectedSOPInstanceUID: '1.2.3' },
    });
    await request!.respond({ Status: 0xb000 });
    expect(await expectMessage(peer)).toMatchObject({
      contextId: 5,
      command: {
        CommandField: 0x8001,
        MessageIDBeingRespondedTo: 9,
        AffectedSOPClassUID: CT_IMAGE,
        AffectedSOPInstanceUID: '1.2.3',
        Status: 0xb000,
      },
    });
    await end(talking);
  });
});

describe('message IDs', () => {
  test('run from 1 to 65535 and around, past those outstanding', async () => {
    const talking = await talk();
    const { messenger } = talking;
    const stalled = async function* (): AsyncGenerator<Bytes> {
      await new Promise(() => undefined);
      yield DATA;
    };
    const first = messenger.invoke({ ...STORE, dataSet: stalled() }); // all others wait behind it
    expect(first.options.messageId).toBe(1);
    const last = new DicomError('CANCELLED', 'only the number was wanted');
    for (let id = 2; id <= 0xffff; id++) {
      const exchange = messenger.invoke(ECHO);
      if (exchange.options.messageId !== id)
        throw new Error(`${exchange.options.messageId} instead of ${id}`);
      exchange.fail(last);
    }
    await turns(2);
    expect(messenger.invoke(ECHO).options.messageId).toBe(2); // not 0, and 1 is outstanding
    await end(talking);
  });

  test('may be the same in both directions', async () => {
    const requests: IncomingRequest[] = [];
    const talking = await talk({ handler: (request) => void requests.push(request) as undefined });
    const { messenger, peer } = talking;
    const get = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    expect(requests).toHaveLength(1);
    await requests[0]!.respond({ Status: 0 });
    expect((await expectMessage(peer)).command).toMatchObject({ CommandField: 0x8001, Status: 0 });
    expect(messenger.busy).toBe(true);
    await peer.send(response(3, 'C-GET-RSP', 1, 0));
    expect(await get.done).toMatchObject({ status: 0 });
    await end(talking);
  });
});

describe('responses', () => {
  test('find their operation in any order', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchanges = [messenger.invoke(ECHO), messenger.invoke(ECHO), messenger.invoke(FIND)];
    for (let i = 0; i < 3; i++) await expectMessage(peer);
    await peer.send(found(3, 0xa700), response(1, 'C-ECHO-RSP', 2, 2), response(1, 'C-ECHO-RSP', 1, 1));
    const statuses = await Promise.all(exchanges.map(({ done }) => done.then(({ status }) => status)));
    expect(statuses).toEqual([1, 2, 0xa700]);
    await end(talking);
  });

  test('that nobody asked for are ignored with their data, and told', async () => {
    const talking = await talk();
    const { messenger, peer, events } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    await peer.send(match(77), found(77), response(1, 'C-ECHO-RSP', 1, 0), response(1, 'C-ECHO-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0 });
    await turns(3);
    expect(talking.association.end).toBeUndefined();
    const strays = events.filter(({ type }) => type === 'stray');
    expect(strays.map((event) => 'messageId' in event && event.messageId)).toEqual([77, 77, 1]);
    await end(talking);
  });

  test('of another kind than the request with their Message ID answer nothing', async () => {
    const talking = await talk();
    const { messenger, peer, events } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send(
      response(5, 'C-STORE-RSP', 1, 0),
      response(3, 'C-GET-RSP', 1, 0xff00, DATA),
      found(1, 0xa700),
    );
    expect(await exchange.done).toMatchObject({ status: 0xa700 });
    expect((await exchange.next()).value).toMatchObject({ status: 0xa700 });
    expect(events.filter(({ type }) => type === 'stray')).toHaveLength(2);
    await end(talking);
  });

  test('with data where none belong, and without where they do, are taken', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send(found(1, 0xff00), response(3, 'C-FIND-RSP', 1, 0xfe00, DATA));
    expect(await exchange.next()).toMatchObject({ value: { status: 0xff00, dataSet: undefined } });
    expect(await exchange.next()).toMatchObject({ value: { status: 0xfe00, dataSet: DATA } });
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await end(talking);
  });

  test('that are not read hold the peer back, and are all there later', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 4 });
    await expectMessage(peer);
    const big = new Uint8Array(16_000);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 50; sent++) await peer.send(match(1, big));
      await peer.send(found(1));
    })();
    await turns(20);
    expect(sent).toBeLessThan(16); // four wait for the reader, the rest on the way
    let matches = 0;
    for (let next = await exchange.next(); !next.done; next = await exchange.next()) {
      matches += next.value.final ? 0 : 1;
    }
    await sending;
    expect(matches).toBe(50);
    await end(talking);
  });

  test('of which only the latest counts never hold back, and the final one is never lost', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-MOVE-RQ', capacity: 'latest' });
    await expectMessage(peer);
    for (let i = 0; i < 500; i++) await peer.send(response(3, 'C-MOVE-RSP', 1, 0xff00));
    await peer.send(response(3, 'C-MOVE-RSP', 1, 0xb000));
    expect(await exchange.done).toMatchObject({ status: 0xb000 });
    expect(await exchange.next()).toMatchObject({ value: { status: 0xb000 } });
    expect(await exchange.next()).toMatchObject({ done: true });
    await end(talking);
  });

  test('whose data set is beyond the limit end the association', async () => {
    const talking = await talk({ limits: { ...DEFAULT_LIMITS, identifier: 1000 } });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send(match(1, new Uint8Array(1002)));
    expect(await failure(exchange.done)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });
});

describe('bad messages abort', () => {
  const find = commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo: 1, Status: 0xff00 }, true);
  test.each<[string, Bytes, string]>([
    [
      'an unknown command',
      message(1, 'C-ECHO-RQ', { CommandField: 0x0666, MessageID: 1 }),
      'COMMAND_INVALID',
    ],
    [
      'a response without a status',
      message(1, 'C-ECHO-RSP', { MessageIDBeingRespondedTo: 1 }),
      'COMMAND_INVALID',
    ],
    [
      'a C-STORE without data',
      message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }),
      'COMMAND_INVALID',
    ],
    ['a command set that is none', pData(commandPdv(1, fromHex('00000000ff'))), 'COMMAND_INVALID'],
    ['data without a command', pData(dataPdv(1, DATA)), 'MESSAGE_INVALID'],
    ['a refused context', message(7, 'C-ECHO-RQ', { MessageID: 1 }), 'MESSAGE_INVALID'],
    ['data on another context', pData(commandPdv(3, find), dataPdv(1, DATA)), 'MESSAGE_INVALID'],
  ])('%s', async (_, bytes, code) => {
    const receiver = remembering();
    const talking = await talk({ handler: () => receiver });
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await talking.peer.send(bytes);
    expect(await failure(exchange.done)).toMatchObject({ code });
    expect(await talking.peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    expect(receiver.log).toEqual([]);
    await talking.association.closed;
    await turns(3);
  });

  test('but a cancel for nothing is only told', async () => {
    const talking = await talk();
    await talking.peer.send(message(3, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: 5 }));
    await turns(3);
    expect(talking.events.map(({ type }) => type)).toEqual(['command', 'stray']);
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });
});

test('a sink is told of every command and the end of every data set', async () => {
  const talking = await talk();
  const { messenger, peer, events } = talking;
  const exchange = messenger.invoke(FIND);
  await expectMessage(peer);
  await peer.send(match(1), found(1));
  await exchange.done;
  await turns(3);
  expect(
    events.map((event) => [
      event.direction,
      event.name,
      event.type === 'data set' ? event.length : event.type,
    ]),
  ).toEqual([
    ['sent', 'C-FIND-RQ', 'command'],
    ['sent', 'C-FIND-RQ', 8],
    ['received', 'C-FIND-RSP', 'command'],
    ['received', 'C-FIND-RSP', 8],
    ['received', 'C-FIND-RSP', 'command'],
  ]);
  await end(talking);
});

test('two of us: each invokes and performs at the same time, with the same numbers', async () => {
  const answering: RequestHandler = (request) => {
    const pieces: Bytes[] = [];
    return {
      write: (data) => void pieces.push(data.slice()),
      end: async () => await request.respond({ Status: pieces.reduce((sum, { length }) => sum + length, 0) }),
      abort: () => undefined,
    };
  };
  const { ours, theirs } = await pair(answering, answering);
  const sizes = [0, 1, 100, 20_001, 60_000];
  const exchanges = sizes.flatMap((size) =>
    [ours, theirs].map((one) => one.invoke({ ...STORE, dataSet: new Uint8Array(size) })),
  );
  const statuses = await Promise.all(exchanges.map(({ done }) => done.then(({ status }) => status)));
  expect(statuses).toEqual(sizes.flatMap((size) => [size + (size % 2), size + (size % 2)]));
  expect(exchanges.map(({ options }) => options.messageId)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  await ours.association.release();
  expect(await theirs.association.ended).toEqual({ kind: 'released' });
  await theirs.association.closed;
  await turns(3);
});
