import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium as launcher } from 'playwright-core';
import { expect } from 'vitest';
import { build, stale } from '../../bridge/build.mjs';
import type { MiniPacs } from '../../bridge/cli/mini-pacs.ts';
import { startMiniPacs } from '../../bridge/cli/mini-pacs.ts';
import { listenTcp, tcpDialer } from '../../bridge/node/index.ts';
import type { BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { MemoryStore, addSamples } from '../../core/archive/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Peer } from '../../core/transport/index.ts';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { chromium } from '../support/needs.ts';

const HOST = '127.0.0.1';

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** What the browser is told to prefer; English by default. */
  readonly locale?: string;
  /** Where else the page is seen. */
  readonly url?: string;
}

/** Visits to the page by one browser. */
export interface Visits {
  /** A new visit: nothing is stored. Errors of the page are gathered until `visitsEnd`. */
  visit(options?: VisitOptions): Promise<Page>;
  /** Closes the visits and expects that none of them complained. */
  visitsEnd(): Promise<void>;
}

/** The bridge with the built page, and peers behind it, all in this process. */
export interface Served {
  readonly url: string;
  readonly peers: readonly Peer[];
  readonly archive2: MemoryStore;
  /** Where the bridge listens for pages, if it does. */
  readonly dicomPort: number | undefined;
  close(): Promise<void>;
}

/** The same, and a browser. */
export type Stage = Served & Visits;

/** Where the page is built. */
export const WEB_ROOT: string = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** Where it is built for servers without a bridge. */
export const STATIC_ROOT: string = fileURLToPath(new URL('../../dist/static', import.meta.url));

/** Both of it. */
export function buildPage(): Promise<void> {
  return build(stale().filter(({ name }) => name.endsWith('page')));
}

/**
 * `more` are further SCPs by AE title; DOWN is a peer where nothing listens, STRANGER one of another title.
 * `flags` are further ones of Chromium, `others` peers that run already.
 */
export async function openStage(
  more: Readonly<Record<string, Handlers>> = {},
  options: Partial<BridgeOptions> = {},
  flags: readonly string[] = [],
  others: readonly Peer[] = [],
): Promise<Stage> {
  const served = await servePage(more, options, others);
  const browser = await launchBrowser(flags);
  const close = (): Promise<void> => closeAll([() => browser.close(), () => served.close()]);
  return { ...served, ...visits(browser, served.url), close };
}

/** As `openStage`, for a browser of one's own. */
export async function servePage(
  more: Readonly<Record<string, Handlers>> = {},
  options: Partial<BridgeOptions> = {},
  others: readonly Peer[] = [],
): Promise<Served> {
  await buildPage();
  const peers: Peer[] = [];
  const samples = new MemoryStore();
  const archive2 = new MemoryStore();
  await addSamples(samples);
  const closing: (() => Promise<void>)[] = [];
  for (const [aeTitle, store] of [
    ['WEBDIMSE', samples],
    ['ARCHIVE2', archive2],
  ] as const) {
    const pacs = await miniPacs(aeTitle, store, peers);
    closing.unshift(() => pacs.close());
    peers.push({ name: aeTitle, aeTitle, host: HOST, port: pacs.port });
  }
  for (const [aeTitle, handlers] of Object.entries(more)) {
    const listener = await listenTcp({ host: HOST, port: 0 });
    const server = serve(listener, handlers, { aeTitle, dialer: tcpDialer() });
    closing.unshift(() => server.close());
    peers.push({ name: aeTitle, aeTitle, host: HOST, port: listener.port });
  }
  peers.push(...others);
  peers.push({ name: 'DOWN', aeTitle: 'DOWN', host: HOST, port: await closedPort() });
  peers.push({ ...peers[0]!, name: 'STRANGER', aeTitle: 'STRANGER' });
  const bridge = await startBridge({ host: HOST, port: 0, peers, webRoot: WEB_ROOT, ...options });
  closing.unshift(() => bridge.close());
  const { url, dicomPort } = bridge;
  return { url, dicomPort, peers, archive2, close: () => closeAll(closing) };
}

export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return launcher.launch({ executablePath: chromium()!, args: [...CHROMIUM_FLAGS, ...flags] });
}

/** A browser that finds again what it kept in `profile`. */
export function launchKept(profile: string): Promise<BrowserContext> {
  const viewport = { width: 1024, height: 700 };
  return launcher.launchPersistentContext(profile, {
    executablePath: chromium()!,
    args: [...CHROMIUM_FLAGS],
    viewport,
    acceptDownloads: true,
  });
}

function miniPacs(aeTitle: string, store: MemoryStore, peers: readonly Peer[]): Promise<MiniPacs> {
  const onError = (): void => {}; // a cancelled transfer ends as an aborted association
  return startMiniPacs({ aeTitle, host: HOST, port: 0, store, destinations: () => peers, onError });
}

async function closedPort(): Promise<number> {
  const listener = await listenTcp({ host: HOST, port: 0 });
  await listener.close();
  return listener.port;
}

/** Visits to a page that some bridge serves. */
export function visits(browser: Browser, usual: string): Visits {
  const complaints: string[] = [];
  return {
    async visit(options = {}) {
      const { width = 1024, height = 700, colorScheme = 'light', locale = 'en-US', url = usual } = options;
      const viewport = { width, height };
      const context = await browser.newContext({ viewport, colorScheme, locale, acceptDownloads: true });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    async visitsEnd() {
      for (const context of browser.contexts()) await context.close();
      expect(complaints.splice(0)).toEqual([]);
    },
  };
}

async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closing) await close();
}
