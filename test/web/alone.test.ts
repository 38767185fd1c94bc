/** The page where there is no bridge: whom it calls, and what it says in the place of what is not there. */
import { afterEach, expect, test } from 'vitest';
import type { Services } from '../../web/engine/host.ts';
import { IN_PAGE_LIST, IN_PAGE_PEERS } from '../../web/engine/in-page-peers.ts';
import { Session } from '../../web/state/session.svelte.ts';
import { withheldSentence } from '../../web/state/withheld.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine } from './fake-engine.ts';
import { heard } from './opened.ts';

let fake: FakeEngine | undefined;
afterEach(() => fake?.close());

async function alone(services: Partial<Services> = {}): Promise<Session> {
  fake = fakeEngine({ access: async () => {}, unfinished: async () => [], ...services });
  const session = new Session({
    engine: fake.engine,
    storage: undefined,
    fetchDoor: async () => ({ origin: null, ticket: false, user: null }),
    fetchPeers: async () => IN_PAGE_LIST,
    hand: () => {},
  });
  await session.start();
  return session;
}

test('its peers are the PACS within it, called by address, and every date is asked for', async () => {
  const called: unknown[] = [];
  const session = await alone({
    echo: async ({ peer }) => {
      called.push(peer.target);
      return { milliseconds: [1], implementation: '' };
    },
  });
  expect(session.signIn.wanted).toBe(false);
  expect(session.peers.alone).toBe(true);
  expect(session.peers.list).toEqual(IN_PAGE_PEERS);
  expect(session.search.fields.date).toBe('any');
  session.echo();
  expect(await heard(session)).toMatch(/^DEMOPACS answered the echo/);
  const [{ host, port }] = IN_PAGE_PEERS;
  expect(called).toEqual([{ host, port }]);
  expect(session.jobs.all[0]!.command).toBeUndefined(); // no program of the computer reaches it
});

test('what is received comes from within, without a title of a bridge', async () => {
  const asked: unknown[] = [];
  const session = await alone({
    receive: (args, { step, signal }) => {
      asked.push(args);
      step({ aeTitle: 'THISPAGE', host: 'in-page', port: 11114 });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  const { receiving } = await session.openStation();
  expect([receiving.available, receiving.inPage]).toEqual([true, true]);
  const started = receiving.start();
  expect(receiving.summary).toBe('');
  expect((await started).aeTitle).toBe('THISPAGE');
  expect(asked).toEqual([{ inPage: true }]);
  receiving.stop();
});

test('it tells that nothing leaves it, and over plain http what is withheld', () => {
  const here = withheldSentence({ isSecureContext: true, navigator: {} }, true);
  expect(here).toMatch(/works by itself.*nothing that you open here leaves this browser\.$/);
  const plain = withheldSentence({ isSecureContext: false, navigator: { locks: {} } }, true);
  expect(plain).toMatch(
    /leaves this browser\. Over plain http the browser withholds storage for files \(.*\)\.$/,
  );
});
