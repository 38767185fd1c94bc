/** `--record` of any command, and `webdimse inspect` of what it wrote. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

let pacs: RealPeer;
let folder = '';

beforeAll(async () => {
  pacs = await startWebdimsePacs([], { sample: true });
  folder = mkdtempSync(join(temporaryFolder(), 'record-'));
});
afterAll(() => pacs?.stop());

/** The lines behind their times. */
const inspected = async (file: string): Promise<string[]> => {
  const { stdout } = await webdimse('inspect', file);
  return stdout.split('\n').map((line) => line.replace(/^[\d:.]{12} /, ''));
};

test('a get is recorded whole, and told a line a message', async () => {
  const file = join(folder, 'get.pcapng');
  const found = records(await webdimse('find', pacs.address, '--level', 'STUDY', '--json'));
  const study = found.find(({ type }) => type === 'match') as {
    dataset: Record<string, { Value: string[] }>;
  };
  const uid = study.dataset['0020000D']!.Value[0]!;
  const got = await webdimse(
    'get',
    pacs.address,
    '--study',
    uid,
    '--out',
    join(folder, 'out'),
    '--record',
    file,
  );
  expect(got.code).toBe(0);
  expect(statSync(file).mode & 0o077).toBe(0);
  const lines = await inspected(file);
  const stores = lines.filter((line) =>
    /^#\d+ <- C-STORE-RQ \d+, .* in \d+ fragments? in context \d+ \(/.test(line),
  );
  const answers = lines.filter((line) => /^#\d+ -> C-STORE-RSP to \d+: Success in context/.test(line));
  expect(stores.length).toBeGreaterThan(0);
  expect(answers).toHaveLength(stores.length);
  expect(lines.filter((line) => line.includes('C-GET-RSP') && line.includes(': Success'))).not.toHaveLength(
    0,
  );
  const kept = stores.length;
  expect(got.stdout).toContain(`${kept} instances`);
});

test('a capture is told as DCMTK would have, and names patients only when asked', async () => {
  const file = join(folder, 'find.pcapng');
  await webdimse('find', pacs.address, '--level', 'STUDY', '--key', 'PatientName', '--record', file);
  const masked = await webdimse('inspect', file, '--dcmtk', 'd');
  expect(masked.stdout).toMatch(/^D: Request Parameters:\nD: =+ BEGIN A-ASSOCIATE-RQ =+\n/);
  expect(masked.stdout).toContain('I: Received Final Find Response\n');
  expect(masked.stdout).toMatch(/\(0010,0010\) PN \[[*^ ]+\] +# /);
  const named = await webdimse('inspect', file, '--dcmtk', 'v', '--patients');
  expect(named.stdout).toMatch(/I: \(0010,0010\) PN \[\p{L}+\^/u);
  expect((await webdimse('inspect', file, '--dcmtk', 'x')).code).toBe(2);
});

test('the side of the mini-PACS is recorded as well', async () => {
  const file = join(folder, 'pacs.pcapng');
  const recording = await startWebdimsePacs([], { more: ['--record', file] });
  expect((await webdimse('echo', recording.address)).code).toBe(0);
  await recording.stop();
  const told = (await inspected(file)).map((line) => line.replace(/ \(.*|(?<=192\.0\.2\.1:)\d+/, ''));
  expect(told).toEqual([
    '#1    192.0.2.1: opens a connection to 192.0.2.2:11112',
    `#1 -> A-ASSOCIATE-RQ WEBSCU to ${recording.aeTitle}, 1 context`,
    '#1 <- A-ASSOCIATE-AC 1 of 1 accepted',
    '#1 -> C-ECHO-RQ 1 in context 1',
    '#1 <- C-ECHO-RSP to 1: Success in context 1',
    '#1 -> A-RELEASE-RQ',
    '#1 <- A-RELEASE-RP',
    '#1 -> connection closed',
    '12 packets, 1 association',
    '',
  ]);
});

test('a capture of that name is replaced, any other file is left alone', async () => {
  const file = join(folder, 'twice.pcapng');
  for (let i = 0; i < 2; i++) expect((await webdimse('echo', pacs.address, '--record', file)).code).toBe(0);
  expect((await inspected(file)).at(-2)).toBe('12 packets, 1 association');
  const letter = join(folder, 'letter.txt');
  writeFileSync(letter, 'dear');
  const { code, stderr } = await webdimse('echo', pacs.address, '--record', letter);
  expect([code, stderr]).toEqual([
    2,
    `webdimse echo: --record: ${letter} is there, and is no capture; choose another name\n`,
  ]);
  expect(readFileSync(letter, 'utf8')).toBe('dear');
});

test('what is no capture, or is broken, is told and is exit code 1', async () => {
  const file = join(folder, 'broken.pcapng');
  await webdimse('echo', pacs.address, '--record', file);
  writeFileSync(file, readFileSync(file).subarray(0, -10));
  const cut = await webdimse('inspect', file, '--json');
  expect(cut.stderr).toMatch(/^The file is cut off/);
  expect(records(cut).at(-1)).toMatchObject({ type: 'result', associations: 1 });
  const none = join(folder, 'none');
  writeFileSync(none, 'no capture at all, whatever it is');
  const { code, stderr } = await webdimse('inspect', none);
  expect([code, stderr]).toEqual([1, 'This is no capture: it begins neither as pcap nor as pcapng.\n']);
});

test('a capture is saved again with every byte, and de-identified without patients', async () => {
  const [file, same, clean] = ['kept', 'same', 'clean'].map((name) => join(folder, `${name}.pcapng`));
  await webdimse('find', pacs.address, '--level', 'STUDY', '--key', 'PatientName', '--record', file!);
  const saved = await webdimse('inspect', file!, '--save', same!);
  expect([saved.code, saved.stdout]).toEqual([
    0,
    expect.stringMatching(/, 1 association; saved as .*same\.pcapng\n$/),
  ]);
  const log = async (of: string): Promise<string> =>
    (await webdimse('inspect', of, '--dcmtk', 'd', '--patients')).stdout;
  const told = await log(file!);
  expect((await log(same!)).split('\n').slice(0, -2)).toEqual(told.split('\n').slice(0, -2));
  const names = [...told.matchAll(/\(0010,0010\) PN \[(\p{L}+)\^/gu)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(3);
  expect((await webdimse('inspect', file!, '--save', clean!, '--deidentify')).code).toBe(0);
  const after = await log(clean!);
  for (const name of names) expect(after).not.toContain(name);
  expect(after.match(/Received Find Response/g)).toHaveLength(told.match(/Received Find Response/g)!.length);
  expect(after).toContain('(0010,0010) PN [ANON-');
  expect(await webdimse('inspect', file!, '--save', file!)).toMatchObject({ code: 2 });
  expect(await webdimse('inspect', file!, '--deidentify')).toMatchObject({ code: 2 });
});

test('a folder or a pipe is no capture, and one by another name is not written over itself', async () => {
  const [pipe, file, link] = ['pipe', 'one.pcapng', 'other.pcapng'].map((name) => join(folder, name));
  execFileSync('mkfifo', [pipe!]);
  for (const none of [pipe!, folder]) {
    const { code, stderr } = await webdimse('inspect', none);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/ is no file: /)]);
  }
  expect(await webdimse('inspect', join(folder, 'nowhere'))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/nowhere: no such file or directory\n$/),
  });
  await webdimse('echo', pacs.address, '--record', file!);
  linkSync(file!, link!);
  const { code, stderr } = await webdimse('inspect', file!, '--save', link!);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/is the capture that is read/)]);
  const record = await webdimse('inspect', file!, '--record', file!);
  expect([record.code, record.stderr]).toEqual([2, expect.stringMatching(/--save OUT/)]);
  expect((await inspected(link!)).at(-2)).toMatch(/1 association$/);
  expect((await webdimse('inspect', file!, '-v')).stdout).toMatch(/^I: Requesting Association\n/);
});
