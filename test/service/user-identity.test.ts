/** User identity negotiation (PS3.7 D.3.3.7), between our own two sides. */
import { afterEach, describe, expect, test } from 'vitest';
import type { SinkEvent } from '../../core/bytes/index.ts';
import { fromLatin1 } from '../../core/bytes/index.ts';
import { echo } from '../../core/peer/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { associate, NATIVE_SYNTAXES, serve, USER_REFUSED, VERIFICATION } from '../../core/service/index.ts';
import type { Association, Credentials, Decision, Server, UserIdentity } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import { failure } from '../support/failure.ts';
import { Parrot, RQ } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import { SPLITS } from '../support/splits.ts';
import { splitting } from '../support/splitting.ts';

const TARGET = { host: 'scp', port: 104 };
const CONTEXTS = [{ abstractSyntax: VERIFICATION, transferSyntaxes: NATIVE_SYNTAXES }];
const EMPTY = new Uint8Array(0);
const RESPONSE = fromLatin1('response');

/** Each type of PS3.7 Table D.3-14, and what a positive response to it holds (Table D.3-15). */
const IDENTITIES: readonly (readonly [Credentials, Uint8Array])[] = [
  [{ type: 'user name', userName: 'Jürgen' }, EMPTY],
  [{ type: 'passcode', userName: 'jane', passcode: 'pässwort' }, EMPTY],
  [{ type: 'kerberos', ticket: Uint8Array.of(0x60, 0x82, 0, 0xff) }, RESPONSE],
  [{ type: 'saml', assertion: '<saml:Assertion/>' }, RESPONSE],
  [{ type: 'jwt', token: 'eyJhbGciOiJub25lIn0.e30.' }, RESPONSE],
];

let servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

interface Scp {
  readonly network: MemoryNetwork;
  readonly users: (UserIdentity | undefined)[];
  readonly events: SinkEvent[];
  associate(userIdentity?: UserIdentity, how?: Split): Promise<Association>;
}

/** An SCP that decides so on every user. */
function scp(decide: (user: UserIdentity | undefined) => Decision): Scp {
  const network = new MemoryNetwork();
  const users: (UserIdentity | undefined)[] = [];
  const events: SinkEvent[] = [];
  const sink = (event: SinkEvent): void => void events.push(copied(event));
  const handlers = {
    accept(_: unknown, user: UserIdentity | undefined): Decision {
      users.push(user);
      return decide(user);
    },
  };
  servers.push(serve(network.listen(TARGET.host, TARGET.port), handlers, { sink }));
  const open = (userIdentity?: UserIdentity, how: Split = 'whole'): Promise<Association> =>
    associate(splitting(network, how), TARGET, {
      callingAETitle: 'US',
      calledAETitle: 'SCP',
      contexts: CONTEXTS,
      sink,
      ...(userIdentity && { userIdentity }),
    });
  return { network, users, events, associate: open };
}

/** Bytes of an event are valid during the call only. */
function copied(event: SinkEvent): SinkEvent {
  const { bytes } = event as SinkEvent & { bytes?: Uint8Array };
  return bytes === undefined ? event : Object.assign({ ...event }, { bytes: bytes.slice() });
}

describe.each(SPLITS)('bytes %s', (how) => {
  test.each(IDENTITIES)('the acceptor hears $type, and may confirm it', async (credentials, response) => {
    const identity = { ...credentials, positiveResponseRequested: true };
    const { users, associate: open } = scp(() => ({ userIdentityResponse: RESPONSE }));
    const association = await open(identity, how);
    expect(users).toEqual([identity]);
    expect(association.userIdentityResponse).toEqual(response);
    await association.echo();
    await association.release();
  });
});

test('nothing is confirmed that was not asked for, and nobody who was not looked at', async () => {
  const user = { type: 'user name', userName: 'jane' } as const;
  const confirming = scp(() => ({ userIdentityResponse: EMPTY }));
  const unasked = await confirming.associate(user);
  expect(unasked.userIdentityResponse).toBeUndefined();
  expect(confirming.users).toEqual([{ ...user, positiveResponseRequested: false }]);
  const nobody = await confirming.associate();
  expect(nobody.userIdentityResponse).toBeUndefined();
  expect(confirming.users.at(-1)).toBeUndefined();
  const indifferent = await scp(() => undefined).associate({ ...user, positiveResponseRequested: true });
  expect(indifferent.userIdentityResponse).toBeUndefined();
  for (const association of [unasked, nobody, indifferent]) await association.release();
});

test('a user who is refused is told so, and the secret is not', async () => {
  const { associate: open } = scp((user) => (user?.type === 'passcode' ? USER_REFUSED : undefined));
  const refused = await failure(open({ type: 'passcode', userName: 'jane', passcode: 'hunter2' }));
  expect(refused).toMatchObject({ code: 'ASSOCIATION_REJECTED', result: 1, source: 1, reason: 1 });
  expect(refused.message).toMatch(/may not know the user, or not take the proof/);
  expect(JSON.stringify(refused) + refused.message).not.toMatch(/jane|hunter2/);
});

test.each<[string, UserIdentity]>([
  ['no name', { type: 'user name', userName: '' }],
  ['no passcode', { type: 'passcode', userName: 'jane', passcode: '' }],
  ['no token', { type: 'jwt', token: '' }],
])('%s is refused before anything is opened', async (_, identity) => {
  const { users, associate: open } = scp(() => undefined);
  expect(await failure(open(identity))).toMatchObject({ code: 'USAGE' });
  expect(users).toEqual([]);
});

test('what does not fit into the item is refused without showing it', async () => {
  const { associate: open } = scp(() => undefined);
  const error = await failure(open({ type: 'jwt', token: 'secret'.repeat(11_000) }));
  expect(error).toMatchObject({ code: 'VALUE_INVALID' });
  expect(JSON.stringify(error) + error.message).not.toContain('secret');
});

test('a type that the standard does not name is no identity', async () => {
  const { network, users } = scp(() => ({ userIdentityResponse: RESPONSE }));
  const peer = new Parrot(network.connect(TARGET));
  const userIdentity = { type: 9, positiveResponseRequested: false, primary: RESPONSE, secondary: EMPTY };
  await peer.send({ ...RQ, userInformation: { ...RQ.userInformation, userIdentity } });
  expect((await peer.expect('A-ASSOCIATE-AC')).userInformation.userIdentityResponse).toBeUndefined();
  expect(users).toEqual([undefined]);
  peer.cut();
});

test('no event of either side holds what proves the user', async () => {
  const secret = 'correct horse';
  const { events, associate: open } = scp(() => ({ userIdentityResponse: fromLatin1(`${secret}!`) }));
  for (const credentials of [
    { type: 'passcode', userName: secret, passcode: secret } as const,
    { type: 'jwt', token: secret } as const,
  ]) {
    await (await open({ ...credentials, positiveResponseRequested: true })).release();
  }
  const bytes = events.flatMap((event) => ('bytes' in event ? [event.bytes as Uint8Array] : []));
  const texts = bytes.map((each) => String.fromCharCode(...each));
  expect(texts.filter((text) => text.includes('*'.repeat(secret.length)))).toHaveLength(6); // RQ and AC, sent and received; no ticket for the passcode
  expect(texts.join('') + JSON.stringify(events)).not.toContain(secret);
});

test('an address names the user for all that is done with the peer, and is told what was negotiated', async () => {
  const { network, users } = scp((user) => user && { userIdentityResponse: EMPTY });
  const opened: (Uint8Array | undefined)[] = [];
  const peer: PeerAddress = {
    dialer: network,
    target: TARGET,
    aeTitle: 'SCP',
    callingAETitle: 'US',
    userIdentity: { type: 'user name', userName: 'jane', positiveResponseRequested: true },
    opened: ({ userIdentityResponse }) => opened.push(userIdentityResponse),
  };
  await echo(peer);
  expect(users).toMatchObject([{ userName: 'jane' }]);
  expect(opened).toEqual([EMPTY]);
});
