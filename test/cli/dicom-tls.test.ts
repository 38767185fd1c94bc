/** `webdimse serve` whose pages are called by TLS: the embedded mini-PACS calls them, too. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authority } from '../support/certificates.ts';
import { describeWith } from '../support/needs.ts';
import { WEBDIMSE, built, records, temporaryFolder, webdimse } from '../support/peers-process.ts';

describeWith(['openssl'], 'with dicomTls', () => {
  const authority = new Authority();
  const folder = temporaryFolder();
  let serve: ChildProcess;
  let notes: Interface;
  let via: string[];

  function identify(more: object = {}): void {
    const { certificate, key } = authority.issue();
    copyFileSync(certificate, join(folder, 'bridge.pem'));
    copyFileSync(key, join(folder, 'bridge.key'));
    const dicomTls = { certificate: 'bridge.pem', key: 'bridge.key', ...more };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ dicomTls }), { mode: 0o600 });
  }

  beforeAll(async () => {
    await built;
    identify();
    const ports = ['--port', '0', '--pacs-port', '0', '--dicom-port', '0'];
    const args = [WEBDIMSE, 'serve', ...ports, '--config', join(folder, 'config.json'), '--json'];
    serve = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    notes = createInterface(serve.stderr!);
    const [line] = (await once(createInterface(serve.stdout!), 'line')) as [string];
    via = ['--via', (JSON.parse(line) as { url: string }).url.replace('http', 'ws')];
  });
  afterAll(async () => {
    serve.kill('SIGTERM');
    await once(serve, 'exit');
  });

  async function moves(): Promise<unknown> {
    const found = records(await webdimse('find', 'WEBDIMSE', ...via, '--json'));
    const { dataset } = found[0] as { dataset: Record<string, { Value: string[] }> };
    const study = ['--study', dataset['0020000D']!.Value[0]!];
    const here = ['--dest', 'self', '--out', temporaryFolder()];
    const moved = await webdimse('move', 'WEBDIMSE', ...via, ...here, ...study, '--json');
    expect(moved.stderr).toBe('');
    return records(moved).at(-1)!['verdict'];
  }

  async function reload(): Promise<void> {
    const again = new Promise<void>((resolve) => {
      notes.on('line', (line) => {
        if (line.includes('was read again')) resolve();
      });
    });
    serve.kill('SIGHUP');
    await again;
  }

  test('it moves to a page', async () => {
    expect(await moves()).toBe('complete');
  });

  test('and behind a reload, with another certificate that callers need one of their own for', async () => {
    identify({ ca: authority.certificate });
    await reload();
    expect(await moves()).toBe('complete');
  });
});
