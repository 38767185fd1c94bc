/** The files of the page: listed at once, read behind that, and then as they were. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileTable } from '../../bridge/http/files.ts';
import { formFor, listFiles, readAhead } from '../../bridge/http/files.ts';
import { startBridge } from '../../bridge/server.ts';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'webdimse-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'assets'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function textOf(table: FileTable, path: string, accepted = ''): Promise<string> {
  const { body } = await formFor(table.get(path)!, accepted).content();
  return body.toString();
}

describe('files of the page', () => {
  it('stay as they were read when a build replaces the folder', async () => {
    const folder = await folderOf({ 'index.html': 'old', 'assets/a-1.js': 'one', 'assets/a-1.js.br': 'o' });
    const table = await listFiles(folder);
    await readAhead(table);
    await rm(folder, { recursive: true });
    expect(await textOf(table, '/')).toBe('old');
    expect(await textOf(table, '/assets/a-1.js')).toBe('one');
    expect(await textOf(table, '/assets/a-1.js', 'gzip, br')).toBe('o');
  });

  it('are read once, by whoever comes first', async () => {
    const folder = await folderOf({ 'index.html': 'old' });
    const table = await listFiles(folder);
    expect(await textOf(table, '/')).toBe('old');
    await writeFile(join(folder, 'index.html'), 'new');
    await readAhead(table);
    expect(await textOf(table, '/index.html')).toBe('old');
  });

  it('are told as gone where they went before anybody read them, until they are there again', async () => {
    const folder = await folderOf({ 'index.html': 'old', 'wipe.js': 'gone' });
    const table = await listFiles(folder);
    await rm(join(folder, 'wipe.js'));
    await readAhead(table);
    await expect(formFor(table.get('/wipe.js')!, '').content()).rejects.toThrow('ENOENT');
    expect(await textOf(table, '/')).toBe('old');
    await writeFile(join(folder, 'wipe.js'), 'there again');
    expect(await textOf(table, '/wipe.js')).toBe('there again');
  });

  it('of the elements are looked for again where the folder could not be read', async () => {
    const folder = await folderOf({ elements: 'no folder' });
    const elementsRoot = join(folder, 'elements');
    const bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], elementsRoot });
    onTestFinished(() => bridge.close());
    const ask = async (): Promise<number> => (await fetch(`${bridge.url}elements/index.js`)).status;
    expect(await ask()).toBe(404);
    await rm(elementsRoot);
    await mkdir(elementsRoot);
    await writeFile(join(elementsRoot, 'index.js'), '');
    expect(await ask()).toBe(200);
  });

  it('come from the bridge as soon as it listens', async () => {
    const webRoot = await folderOf({ 'index.html': '<!doctype html>', 'assets/a-1.js': 'one' });
    const bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], webRoot });
    onTestFinished(() => bridge.close());
    const answers = await Promise.all(['', 'assets/a-1.js'].map((path) => fetch(bridge.url + path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await answers[1]!.text()).toBe('one');
    const etag = answers[1]!.headers.get('etag')!;
    const again = await fetch(`${bridge.url}assets/a-1.js`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });
});
