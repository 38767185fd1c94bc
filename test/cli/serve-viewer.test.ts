/** `webdimse serve --viewer`: what is typed wrong, what lies in the cache, and what a reload changes. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, packedName } from '../../bridge/viewer/kept.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { WEBDIMSE, built, records, temporaryFolder, webdimse } from '../support/peers-process.ts';

const DOCUMENT = '<title>viewer</title>';
const home = temporaryFolder();
const cache = join(home, 'webdimse');
const folder = join(cache, `ohif-app-${OHIF.version}-${fingerprint(OHIF)}`);
/** Nobody answers as the registry, as where there is no network. */
const OFFLINE = {
  ...process.env,
  XDG_CACHE_HOME: home,
  LOCALAPPDATA: home,
  npm_config_registry: 'http://127.0.0.1:1/',
  npm_config_fetch_retries: '0',
  npm_config_cache: join(home, 'npm'),
};
const ARGS = ['serve', '--no-pacs', '--port', '0', '--viewer', 'ohif', '--viewer-port', '0', '--json'];

function serve(...flags: readonly string[]): ChildProcess {
  const args = [WEBDIMSE, ...ARGS, ...flags];
  return spawn(process.execPath, args, { env: OFFLINE, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number; said: string }> {
  let said = '';
  child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

/** As `kept` lays it. */
function layViewer(): void {
  mkdirSync(join(folder, 'files'), { recursive: true });
  const packed = gzipSync(DOCUMENT);
  writeFileSync(join(folder, 'files/index.html'), packed);
  writeFileSync(join(folder, 'sizes.json'), JSON.stringify({ 'index.html': packed.length }));
}

beforeAll(() => built, 120_000);

test.each([
  [['--viewer', 'weasis'], /--viewer is ohif, not "weasis"/],
  [['--viewer-port', '8082'], /--viewer-port is of the viewer, which "--viewer ohif" brings along/],
  [['--viewer-url', 'https://ohif.example/'], /--viewer-url is of the viewer/],
  [['--viewer', 'ohif', '--viewer-port', '70000'], /--viewer-port .*"70000"/],
  [['--viewer', 'ohif', '--viewer-url', 'ohif.example'], /publicUrl: not an http or https URL/],
  [['--viewer', 'ohif', '--viewer-url', 'https://pacs.example/ohif/'], /--viewer-url has no path/],
  [['--viewer', 'ohif', '--viewer-url', 'https://ohif.example/'], /ohif\.example\/.*sign in/],
])('%j is refused, before anything is fetched', async (flags, sentence) => {
  const args = ['serve', '--no-pacs', '--port', '0', ...flags];
  expect(await webdimse(...args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(sentence),
  });
});

describe('without a network', () => {
  test('says what to lay where, and leaves nothing', { timeout: 30_000 }, async () => {
    const { code, said } = await ended(serve());
    expect([code, said]).toEqual([3, expect.stringContaining(`lay that into ${cache}`)]);
    expect(said).toContain(`"npm pack @ohif/app@${OHIF.version}"`);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('takes no packed file but the one that it knows', async () => {
    const packed = join(cache, packedName(OHIF));
    mkdirSync(dirname(packed), { recursive: true });
    writeFileSync(packed, 'another');
    const { code, said } = await ended(serve());
    expect([code, said]).toEqual([1, expect.stringMatching(/is not what this version .* is not used/)]);
    expect(readdirSync(cache)).toEqual([packedName(OHIF)]);
    truncateSync(packed);
    expect((await ended(serve())).code).toBe(1);
  });
});

describe('with the viewer in the cache', () => {
  const config = join(temporaryFolder(), 'webdimse.json');
  let child: ChildProcess;
  let notes: ReturnType<typeof createInterface>;
  let page: string;

  beforeAll(async () => {
    layViewer();
    const [{ entry }] = records(await webdimse('token', 'anna', '--json')) as [{ entry: object }];
    writeFileSync(join(dirname(config), 'tokens.json'), JSON.stringify({ users: [entry] }));
    writeFileSync(config, JSON.stringify({ signIn: { tokens: 'tokens.json' } }));
    child = serve('--config', config, '--viewer-url', 'https://ohif.example/');
    notes = createInterface(child.stderr!);
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    const told = JSON.parse(line) as { url: string; viewer: string };
    expect(told.viewer).toBe('https://ohif.example/');
    page = told.url;
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  const wantsTickets = async (): Promise<boolean> => {
    const answer = await fetch(new URL('bridge/v1/door', page));
    return ((await answer.json()) as { ticket: boolean }).ticket;
  };

  async function reload(settings: object): Promise<string> {
    const line = once(notes, 'line') as Promise<[string]>;
    writeFileSync(config, JSON.stringify(settings));
    child.kill('SIGHUP');
    return (await line)[0];
  }

  test('a reload that the viewer may not have changes nothing of the page either', async () => {
    expect(await wantsTickets()).toBe(true);
    expect(await reload({})).toMatch(/^The configuration stays as it was: .*ohif\.example.*sign in/);
    expect(await wantsTickets()).toBe(true);
    expect(await reload({ signIn: { tokens: 'tokens.json' } })).toBe('The configuration was read again.');
  });

  test('a document that was cut in the cache is fetched again', { timeout: 30_000 }, async () => {
    truncateSync(join(folder, 'files/index.html'), 4);
    writeFileSync(join(cache, packedName(OHIF)), 'another'); // what is looked at before the network
    const { code, said } = await ended(serve());
    expect([code, said]).toEqual([1, expect.stringContaining('is not used')]);
    layViewer();
  });
});
