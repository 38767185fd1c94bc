/** `webdimse receive`, the storage SCP of the command line: sent to by DCMTK, moved to by dcmqrscp. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { content, contentOf, readRaw } from '../support/peers-files.ts';
import { run, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startDcmqrscp, startReceive } from '../support/peers.ts';
import { DCMTK_TOOLS, proves } from '../support/proves.ts';
import { received, studyArguments } from '../support/servers.ts';
import { FILES, NUMBERS, STUDY } from './instances.ts';

const IMPLICIT = '1.2.840.10008.1.2';

describeWith(['dcmtk', 'pydicom'], 'webdimse receive', () => {
  let receive: RealPeer;
  let server: RealPeer;
  beforeAll(async () => {
    receive = await startReceive('RECEIVE');
    server = await startDcmqrscp([receive]);
    await runWell('storescu', ['-aec', server.aeTitle, '127.0.0.1', String(server.port), ...FILES]);
  });
  afterAll(async () => {
    await Promise.all([receive, server].map((each) => each?.stop()));
  });

  const to = (): string[] => ['-aec', receive.aeTitle, '127.0.0.1', String(receive.port)];
  const lines = (): Record<string, unknown>[] =>
    receive
      .output()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('answers echoscu, and no other title than its own', async () => {
    await runWell('echoscu', to());
    const { stdout, stderr, code } = await run('echoscu', ['-aec', 'OTHER', ...to().slice(2)]);
    expect(stdout + stderr).toMatch(/Called AE Title Not Recognized/i);
    expect(code).not.toBe(0);
  });

  proves(
    DCMTK_TOOLS,
    'Storage, native',
    'keeps what storescu sends, and prints a line for each',
    async () => {
      const before = lines().length;
      await runWell('storescu', [...to(), ...FILES]);
      await expect.poll(() => lines().length - before).toBe(FILES.length);
      const told = lines().slice(before);
      expect(told.every(({ type, status }) => type === 'instance' && status === '0000')).toBe(true);
      expect(contentOf(told.map(({ file }) => readRaw(String(file))))).toEqual(content(receive.folder));
      expect(Object.keys(received(receive)).toSorted()).toEqual(
        FILES.map((file) => readRaw(file).sopInstanceUID).toSorted(),
      );
    },
  );

  proves('dcmqrscp', 'MOVE to us', 'can be moved to: by movescu, and by our own move', async () => {
    await runWell('movescu', ['-aem', 'RECEIVE', ...studyArguments(server, STUDY)]);
    const first = received(receive);
    expect(Object.keys(first)).toHaveLength(NUMBERS.ofStudy);
    const moved = await webdimse('move', server.address, '--dest', 'RECEIVE', '--study', STUDY);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(received(receive)).toEqual(first);
  });

  test('ends on Ctrl+C with what it received; nothing half kept lies about', async () => {
    process.kill(receive.pid, 'SIGINT');
    await expect
      .poll(() => lines().at(-1), { timeout: 5000 })
      .toMatchObject({
        type: 'result',
        received: FILES.length + 2 * NUMBERS.ofStudy,
      });
    expect(readdirSync(receive.folder)).toEqual([]);
  });

  test('--transfer-syntax: a get in the one that is asked for, a store only of what is in it', async () => {
    const folder = temporaryFolder();
    const flags = ['--transfer-syntax', 'ImplicitVRLittleEndian'];
    const got = await webdimse('get', server.address, '--study', STUDY, '--out', folder, ...flags);
    expect(got).toMatchObject({ code: 0, stderr: '' });
    const files = readdirSync(folder).map((name) => readRaw(`${folder}/${name}`));
    expect(files).toHaveLength(NUMBERS.ofStudy);
    expect(files.every(({ transferSyntaxUID }) => transferSyntaxUID === IMPLICIT)).toBe(true);
    const stored = await webdimse('store', server.address, folder, FILES[0]!, ...flags);
    expect(stored.stderr).toMatch(/^failed .*it is in Explicit VR Little Endian, which --transfer-syntax/);
    expect(stored.stdout).toMatch(new RegExp(`^${NUMBERS.ofStudy} instances sent, .*, 1 failed`));
    expect(stored.code).toBe(1);
  });
});
