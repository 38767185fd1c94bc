/** What we perform for the peer: it is answered before we leave, where we answer at all. */
import { expect, test } from 'vitest';
import type { IncomingRequest } from '../../core/dimse/index.ts';
import { DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { expectMessage, message } from '../support/messages.ts';
import { turns } from '../support/streams.ts';
import { end, talk } from './talk.ts';
import type { Talk } from './talk.ts';

ownClock();

/** A peer that has sent one C-ECHO, whose answer is the test's to give. */
async function asked(): Promise<Talk & { request: IncomingRequest; idle: () => boolean }> {
  let request: IncomingRequest | undefined;
  const talking = await talk({
    handler: (incoming) => {
      request = incoming;
      return undefined;
    },
  });
  const fields = { AffectedSOPClassUID: '1.2.840.10008.1.1' };
  await talking.peer.send(message(1, 'C-ECHO-RQ', { MessageID: 7, ...fields }));
  await expect.poll(() => request).toBeDefined();
  let idle = false;
  void talking.messenger.idle().then(() => (idle = true));
  return { ...talking, request: request!, idle: () => idle };
}

test('a messenger is idle behind its answers', async () => {
  const talking = await asked();
  await turns(5);
  expect(talking.idle()).toBe(false);
  await talking.request.respond({ Status: 0 });
  expect((await expectMessage(talking.peer)).command).toMatchObject({ MessageIDBeingRespondedTo: 7 });
  await turns(1);
  expect(talking.idle()).toBe(true);
  await end(talking);
});

test('an answer that is never given is waited for as long as a release', async () => {
  const talking = await asked();
  await clock.advance(DEFAULT_DEADLINES.release - 1);
  expect(talking.idle()).toBe(false);
  await clock.advance(1);
  expect(talking.idle()).toBe(true);
  await end(talking);
});

test('nobody waits for an answer where the association has ended', async () => {
  const talking = await asked();
  await end(talking);
  expect(talking.idle()).toBe(true);
  expect(talking.request.signal.aborted).toBe(true);
});
