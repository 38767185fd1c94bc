import { expect, test } from 'vitest';
import { withheldSentence } from '../../web/state/withheld.ts';
import { Session } from '../../web/state/session.svelte.ts';
import { Settings } from '../../web/state/settings.svelte.ts';
import { fakeEngine } from './fake-engine.ts';

const ALL = { locks: {}, storage: {} };

test('nothing is said where nothing is withheld', () => {
  expect(withheldSentence({ isSecureContext: true, navigator: ALL })).toBe('');
  expect(withheldSentence({ isSecureContext: true, navigator: {} })).toBe(''); // an old browser: not our subject
  expect(withheldSentence({ isSecureContext: false, navigator: ALL })).toBe('');
});

test('what is missing is named, with what follows', () => {
  const both = withheldSentence({ isSecureContext: false, navigator: {} });
  expect(both).toMatch(
    /plain http.*withholds locks between tabs \(.*\) and storage for files \(.*\)\. Ask .* https\.$/,
  );
  const one = withheldSentence({ isSecureContext: false, navigator: { locks: {} } });
  expect(one).toMatch(/withholds storage for files \(those received go with this tab\)\. Ask/);
});

test('the notice goes away for good, and another one comes', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const fake = fakeEngine({});
  const visit = (withheld?: string): Session =>
    new Session({
      engine: fake.engine,
      storage,
      ...(withheld !== undefined && { withheld }),
      fetchDoor: async () => ({ origin: null, ticket: false, user: '' }),
      fetchPeers: async () => ({ peers: [] }),
      hand: () => {},
    });
  const first = visit('No locks.');
  expect(first.notice).toBe('No locks.');
  first.dismissNotice();
  expect(first.notice).toBe('');
  expect(visit('No locks.').notice).toBe('');
  expect(visit('No storage.').notice).toBe('No storage.');
  expect(visit().notice).toBe('');
  expect(new Settings(undefined).noticeRead).toBe('');
  fake.close();
});
