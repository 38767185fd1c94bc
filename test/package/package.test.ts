/**
 * The package as others get it, at the end of all tests: packed, looked at by the checkers of packages, installed into
 * an empty folder, and used there by a program in Node, from the command line and in a page.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../browser/stage.ts';
import { describeWith } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { built, run, runWell, start, temporaryFolder } from '../support/peers-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = temporaryFolder();
const installed = join(folder, 'portal');
let tarball: string;
let portal: Running;

interface Told {
  readonly bridge: string;
  readonly dicom: number;
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
}

beforeAll(async () => {
  await built;
  const options = ['--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', ['pack', ...options], ROOT);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  tarball = join(folder, filename);
  await install(filename);
  for (const name of ['portal.mjs', 'page.html', 'page.js']) {
    cpSync(join(import.meta.dirname, name), join(installed, name));
  }
  const ready = async (): Promise<boolean> => true;
  portal = await start(process.execPath, [join(installed, 'portal.mjs')], ready);
}, 240_000);
afterAll(() => portal?.stop());

/** By the versions of our own lock, so that npm asks no registry what there is: `npm ci` has put them into its cache. */
async function install(filename: string): Promise<void> {
  mkdirSync(installed);
  const { version, dependencies, bin } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Manifest;
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Locked;
  const needed = Object.entries(lock.packages).filter(
    ([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true,
  );
  const resolved = `file:../${filename}`;
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  const manifest = { name: 'portal', version: '1.0.0', private: true, dependencies: { webdimse: resolved } };
  const packages = {
    '': manifest,
    'node_modules/webdimse': { version, resolved, integrity, dependencies, bin },
    ...Object.fromEntries(needed),
  };
  const written = { name: 'portal', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(installed, 'package-lock.json'), JSON.stringify(written));
  const quiet = ['--prefer-offline', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  await runWell('npm', ['ci', ...quiet], installed);
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** The line that the program prints when it is done. */
async function told(): Promise<Record<string, unknown> & Told> {
  await expect.poll(() => portal.output(), { timeout: 30_000 }).toMatch(/^\{.*\}$/m);
  return JSON.parse(portal.output().trim().split('\n').at(-1)!) as Record<string, unknown> & Told;
}

describe('the packed package', () => {
  test('publint finds nothing', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('its types resolve as its code does, for who imports it', async () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const how = ['--profile', 'esm-only', '--no-definitely-typed', '--exclude-entrypoints', 'engine.js'];
    await runWell(process.execPath, [attw, tarball, ...how], folder);
  });

  test('a program in Node calls, sends, finds, retrieves and answers DICOMweb with it', async () => {
    expect(await told()).toMatchObject({
      implementation: expect.stringMatching(/^WEBDIMSE/) as string,
      sent: 5,
      status: 0,
      studies: 1,
      found: 1,
      files: 5,
    });
  });

  test('its command line runs', async () => {
    const { dicom } = await told();
    const webdimse = join(installed, 'node_modules/.bin/webdimse');
    const output = await runWell(webdimse, ['find', `ARCHIVE@127.0.0.1:${dicom}`, '--json'], installed);
    expect(output.trim().split('\n')[0]).toContain('0020000D');
  });
});

describeWith(['chromium'], 'the packed package in a page', () => {
  test('calls through the mounted bridge, and has an engine that keeps what it gets', async () => {
    const { bridge } = await told();
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(new URL('/', bridge).href);
      const heard = async (): Promise<string> => complaints[0] ?? (await page.title());
      await expect.poll(heard, { timeout: 20_000 }).not.toBe('A portal');
      expect(complaints).toEqual([]);
      expect(JSON.parse(await page.title())).toMatchObject({
        studies: 1,
        status: 0,
        received: 5,
        kept: 5,
        place: 'disk',
        saved: true,
        ended: 'The engine was closed.',
      });
    } finally {
      await browser.close();
    }
  });
});
