/** Operations that we invoked: cancelled, or met with silence (PS3.7 9.3.2.3). */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DicomError, TimeoutError } from '../../core/bytes/index.ts';
import type { Exchange, IncomingRequest, RequestHandler } from '../../core/dimse/index.ts';
import { DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { STUDY_FIND } from '../support/parrot.ts';
import { expectMessage, message } from '../support/messages.ts';
import { turns } from '../support/streams.ts';
import { DATA, ECHO, end, FIND, found, match, remembering, response, STORE, talk } from './talk.ts';
import type { Talk } from './talk.ts';

ownClock();

describe('cancelling', () => {
  const cancelled = new DicomError('CANCELLED', 'enough');

  async function finding(): Promise<Talk & { exchange: Exchange }> {
    const talking = await talk();
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await talking.peer.send(match(1));
    await exchange.next();
    return { ...talking, exchange };
  }

  test('frees the reader at once, sends C-CANCEL on the same context, drains until the final response', async () => {
    const talking = await finding();
    const { exchange, peer, messenger } = talking;
    const waiting = failure(exchange.next());
    exchange.cancel(cancelled);
    exchange.cancel(new DicomError('CANCELLED', 'again'));
    expect(await waiting).toBe(cancelled);
    expect(await expectMessage(peer)).toEqual({
      contextId: 3,
      command: { CommandField: 0x0fff, CommandDataSetType: 0x0101, MessageIDBeingRespondedTo: 1 },
      data: undefined,
    });
    for (let i = 0; i < 2000; i++) await peer.send(match(1));
    expect(messenger.busy).toBe(true);
    await peer.send(found(1, 0xfe00));
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await messenger.idle();
    expect(await exchange.next()).toMatchObject({ done: true });
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });

  test('lets the network go on where the reader held it back', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 1 });
    await expectMessage(peer);
    await peer.send(match(1), match(1), found(1, 0xfe00));
    await turns(3);
    exchange.cancel(cancelled);
    expect(await exchange.done).toMatchObject({ status: 0xfe00 });
    await end(talking);
  });

  test('aborts where the final response does not come within the grace', async () => {
    const talking = await finding();
    const { exchange, peer } = talking;
    exchange.cancel(cancelled);
    await expectMessage(peer);
    await clock.advance(DEFAULT_DEADLINES.cancelGrace - 1);
    await peer.send(match(1)); // a sign of life is no end
    expect(talking.association.end).toBeUndefined();
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'cancel' });
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });

  test('aborts where more responses come than are drained', async () => {
    const talking = await talk({ limits: { ...DEFAULT_LIMITS, drained: 10 } });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    exchange.cancel(cancelled);
    await expectMessage(peer);
    for (let i = 0; i < 10; i++) await peer.send(match(1));
    await turns(3);
    expect(talking.association.end).toBeUndefined();
    await peer.send(match(1));
    const error = await failure(exchange.done);
    expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 10 } });
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await talking.association.closed;
    await turns(3);
  });

  test('what knows no C-CANCEL sends none, and has the same grace', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    exchange.cancel(cancelled);
    const next = messenger.invoke(ECHO);
    expect((await expectMessage(peer)).command.CommandField).toBe(0x0030);
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0), response(1, 'C-ECHO-RSP', 2, 0));
    await Promise.all([exchange.done, next.done]);
    await end(talking);
  });

  test('after the final response, or after the end, does nothing', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(ECHO);
    await expectMessage(peer);
    await peer.send(response(1, 'C-ECHO-RSP', 1, 0));
    await exchange.done;
    exchange.cancel(cancelled);
    expect(await exchange.next()).toMatchObject({ value: { status: 0 } });
    await end(talking);
    const late = messenger.invoke(FIND);
    expect(await failure(late.done)).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    late.cancel(cancelled);
  });

  test('by the peer aborts the signal of the operation that we perform', async () => {
    const requests: IncomingRequest[] = [];
    const handler: RequestHandler = (request) => {
      requests.push(request);
      return remembering();
    };
    const talking = await talk({ handler });
    const { peer } = talking;
    const fields = { AffectedSOPClassUID: STUDY_FIND, Priority: 0 };
    await peer.send(message(3, 'C-FIND-RQ', { MessageID: 8, ...fields }, DATA));
    await peer.send(message(3, 'C-FIND-RQ', { MessageID: 9, ...fields }, DATA));
    await peer.send(message(3, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: 8 }));
    await turns(5);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await end(talking);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});

describe('silence', () => {
  async function givenUp({ peer, association }: Talk): Promise<void> {
    expect((await expectMessage(peer)).command).toMatchObject({ CommandField: 0x0fff });
    expect(association.end).toBeUndefined();
    await clock.advance(DEFAULT_DEADLINES.cancelGrace);
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 0 });
    await association.closed;
    await turns(3);
  }

  test('after a request frees the caller at the response deadline, asks the peer to stop, and aborts behind the grace', async () => {
    const talking = await talk();
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await clock.advance(DEFAULT_DEADLINES.response - 1);
    expect(exchange.draining).toBe(false);
    await clock.advance(1);
    const error = await failure(exchange.done);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: 'response', milliseconds: DEFAULT_DEADLINES.response });
    expect(error.message).toContain('C-FIND');
    expect(await failure(exchange.next())).toBe(error);
    expect(talking.messenger.busy).toBe(true); // until the peer has ended it, or the grace is over
    await givenUp(talking);
    expect(talking.association.end?.error).toBe(error);
    expect(talking.messenger.busy).toBe(false);
  });

  test('between responses is over at the progress deadline; each sign of life counts', async () => {
    const talking = await talk({ handler: () => remembering() });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    for (let i = 0; i < 5; i++) {
      await clock.advance(DEFAULT_DEADLINES.progress - 10);
      await peer.send(
        i % 2 === 0
          ? response(3, 'C-GET-RSP', 1, 0xff00)
          : message(5, 'C-STORE-RQ', { MessageID: i, ...STORE.fields }, DATA),
      );
      await turns(3);
    }
    expect(exchange.draining).toBe(false);
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    await givenUp(talking);
  });

  test('that ends behind the C-CANCEL leaves the association usable', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke(FIND);
    await expectMessage(peer);
    await clock.advance(DEFAULT_DEADLINES.response);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT' });
    await expectMessage(peer);
    await peer.send(match(1), match(1), found(1, 0xfe00));
    await messenger.idle();
    expect(await failure(exchange.next())).toMatchObject({ code: 'TIMEOUT' });
    expect(await exchange.next()).toMatchObject({ done: true });
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });

  test('of what knows no C-CANCEL aborts at once', async () => {
    const talking = await talk();
    const exchange = talking.messenger.invoke(ECHO);
    await expectMessage(talking.peer);
    await clock.advance(DEFAULT_DEADLINES.response);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'response' });
    await talking.peer.expect('A-ABORT');
    await talking.association.closed;
    await turns(3);
  });

  test('of a C-MOVE has a deadline of its own', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({
      ...FIND,
      name: 'C-MOVE-RQ',
      capacity: 'latest',
      progress: 'moveProgress',
    });
    await expectMessage(peer);
    await clock.advance(DEFAULT_DEADLINES.moveProgress - 1);
    expect(exchange.draining).toBe(false);
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT' });
    await givenUp(talking);
  });

  test('is none while our own reader holds the peer back, nor right after', async () => {
    const talking = await talk();
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, capacity: 1 });
    await expectMessage(peer);
    await peer.send(match(1));
    await turns(1);
    await clock.advance(10 * DEFAULT_DEADLINES.progress - 1);
    expect(clock.pending).toBe(1); // one timer, and it does not run in circles
    await exchange.next();
    await turns(2);
    await clock.advance(DEFAULT_DEADLINES.progress - 1);
    expect(exchange.draining).toBe(false);
    await clock.advance(2);
    expect(await failure(exchange.done)).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    await givenUp(talking);
  });

  test('is none while our own store takes its time', async () => {
    let stored!: () => void;
    const receiver = remembering(() => new Promise<void>((resolve) => (stored = resolve)));
    const talking = await talk({ handler: () => receiver });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(1);
    await clock.advance(3 * DEFAULT_DEADLINES.progress);
    expect(talking.association.end).toBeUndefined();
    stored();
    await turns(3);
    await peer.send(response(3, 'C-GET-RSP', 1, 0));
    expect(await exchange.done).toMatchObject({ status: 0 });
    await end(talking);
  });
});
