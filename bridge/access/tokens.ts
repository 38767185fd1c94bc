/** Sign-in by tokens that the operator gave out; the file holds their hashes only. */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Rights } from './access.ts';
import { checked, names, titles } from '../config/parts.ts';
import type { Authority } from './sign-in.ts';
import { bearerOf } from './sign-in.ts';

/** Nobody guesses 256 bits, so a plain hash is enough: there is nothing to try. */
const TOKEN_BYTES = 32;

const SOURCE = 'tokens';

const user = v.strictObject({
  user: v.pipe(v.string(), v.regex(/^[^\p{Cc}\s][^\p{Cc}]{0,63}$/u, 'a user name has 1 to 64 characters')),
  token: v.pipe(
    v.string(),
    v.regex(/^sha256:[\da-f]{64}$/, 'the hash of a token is "sha256:" and 64 hexadecimal digits'),
  ),
  peers: names,
  aeTitles: titles,
  targets: v.optional(v.boolean()),
  expires: v.optional(v.pipe(v.string(), v.isoTimestamp('a time is written like 2027-01-31T18:00:00Z'))),
});
const tokenFile = v.strictObject({ users: v.array(user) });

/** Reads a token file: `{"users":[{"user","token","peers","aeTitles"}]}`; `file` names it. @throws DicomError USAGE */
export function tokenAuthority(text: string, file: string): Authority {
  const { users } = checked(tokenFile, text, file, (it) => twice(it.users));
  const byHash = new Map<string, Rights>();
  const byUser = new Map<string, Rights>();
  for (const { token, expires, targets, ...rights } of users) {
    const whole: Rights = {
      ...rights,
      source: SOURCE,
      ...(targets !== undefined && { targets }),
      ...(expires !== undefined && { expires: Date.parse(expires) }),
    };
    byHash.set(token, whole);
    byUser.set(whole.user, whole);
  }
  return {
    // Looked up by hash: every wrong token takes the same time.
    authorize: (request) => {
      const token = bearerOf(request);
      return token === undefined ? undefined : byHash.get(hashOf(token));
    },
    rightsOf: ({ user: name, source }) => (source === SOURCE ? byUser.get(name) : undefined),
  };
}

/** A new token, and what stands in the file for it. */
export function newToken(): { readonly token: string; readonly hash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: hashOf(token) };
}

function hashOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}

function twice(users: readonly { readonly user: string; readonly token: string }[]): string | undefined {
  for (const key of ['user', 'token'] as const) {
    const all = users.map((it) => it[key]);
    const at = all.findIndex((value, i) => all.indexOf(value) !== i);
    if (at >= 0) return `users[${at}].${key} stands there twice`;
  }
  return undefined;
}
