/** What the facade takes over with the folders of others, and leaves to those whom it concerns. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Disk } from '../../web/engine/page-store.ts';
import { PageStore } from '../../web/engine/page-store.ts';
import type { Unfinished } from '../../web/engine/protocol.ts';
import { recovering } from '../../web/facade/recovering.ts';
import { openArchive } from '../../web/opfs/index.ts';
import type { Identity } from '../../web/opfs/roots.ts';
import type { Locks } from '../../web/engine/slots.ts';
import { FakeDisk } from './fake-disk.ts';
import { FakeBrowser } from './opened.ts';
import { entriesOf, instance, keep } from '../store/instances.ts';

const ANNA: Identity = { bridge: 'wss://host/', user: 'anna', session: 's1' };

const retrieveOf = (study: string): Unfinished => ({
  peer: 'PACS',
  model: 'STUDY',
  level: 'STUDY',
  keys: { StudyInstanceUID: study },
  paused: false,
});

/** A disk as one tab has it: with its end its locks are free. */
function tabsOf(disk: FakeDisk): { open(): { readonly disk: Disk; crash(): Promise<void> } } {
  const { parts } = new FakeBrowser(disk);
  return {
    open() {
      let die = (): void => {};
      const end = new Promise<void>((resolve) => (die = resolve));
      const request: Locks['request'] = (name, options, held) =>
        parts.locks.request(name, options, (lock) => {
          const own = held(lock);
          return own && Promise.race([own, end]);
        });
      const estimate = async () => ({});
      const open: Disk['open'] = (who) => openArchive(who, { ...parts, disk: disk.root, locks: { request } });
      const crash = async (): Promise<void> => {
        die();
        await setImmediate();
        disk.restart(); // its files can be opened again
      };
      return { disk: { isInUse: async () => true, open, estimate }, crash };
    },
  };
}

async function entered(disk: Disk): Promise<PageStore> {
  const store = new PageStore(disk);
  await store.enter(ANNA);
  await store.wake();
  return store;
}

it('tells the next page, once, what pages before had to do whose folders the facade took over', async () => {
  const { open } = tabsOf(new FakeDisk());
  const tabs = [open(), open()];
  const pages = [await entered(tabs[0]!.disk), await entered(tabs[1]!.disk)];
  for (const [i, page] of pages.entries()) {
    await keep(page, instance(`1.2.${i}`));
    await page.seal();
    await page.remember([retrieveOf(`1.${i}`)]);
  }
  await tabs[0]!.crash();
  const viewer = open();
  const { disk, recover } = recovering(viewer.disk);
  const facade = await entered(disk);
  await tabs[1]!.crash();
  await recover();
  expect(await entriesOf(facade)).toHaveLength(2);
  await recover(); // nothing more is left
  await viewer.crash();
  const next = await entered(open().disk);
  expect(await next.unfinished()).toEqual([retrieveOf('1.0'), retrieveOf('1.1')]);
  expect(await next.unfinished()).toEqual([]);
});

it('brings back nothing that was wiped', async () => {
  const { open } = tabsOf(new FakeDisk());
  const tab = open();
  await (await entered(tab.disk)).remember([retrieveOf('1.0')]);
  await tab.crash();
  const viewer = open();
  const { disk, recover } = recovering(viewer.disk);
  const facade = await entered(disk);
  await facade.wipe();
  await facade.wake();
  const other = open();
  await (await entered(other.disk)).remember([retrieveOf('1.1')]);
  await other.crash();
  await recover();
  await viewer.crash();
  expect(await (await entered(open().disk)).unfinished()).toEqual([retrieveOf('1.1')]);
});
