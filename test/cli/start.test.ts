/** `npm start` on a fresh checkout: it says at once that it builds, and soon after where the page is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/peers-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['core', 'bridge', 'web', 'package.json', 'package-lock.json', 'tsconfig.json'];

test(
  'a fresh checkout tells within 1 s that it builds, and its URL within 20 s',
  { timeout: 60_000 },
  async () => {
    const folder = temporaryFolder();
    for (const name of SOURCES) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const started = performance.now();
    const args = ['bridge/webdimse.mjs', 'serve', '--port', '0', '--pacs-port', '0'];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      const [first] = (await once(createInterface(child.stderr), 'line')) as [string];
      expect(first).toBe('webdimse: building the command line and the page …');
      expect(performance.now() - started).toBeLessThan(1000);
      for await (const line of createInterface(child.stdout)) {
        const url = /http:\/\/\S+/.exec(line)?.[0];
        if (url === undefined) continue;
        expect(performance.now() - started).toBeLessThan(20_000);
        expect((await fetch(url)).status).toBe(200);
        break;
      }
    } finally {
      child.kill('SIGTERM');
    }
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  },
);
