/** The engine's store over a disk: whose it is, when it ends, and what is done without one. */
import { describe, expect, it } from 'vitest';
import { text } from '../../core/data/index.ts';
import type { Identity } from '../../web/opfs/roots.ts';
import { openArchive } from '../../web/opfs/index.ts';
import { PageStore } from '../../web/engine/page-store.ts';
import { entriesOf, instance, keep, readAll } from '../store/instances.ts';
import { FakeDisk } from './fake-disk.ts';
import { FakeBrowser } from './opened.ts';

const ANNA: Identity = { bridge: 'wss://host/', user: 'anna', session: 's1' };

function machine() {
  const disk = new FakeDisk();
  let browser = new FakeBrowser(disk);
  return {
    disk,
    restart(): void {
      browser.die();
      browser = new FakeBrowser(disk);
    },
    async enter(identity: Identity): Promise<PageStore> {
      const { parts } = browser;
      const store = new PageStore({
        isInUse: async () => disk.files.size > 0,
        open: (who) => openArchive(who, { disk: disk.root, ...parts }),
        estimate: async () => ({ usage: disk.used, quota: disk.quota }),
      });
      await store.enter(identity);
      await store.wake();
      return store;
    },
    texts(): string {
      const all = [...disk.files].map(
        ([name, { data, size }]) => name + Buffer.from(data.subarray(0, size)).toString(),
      );
      return all.join('\n');
    },
  };
}

describe('the store of the page', () => {
  it('finds again what it kept in the same session of the browser', async () => {
    const { enter, restart } = machine();
    await keep(await enter(ANNA), instance('1.2.1'));
    restart();
    expect(await readAll(await enter(ANNA), '1.2.1')).toEqual(instance('1.2.1').dataSet);
  });

  it('begins empty in the next, and leaves nothing behind', async () => {
    const { enter, restart, texts } = machine();
    await keep(await enter(ANNA), instance('1.2.1'));
    expect(texts()).toContain('Doe^Jane');
    restart();
    expect(await entriesOf(await enter({ ...ANNA, user: 'bert', session: 's2' }))).toEqual([]);
    expect(texts()).not.toContain('Doe^Jane');
  });

  it('is kept where that was chosen, which is remembered for each user', async () => {
    const { enter, restart } = machine();
    const first = await enter(ANNA);
    await first.setKeep(true);
    await keep(first, instance('1.2.1'));
    restart();
    const bert = await enter({ ...ANNA, user: 'bert', session: 's2' });
    expect(await bert.state()).toMatchObject({ place: 'disk', keep: undefined });
    await keep(bert, instance('1.2.2'));
    expect((await entriesOf(bert)).length).toBe(1);
    restart();
    const anna = await enter({ ...ANNA, session: 's3' });
    expect(await anna.state()).toMatchObject({ keep: true });
    expect((await entriesOf(anna)).map(({ sopInstanceUID }) => sopInstanceUID)).toEqual(['1.2.1']);
  });

  it('names no user and no bridge on the disk', async () => {
    const { enter, texts } = machine();
    await keep(await enter({ ...ANNA, user: 'anna@hospital' }), instance('1.2.1'));
    expect(texts()).not.toMatch(/hospital|wss:/);
  });

  it('shows another user nothing, and tells what is gone and what is here', async () => {
    const { enter } = machine();
    const store = await enter(ANNA);
    await keep(store, instance('1.2.1'));
    const changes: string[] = [];
    store.watch((change) => changes.push(change.kind));
    await store.enter({ ...ANNA, user: 'bert' });
    await store.wake();
    expect(await store.has('1.2.1')).toBe(false);
    await store.enter(ANNA);
    await store.wake();
    expect(await store.has('1.2.1')).toBe(true);
    expect(changes).toEqual(['deleted', 'stored']);
  });

  it('wipes everything, in the other tabs too, and goes on', async () => {
    const { enter, texts, restart } = machine();
    await (await enter({ ...ANNA, user: 'bert' })).setKeep(true);
    restart();
    const first = await enter(ANNA);
    const second = await enter(ANNA);
    await keep(first, instance('1.2.1'));
    await keep(second, instance('1.2.2'));
    await first.wipe();
    expect(texts()).toBe('');
    expect(await entriesOf(second)).toEqual([]);
    await keep(first, instance('1.2.3', { PatientID: 'P3' }));
    expect((await entriesOf(first)).map(({ header }) => text(header, 'PatientID'))).toEqual(['P3']);
  });

  it('remembers what is still to be retrieved, for who comes after', async () => {
    const { enter, restart } = machine();
    const unfinished = {
      peer: 'PACS',
      model: 'PATIENT',
      level: 'STUDY',
      keys: { PatientID: '4711', StudyInstanceUID: '1.2' },
      paused: false,
    } as const;
    const first = await enter(ANNA);
    expect(await first.unfinished()).toEqual([]);
    await first.remember([unfinished, unfinished]);
    await first.remember([unfinished]);
    expect(await (await enter(ANNA)).unfinished()).toEqual([]); // the first one still does it
    restart();
    const next = await enter(ANNA);
    expect(await next.unfinished()).toEqual([unfinished]);
    expect(await next.unfinished()).toEqual([]);
    const odd = [{ ...unfinished, level: 'PLANET' }, { ...unfinished, keys: { PatientID: 1 } }, null, 'x'];
    await next.remember([...(odd as never[]), unfinished]);
    restart();
    const last = await enter(ANNA);
    expect(await last.unfinished()).toEqual([unfinished]); // another edition of the page wrote the rest
    await last.remember([]);
    restart();
    expect(await (await enter(ANNA)).unfinished()).toEqual([]);
  });

  it('does without a disk, and says why one that fails is not used', async () => {
    const none = new PageStore();
    const changes: string[] = [];
    none.watch(({ kind }) => changes.push(kind));
    await none.enter(ANNA);
    expect(await none.has('1.2.1')).toBe(false);
    expect(none.used).toBe(0);
    await Promise.all([keep(none, instance('1.2.1')), keep(none, instance('1.2.2'))]);
    await none.delete('1.2.2');
    expect(changes).toEqual(['stored', 'stored', 'deleted']); // each told once, though two began at once
    expect(await none.state()).toMatchObject({ place: 'memory', problem: undefined, quota: 1 << 30 });
    const failing = new PageStore({
      isInUse: async () => false,
      open: () => Promise.reject(new Error('the operation is insecure')),
      estimate: async () => ({}),
    });
    await failing.enter(ANNA);
    await keep(failing, instance('1.2.1'));
    expect(await failing.state()).toMatchObject({ place: 'memory', problem: 'the operation is insecure' });
    expect((await entriesOf(failing)).length).toBe(1);
  });

  it('shows another user nothing where it is in memory, either', async () => {
    const store = new PageStore();
    await keep(store, instance('1.2.1')); // before anybody signed in
    await store.enter(ANNA);
    expect(await store.has('1.2.1')).toBe(true);
    const changes: string[] = [];
    store.watch((change) => changes.push(change.kind));
    await store.enter({ ...ANNA, user: 'bert' });
    expect(await entriesOf(store)).toEqual([]);
    expect(store.used).toBe(0);
    expect(changes).toEqual(['deleted']);
  });

  it('tries the disk anew for another user, and does not complain of the first one for ever', async () => {
    let tries = 0;
    const { disk } = machine();
    const { parts } = new FakeBrowser(disk);
    const store = new PageStore({
      isInUse: async () => false,
      open: async (who) => {
        if (++tries === 1) throw new Error('the operation is insecure');
        return openArchive(who, { disk: disk.root, ...parts });
      },
      estimate: async () => ({}),
    });
    await store.enter(ANNA);
    await store.wake();
    await store.enter({ ...ANNA, user: 'bert' });
    await store.wake();
    expect(await store.state()).toMatchObject({ place: 'disk', problem: undefined });
  });
});
