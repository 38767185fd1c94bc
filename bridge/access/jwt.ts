/** Sign-in by JSON Web Tokens of an identity provider (RFC 7519), checked by `jose` with the provider's keys. */
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import { DicomError, asError } from '../../core/bytes/index.ts';
import type { Rights } from './access.ts';
import type { Granted, JwtConfig } from '../config/jwt.ts';
import { names, titles } from '../config/parts.ts';
import type { Authority } from './sign-in.ts';
import { bearerOf } from './sign-in.ts';

/** Clocks of two machines may differ by so many seconds. */
const CLOCK_TOLERANCE = 30;

/** How keys are fetched. */
export interface RemoteKeysOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** Told why there are no keys: until there are, nobody gets in, and only the operator can know why. */
  trouble?(sentence: string): void;
}

/** The provider's keys from a URL, asked again when a key is unknown. @throws DicomError USAGE: no https */
export function remoteKeys(
  url: string,
  { fetch = globalThis.fetch, trouble }: RemoteKeysOptions = {},
): JWTVerifyGetKey {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new DicomError('USAGE', `signIn.jwt.jwks: keys come from a file or over https, not from ${url}`);
  }
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: 5000, [customFetch]: fetch });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (!isOfToken(error)) trouble?.(`there are no keys from ${url}: ${asError(error).message}`);
      throw error;
    }
  };
}

/** The keys are there; the token names none of them. */
function isOfToken(error: unknown): boolean {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
  return [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some(
    (kind) => error instanceof kind,
  );
}

/** The provider's keys from the text of a file. @throws DicomError USAGE */
export function localKeys(json: string, file: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(json));
  } catch (error) {
    throw new DicomError('USAGE', `${file} is no JSON Web Key Set: ${asError(error).message}`, {}, error);
  }
}

export function jwtAuthority(config: JwtConfig, keys: JWTVerifyGetKey): Authority {
  const { issuer, audience, algorithms } = config;
  const requirements = {
    issuer,
    audience,
    algorithms: [...algorithms],
    requiredClaims: ['iss', 'aud', 'exp'],
    clockTolerance: CLOCK_TOLERANCE,
  };
  return {
    authorize: async (request) => {
      const token = bearerOf(request);
      if (token === undefined) return undefined;
      try {
        return rightsFrom((await jwtVerify(token, keys, requirements)).payload, config);
      } catch {
        return undefined; // not signed by this provider, or not for us, or not any more
      }
    },
    rightsOf: (rights) => (rights.source === issuer ? { ...rights, ...fixed(config) } : undefined),
  };
}

/** What a token that was checked allows; undefined where a claim is missing or of another shape. */
function rightsFrom(payload: JWTPayload, config: JwtConfig): Rights | undefined {
  const user = payload[config.user.claim];
  const peers = claimed(config.peers, payload, names);
  const aeTitles = claimed(config.aeTitles, payload, titles);
  if (typeof user !== 'string' || user === '' || peers === undefined || aeTitles === undefined) {
    return undefined;
  }
  const expires = (payload.exp! + CLOCK_TOLERANCE) * 1000; // required, so it was there
  return { user, peers, aeTitles, expires, source: config.issuer };
}

/** What the configuration gives to all: it holds at once, also for who signed in before. */
function fixed({ peers, aeTitles }: JwtConfig): Partial<Rights> {
  return { ...(isFixed(peers) && { peers }), ...(isFixed(aeTitles) && { aeTitles }) };
}

function isFixed(granted: Granted): granted is readonly string[] | '*' {
  return granted === '*' || !('claim' in granted);
}

function claimed(
  wanted: Granted,
  payload: JWTPayload,
  schema: typeof names,
): readonly string[] | '*' | undefined {
  if (isFixed(wanted)) return wanted;
  const parsed = v.safeParse(schema, payload[wanted.claim]);
  return parsed.success ? parsed.output : undefined;
}
