/** The part of a configuration that says by whom the bridge may be used: names, origins, sign-in. */
import * as v from 'valibot';
import { conforming } from './parts.ts';
import type { JwtConfig } from './jwt.ts';
import { jwtSchema } from './jwt.ts';

const url = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:\/\/[^?#@]+$/.test(text) && URL.canParse(text),
    'not an http or https URL, without a user in it',
  ),
);
const host = v.pipe(
  v.string(),
  v.regex(/^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/, 'not a value of Host, such as pacs.example:8080'),
);
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'not an origin, such as https://portal.example',
  ),
);
const signIn = v.pipe(
  v.strictObject({ tokens: v.optional(v.string()), jwt: v.optional(jwtSchema) }),
  v.check(({ tokens, jwt }) => tokens !== undefined || jwt !== undefined, 'name tokens, jwt or both'),
);

type Entry<T> = v.OptionalSchema<v.GenericSchema<T>, undefined>;

export const accessEntries: {
  publicUrl: Entry<string>;
  allowHosts: Entry<string[]>;
  allowOrigins: Entry<string[]>;
  allowTargets: Entry<string[]>;
  frameAncestors: Entry<string[]>;
  metricsUsers: Entry<string[]>;
  signIn: v.OptionalSchema<v.GenericSchema<unknown, NonNullable<AccessConfig['signIn']>>, undefined>;
} = {
  publicUrl: v.optional(url),
  allowHosts: v.optional(v.array(host)),
  allowOrigins: v.optional(v.array(origin)),
  allowTargets: v.optional(v.array(v.string())),
  frameAncestors: v.optional(v.array(origin)),
  metricsUsers: v.optional(v.array(v.string())),
  signIn: v.optional(signIn),
};

/** A sentence where one part is of no use without another: it would be taken for a restriction, and be none. */
export function unusedAccess({ metricsUsers, signIn }: AccessConfig): string | undefined {
  if (metricsUsers === undefined || signIn !== undefined) return undefined;
  return 'metricsUsers: needs signIn; without it whoever comes in may read the metrics';
}

const typed = v.strictObject({
  publicUrl: accessEntries.publicUrl,
  allowHosts: accessEntries.allowHosts,
  allowOrigins: accessEntries.allowOrigins,
  frameAncestors: accessEntries.frameAncestors,
  metricsUsers: accessEntries.metricsUsers,
});

/** What was typed of it. @throws DicomError USAGE */
export function parseAccess(
  candidate: Omit<AccessConfig, 'signIn' | 'allowTargets'>,
): Omit<AccessConfig, 'signIn' | 'allowTargets'> {
  return conforming(typed, candidate, 'the command line');
}

export interface AccessConfig {
  /** Where may be called without a name: `10.0.0.0/8:104,11112`. */
  readonly allowTargets?: readonly string[] | undefined;
  /** Where the bridge is seen from outside. */
  readonly publicUrl?: string | undefined;
  readonly allowHosts?: readonly string[] | undefined;
  readonly allowOrigins?: readonly string[] | undefined;
  /** Origins of portals that may show the page in a frame. */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Who may read the metrics, where users sign in. */
  readonly metricsUsers?: readonly string[] | undefined;
  /** How users are told apart: a file of tokens, an identity provider, or both. */
  readonly signIn?:
    { readonly tokens?: string | undefined; readonly jwt?: JwtConfig | undefined } | undefined;
}
