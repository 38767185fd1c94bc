/** What is sent, and what becomes of it when the association ends. */
import { describe, expect, test } from 'vitest';
import { DicomError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { DataSetReceiver, IncomingRequest, RequestHandler } from '../../core/dimse/index.ts';
import { failure } from '../support/failure.ts';
import { ownClock } from '../support/fake-clock.ts';
import { commandSet, expectMessage, message } from '../support/messages.ts';
import { commandPdv, dataPdv, pData } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import { DATA, ECHO, end, FIND, match, remembering, STORE, talk } from './talk.ts';

ownClock();

describe('sending', () => {
  test('one message after the other, each whole', async () => {
    const talking = await talk({ maximumLength: 20 });
    const { messenger, peer } = talking;
    const pieces = async function* (): AsyncGenerator<Bytes> {
      for (let i = 0; i < 4; i++) {
        yield DATA;
        await turns(2);
      }
    };
    const sent = [
      messenger.send(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, pieces()),
      messenger.send(1, 'C-ECHO-RQ', { MessageID: 2, ...ECHO.fields }),
      messenger.send(3, 'C-FIND-RQ', { MessageID: 3, ...FIND.fields }, DATA),
    ];
    const messages = [await expectMessage(peer), await expectMessage(peer), await expectMessage(peer)];
    expect(
      messages.map(({ contextId, command, data }) => [contextId, command.MessageID, data?.length]),
    ).toEqual([
      [5, 1, 32],
      [1, 2, undefined],
      [3, 3, 8],
    ]);
    await Promise.all(sent);
    await end(talking);
  });

  test('a small message leaves in one write', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const before = peer.reads;
    messenger.invoke(STORE);
    await expectMessage(peer);
    expect(peer.reads - before).toBe(1);
    await end(talking);
  });

  test('from a source that fails aborts: the message cannot be ended', async () => {
    for (const after of [0, 1, 40]) {
      const talking = await talk();
      const { messenger, peer } = talking;
      const source = async function* (): AsyncGenerator<Bytes> {
        for (let i = 0; i < after; i++) yield new Uint8Array(10_000);
        throw new Error('the disk is gone');
      };
      const exchange = messenger.invoke({ ...STORE, dataSet: source() });
      const error = await failure(exchange.done);
      expect(error).toBeInstanceOf(DicomError);
      expect(error.message).toContain('the disk is gone');
      expect(talking.association.end).toMatchObject({ kind: 'aborted', error });
      for (let next = await peer.next(); next.pdu.type !== 'A-ABORT'; next = await peer.next()) {
        expect(next.pdu.type).toBe('P-DATA-TF');
      }
      await talking.association.closed;
      await turns(3);
    }
  });

  test('to a peer that takes too little fails before anything is sent', async () => {
    const talking = await talk({ maximumLength: 7 });
    const exchange = talking.messenger.invoke(ECHO);
    expect(await failure(exchange.done)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(talking.association.end).toBeUndefined();
    const released = talking.association.release();
    await talking.peer.expect('A-RELEASE-RQ');
    await talking.peer.send({ type: 'A-RELEASE-RP' });
    await released;
    await talking.association.closed;
    await turns(3);
  });

  test('stops reading the source when the association ends', async () => {
    const talking = await talk();
    const { messenger, association } = talking;
    let given = 0;
    let closed = false;
    const source = async function* (): AsyncGenerator<Bytes> {
      try {
        for (;;) {
          given++;
          yield new Uint8Array(400_000);
        }
      } finally {
        closed = true;
      }
    };
    const exchange = messenger.invoke({ ...STORE, dataSet: source() });
    await turns(20);
    expect(given).toBeLessThan(20); // held back by the peer, which reads nothing
    talking.peer.cut();
    expect(await failure(exchange.done)).toMatchObject({ code: 'CONNECTION_LOST' });
    await association.closed;
    await turns(5);
    expect(closed).toBe(true);
  });

  test('settles what waits behind a source that never goes on, when the association ends', async () => {
    const talking = await talk();
    const { messenger } = talking;
    const source = async function* (): AsyncGenerator<Bytes> {
      yield DATA;
      await new Promise(() => undefined);
    };
    const stalled = failure(messenger.send(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, source()));
    const behind = failure(messenger.send(1, 'C-ECHO-RQ', { MessageID: 2, ...ECHO.fields }));
    await turns(3);
    await end(talking);
    expect(await stalled).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    expect(await behind).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });
});

describe('when the association ends', () => {
  test('nothing is told as sent behind our request to release', async () => {
    const { messenger, association, events, peer } = await talk();
    const released = association.release();
    const refused = await failure(messenger.send(1, 'C-ECHO-RQ', { MessageID: 1, ...ECHO.fields }));
    expect(refused).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    expect(events).toEqual([]);
    peer.cut();
    await released;
    await association.closed;
  });

  test('every open operation fails once, with what is read before', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchanges = [messenger.invoke(FIND), messenger.invoke(ECHO)];
    await expectMessage(peer);
    await expectMessage(peer);
    await peer.send(match(1));
    await turns(3);
    peer.cut();
    for (const { done } of exchanges) expect(await failure(done)).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await exchanges[0]!.next()).toMatchObject({ value: { status: 0xff00 } });
    expect(await failure(exchanges[0]!.next())).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await exchanges[0]!.next()).toMatchObject({ done: true });
    await messenger.idle();
    expect(messenger.busy).toBe(false);
  });

  test('a half received data set is given up', async () => {
    const receiver = remembering();
    const talking = await talk({ handler: () => receiver });
    const command = commandSet('C-STORE-RQ', { MessageID: 1, ...STORE.fields }, true);
    await talking.peer.send(pData(commandPdv(5, command)), pData(dataPdv(5, DATA, false)));
    await turns(3);
    talking.peer.close();
    await talking.association.ended;
    await turns(3);
    expect(receiver.log).toEqual(['write 8', 'abort CONNECTION_LOST']);
  });

  test('a receiver that is still being opened is given up when it is there', async () => {
    const receiver = remembering();
    let opened!: (receiver: DataSetReceiver) => void;
    const talking = await talk({ handler: () => new Promise((resolve) => (opened = resolve)) });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    talking.association.abort();
    await turns(3);
    opened(receiver);
    await talking.association.closed;
    await turns(3);
    expect(receiver.log).toEqual(['abort ASSOCIATION_ABORTED']);
  });

  test('a receiver whose last write is under way is not told that all is well', async () => {
    let written!: () => void;
    const receiver = remembering(() => new Promise<void>((resolve) => (written = resolve)));
    const talking = await talk({ handler: () => receiver });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    talking.association.abort();
    await turns(3);
    written();
    await talking.association.closed;
    await turns(3);
    expect(receiver.log).toEqual(['write 8', 'abort ASSOCIATION_ABORTED']);
  });

  test('nothing more is performed, though it stood in the same PDU', async () => {
    const asked: number[] = [];
    const talking = await talk({
      handler: (request) => {
        asked.push(request.command.MessageID!); // mandatory
        talking.association.abort();
        return undefined;
      },
    });
    const echo = (MessageID: number): Bytes => commandSet('C-ECHO-RQ', { MessageID, ...ECHO.fields });
    await talking.peer.send(pData(commandPdv(1, echo(1)), commandPdv(1, echo(2))));
    await talking.association.closed;
    await turns(3);
    expect(asked).toEqual([1]);
  });

  test('a response that comes too late is refused with what ended it', async () => {
    let request!: IncomingRequest;
    const talking = await talk({
      handler: (incoming) => {
        request = incoming;
        return undefined;
      },
    });
    await talking.peer.send(message(1, 'C-ECHO-RQ', { MessageID: 1, ...ECHO.fields }));
    await turns(3);
    await end(talking);
    expect(await failure(request.respond({ Status: 0 }))).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });

  test('nothing is told as sent that cannot leave any more', async () => {
    const talking = await talk();
    const { messenger, events } = talking;
    await end(talking);
    await failure(messenger.send(1, 'C-ECHO-RSP', { MessageIDBeingRespondedTo: 1, Status: 0 }));
    expect(events).toEqual([]);
  });

  test('by the peer`s release, open operations say so', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await peer.send({ type: 'A-RELEASE-RQ' });
    await peer.expect('A-RELEASE-RP');
    expect(await failure(exchange.done)).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    peer.close();
    await talking.association.closed;
    await turns(3);
  });
});

describe('a handler that fails', () => {
  test.each<[string, RequestHandler]>([
    [
      'at once',
      () => {
        throw new TypeError('a mistake');
      },
    ],
    ['later', async () => await Promise.reject(new TypeError('a mistake'))],
    [
      'in its receiver',
      () =>
        remembering(() => {
          throw new TypeError('a mistake');
        }),
    ],
  ])('%s aborts the association with a typed error', async (_, handler) => {
    const talking = await talk({ handler });
    await talking.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    const { kind, error } = await talking.association.ended;
    expect(kind).toBe('aborted');
    expect(error).toBeInstanceOf(DicomError);
    expect(error!.cause).toMatchObject({ message: 'a mistake' });
    expect(await talking.peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });
});
