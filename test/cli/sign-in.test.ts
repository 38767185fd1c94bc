/** A bridge that wants its users to sign in: tokens made, given out, used, and taken back by SIGHUP. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WEBDIMSE, records, temporaryFolder, webdimse } from '../support/peers-process.ts';

const folder = temporaryFolder();
const config = join(folder, 'webdimse.json');
const tokens = join(folder, 'tokens.json');
let bridge: ChildProcess;
let notes: Interface;
let via: string;

/** What `webdimse token` makes: the token in a file of its own, and the entry. */
async function made(user: string, ...flags: string[]): Promise<{ file: string; entry: object }> {
  const [{ token, entry }] = records(await webdimse('token', user, '--json', ...flags)) as [
    { token: string; entry: object },
  ];
  const file = join(folder, `${user}.token`);
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return { file, entry };
}

const echo = (...flags: string[]) => webdimse('echo', 'WEBDIMSE', '--via', via, '--json', ...flags);

async function reload(): Promise<string> {
  const line = once(notes, 'line') as Promise<[string]>;
  bridge.kill('SIGHUP');
  return (await line)[0];
}

let anna: { file: string; entry: object };
let bert: { file: string; entry: object };

beforeAll(async () => {
  anna = await made('anna', '--to-peer', 'WEBDIMSE', '--as-title', 'ANNA');
  bert = await made('bert', '--to-peer', 'ARCHIVE2');
  writeFileSync(tokens, JSON.stringify({ users: [anna.entry, bert.entry] }));
  writeFileSync(config, JSON.stringify({ signIn: { tokens: 'tokens.json' } })); // seen from its own folder
  const args = [WEBDIMSE, 'serve', '--port', '0', '--pacs-port', '0', '--config', config, '--json'];
  bridge = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  notes = createInterface(bridge.stderr!);
  const [line] = (await once(createInterface(bridge.stdout!), 'line')) as [string];
  via = (JSON.parse(line) as { url: string }).url.replace('http', 'ws');
});
afterAll(async () => {
  bridge.kill('SIGTERM');
  await once(bridge, 'exit');
});

test('who has a token calls his peer as himself; everything else is refused with its reason', async () => {
  expect((await echo('--token-file', anna.file, '--calling', 'ANNA')).code).toBe(0);
  const borrowed = await echo('--token-file', anna.file, '--calling', 'BERT');
  expect([borrowed.code, borrowed.stderr]).toEqual([
    3,
    expect.stringContaining('calling AE title not allowed'),
  ]);
  const nobody = await echo();
  expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('--token-file FILE')]);
  const elsewhere = await echo('--token-file', bert.file);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('known: ARCHIVE2')]);
  writeFileSync(join(folder, 'wrong'), 'made-up');
  const wrong = await echo('--token-file', join(folder, 'wrong'));
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('does not know this token')]);
});

test('SIGHUP takes a user out; a mistake in the file leaves all as it was', async () => {
  writeFileSync(tokens, '{"users": [{}]}');
  expect(await reload()).toBe('The configuration stays as it was: tokens.json: users[0].user is missing');
  expect((await echo('--token-file', anna.file, '--calling', 'ANNA')).code).toBe(0);
  writeFileSync(tokens, JSON.stringify({ users: [bert.entry] }));
  expect(await reload()).toBe('The configuration was read again.');
  expect((await echo('--token-file', anna.file, '--calling', 'ANNA')).code).toBe(3);
});

test.each([
  [['token'], /whose token/],
  [['echo', 'X', '--token-file', 'x'], /--token-file goes with --via/],
  [['serve', '--host', '0.0.0.0', '--no-pacs'], /asks nobody to sign in/],
  [['serve', '--allow-origin', 'portal.example'], /allowOrigins\[0\]: not an origin/],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await webdimse(...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
