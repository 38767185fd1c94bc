import { afterAll, beforeAll, expect, it } from 'vitest';
import { concat } from '../../core/bytes/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, dataSet, writeDataSet } from '../../core/data/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { DOWN_WINDOW } from '../../core/transport/index.ts';
import '../../web/hook.ts'; // declares the hook
import { describeWith } from '../support/needs.ts';
import { Hand } from './hand.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const MIB = 1 << 20;
/** Far longer than the window: a sender waits for C-STORE-RSP after each, which would hold it back, too. */
const PIXELS = 128 * MIB;
const INSTANCES = 2;
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** (7FE0,0010) OW of PIXELS bytes in explicit VR little endian (PS3.5 7.1.2). */
const PIXEL_ELEMENT = Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0, 0, PIXELS / 2 ** 24);
const ZEROS = new Uint8Array(MIB);

function instance(number: number) {
  const sopInstanceUID = `1.2.3.${number}`;
  const head = dataSet({
    SOPClassUID: SECONDARY_CAPTURE,
    SOPInstanceUID: sopInstanceUID,
    StudyInstanceUID: '1.2',
    SeriesInstanceUID: '1.2.3',
  });
  return {
    sopClassUID: SECONDARY_CAPTURE,
    sopInstanceUID,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    async *open() {
      yield concat([writeDataSet(head, EXPLICIT_VR_LITTLE_ENDIAN), PIXEL_ELEMENT]);
      for (let at = 0; at < PIXELS; at += MIB) yield ZEROS;
    },
  };
}

/** One study of 256 MiB. */
const BIG: Handlers = {
  async *find() {
    yield dataSet({ PatientName: 'Big^Study', StudyInstanceUID: '1.2' });
  },
  get() {
    async function* instances() {
      for (let number = 1; number <= INSTANCES; number++) yield instance(number);
    }
    return { instances: instances() };
  },
};

interface Watched {
  samples: number;
  /** Received and not yet written into the store: it grows where something between them reads ahead. */
  mostUnstored: number;
  /** What tasks of the page's main thread took beyond 50 ms each, in milliseconds: the total blocking time. */
  blocked: number;
}

declare global {
  interface Window {
    watched?: Watched;
  }
}

/** Runs in the page: looks ten times a second. */
function watch(): void {
  const watched: Watched = { samples: 0, mostUnstored: 0, blocked: 0 };
  window.watched = watched;
  setInterval(async () => {
    const { received, stored } = await window.webdimse!.stats();
    watched.samples++;
    watched.mostUnstored = Math.max(watched.mostUnstored, received - stored);
  }, 100);
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.blocked += duration - 50;
  });
  observer.observe({ type: 'longtask' });
}

describeWith(['chromium'], 'what the page has received and not yet taken', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ BIG });
  });
  afterAll(() => stage.close());

  it(
    'stays under the window + 1 MiB while 256 MiB go into a store of 20 MB/s',
    { timeout: 90_000 },
    async () => {
      const person = new Hand(await stage.visit());
      const { page } = person;
      await person.pick('BIG');
      await person.press('Search');
      await page.evaluate(() => window.webdimse!.pace(20e6));
      await page.evaluate(watch);
      const started = performance.now();
      await person.on(person.row('Results', 'Big, Study'), 'Retrieve');
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'hidden', timeout: 60_000 });
      await person.hears(/^Retrieved 2 images from BIG: 268 MB in \d/);
      expect(performance.now() - started).toBeGreaterThan(((INSTANCES * PIXELS) / 20e6) * 990);
      const stats = await page.evaluate(() => window.webdimse!.stats());
      expect(stats.received).toBeGreaterThan(INSTANCES * PIXELS);
      expect(stats.mostWaiting).toBeLessThanOrEqual(DOWN_WINDOW + MIB);
      // The sender was ahead: it was the window that held it back.
      expect(stats.mostWaiting).toBeGreaterThan(DOWN_WINDOW / 2);
      const watched = await page.evaluate(() => window.watched!);
      expect(watched.samples).toBeGreaterThan(50);
      expect(watched.mostUnstored).toBeLessThanOrEqual(DOWN_WINDOW + MIB);
      // Nothing that a person would notice; a busy machine may stretch one task or another.
      expect(watched.blocked).toBeLessThan(200);
      await stage.visitsEnd();
    },
  );
});
