/** `webdimse serve`: the page, the bridge, two mini-PACS, and an end in order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { WEBDIMSE, records, temporaryFolder, webdimse } from '../support/peers-process.ts';

interface Listening {
  readonly url: string;
  readonly peers: readonly { name: string; aeTitle: string; host: string; port: number }[];
}

test('serves the page, lists the peers, moves between them, and ends on SIGTERM', async () => {
  const user = ['--peer', 'MINE=THEIRS@127.0.0.1:104'];
  const args = [WEBDIMSE, 'serve', '--port', '0', '--pacs-port', '0', '--json', ...user];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url, peers } = JSON.parse(line) as Listening;
    expect(peers.map(({ name }) => name)).toEqual(['WEBDIMSE', 'ARCHIVE2', 'MINE']);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
    const list = await fetch(new URL('bridge/v1/peers', url));
    expect(await list.json()).toEqual({ peers });

    const via = ['--via', url.replace('http', 'ws'), '--json'];
    const studies = records(await webdimse('find', 'WEBDIMSE', ...via));
    expect(studies.at(-1)).toMatchObject({ status: '0000' });
    expect(Number(studies.at(-1)!['matches'])).toBeGreaterThanOrEqual(6);
    const steps = records(await webdimse('worklist', 'WEBDIMSE', ...via));
    expect(steps.at(-1)).toMatchObject({ status: '0000', matches: 4 });
    const match = studies[0] as unknown as { dataset: Record<string, { Value: string[] }> };
    const study = match.dataset['0020000D']!.Value[0]!;
    const moved = await webdimse('move', 'WEBDIMSE', '--dest', 'ARCHIVE2', '--study', study, ...via);
    expect(moved.code).toBe(0);
    const back = await webdimse('get', 'ARCHIVE2', '--study', study, '--discard', ...via);
    expect(records(back).at(-1)!['received']).toBe(records(moved).at(-1)!['completed']);
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});

test('prints the page, the peers and how to add one', async () => {
  const child = spawn(process.execPath, [WEBDIMSE, 'serve', '--port', '0', '--pacs-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (!line.includes('Ctrl+C')) continue;
    child.kill('SIGINT');
    child.kill('SIGINT'); // as npm does: it passes on what the terminal has delivered already
  }
  const text = lines.join('\n');
  expect(text).toMatch(/Page +http:\/\/127\.0\.0\.1:\d+/);
  expect(text).toMatch(/WEBDIMSE +WEBDIMSE@127\.0\.0\.1:\d+/);
  expect(text).toMatch(/ARCHIVE2 +ARCHIVE2@127\.0\.0\.1:\d+/);
  expect(text).toContain('--peer NAME=AET@host:port');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
});

test.each(['pacs', 'receive'])(
  '%s listens on every address where it is told to, and says who may call',
  async (name) => {
    const out = name === 'receive' ? ['--out', temporaryFolder()] : [];
    const args = [WEBDIMSE, name, ...out, '--port', '0', '--host', '0.0.0.0', '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const noted = once(createInterface(child.stderr), 'line') as Promise<[string]>;
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect((await noted)[0]).toBe(`webdimse ${name}: whoever reaches 0.0.0.0 can use it, under any AE title`);
    const { port } = JSON.parse(line) as { port: number };
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address, family } of addresses) {
      if (family !== 'IPv4') continue;
      expect((await webdimse('echo', `WEBDIMSE@${address}:${port}`)).code, address).toBe(0);
    }
    child.kill('SIGTERM');
    await once(child, 'exit');
  },
);

test('told to be reachable without TLS, says what browsers will withhold', async () => {
  const args = [WEBDIMSE, 'serve', '--port', '0', '--no-pacs', '--insecure', '--host', '0.0.0.0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  expect(line).toMatch(
    /withhold from the page: .*navigator\.locks.*OPFS.*navigator\.clipboard.*crypto\.subtle/,
  );
  child.kill('SIGTERM');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
});
