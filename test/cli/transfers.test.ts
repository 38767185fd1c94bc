/** The command line against our own mini-PACS: what it prints, what it keeps, what it leaves behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenTcp, tcpDialer } from '../../bridge/node/index.ts';
import { Archive, archiveHandlers, MemoryStore, addSamples } from '../../core/archive/index.ts';
import { StatusError } from '../../core/bytes/index.ts';
import { serve } from '../../core/service/index.ts';
import { breakAfter } from '../support/peers-cut.ts';
import { content, instancesBelow } from '../support/peers-files.ts';
import { WEBDIMSE, freePort, records, run, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

let pacs: RealPeer;
let other: RealPeer;
/** A study of several instances, and how many. */
let study: string;
let instances: number;

beforeAll(async () => {
  other = await startWebdimsePacs([], { aeTitle: 'OTHER' });
  pacs = await startWebdimsePacs([other], { sample: true });
  const studies = await webdimse('find', pacs.address, '--json', '--key', 'NumberOfStudyRelatedInstances');
  const matches = records(studies).filter(({ type }) => type === 'match') as unknown as {
    dataset: Record<string, { Value: [string | number] }>;
  }[];
  const counted = matches.map(({ dataset }) => ({
    uid: String(dataset['0020000D']!.Value[0]),
    number: Number(dataset['00201208']!.Value[0]),
  }));
  const largest = counted.toSorted((a, b) => b.number - a.number)[0]!;
  study = largest.uid;
  instances = largest.number;
});
afterAll(async () => {
  await Promise.all([pacs, other].map((each) => each?.stop()));
});

describe('echo', () => {
  test('says who answers and how fast', async () => {
    const { code, stdout, stderr } = await webdimse('echo', pacs.address, '--repeat', '5');
    expect(stdout).toMatch(/^WEBDIMSE answers \(.+\): 5 echoes, \d+\.\d ms each\n$/);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('ends when it has printed, though the peer keeps its half of the connection open', async () => {
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect(pacs.port, '127.0.0.1', () => near.pipe(far));
      far.on('data', (data) => near.write(data)).on('error', () => near.destroy());
      near.on('error', () => far.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const begun = performance.now();
    const idle = await webdimse('--version');
    const start = performance.now() - begun;
    const { code } = await webdimse('echo', `WEBDIMSE@127.0.0.1:${port}`);
    // Two seconds would be the grace that the peer has for its FIN.
    expect(performance.now() - begun - 2 * start).toBeLessThan(1900);
    expect([idle.code, code]).toEqual([0, 0]);
    server.close();
  });

  test('a title that the peer does not answer to is exit code 3', async () => {
    const { code, stderr } = await webdimse('echo', pacs.address.replace('WEBDIMSE', 'NOBODY'));
    expect(stderr).toMatch(/^webdimse echo: .*NOBODY.*\n$/);
    expect(code).toBe(3);
  });
});

describe('find', () => {
  test('prints a table for people', async () => {
    const { stdout } = await webdimse('find', pacs.address, '--key', 'PatientSex');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^PatientSex +StudyDate +PatientID +PatientName +ModalitiesInStudy/);
    expect(lines.length).toBeGreaterThanOrEqual(8); // head, six studies, the sum
    expect(lines.at(-1)).toMatch(/^\d+ matches in [\d.]+ s$/);
  });

  test('stops at a limit and says so', async () => {
    const lines = records(await webdimse('find', pacs.address, '--limit', '2', '--json'));
    expect(lines.map(({ type }) => type)).toEqual(['match', 'match', 'result']);
    expect(lines.at(-1)).toMatchObject({ matches: 2, limited: true });
  });
});

describe('get', () => {
  test('keeps one file per instance under its final name, and prints a line for each', async () => {
    const folder = join(temporaryFolder(), 'new');
    const finished = await webdimse('get', pacs.address, '--study', study, '--out', folder, '--json');
    const lines = records(finished);
    const files = instancesBelow(folder);
    expect(files.size).toBe(instances);
    for (const line of lines.filter(({ type }) => type === 'instance')) {
      const file = files.get(String(line['sopInstanceUID']))!;
      expect(line).toMatchObject({ status: '0000', file: file.path, bytes: file.dataSet.length });
    }
    expect(lines.filter(({ type }) => type === 'instance')).toHaveLength(instances);
    const last = {
      type: 'result',
      status: '0000',
      name: 'Success',
      completed: instances,
      received: instances,
    };
    expect(lines.at(-1)).toMatchObject(last);
    expect([finished.code, finished.stderr]).toEqual([0, '']);
  });

  test('--discard counts and keeps nothing', async () => {
    const lines = records(await webdimse('get', pacs.address, '--study', study, '--discard', '--json'));
    const came = lines.filter(({ type }) => type === 'instance');
    expect(came).toHaveLength(instances);
    expect(came.every(({ file, bytes }) => file === null && Number(bytes) > 0)).toBe(true);
  });

  test('a study that the peer does not have: nothing matched, exit code 1', async () => {
    const folder = temporaryFolder();
    const args = ['get', pacs.address, '--study', '1.2.3', '--out', folder];
    const { code, stdout, stderr } = await webdimse(...args);
    expect(stdout).toMatch(/^0 instances/);
    expect(stderr).toMatch(/^webdimse get: nothing matched: .*\n$/);
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
    const lines = records(await webdimse(...args, '--json'));
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      verdict: 'nothing matched',
      promised: 0,
      missing: [],
    });
  });

  test('over several associations, and only what is missing', async () => {
    const folder = temporaryFolder();
    const all = ['get', pacs.address, '--study', study];
    const first = records(await webdimse(...all, '--out', folder, '--associations', '4', '--json'));
    expect(first.at(-1)).toMatchObject({ verdict: 'complete', promised: instances, received: instances });
    const files = readdirSync(folder);
    expect(files).toHaveLength(instances);
    for (const file of files.slice(0, 3)) rmSync(join(folder, file));
    const again = records(await webdimse(...all, '--missing-only', folder, '--json'));
    expect(again.at(-1)).toMatchObject({ verdict: 'complete', promised: 3, received: 3, duplicates: 0 });
    expect(readdirSync(folder).toSorted()).toEqual(files.toSorted());
    const nothing = await webdimse(...all, '--missing-only', folder);
    expect(nothing).toMatchObject({ code: 0, stderr: '' });
  });

  test('a study that the peer does not have, which it calls a failure', async () => {
    const archive = await Archive.open(new MemoryStore());
    const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
    const server = serve(listener, {
      ...archiveHandlers(archive, { aeTitle: 'STERN', destination: () => undefined }),
      get() {
        throw new StatusError(0xc000, 'No such study.');
      },
    });
    const address = `STERN@127.0.0.1:${listener.port}`;
    const { code, stderr } = await webdimse('get', address, '--study', '1.2.3', '--discard');
    expect(stderr).toMatch(
      /^webdimse get: the peer lists nothing of what was asked for\. status C000, .*\n$/,
    );
    expect(code).toBe(1);
    await server.close();
    archive.close();
  });

  test('has the peer move to us what it does not send by C-GET', async () => {
    const port = await freePort();
    const archive = await Archive.open(new MemoryStore());
    await addSamples(archive.store);
    const destination = (aeTitle: string) => ({ aeTitle, host: '127.0.0.1', port });
    const { get: _, ...handlers } = archiveHandlers(archive, { aeTitle: 'MOVER', destination });
    const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
    const server = serve(listener, handlers, { dialer: tcpDialer() });
    const folder = temporaryFolder();
    const args = ['get', `MOVER@127.0.0.1:${listener.port}`, '--study', study, '--out', folder];
    const refused = await webdimse(...args);
    expect(refused.code).not.toBe(0);
    const moved = await webdimse(...args, '--receive-port', String(port), '--json');
    expect(moved.code).toBe(0);
    expect(moved.stderr).toMatch(/^webdimse get: moved to us: .*Retrieve.*GET/);
    expect(records(moved).at(-1)).toMatchObject({ verdict: 'complete', received: instances, missing: [] });
    expect(readdirSync(folder)).toHaveLength(instances);
    await server.close();
    archive.close();
  });

  describe('when it does not come to its end', () => {
    /** All files of the study, and how many bytes bring one of them and half of the next. */
    const whole = temporaryFolder();
    let half: number;
    beforeAll(async () => {
      await webdimse('get', pacs.address, '--study', study, '--out', whole);
      const sizes = [...instancesBelow(whole).values()].map(({ dataSet }) => dataSet.length);
      half = sizes[0]! * 1.5;
    });

    const expectWholeFilesOnly = (folder: string): void => {
      expect(readdirSync(folder).filter((name) => !name.endsWith('.dcm'))).toEqual([]);
      expect(instancesBelow(folder).size).toBeLessThan(instances);
      expect(content(whole)).toMatchObject(content(folder));
    };

    test('a folder that takes no more ends it with one line', async () => {
      const folder = temporaryFolder();
      // A file may have no more than so many blocks of 1024 bytes, which is less than an instance.
      const line = `ulimit -f 64; "$0" "$@"`;
      const args = [WEBDIMSE, 'get', pacs.address, '--study', study, '--out', folder, '--json'];
      const finished = await run('bash', ['-c', line, process.execPath, ...args]);
      expect(finished.stderr).toMatch(/^webdimse get: what comes cannot be kept: .*EFBIG.*\n$/);
      const last = {
        type: 'result',
        verdict: 'failed',
        received: 0,
        error: expect.stringContaining('EFBIG'),
      };
      expect(records(finished).at(-1)).toMatchObject(last);
      expect(finished.code).toBe(1);
      expect(readdirSync(folder)).toEqual([]);
    });

    test('a connection that breaks leaves whole files only', async () => {
      const way = await breakAfter(half, pacs.port, 'cut');
      const folder = temporaryFolder();
      const address = `WEBDIMSE@127.0.0.1:${way.port}`;
      const { code, stderr } = await webdimse('get', address, '--study', study, '--out', folder);
      way.close();
      expect(stderr).toMatch(/^webdimse get: .+\n$/);
      expect(code).toBe(1);
      expectWholeFilesOnly(folder);
    });

    test('Ctrl+C ends it in order, even where the peer has fallen silent', async () => {
      const way = await breakAfter(half, pacs.port, 'silent');
      const folder = temporaryFolder();
      const args = ['get', `WEBDIMSE@127.0.0.1:${way.port}`, '--study', study, '--out', folder];
      const child = spawn(process.execPath, [WEBDIMSE, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
      await way.broken;
      child.kill('SIGINT');
      const [code] = (await once(child, 'close')) as [number | null];
      way.close();
      expect(stderr).toMatch(/^webdimse get: .*cancelled.*\n$/i);
      expect(code).toBe(1);
      expectWholeFilesOnly(folder);
    });
  });
});

describe('move and store', () => {
  test('move shows what the peer tells', async () => {
    const lines = records(
      await webdimse('move', pacs.address, '--dest', 'OTHER', '--study', study, '--json'),
    );
    expect(lines[0]).toMatchObject({ type: 'progress' });
    expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000', completed: instances, failed: 0 });
    expect(instancesBelow(other.folder).size).toBe(instances);
  });

  test('a study that the peer does not have moves nothing: exit code 1', async () => {
    const { code, stdout, stderr } = await webdimse(
      'move',
      pacs.address,
      '--dest',
      'OTHER',
      '--study',
      '1.2.3',
    );
    expect(stdout).toMatch(/^0 instances/);
    expect(stderr).toMatch(/^webdimse move: nothing matched: .*\n$/);
    expect(code).toBe(1);
  });

  test('an unknown destination is exit code 1 and status A801', async () => {
    const finished = await webdimse('move', pacs.address, '--dest', 'NOWHERE', '--study', study, '--json');
    expect(finished.stderr).toMatch(/^webdimse move: .*A801.*\n$/);
    expect(records(finished).at(-1)).toMatchObject({ type: 'result', status: 'A801' });
    expect(finished.code).toBe(1);
  });

  test('store walks folders and says what it skipped', async () => {
    const folder = temporaryFolder();
    await webdimse('get', pacs.address, '--study', study, '--out', folder);
    const { code, stdout, stderr } = await webdimse('store', other.address, folder, 'package.json');
    expect(stdout).toMatch(new RegExp(`^${instances} instances sent, .*, 1 file skipped in [\\d.]+ s\n$`));
    expect(stderr).toMatch(/^skipped package\.json: .+\n$/);
    expect(code).toBe(0);
  });

  test('store does not send a file that is cut off, and says that it failed', async () => {
    const folder = temporaryFolder();
    await webdimse('get', pacs.address, '--study', study, '--out', folder);
    const [first] = readdirSync(folder);
    truncateSync(join(folder, first!), statSync(join(folder, first!)).size - 100);
    const finished = await webdimse('store', other.address, folder, '--json');
    const told = records(finished);
    expect(told.filter(({ name }) => name === 'NotSent')).toMatchObject([
      { file: join(folder, first!), error: expect.stringMatching(/^the file is cut off: 100 bytes/) },
    ]);
    expect(told.at(-1)).toMatchObject({ type: 'result', sent: instances - 1, failed: 1, skipped: 0 });
    expect(finished.stderr).toMatch(/^failed .*: the file is cut off: .*\n$/);
    expect(finished.code).toBe(1);
  });
});

describe('pacs', () => {
  test('finds again what its folder holds', async () => {
    const folder = temporaryFolder();
    const first = await startWebdimsePacs([], { folder, sample: true });
    await first.stop();
    const second = await startWebdimsePacs([], { folder });
    const { stdout } = await webdimse('get', second.address, '--study', study, '--discard');
    expect(stdout).toMatch(new RegExp(`^${instances} instances`));
    await second.stop();
  });
});
