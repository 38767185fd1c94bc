/** The decoders as the page runs them: built, served by the bridge, in a worker, under the policy that is sent. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page, Response } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { toBase64 } from '../../core/data/index.ts';
import { UID } from '../../core/dict/index.ts';
import { bytesSource, openPart10 } from '../../core/file/index.ts';
import { decodeFrame, describeImage, openImage } from '../../core/image/index.ts';
import { encode } from '../image/encode.ts';
import { attributes, encapsulatedBytes, shorts } from '../image/make.ts';
import { DECODERS } from '../image/wasm.ts';
import { describeWith, PYDICOM_FILES } from '../support/needs.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import type { Got, Wanted } from './codec/page.ts';
import { launchBrowser } from './stage.ts';

/** A file for each codec, and the part of the page that is fetched for it. */
const FILES = [
  ['SC_rgb_jpeg_dcmtk', 'libjpegturbowasm_decode'],
  ['MR_small_jpeg_ls_lossless', 'charlswasm_decode'],
  ['MR_small_jp2klossless', 'openjpegwasm_decode'],
  ['SC_rgb_jpeg_gdcm', 'jpeg-lossless'],
] as const;

interface Instance {
  readonly transferSyntaxUID: string;
  readonly bytes: Bytes;
}

async function sample(name: string): Promise<Instance> {
  const bytes = new Uint8Array(readFileSync(join(PYDICOM_FILES, `${name}.dcm`)));
  const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
  return { transferSyntaxUID: info.transferSyntaxUID, bytes: bytes.subarray(dataSetOffset) };
}

/** 8 × 8 pixels of HTJ2K, which no file at hand has. */
async function htj2k(): Promise<Instance> {
  const transferSyntaxUID = UID.HTJ2KLossless;
  const keys = { Rows: 8, Columns: 8 };
  const pixels = shorts(...Array.from({ length: 64 }, (_, i) => i * 1000));
  const frame = await encode(transferSyntaxUID, pixels, describeImage(attributes(keys)));
  const even = frame.length % 2 === 0 ? frame : new Uint8Array([...frame, 0]);
  return { transferSyntaxUID, bytes: encapsulatedBytes(keys, [even]) };
}

/** What Node makes of it, by the same packages. */
async function digestHere({ bytes, transferSyntaxUID }: Instance): Promise<string> {
  const { samples } = await decodeFrame(openImage(bytes, transferSyntaxUID), 0, DECODERS);
  return createHash('sha256').update(samples).digest('hex');
}

/** The same page, its worker under a name for which the bridge has the policy of the page. */
function renamed(root: string): string {
  const copy = temporaryFolder();
  mkdirSync(join(copy, 'assets'));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  for (const name of files) {
    const body = readFileSync(join(root, name));
    const isText = /\.(js|html)$/.test(name);
    const text = isText ? body.toString().replaceAll('codec-worker-', 'other-worker-') : body;
    writeFileSync(join(copy, name.replace('codec-worker-', 'other-worker-')), text);
  }
  return copy;
}

describeWith(['chromium', 'pydicom'], 'the decoders in a browser', () => {
  const root = temporaryFolder();
  let bridge: Bridge;
  let strict: Bridge;
  let browser: Browser;
  let page: Page;
  const responses: Response[] = [];
  const fetched = (): string[] => responses.map((response) => new URL(response.url()).pathname);

  beforeAll(async () => {
    await build({
      configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)),
      root: fileURLToPath(new URL('codec', import.meta.url)),
      logLevel: 'error',
      build: { outDir: root, emptyOutDir: true },
    });
    bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], webRoot: root });
    strict = await startBridge({ host: '127.0.0.1', port: 0, peers: [], webRoot: renamed(root) });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('response', (response) => responses.push(response));
    await page.goto(bridge.url);
  });
  afterAll(async () => {
    await browser?.close();
    await bridge?.close();
    await strict?.close();
  });

  const codecWorker = (): string => {
    const workers = readdirSync(join(root, 'assets')).filter((name) =>
      /^codec-worker-[\w-]+\.js$/.test(name),
    );
    expect(workers).toHaveLength(1);
    return workers[0]!;
  };
  const decode = (instance: Instance, on = page, workerUrl?: string): Promise<Got> => {
    const { transferSyntaxUID, bytes } = instance;
    const wanted: Wanted = { dataSet: toBase64(bytes), transferSyntaxUID, ...(workerUrl && { workerUrl }) };
    return on.evaluate(
      (each) => (window as unknown as { decode: (w: Wanted) => Promise<Got> }).decode(each),
      wanted,
    );
  };

  test('decode what they decode in Node, each fetched when its first frame comes', async () => {
    expect(fetched().some((path) => /wasm|codec-worker/.test(path))).toBe(false);
    for (const [name, part] of FILES) {
      expect(
        fetched().some((path) => path.includes(part)),
        part,
      ).toBe(false);
      const instance = await sample(name);
      expect(await decode(instance), name).toEqual({ digest: await digestHere(instance) });
      expect(
        fetched().some((path) => path.includes(part)),
        part,
      ).toBe(true);
    }
    const made = await htj2k();
    expect(await decode(made)).toEqual({ digest: await digestHere(made) });
  });

  test('come with their types; the policy that lets them run is on one script alone', () => {
    const wasm = responses.filter((response) => response.url().endsWith('.wasm'));
    expect(new Set(wasm.map((response) => response.headers()['content-type']))).toEqual(
      new Set(['application/wasm']),
    );
    const lenient = responses.filter((response) =>
      response.headers()['content-security-policy']!.includes('wasm-unsafe-eval'),
    );
    const names = lenient.map((response) => new URL(response.url()).pathname);
    expect(new Set(names)).toEqual(new Set([`/assets/${codecWorker()}`]));
  });

  test('refused by a policy: an error of its own, and what needs no WebAssembly goes on', async () => {
    const refused = await browser.newPage();
    await refused.goto(strict.url);
    expect(await decode(await sample('MR_small_jp2klossless'), refused)).toMatchObject({
      code: 'CODEC_BLOCKED',
    });
    const lossless = await sample('SC_rgb_jpeg_gdcm');
    expect(await decode(lossless, refused)).toEqual({ digest: await digestHere(lossless) });
  });

  test('a worker that is not there: an error of its own', async () => {
    const missing = `${bridge.url}assets/nowhere.js`;
    expect(await decode(await sample('MR_small_jp2klossless'), page, missing)).toMatchObject({
      code: 'CODEC_FAILED',
    });
  });
});
