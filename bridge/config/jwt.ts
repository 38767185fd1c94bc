/** The part of a configuration that names a provider of JSON Web Tokens. What checks them is loaded where there is one. */
import * as v from 'valibot';
import { names, titles } from './parts.ts';

/** Asymmetric only: with a shared secret, whoever can check a token could make one. */
// prettier-ignore
const ALGORITHMS = [
  'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519',
] as const;

const text = v.pipe(v.string(), v.nonEmpty('it is empty'));
const granted = (fixed: typeof names): v.GenericSchema<unknown, Granted> =>
  v.union([v.strictObject({ claim: text }), fixed], 'expected {"claim": NAME}, "*" or a list');

/** How a provider is configured. */
export interface JwtConfig {
  /** Its keys: a file, or an https URL. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** The claim that names the user, `sub` by default. */
  readonly user: { readonly claim: string };
  /** What its users may: a claim of the token, or the same for all. */
  readonly peers: Granted;
  readonly aeTitles: Granted;
}
export type Granted = { readonly claim: string } | readonly string[] | '*';

export const jwtSchema: v.GenericSchema<unknown, JwtConfig> = v.strictObject({
  jwks: text,
  issuer: text,
  audience: text,
  algorithms: v.pipe(
    v.array(v.picklist(ALGORITHMS, `an algorithm is one of ${ALGORITHMS.join(', ')}`)),
    v.minLength(1, 'name at least one algorithm'),
  ),
  user: v.optional(v.strictObject({ claim: text }), { claim: 'sub' }),
  peers: granted(names),
  aeTitles: granted(titles),
});
