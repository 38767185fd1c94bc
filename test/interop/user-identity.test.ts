/** Who DCMTK's storescu says it is, as our SCP hears it, and what storescu makes of the answer (PS3.7 D.3.3.7). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenTcp } from '../../bridge/node/index.ts';
import { MemoryStore } from '../../core/archive/index.ts';
import { serve, USER_REFUSED } from '../../core/service/index.ts';
import type { Decision, Server, UserIdentity } from '../../core/service/index.ts';
import { describeWith } from '../support/needs.ts';
import type { Finished } from '../support/peers-process.ts';
import { run, temporaryFolder } from '../support/peers-process.ts';
import { DCMTK_TOOLS, proves } from '../support/proves.ts';
import { FILES } from './instances.ts';

const PROOF = '<proof of a user>';

describeWith(['dcmtk', 'pydicom'], "DCMTK's storescu with a user", () => {
  const users: (UserIdentity | undefined)[] = [];
  let decision: Decision;
  let server: Server;
  let port: number;
  let file: string;
  beforeAll(async () => {
    file = join(temporaryFolder(), 'proof');
    writeFileSync(file, PROOF);
    const listener = await listenTcp({ host: '127.0.0.1', port: 0 });
    port = listener.port;
    const store = new MemoryStore();
    server = serve(listener, {
      store: (info) => store.put(info),
      accept(_, user) {
        users.push(user);
        return decision;
      },
    });
  });
  afterAll(() => server.close());

  const storescu = (...args: string[]): Promise<Finished> =>
    run('storescu', ['-d', ...args, '127.0.0.1', String(port), FILES[0]!]);

  test.each<[string, (path: string) => string[], UserIdentity]>([
    ['a name', () => ['-usr', 'jane'], { type: 'user name', userName: 'jane' }],
    [
      'a passcode',
      () => ['-usr', 'jane', '-pwd', 'hunter2'],
      { type: 'passcode', userName: 'jane', passcode: 'hunter2' },
    ],
    ['a ticket', (path) => ['-kt', path], { type: 'kerberos', ticket: new TextEncoder().encode(PROOF) }],
    ['an assertion', (path) => ['--saml', path], { type: 'saml', assertion: PROOF }],
    ['a token', (path) => ['--jwt', path], { type: 'jwt', token: PROOF }],
  ])('%s, unasked and confirmed', async (_, args, user) => {
    decision = undefined;
    expect((await storescu(...args(file))).code).toBe(0);
    expect(users.at(-1)).toEqual({ ...user, positiveResponseRequested: false });
    decision = { userIdentityResponse: new TextEncoder().encode('welcome') };
    const confirmed = await storescu(...args(file), '-rsp');
    const length = user.type === 'user name' || user.type === 'passcode' ? 0 : 'welcome'.length;
    expect(confirmed.stdout + confirmed.stderr).toContain(`Server Response (not dumped) length: ${length}\n`);
    expect(confirmed.code).toBe(0);
    expect(users.at(-1)).toEqual({ ...user, positiveResponseRequested: true });
  });

  proves(DCMTK_TOOLS, 'user identity', 'who is refused, or not confirmed, sends nothing', async () => {
    const said = async (answer: Decision): Promise<string> => {
      decision = answer;
      const { code, stdout, stderr } = await storescu('-usr', 'mallory', '-rsp');
      expect(code).not.toBe(0);
      return stdout + stderr;
    };
    expect(await said(USER_REFUSED)).toMatch(
      /Rejected Permanent, Source: Service User\nF: Reason: No Reason/,
    );
    expect(await said(undefined)).toMatch(/Positive response requested but none received/);
  });
});
