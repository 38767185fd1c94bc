/** Echo, send, find, retrieve, save and move in the page, by the mouse alone, against three servers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FILES, NUMBERS, PATIENT, SERIES, STUDY } from '../interop/instances.ts';
import { describeWith } from '../support/needs.ts';
import { content, contentOf, readRaw } from '../support/peers-files.ts';
import { runWell, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startStorescp } from '../support/peers.ts';
import { SERVERS, received, studyArguments } from '../support/servers.ts';
import { unzip } from '../support/zip.ts';
import { Hand } from './hand.ts';
import type { Visits } from './stage.ts';
import { launchBrowser, visits } from './stage.ts';

describeWith(['chromium', 'dcmtk', 'pydicom'], 'from the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  for (const server of SERVERS) {
    describeWith(server.needs, `against ${server.name}`, () => {
      let third: RealPeer;
      let peer: RealPeer;
      let bridge: RealPeer;
      let visit: Visits;
      let person: Hand;
      beforeAll(async () => {
        third = await startStorescp('MOVEDST');
        peer = await server.start([third]);
        bridge = await startBridgeProcess([peer, third]);
        visit = visits(browser, bridge.address.replace('ws:', 'http:'));
        // Wide enough for the column of UIDs, by which a row is told from its likes.
        person = new Hand(await visit.visit({ width: 1400 }));
      });
      afterAll(async () => {
        await visit?.visitsEnd();
        await Promise.all([bridge, peer, third].map((each) => each?.stop()));
      });

      const send = async (to: RealPeer): Promise<void> => {
        await person.pick(to.aeTitle);
        await person.press('Send');
        await person.hears(`${FILES.length} files stored by ${to.aeTitle}`);
      };
      const rows = (level: number): Locator =>
        person.page.getByRole('grid', { name: 'Results' }).locator(`[role=row][data-depth='${level - 1}']`);
      /** Waits for the last of them, and sees that there are no more. */
      const shows = async (level: number, number: number): Promise<void> => {
        await rows(level)
          .nth(number - 1)
          .waitFor();
        expect(await rows(level).count()).toBe(number);
      };
      /** The row of an entity, by what its unique key shows as the title of a cell. */
      const rowOf = (level: number, key: string): Locator =>
        rows(level).filter({ has: person.page.getByTitle(key, { exact: true }) });
      const search = async (model: 'Patient Root' | 'Study Root', summary: string): Promise<void> => {
        await person.page.getByLabel('Query model').selectOption(model);
        await person.press('Search');
        await person.reads(summary);
      };

      const move = async (row: Locator, images: number): Promise<void> => {
        await person.on(row, 'Move');
        await person.page.getByRole('menuitem', { name: third.aeTitle }).click();
        await person.hears(new RegExp(`^${peer.aeTitle} moved ${images} images to ${third.aeTitle} in `));
      };

      test('echo', async () => {
        await person.pick(peer.aeTitle);
        await person.press('Echo');
        await person.hears(new RegExp(`^${peer.aeTitle} answered the echo in `));
      });

      test('send, to a storage server the bytes of the files as they are', async () => {
        await person.view('Send');
        await person.choose('Choose files', FILES);
        await send(third);
        expect(received(third)).toEqual(contentOf(FILES.map(readRaw)));
        await person.press('Clear the list');
        await person.choose('Choose files', FILES);
        await send(peer);
      });

      test('find at every level of Patient Root', async () => {
        await person.view('Find');
        await search('Patient Root', `${NUMBERS.patients} patients ·`);
        await shows(1, NUMBERS.patients);
        await rowOf(1, PATIENT).click();
        await shows(2, NUMBERS.studiesOfPatient);
        await rowOf(2, STUDY).click();
        await shows(3, NUMBERS.series);
        await rowOf(3, SERIES).click();
        await shows(4, NUMBERS.images);
      });

      test('move of one series of the patient model', async () => {
        await move(rowOf(3, SERIES), NUMBERS.images);
        expect(Object.keys(received(third))).toHaveLength(NUMBERS.images);
      });

      test('find at every level of Study Root', async () => {
        await search('Study Root', `${NUMBERS.studies} studies ·`);
        await shows(1, NUMBERS.studies);
        await rowOf(1, STUDY).click();
        await shows(2, NUMBERS.series);
        await rowOf(2, SERIES).click();
        await shows(3, NUMBERS.images);
      });

      test('retrieve and save: the same bytes that getscu writes', async () => {
        await person.on(rowOf(1, STUDY), 'Retrieve');
        await person.hears(new RegExp(`^Retrieved ${NUMBERS.ofStudy} images from ${peer.aeTitle}: `));
        await person.view('Received');
        const zip = await person.download(() => person.press('Save'));
        const [ours, theirs] = [temporaryFolder(), temporaryFolder()];
        for (const [name, bytes] of unzip(zip.bytes)) writeFileSync(join(ours, name), bytes);
        await runWell('getscu', ['+B', '-od', theirs, ...studyArguments(peer, STUDY)]);
        expect(Object.keys(content(ours))).toHaveLength(NUMBERS.ofStudy);
        expect(content(ours)).toEqual(content(theirs));
      });

      test('move: the third party gets the same bytes that movescu makes it get', async () => {
        await runWell('movescu', ['-aem', third.aeTitle, ...studyArguments(peer, STUDY)]);
        const theirs = received(third);
        expect(Object.keys(theirs)).toHaveLength(NUMBERS.ofStudy);
        await person.view('Find');
        await move(rowOf(1, STUDY), NUMBERS.ofStudy);
        expect(received(third)).toEqual(theirs);
      });
    });
  }
});
