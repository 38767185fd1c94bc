/** Peers that fall silent: before and between responses, and in the middle of a message (PS3.7 has no timers). */
import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../core/dimse/index.ts';
import { DEFAULT_DEADLINES, deadlinesOf } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { expectMessage, message } from '../support/messages.ts';
import { commandPdv, dataPdv, pData } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import { DATA, end, FIND, match, pair, remembering, response, STORE, talk } from './talk.ts';
import type { Talk } from './talk.ts';

ownClock();

async function over(talking: Talk): Promise<void> {
  await talking.association.closed;
  await turns(3);
}

/** Behind its silence the peer is asked to stop, and has the grace for it. */
async function givenUp(talking: Talk): Promise<void> {
  expect((await expectMessage(talking.peer)).command).toMatchObject({ CommandField: 0x0fff });
  expect(talking.association.end).toBeUndefined();
  await clock.advance(DEFAULT_DEADLINES.cancelGrace);
  await over(talking);
}

describe('an operation', () => {
  const deadlines = { ...DEFAULT_DEADLINES, ...deadlinesOf({ response: 100, progress: 10 }) };

  test('has the response deadline until the first sign of life, then that of progress', async () => {
    const talking = await talk({ deadlines });
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await clock.advance(57_000);
    await talking.peer.send(match(1));
    await turns(2);
    await clock.advance(9999);
    expect(exchange.draining).toBe(false);
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ phase: 'progress', milliseconds: 10_000 });
    await givenUp(talking);
  });

  test('is told as unanswered where the first sign never comes', async () => {
    const talking = await talk({ deadlines });
    const exchange = talking.messenger.invoke(FIND);
    await expectMessage(talking.peer);
    await clock.advance(99_999);
    expect(exchange.draining).toBe(false);
    await clock.advance(1);
    expect(await failure(exchange.done)).toMatchObject({ phase: 'response', milliseconds: 100_000 });
    await givenUp(talking);
  });

  test('counts an instance that arrives as a sign of life', async () => {
    const talking = await talk({ deadlines, handler: () => remembering() });
    const { messenger, peer } = talking;
    const exchange = messenger.invoke({ ...FIND, name: 'C-GET-RQ', capacity: 'latest' });
    await expectMessage(peer);
    await clock.advance(50_000);
    await peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA));
    await turns(3);
    await clock.advance(10_000);
    expect(await failure(exchange.done)).toMatchObject({ phase: 'progress' });
    await givenUp(talking);
  });

  test('of a move has its own deadline, before the first response as well', async () => {
    for (const first of [false, true]) {
      const talking = await talk({ deadlines });
      const move = { ...FIND, name: 'C-MOVE-RQ' as CommandName, capacity: 'latest' as const };
      const exchange = talking.messenger.invoke({ ...move, progress: 'moveProgress' });
      await expectMessage(talking.peer);
      if (first) await talking.peer.send(response(3, 'C-MOVE-RSP', 1, 0xff00));
      await turns(2);
      await clock.advance(DEFAULT_DEADLINES.moveProgress - 1);
      expect(exchange.draining).toBe(false);
      await clock.advance(1);
      expect(await failure(exchange.done)).toMatchObject({ phase: 'move-progress', milliseconds: 300_000 });
      await givenUp(talking);
    }
  });
});

describe('a message that lacks its end', () => {
  const command = (): Uint8Array<ArrayBuffer> =>
    message(5, 'C-STORE-RQ', { MessageID: 1, ...STORE.fields }, DATA);

  test('ends the association of who receives it, and what was begun is given up', async () => {
    const receiver = remembering();
    const talking = await talk({ handler: () => receiver });
    const { association, peer } = talking;
    const whole = command();
    await peer.send(whole.subarray(0, whole.length - 20), pData(dataPdv(5, DATA, false)));
    await turns(3);
    await clock.advance(DEFAULT_DEADLINES.progress - 1);
    await peer.send(pData(dataPdv(5, DATA, false)));
    await turns(3);
    await clock.advance(DEFAULT_DEADLINES.progress - 1);
    expect(association.end).toBeUndefined();
    await clock.advance(1);
    expect(association.end?.error).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    expect(association.end?.error?.message).toMatch(/nothing for 60 s during a message/);
    expect(receiver.log.at(-1)).toBe('abort TIMEOUT');
    await over(talking);
  });

  test('may be a command set in fragments', async () => {
    const talking = await talk();
    await talking.peer.send(pData(commandPdv(5, new Uint8Array(10), false)));
    await turns(3);
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(talking.association.end?.error).toMatchObject({ phase: 'progress' });
    await over(talking);
  });

  test('does so for the acceptor, too', async () => {
    const receiver = remembering();
    const { ours, theirs } = await pair(
      () => undefined,
      () => receiver,
    );
    async function* stalling(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      yield new Uint8Array(2_100_000);
      await new Promise<never>(() => undefined);
    }
    const store = ours.invoke({ ...STORE, dataSet: stalling() });
    await turns(5);
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(theirs.association.end?.error).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    expect(await failure(store.done)).toMatchObject({ code: 'ASSOCIATION_ABORTED', by: 'peer' });
    await Promise.all([ours.association.closed, theirs.association.closed]);
    await turns(3);
    expect(receiver.log.at(-1)).toBe('abort TIMEOUT');
  });

  test('is no more, once its end has come: an idle association has no deadline', async () => {
    const talking = await talk({ handler: () => remembering() });
    await talking.peer.send(command());
    await turns(3);
    await clock.advance(10 * DEFAULT_DEADLINES.progress);
    expect(clock.pending).toBe(0);
    expect(talking.association.end).toBeUndefined();
    await end(talking);
  });
});
