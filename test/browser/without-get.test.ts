/** A peer that offers no C-GET: Retrieve falls back to a C-MOVE to this page, by itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Archive, MemoryStore, archiveHandlers, addSamples } from '../../core/archive/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import type { PeerList } from '../../core/transport/index.ts';
import { PEERS_PATH } from '../../core/transport/index.ts';
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const HOST = '127.0.0.1';

describeWith(['chromium'], 'a peer without C-GET', () => {
  let stage: Stage;
  /** Titles that it was told to move to. */
  const destinations: string[] = [];

  beforeAll(async () => {
    let port = 0;
    const store = new MemoryStore();
    await addSamples(store);
    const destination = (aeTitle: string) => {
      destinations.push(aeTitle);
      return { aeTitle, host: HOST, port };
    };
    const { find, move } = archiveHandlers(await Archive.open(store), { aeTitle: 'MOVEONLY', destination });
    const handlers: Handlers = { find, move };
    const listener = { host: HOST, port: 0, pools: { page: ['WEB01'] }, allowSource: [HOST] };
    stage = await openStage({ MOVEONLY: handlers }, { listener });
    const { listening } = (await (await fetch(stage.url + PEERS_PATH)).json()) as PeerList;
    port = listening!.port;
  });
  afterAll(() => stage?.close());

  test('is told to move to this page, and the study is complete', async () => {
    const person = new Hand(await stage.visit({ width: 1400 }));
    await person.pick('MOVEONLY');
    await person.search();
    await person.on(person.row('Results', 'Phantom, Ada'), 'Retrieve');
    await person.hears(/^Retrieved 24 images from MOVEONLY/);
    expect(new Set(destinations)).toEqual(new Set(['WEB01']));
    await person.view('Received');
    expect(await person.row('Received files', 'Phantom, Ada').textContent()).toContain('MOVEONLY');
    await stage.visitsEnd();
  });
});
