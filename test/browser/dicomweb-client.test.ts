/** DICOMweb in the page, as viewers ask it: dicomweb-client in Chromium; and what hostile instances make of it. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startBridge } from '../../bridge/server.ts';
import { dataSet, toBase64 } from '../../core/data/index.ts';
import { attributes, shorts } from '../image/make.ts';
import { comparesWithOrthanc } from '../interop/dicomweb-beside-orthanc.ts';
import type { DicomWebClient, Part } from '../interop/dicomweb-client.ts';
import { instance, keep } from '../store/instances.ts';
import { describeWith } from '../support/needs.ts';
import { buildPage, launchBrowser, servePage, WEB_ROOT } from './stage.ts';

const HOST = '127.0.0.1';
const LIBRARY = new URL('../../node_modules/dicomweb-client/build/dicomweb-client.js', import.meta.url);
/** A document of the bridge without a page of ours in it. */
const BLANK = 'wipe.js';

/** A page of a viewer, in which the facade answers. */
async function viewer(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url + BLANK);
  await page.evaluate(`import('/dicomweb/boot.js').then(({ boot }) => boot()).then(() => undefined)`);
  return page;
}

/** Bytes on their way to a page and back. */
interface Sent {
  readonly base64: string;
  readonly contentType?: string | undefined;
  readonly transferSyntaxUID?: string | undefined;
}

interface Asked {
  readonly root: string;
  readonly singlepart: string | false;
  readonly method: string;
  readonly options: object;
  readonly datasets: readonly string[];
}

/** Runs in the page. */
async function askInPage({ root, singlepart, method, options, datasets }: Asked): Promise<unknown> {
  const packed = (bytes: ArrayBuffer): string => {
    const pieces: string[] = [];
    for (let at = 0; at < bytes.byteLength; at += 0x8000) {
      pieces.push(String.fromCharCode(...new Uint8Array(bytes.slice(at, at + 0x8000))));
    }
    return btoa(pieces.join(''));
  };
  const sent = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sent);
    if (!(value instanceof ArrayBuffer)) return value;
    const { contentType, transferSyntaxUID } = value as Part;
    return { base64: packed(value), contentType, transferSyntaxUID };
  };
  const { DICOMwebClient } = (
    globalThis as never as {
      DICOMwebClient: {
        api: { DICOMwebClient: new (o: object) => Record<string, (o: object) => Promise<unknown>> };
      };
    }
  ).DICOMwebClient.api;
  const client = new DICOMwebClient({ url: root, singlepart, verbose: false });
  const files = datasets.map((file) => Uint8Array.from(atob(file), (c) => c.charCodeAt(0)).buffer);
  try {
    return {
      value: sent(await client[method]!({ ...options, ...(files.length > 0 && { datasets: files }) })),
    };
  } catch (error) {
    const { status, response } = error as { status?: number; response?: unknown };
    return { status, response: sent(response), message: String(error) };
  }
}

/** What was sent, as the client gave it. */
function received(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(received);
  if (typeof value !== 'object' || value === null || !('base64' in value)) return value;
  const { base64, contentType, transferSyntaxUID } = value as Sent;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64')).buffer;
  return Object.assign(bytes, { contentType, transferSyntaxUID });
}

/** A client that lives in a page. */
function clientIn(page: Page, root: string, singlepart: string | false = false): DicomWebClient {
  const ask = async (
    method: string,
    { datasets = [], ...options }: { datasets?: readonly ArrayBuffer[] },
  ): Promise<unknown> => {
    const files = datasets.map((file) => toBase64(new Uint8Array(file)));
    const told = (await page.evaluate(askInPage, {
      root,
      singlepart,
      method,
      options,
      datasets: files,
    })) as object;
    if ('value' in told) return received(told.value);
    const { response, ...failed } = told as { response: unknown; message: string };
    throw Object.assign(new Error(failed.message), failed, { response: received(response) });
  };
  return new Proxy({} as DicomWebClient, {
    get:
      (_, method: string) =>
      (options: object = {}) =>
        ask(method, options),
  });
}

comparesWithOrthanc('in a page', ['chromium'], async ({ port }) => {
  await buildPage();
  const peers = [{ name: 'ORTHANC', aeTitle: 'ORTHANC', host: HOST, port }];
  const bridge = await startBridge({ host: HOST, port: 0, peers, webRoot: WEB_ROOT });
  const browser = await launchBrowser();
  const page = await viewer(browser, bridge.url);
  await page.evaluate(readFileSync(LIBRARY, 'utf8'));
  const root = `${bridge.url}dicomweb/ORTHANC`;
  const stop = async (): Promise<void> => {
    await browser.close();
    await bridge.close();
  };
  return { client: clientIn(page, root), single: clientIn(page, root, 'bulkdata'), stop };
});

const SCRIPT = '<script>window.top.evil=1;fetch("/peers?evil")</script>';
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" onload="window.top.evil=1"><script>evil=1</script></svg>';

describeWith(['chromium'], 'hostile instances in DICOMweb of a page', () => {
  it('run nowhere in our origin, whatever is opened', { timeout: 120_000 }, async () => {
    const stage = await servePage();
    const browser = await launchBrowser();
    try {
      const octets = (text: string): { vr: string; InlineBinary: string } => ({
        vr: 'OB',
        InlineBinary: btoa(text.padEnd(2 + (text.length & ~1))),
      });
      const keys = {
        ...attributes(),
        ...dataSet({
          StudyDescription: SCRIPT,
          PatientName: `${SCRIPT}^x`,
          MIMETypeOfEncapsulatedDocument: 'text/html',
        }),
        '00420011': octets(`<html>${SCRIPT}${' '.repeat(2000)}`),
        '00091010': octets(SVG),
        '7FE00010': { vr: 'OW', InlineBinary: toBase64(shorts(0x733c, 0x7263, 0x7069, 0x3e74)) },
      };
      const evil = instance('1.2.66.1.1', {
        StudyInstanceUID: '1.2.66',
        SeriesInstanceUID: '1.2.66.1',
        ...(keys as object),
      });
      await keep(stage.archive2, evil);
      const page = await viewer(browser, stage.url);
      const asked: string[] = [];
      page.context().on('request', (request) => void asked.push(request.url()));
      const root = `${stage.url}dicomweb/ARCHIVE2/studies`;
      const image = `${root}/1.2.66/series/1.2.66.1/instances/1.2.66.1.1`;
      const urls = [
        `${root}?StudyDescription=${encodeURIComponent(SCRIPT)}`,
        `${root}/1.2.66/metadata?accept=text/html,*/*`,
        `${image}?accept=text/html,*/*`,
        `${image}/bulkdata/00420011?accept=text/html,*/*`,
        `${image}/bulkdata/00420011?accept=text/html`,
        `${image}/bulkdata/00091010?accept=image/svg%2Bxml,*/*`,
        `${image}/bulkdata/7FE00010`,
        `${image}/frames/1?accept=text/html,*/*`,
        `${root}/1.2.66/${encodeURIComponent(SCRIPT)}`,
        `${stage.url}dicomweb/${encodeURIComponent(SCRIPT)}/studies`,
      ];
      const opened = await page.context().newPage();
      const statuses: number[] = [];
      for (const url of urls) {
        const { status, type, headers } = await page.evaluate(async (to) => {
          const answer = await fetch(to);
          await answer.arrayBuffer();
          return {
            status: answer.status,
            type: answer.headers.get('content-type') ?? '',
            headers: [...answer.headers],
          };
        }, url);
        statuses.push(status);
        expect(type, url).not.toMatch(/html|svg|xml|javascript/);
        expect(Object.fromEntries(headers), url).toMatchObject({
          'content-security-policy': 'sandbox',
          'x-content-type-options': 'nosniff',
        });
        // As a document, in a frame and as a script. What is downloaded becomes none, and tells nobody.
        await opened.goto(url).catch(() => undefined);
        expect(await opened.evaluate(() => 'evil' in globalThis).catch(() => false), url).toBe(false);
        const ran = await page.evaluate(async (src) => {
          const frame = Object.assign(document.createElement('iframe'), { src });
          const script = Object.assign(document.createElement('script'), { src });
          const over = [frame, script].map(
            (one) =>
              new Promise((resolve) => {
                one.onload = resolve;
                one.onerror = resolve;
                setTimeout(resolve, 300);
              }),
          );
          document.documentElement.append(frame, script);
          await Promise.all(over);
          return 'evil' in globalThis;
        }, url);
        expect(ran, url).toBe(false);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 406, 200, 200, 200, 404, 404]);
      expect(asked.filter((url) => url.includes('peers?evil'))).toEqual([]);
    } finally {
      await browser.close();
      await stage.close();
    }
  });
});
