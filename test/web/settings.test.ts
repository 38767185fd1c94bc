import { describe, expect, it } from 'vitest';
import { PeerChoices } from '../../web/state/peer-choices.svelte.ts';
import { Peers, isLocal } from '../../web/state/peers.svelte.ts';
import { Settings, aeTitleProblem } from '../../web/state/settings.svelte.ts';

const blocked = {
  getItem(): string | null {
    throw new Error('blocked');
  },
  setItem(): void {
    throw new Error('blocked');
  },
};

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe('settings', () => {
  it('are kept between visits, and hold nothing else', () => {
    const store = memory();
    const first = new Settings(store);
    first.callingAETitle = 'VIEWER1';
    first.peerName = 'PACS';
    first.nextTheme();
    const second = new Settings(store);
    expect([second.callingAETitle, second.peerName, second.theme]).toEqual(['VIEWER1', 'PACS', 'light']);
    expect([...store.kept.keys()].sort()).toEqual([
      'webdimse.callingAETitle',
      'webdimse.peer',
      'webdimse.theme',
    ]);
  });

  it('let single keys be switched off', () => {
    const store = memory();
    const settings = new Settings(store);
    expect(settings.shortcuts).toBe(true);
    settings.shortcuts = false;
    expect(new Settings(store).shortcuts).toBe(false);
    settings.shortcuts = true;
    expect(new Settings(store).shortcuts).toBe(true);
  });

  it('work where the browser keeps nothing', () => {
    for (const store of [undefined, blocked]) {
      const settings = new Settings(store);
      settings.callingAETitle = 'X';
      expect(settings.callingAETitle).toBe('X');
    }
  });

  it('do not keep a title that cannot be used', () => {
    const store = memory();
    const settings = new Settings(store);
    settings.callingAETitle = 'SEVENTEEN_LETTERS';
    expect(settings.callingProblem).toMatch(/16 characters at most; this one has 17/);
    expect(store.kept.size).toBe(0);
  });

  it.each(['', '  ', 'A\\B', 'Ä', '12345678901234567'])('%j is no AE title', (title) =>
    expect(aeTitleProblem(title)).toBeDefined(),
  );
  it.each(['WEBSCU', 'A B', '1234567890123456'])('%j is an AE title', (title) =>
    expect(aeTitleProblem(title)).toBeUndefined(),
  );
});

describe('peers', () => {
  const list = [
    { name: 'ONE', aeTitle: 'ONE', host: '127.0.0.1', port: 1 },
    { name: 'TWO', aeTitle: 'TWO', host: '10.0.0.5', port: 2 },
  ];

  it('begin with the first of the list, or the one chosen before', async () => {
    const settings = new Settings(memory());
    const peers = new Peers(settings, new PeerChoices(undefined), async () => ({ peers: list }));
    expect(peers.chosen).toBeUndefined();
    await peers.load();
    expect(peers.chosen?.name).toBe('ONE');
    peers.choose('TWO');
    expect(peers.chosen?.name).toBe('TWO');
    settings.peerName = 'GONE';
    expect(peers.chosen?.name).toBe('ONE');
  });

  it('say what to do where there is no bridge, or no peer', async () => {
    const away = new Peers(new Settings(undefined), new PeerChoices(undefined), () =>
      Promise.reject(new Error('HTTP 502')),
    );
    await away.load();
    expect(away.problem).toMatch(/bridge does not answer \(HTTP 502\).*still runs/);
    const none = new Peers(new Settings(undefined), new PeerChoices(undefined), async () => ({ peers: [] }));
    await none.load();
    expect(none.problem).toMatch(/knows no peer yet/);
  });

  it('of this page stand behind the others while the bridge calls addresses, and never hide one', async () => {
    const choices = new PeerChoices(undefined);
    const mine = { name: 'MINE', aeTitle: 'MINE', host: '10.0.0.9', port: 9 };
    choices.add(mine);
    choices.add({ ...mine, name: 'ONE' });
    let targets = false;
    const peers = new Peers(new Settings(undefined), choices, async () => ({ peers: list, targets }));
    await peers.load();
    expect(peers.list).toEqual(list);
    targets = true;
    await peers.load();
    expect(peers.list).toEqual([...list, mine]);
    expect(peers.list.map((peer) => peers.isOwn(peer))).toEqual([false, false, true]);
  });

  it('tell the machine’s own from others', () => {
    expect(list.map(isLocal)).toEqual([true, false]);
  });
});
