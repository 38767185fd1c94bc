/** What the command line asks for when it associates, and what it says of the answer: users, extended behavior. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Flags } from '../../bridge/cli/flags.ts';
import { createOutput } from '../../bridge/cli/output.ts';
import { SCU_FLAGS, peerOf } from '../../bridge/cli/scu.ts';
import { isLoopback } from '../../bridge/cli/user.ts';
import { warnOfToken } from '../../bridge/cli/via.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import { startBridge } from '../../bridge/server.ts';
import { Archive, archiveHandlers, MemoryStore, addSamples } from '../../core/archive/index.ts';
import { fromLatin1 } from '../../core/bytes/index.ts';
import { echo } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { serve, USER_REFUSED } from '../../core/service/index.ts';
import type { Handlers, UserIdentity } from '../../core/service/index.ts';
import { OURS } from '../conformance.mjs';
import { failure } from '../support/failure.ts';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import { proves } from '../support/proves.ts';

interface Scp {
  readonly address: string;
  readonly users: (UserIdentity | undefined)[];
  close(): Promise<void>;
}

/** The mini-PACS with samples, changed so; users are confirmed but for `mallory`. */
async function scp(change: (ours: Handlers) => Handlers = (ours) => ours): Promise<Scp> {
  const store = new MemoryStore();
  await addSamples(store);
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
  const users: (UserIdentity | undefined)[] = [];
  const ours = archiveHandlers(await Archive.open(store), { aeTitle: 'SCP', destination: () => undefined });
  const server = serve(
    listener,
    change({
      ...ours,
      accept(_, user) {
        users.push(user);
        if (user && 'userName' in user && user.userName === 'mallory') return USER_REFUSED;
        return user && { userIdentityResponse: fromLatin1('welcome') };
      },
    }),
  );
  return { address: `SCP@127.0.0.1:${listener.port}`, users, close: () => server.close() };
}

let knowing: Scp;
let ignorant: Scp;
let folder: string;
beforeAll(async () => {
  folder = temporaryFolder();
  [knowing, ignorant] = await Promise.all([scp(), scp(({ accept: _, extended: __, ...ours }) => ours)]);
});
afterAll(async () => {
  await Promise.all([knowing, ignorant].map((each) => each?.close()));
});

let files = 0;
function secret(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, `secret${++files}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** What peerOf makes of flags, and what it remarks. */
async function typed(to: string, ...args: string[]): Promise<{ peer: PeerAddress; notes: string[] }> {
  const notes: string[] = [];
  const peer = await peerOf({
    command: 'echo',
    flags: Flags.parse([to, ...args], SCU_FLAGS),
    output: { ...createOutput(false), note: (text) => notes.push(text) },
    signal: new AbortController().signal,
    sink: undefined,
    started: 0,
  });
  return { peer, notes };
}

describe('users', () => {
  const ticket = Uint8Array.of(0x60, 0x0a, 0xff, 0x0a);
  const users: readonly [string, string[], string | Uint8Array | undefined, Record<string, unknown>][] = [
    ['a name', ['--user', 'jane'], undefined, { type: 'user name', userName: 'jane' }],
    [
      'a passcode, without the end of its line',
      ['--user', 'jane'],
      'pässwort\n',
      { type: 'passcode', userName: 'jane', passcode: 'pässwort' },
    ],
    ['a token', ['--user-token', 'jwt'], 'e30.e30.\r\n', { type: 'jwt', token: 'e30.e30.' }],
    ['an assertion', ['--user-token', 'saml'], '<a/>', { type: 'saml', assertion: '<a/>' }],
    ['a ticket, byte by byte', ['--user-token', 'kerberos'], ticket, { type: 'kerberos', ticket }],
  ];
  for (const [name, args, content, user] of users) {
    proves(OURS, 'user identity', name, async () => {
      const file = content === undefined ? [] : ['--user-secret', secret(content)];
      const { peer, notes } = await typed(knowing.address, ...args, ...file);
      await echo(peer);
      expect(knowing.users.at(-1)).toEqual({ ...user, positiveResponseRequested: true });
      expect(notes).toEqual([]);
    });
  }

  test.each<[string, string[], RegExp]>([
    ['two kinds of user', ['--user', 'a', '--user-token', 'jwt'], /--user and --user-token/],
    ['a token without its file', ['--user-token', 'jwt'], /--user-secret FILE/],
    ['a token that is none', ['--user-token', 'oauth'], /kerberos, saml, jwt.*"oauth"/],
    ['a secret of nobody', ['--user-secret', 'x'], /--user-secret needs --user/],
    [
      'a secret that is not there',
      ['--user', 'a', '--user-secret', '/no/such/file'],
      /--user-secret: \/no\/such\/file: no such file/,
    ],
  ])('%s', async (_, args, culprit) => {
    await expect(typed('X@127.0.0.1:104', ...args)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(culprit),
    });
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['that is empty', '', /is empty/],
    ['of nothing but an end of line', '\n', /is empty/],
    ['that is no text', Uint8Array.of(0xff, 0xfe, 0xfd), /no text in UTF-8/],
    ['that no item can hold', 'hunter2'.repeat(10_000), /longer than 65535 bytes/],
  ])('a passcode %s', async (_, content, culprit) => {
    const error = await failure(typed('X@127.0.0.1:104', '--user', 'a', '--user-secret', secret(content)));
    expect(error).toMatchObject({ code: 'USAGE', message: expect.stringMatching(culprit) });
    expect(error.message).not.toContain('hunter2');
  });

  test('a peer that knows none lets us in, which is said', async () => {
    const finished = await webdimse('find', ignorant.address, '--user', 'jane', '--json', '--limit', '1');
    expect(finished.stderr).toBe(
      'webdimse find: SCP let us in, but did not confirm the user; it may know none.\n',
    );
    expect(finished.code).toBe(0);
    expect(records(finished)[0]).toEqual({ type: 'negotiation', userConfirmed: false });
  });

  test('who is refused is told, and the secret is in no line of it', async () => {
    const args = ['--user', 'mallory', '--user-secret', secret('hunter2'), '-v', '--json'];
    const { code, stdout, stderr } = await webdimse('echo', knowing.address, ...args);
    expect(code).toBe(3);
    expect(stderr).toMatch(/It may not know the user, or not take the proof/);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test.skipIf(process.platform === 'win32')(
    'a file that others can read is used, with a warning',
    async () => {
      const path = secret('hunter2', 0o644);
      const { peer, notes } = await typed(knowing.address, '--user', 'jane', '--user-secret', path);
      expect(peer.userIdentity).toMatchObject({ passcode: 'hunter2' });
      expect(notes).toEqual([
        `webdimse echo: others on this machine can read ${path}; "chmod 600" ends that.`,
      ]);
    },
  );

  test('a secret that leaves this machine unencrypted is told of; a name is not', async () => {
    const file = secret('hunter2');
    const told = await typed('ANY@10.0.0.5:104', '--user', 'jane', '--user-secret', file);
    expect(told.notes).toEqual([
      'webdimse echo: the secret travels unencrypted to 10.0.0.5: who can listen on the way can read it.',
    ]);
    expect((await typed('ANY@10.0.0.5:104', '--user', 'jane')).notes).toEqual([]);
  });

  test('through a bridge, the peer behind it counts', async () => {
    const peer = { name: 'FAR', aeTitle: 'FAR', host: '10.0.0.5', port: 104 };
    const bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [peer], webRoot: folder });
    const via = ['--via', bridge.url.replace('http', 'ws')];
    const { notes } = await typed('FAR', ...via, '--user', 'jane', '--user-secret', secret('hunter2'));
    await bridge.close();
    expect(notes).toEqual([expect.stringContaining('unencrypted to 10.0.0.5')]);
  });

  test('a token is told of that others can read, in its file or on its way', async () => {
    const notes: string[] = [];
    const call = (file: string): Parameters<typeof warnOfToken>[0] =>
      ({
        command: 'echo',
        flags: { text: () => file },
        output: { note: (text: string) => notes.push(text) },
      }) as never;
    const told = async (base: string, mode: number): Promise<string[]> => {
      await warnOfToken(call(secret('token', mode)), { base: new URL(base), headers: {} });
      return notes.splice(0);
    };
    expect(await told('ws://10.0.0.5:8080', 0o644)).toEqual([
      expect.stringMatching(/can read .*; "chmod 600" ends that\.$/),
      'webdimse echo: the token travels unencrypted to 10.0.0.5: who can listen on the way can read it.',
    ]);
    expect(await told('ws://127.0.0.1:8080', 0o600)).toEqual([]);
    expect(await told('wss://10.0.0.5:8080', 0o600)).toEqual([]);
  });

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('%s is this machine', (host) =>
    expect(isLoopback(host)).toBe(true),
  );
  test.each(['10.0.0.5', 'localhost.example', '127.0.0.1.example', '1.127.0.0.1', ''])('%j is not', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});

describe('extended behavior', () => {
  const find = (to: Scp, ...args: string[]) => webdimse('find', to.address, '--json', ...args);

  proves(OURS, 'extended negotiation', 'what the peer agrees on is done', async () => {
    const keys = ['--level', 'series', '-k', 'Modality=CT', '-k', 'PatientName'];
    const finished = await find(knowing, ...keys, '--relational', '--fuzzy', '--date-time');
    expect([finished.code, finished.stderr]).toEqual([0, '']);
    const [negotiation, ...lines] = records(finished);
    const agreed = ['relational', 'combinedDateTime', 'fuzzy'];
    expect(negotiation).toEqual({ type: 'negotiation', agreed, notAgreed: [] });
    expect(lines.length).toBeGreaterThan(1);
  });

  test('what it does not is said, and the query goes on', async () => {
    const finished = await find(ignorant, '--fuzzy', '--timezone');
    const sentence = 'SCP did not agree to fuzzy matching of names, timezone adjustment; it works without.';
    expect([finished.code, finished.stderr]).toEqual([0, `webdimse find: ${sentence}\n`]);
    const [negotiation] = records(finished);
    expect(negotiation).toEqual({ type: 'negotiation', agreed: [], notAgreed: ['fuzzy', 'timezone'] });
  });

  test('get takes a series without its study, where the peer agrees', async () => {
    const found = records(await find(knowing, '--level', 'series', '--relational', '--limit', '1'));
    const { dataset } = found.find(({ type }) => type === 'match') as unknown as {
      dataset: Record<string, { Value: [string] }>;
    };
    const series = ['--series', dataset['0020000E']!.Value[0], '--relational', '--discard', '--json'];
    const got = await webdimse('get', knowing.address, ...series);
    expect([got.code, got.stderr]).toEqual([0, '']);
    expect(records(got).filter(({ type }) => type === 'negotiation')).toHaveLength(1); // of two associations
    expect(records(got).at(-1)).toMatchObject({ verdict: 'complete' });
    const refused = await webdimse('get', ignorant.address, ...series);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/did not agree to relational queries and retrieves.*\n.*A900/s);
  });
});
