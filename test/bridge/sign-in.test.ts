/** Who is who by bearer token: a file of hashes, and tokens of an identity provider. */
import type { IncomingMessage } from 'node:http';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rights } from '../../bridge/access/access.ts';
import type { JwtConfig } from '../../bridge/config/jwt.ts';
import { jwtAuthority, localKeys, remoteKeys } from '../../bridge/access/jwt.ts';
import type { Authority } from '../../bridge/access/sign-in.ts';
import { anyOf, bearerOf } from '../../bridge/access/sign-in.ts';
import { newToken, tokenAuthority } from '../../bridge/access/tokens.ts';

function asking(authorization?: string): IncomingMessage {
  return { headers: authorization === undefined ? {} : { authorization } } as IncomingMessage;
}

async function who({ authorize }: Authority, token: string): Promise<Rights | undefined> {
  return authorize(asking(`Bearer ${token}`));
}

describe('the bearer token of a request', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer  a.b-c_d~e+f/g== ', 'a.b-c_d~e+f/g=='],
    [undefined, undefined],
    ['', undefined],
    ['Basic YTpi', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    ['Bearer ä', undefined],
    [`Bearer ${'a'.repeat(8193)}`, undefined],
  ])('of %j', (header, token) => expect(bearerOf(asking(header))).toBe(token));
});

describe('a file of tokens', () => {
  const anna = newToken();
  const bert = newToken();
  const file = {
    users: [
      { user: 'anna', token: anna.hash, peers: ['PACS'], aeTitles: ['ANNA'] },
      {
        user: 'bert',
        token: bert.hash,
        peers: '*',
        aeTitles: '*',
        targets: true,
        expires: '2027-01-01T00:00:00Z',
      },
    ],
  };
  const read = (value: unknown): Authority => tokenAuthority(JSON.stringify(value), 'tokens.json');

  test('knows who holds one', async () => {
    const authority = read(file);
    expect(anna.token).toMatch(/^[\w-]{43}$/);
    expect(await who(authority, anna.token)).toMatchObject({ user: 'anna', peers: ['PACS'] });
    expect(await who(authority, bert.token)).toMatchObject({ user: 'bert', expires: Date.UTC(2027, 0, 1) });
    expect(await who(authority, newToken().token)).toBeUndefined();
    expect(await who(authority, anna.hash)).toBeUndefined();
    expect(await authority.authorize(asking())).toBeUndefined();
  });

  test('tells what one may now', async () => {
    const before = (await who(read(file), anna.token))!;
    const changed = read({ users: [{ ...file.users[0], peers: [] }] });
    expect(changed.rightsOf(before)).toMatchObject({ peers: [] });
    expect(read({ users: [] }).rightsOf(before)).toBeUndefined();
  });

  test.each([
    [{ users: [{ ...file.users[0], token: anna.token }] }, 'users[0].token: the hash of a token is'],
    [{ users: [{ ...file.users[0], user: '' }] }, 'users[0].user: a user name has'],
    [{ users: [{ ...file.users[0], peers: 'PACS' }] }, 'users[0].peers: expected "*" or a list'],
    [
      { users: [{ ...file.users[0], aeTitles: ['TOO LONG A TITLE OF AE'] }] },
      'users[0].aeTitles[0]: an AE title has',
    ],
    [{ users: [{ ...file.users[0], expires: 'soon' }] }, 'users[0].expires: a time is written like'],
    [{ users: [{ ...file.users[0], role: 'admin' }] }, 'unknown key users[0].role'],
    [{ users: [file.users[0], { ...file.users[1], user: 'anna' }] }, 'users[1].user stands there twice'],
    [{ users: [file.users[0], { ...file.users[1], token: anna.hash }] }, 'users[1].token stands there twice'],
    [[], 'expected Object, not Array'],
  ])('%j is refused', (value, message) => {
    expect(() => read(value)).toThrowError(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(`tokens.json: ${message}`) }),
    );
  });
});

describe('tokens of an identity provider', () => {
  const ISSUER = 'https://id.example';
  const config: JwtConfig = {
    jwks: 'keys.json',
    issuer: ISSUER,
    audience: 'webdimse',
    algorithms: ['ES256'],
    user: { claim: 'sub' },
    peers: { claim: 'peers' },
    aeTitles: ['VIEWER'],
  };
  let key: CryptoKey;
  let strange: CryptoKey;
  let jwk: JWK;
  let authority: Authority;

  beforeAll(async () => {
    const own = await generateKeyPair('ES256');
    key = own.privateKey;
    jwk = { ...(await exportJWK(own.publicKey)), kid: 'one' };
    strange = (await generateKeyPair('ES256')).privateKey;
    authority = jwtAuthority(config, localKeys(JSON.stringify({ keys: [jwk] }), 'keys.json'));
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  function jwt(claims: object = {}, alg = 'ES256', by: CryptoKey | Uint8Array = key): Promise<string> {
    const payload = {
      iss: ISSUER,
      aud: 'webdimse',
      sub: 'anna',
      peers: ['PACS'],
      exp: now() + 60,
      ...claims,
    };
    return new SignJWT(payload).setProtectedHeader({ alg, kid: 'one' }).sign(by);
  }

  test('one that holds is a user with rights, until it ends', async () => {
    const rights = await who(authority, await jwt());
    expect(rights).toMatchObject({ user: 'anna', peers: ['PACS'], aeTitles: ['VIEWER'], source: ISSUER });
    expect(rights!.expires).toBeGreaterThan(Date.now() + 59_000);
    expect(await who(authority, await jwt({ peers: '*' }))).toMatchObject({ peers: '*' });
    expect(authority.rightsOf(rights!)).toEqual(rights);
  });

  test.each<[string, () => Promise<string>]>([
    ['signed by another', () => jwt({}, 'ES256', strange)],
    ['of another issuer', () => jwt({ iss: 'https://evil.example' })],
    ['for another audience', () => jwt({ aud: 'mail' })],
    ['without an audience', () => jwt({ aud: undefined })],
    ['without an end', () => jwt({ exp: undefined })],
    ['that ended', () => jwt({ exp: now() - 31 })],
    ['not valid yet', () => jwt({ nbf: now() + 60 })],
    ['without a user', () => jwt({ sub: undefined })],
    ['with a user that is no text', () => jwt({ sub: 7 })],
    ['without peers', () => jwt({ peers: undefined })],
    ['with peers of another shape', () => jwt({ peers: 'PACS' })],
    // The public key taken for a secret: the classic confusion of algorithms.
    [
      'signed by HMAC with the public key',
      () => jwt({}, 'HS256', new TextEncoder().encode(JSON.stringify(jwk))),
    ],
    ['not signed', async () => new UnsecuredJWT({ iss: ISSUER, aud: 'webdimse', sub: 'anna' }).encode()],
    ['cut off', async () => (await jwt()).slice(0, -4)],
    ['empty', async () => '..'],
  ])('one %s is nobody', async (_, make) => {
    expect(await who(authority, await make())).toBeUndefined();
  });

  test.each([
    ['the provider is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['it answers an error', async () => new Response('', { status: 500 })],
    ['it answers no keys', async () => Response.json({ keys: 7 })],
  ] as [string, typeof globalThis.fetch][])(
    '%s: nobody gets in, and the operator is told',
    async (_, fetch) => {
      const told: string[] = [];
      const url = 'https://id.example/keys';
      const remote = jwtAuthority(config, remoteKeys(url, { fetch, trouble: (why) => told.push(why) }));
      expect(await who(remote, await jwt())).toBeUndefined();
      expect(told).toEqual([expect.stringMatching(/^there are no keys from https:\/\/id\.example\/keys: ./)]);
    },
  );

  test('a token of an unknown key is no trouble of the provider', async () => {
    const told: string[] = [];
    const fetch = (async () =>
      Response.json({ keys: [{ ...jwk, kid: 'other' }] })) as typeof globalThis.fetch;
    const remote = jwtAuthority(
      config,
      remoteKeys('https://id.example/keys', { fetch, trouble: (why) => told.push(why) }),
    );
    expect(await who(remote, await jwt())).toBeUndefined();
    expect(told).toEqual([]);
  });

  test('keys come over https, asked once', async () => {
    let asked = 0;
    const fetch = (async () => {
      asked++;
      return Response.json({ keys: [jwk] });
    }) as typeof globalThis.fetch;
    const remote = jwtAuthority(config, remoteKeys('https://id.example/keys', { fetch }));
    expect(await who(remote, await jwt())).toMatchObject({ user: 'anna' });
    expect(await who(remote, await jwt())).toMatchObject({ user: 'anna' });
    expect(asked).toBe(1);
    expect(() => remoteKeys('http://id.example/keys')).toThrowError(/over https/);
    expect(() => localKeys('{"keys":7}', 'keys.json')).toThrowError(/keys\.json is no JSON Web Key Set/);
  });

  test('what the configuration gives to all holds at once, also for who signed in before', async () => {
    const rights = (await who(authority, await jwt()))!;
    const authorityWith = (more: Partial<JwtConfig>): Authority =>
      jwtAuthority({ ...config, ...more }, localKeys('{"keys":[]}', 'keys.json'));
    expect(authorityWith({ aeTitles: ['OTHER'] }).rightsOf(rights)).toEqual({
      ...rights,
      aeTitles: ['OTHER'],
    });
    expect(authorityWith({ peers: ['ELSEWHERE'] }).rightsOf(rights)?.peers).toEqual(['ELSEWHERE']);
    expect(authorityWith({ issuer: 'https://other.example' }).rightsOf(rights)).toBeUndefined();
  });

  test('beside a file: each knows its own, also later', async () => {
    const token = newToken();
    const tokens = tokenAuthority(
      JSON.stringify({ users: [{ user: 'bert', token: token.hash, peers: '*', aeTitles: '*' }] }),
      'tokens.json',
    );
    const both = anyOf([tokens, authority]);
    const bert = (await who(both, token.token))!;
    const anna = (await who(both, await jwt()))!;
    expect([bert.user, anna.user]).toEqual(['bert', 'anna']);
    expect(both.rightsOf(anna)).toEqual(anna);
    expect(authority.rightsOf(bert)).toBeUndefined();
    expect(tokens.rightsOf(anna)).toBeUndefined();
  });
});
