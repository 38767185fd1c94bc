/** What elements say where something is refused them, and that they can be asked again. */
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import { build, stale } from '../../bridge/build.mjs';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { DimseJob, DimseQueryElement } from '../../web/elements/types.ts';
import { describeWith } from '../support/needs.ts';
import { isBright } from './canvas.ts';
import type { Portal } from './portal.ts';
import { openPortal, printedPolicy } from './portal.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { wavelet } from './wavelet.ts';

const ELEMENTS = fileURLToPath(new URL('../../dist/elements', import.meta.url));
const SECRET = { authorization: 'Bearer of the portal' };

function authorize({ headers }: IncomingMessage): Rights | undefined {
  const known = headers.authorization === SECRET.authorization;
  return known ? { user: 'anna', peers: '*', aeTitles: '*' } : undefined;
}

describeWith(['chromium'], 'an element that is refused something', () => {
  let stage: Stage;
  let portal: Portal;
  /** The same peers for who signs in. */
  let guarded: Bridge;

  beforeAll(async () => {
    await build(stale().filter(({ name }) => name === 'elements'));
    portal = await openPortal({ webdimse: ELEMENTS }, { '/ticket': ticket });
    const options = { elementsRoot: ELEMENTS, allowOrigins: [portal.origin] };
    stage = await openStage({}, options);
    guarded = await startBridge({ ...options, host: '127.0.0.1', port: 0, peers: stage.peers, authorize });
  });
  afterEach(() => stage.visitsEnd());
  afterAll(async () => {
    await guarded?.close();
    await stage?.close();
    await portal?.close();
  });

  async function ticket(): Promise<string> {
    const headers = { ...SECRET, origin: portal.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ peer: 'WEBDIMSE' });
    const answer = await fetch(`${guarded.url}bridge/v1/tickets`, { method: 'POST', headers, body });
    return ((await answer.json()) as { tickets: string[] }).tickets[0]!;
  }

  /** A page that has loaded the elements and has none yet. */
  async function visit(bridge: string, change = (policy: string): string => policy): Promise<Page> {
    portal.use(bridge, change(await printedPolicy('Elements from the bridge', bridge)));
    const page = await stage.visit({ url: `${portal.origin}/bare.html`, width: 1100, height: 800 });
    await page.evaluate(() => customElements.whenDefined('dimse-query'));
    return page;
  }

  it('says why it cannot start, to each who calls, and begins where it is told otherwise', async () => {
    const page = await visit(stage.url);
    const told = await page.evaluate(async (bridge) => {
      const query = document.createElement('dimse-query');
      const early = query.echo().catch(({ message }: Error) => message);
      Object.assign(query, { bridge: 'http://[', peer: 'WEBDIMSE' });
      document.querySelector('main')!.append(query);
      const calls = [query.ready, query.search(), query.get({ StudyInstanceUID: '1.2' })];
      const refused = await Promise.all(calls.map((call) => call.then(String, ({ message }) => message)));
      const shown = query.shadowRoot!.textContent;
      const late = await query.echo().catch(({ message }: Error) => message);
      const heard: number[] = [];
      query.addEventListener('dimse-ready', () => (query.desk = 'another'), { once: true });
      query.addEventListener('dimse-results', ({ detail }) => heard.push(detail.matches.length));
      query.bridge = bridge;
      const { state } = await query.echo();
      const { matches } = await query.search({ date: 'any' });
      return { sentences: [await early, ...refused, late, shown], state, found: [matches.length], heard };
    }, stage.url);
    expect(new Set(told.sentences)).toHaveLength(1);
    expect(told.sentences[0]).toMatch(
      /^This part of the page could not start: .*URL.* Ask who runs the site\.$/,
    );
    expect(told.state).toBe('done');
    // Who moves it to another desk as soon as it is ready calls that one.
    expect(told.heard).toEqual(told.found);
  });

  it('tells the code of a search that nobody answered, and where what came is', async () => {
    const page = await visit(stage.url);
    const told = await page.evaluate(async (bridge) => {
      const main = document.querySelector('main')!;
      const codes: string[] = [];
      main.addEventListener('dimse-error', ({ detail }) => codes.push(detail.code));
      const query = Object.assign(document.createElement('dimse-query'), { bridge, peer: 'DOWN' });
      main.append(query);
      const { failures } = await query.search();
      query.peer = 'WEBDIMSE';
      const { matches } = await query.search({ patientName: 'Yamada*', date: 'any' });
      const keys = { StudyInstanceUID: String(matches[0]!['0020000D']!.Value![0]) };
      const alone = await query.get(keys);
      const whole = Object.assign(document.createElement('dimse-scu'), { bridge, peer: 'WEBDIMSE' });
      main.append(whole);
      const beside = await whole.get(keys);
      return { codes, failures, sentences: [alone.sentence, beside.sentence] };
    }, stage.url);
    expect(told.codes).toEqual(['CONNECT_FAILED']);
    expect(told.failures).toEqual([expect.stringMatching(/^DOWN refused the connection/)]);
    expect(told.sentences).toEqual([
      expect.stringMatching(/^Retrieved .* They are in this page\.$/),
      expect.stringMatching(/^Nothing is missing: .* is under Received\.$/),
    ]);
  });

  it('says what is wrong with the tickets of the page around, and is let in by the next good one', async () => {
    const page = await visit(guarded.url);
    const told = await page.evaluate(
      async ([bridge, aeTitle]) => {
        const peers = [{ name: 'WEBDIMSE', aeTitle: aeTitle!, host: '127.0.0.1', port: 104 }];
        const query: DimseQueryElement = document.createElement('dimse-query');
        const gives: (() => Promise<string>)[] = [
          () => Promise.reject(new Error('the\u0007 session\r\nhas \u202e ended.')),
          () => {
            throw new TypeError('offline');
          },
          async () => '<!doctype html><title>Sign in</title>',
          async () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
          async () => (await fetch('ticket')).text(),
        ];
        const getTicket = (): Promise<string> => gives.shift()!();
        Object.assign(query, { bridge, peers, user: 'anna', getTicket });
        document.querySelector('main')!.append(query);
        const jobs: DimseJob[] = [];
        while (gives.length > 0) jobs.push(await query.echo());
        return jobs.map(({ code, sentence }) => [code, sentence]);
      },
      [guarded.url, 'WEBDIMSE'],
    );
    const noTicket = (why: string): string[] => [
      'NOT_ALLOWED',
      `This page has no ticket for the bridge (${why}). Sign in again where you came from, then try again.`,
    ];
    expect(told).toEqual([
      noTicket('the session has ended'),
      noTicket('offline'),
      noTicket('what it gave is no ticket'),
      ['NOT_ALLOWED', expect.stringMatching(/^Your sign-in at the bridge has ended\./)],
      ['', expect.stringMatching(/^WEBDIMSE answered the echo/)],
    ]);
  });

  it('shows a compressed image by the policy that is printed, and says what a stricter one keeps from it', async () => {
    const file = Array.from(await wavelet());
    const show = async (page: Page): Promise<void> => {
      await page.evaluate(
        async ([bridge, bytes]) => {
          const query = Object.assign(document.createElement('dimse-query'), { bridge, peer: 'ARCHIVE2' });
          document.querySelector('main')!.append(query);
          await query.store([new File([Uint8Array.from(bytes)], 'wave.dcm')]);
          await query.open({ StudyInstanceUID: '1.2.3.4' });
        },
        [stage.url, file] as const,
      );
    };
    const page = await visit(stage.url);
    await show(page);
    await page.getByRole('application').waitFor();
    await expect.poll(() => isBright(page)).toBe(true);
    expect(page.workers().map((worker) => worker.url().slice(0, 5))).toContain('blob:');
    const strict = await visit(stage.url, (policy) => policy.replace(" 'wasm-unsafe-eval'", ''));
    await show(strict);
    await strict.getByText(/decoder is WebAssembly, .* 'wasm-unsafe-eval'/).waitFor();
  });
});
