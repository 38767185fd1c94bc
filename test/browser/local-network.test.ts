/**
 * Chromium's guard of the local network: a page that it holds for one of the internet calls a bridge on this machine.
 * Where nobody is there to answer its question, the browser takes it for a no.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { build, stale } from '../../bridge/build.mjs';
import { describeWith } from '../support/needs.ts';
import type { Portal } from './portal.ts';
import { openPortal, printedPolicy } from './portal.ts';
import type { Served } from './stage.ts';
import { launchBrowser, servePage } from './stage.ts';

const ELEMENTS = fileURLToPath(new URL('../../dist/elements', import.meta.url));
const EMBEDDING = fileURLToPath(new URL('../../web/EMBEDDING.md', import.meta.url));
const NAMES = ['local-network-access', 'local-network', 'loopback-network'];
const REFUSED = /^The browser keeps this page from the local network, and so from the bridge\./;

describeWith(['chromium'], 'a page of the internet, its bridge on this machine', () => {
  let served: Served;
  let portal: Portal;
  /** Of another origin, in whose pages those of the portal are frames. */
  let around: Portal;
  let browser: Browser;

  beforeAll(async () => {
    await build(stale().filter(({ name }) => name === 'elements'));
    portal = await openPortal({ elements: ELEMENTS });
    around = await openPortal();
    served = await servePage({}, { allowOrigins: [portal.origin] });
    portal.use(`${portal.origin}/`, await printedPolicy('Elements from your own origin', served.url));
    around.use(`${portal.origin}/bare.html`, await printedPolicy('A frame', portal.origin));
    const spaces = [portal, around].map(({ origin }) => `${new URL(origin).host}=public`);
    browser = await launchBrowser([`--ip-address-space-overrides=${spaces.join(',')}`]);
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await portal?.close();
    await around?.close();
  });

  async function visit(url: string, granted: readonly string[] = []): Promise<Page> {
    const context = await browser.newContext();
    await context.grantPermissions([...granted], { origin: portal.origin });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** What an element says that has its peers from the bridge, and one that has them from the page around. */
  function said(page: Page | Frame): Promise<string[]> {
    return page.evaluate(async (bridge) => {
      const main = document.querySelector('main')!;
      const known = [{ name: 'WEBDIMSE', aeTitle: 'WEBDIMSE', host: '127.0.0.1', port: 104 }];
      const told = [undefined, known].map(async (peers, i) => {
        const element = document.createElement('dimse-query');
        Object.assign(element, { bridge, user: String(i), ...(peers && { peers }) });
        main.append(element);
        const ended = await element.echo().catch(({ message }: Error) => ({ sentence: message }));
        return ended.sentence;
      });
      return Promise.all(told);
    }, served.url);
  }

  function permissions(page: Page | Frame): Promise<string[]> {
    return page.evaluate(
      (names) =>
        Promise.all(
          names.map(
            async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
          ),
        ),
      NAMES,
    );
  }

  it('says that the browser keeps it from the bridge, and calls where a person allowed it', async () => {
    expect(await said(await visit(`${portal.origin}/bare.html`))).toEqual([
      expect.stringMatching(REFUSED),
      expect.stringMatching(REFUSED),
    ]);
    const allowed = await visit(`${portal.origin}/bare.html`, ['local-network-access']);
    expect(await said(allowed)).toEqual([
      expect.stringMatching(/^WEBDIMSE answered the echo/),
      expect.stringMatching(/^WEBDIMSE answered the echo/),
    ]);
  });

  it('may ask the person from within a frame by the `allow` that is printed, and not without', async () => {
    const [, allow] = /<iframe[^>]*\sallow="([^"]+)"/.exec(await readFile(EMBEDDING, 'utf8'))!;
    const page = await visit(`${around.origin}/frame.html`);
    const frame = page.frames()[1]!;
    expect(await page.locator('iframe').getAttribute('allow')).toBe(allow);
    expect(await permissions(frame)).toEqual(['prompt', 'prompt', 'prompt']);
    await page.locator('iframe').evaluate((iframe: HTMLIFrameElement) => {
      iframe.removeAttribute('allow');
      iframe.src = `${iframe.src}?without`;
    });
    await frame.waitForURL(/\?without$/);
    expect(await permissions(frame)).toEqual(['denied', 'denied', 'denied']);
    expect(await said(frame)).toEqual([expect.stringMatching(REFUSED), expect.stringMatching(REFUSED)]);
  });
});
