/** Who may use a bridge that is started here: what is typed and configured, made into its settings. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseAllowedTarget } from '../dial/addresses.ts';
import type { AccessConfig } from '../config/access.ts';
import { parseAccess } from '../config/access.ts';
import type { BridgeSettings } from '../server.ts';
import type { Authority } from '../access/sign-in.ts';
import { anyOf } from '../access/sign-in.ts';
import { readTlsServer } from '../dial/tls-files.ts';
import type { TlsServer } from '../dial/tls.ts';
import type { Call } from './command.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';
import type { Configured } from './peers.ts';
import { tlsServerOf } from './tls.ts';
import { reason } from '../dial/reason.ts';

export const ACCESS_FLAGS: FlagTable = {
  'public-url': { value: 'URL', help: 'where the bridge is seen from outside, as behind a proxy' },
  'allow-host': {
    value: 'NAME[:PORT]',
    multiple: true,
    help: 'a further name to be called by, as it stands in Host',
  },
  'allow-target': {
    value: 'CIDR:PORTS',
    multiple: true,
    help: 'addresses that may be called without a name, as 10.0.0.0/8:104,11112',
  },
  'allow-origin': {
    value: 'ORIGIN',
    multiple: true,
    help: 'a page of another origin that may use the bridge',
  },
};

/** The settings of a bridge with these peers; reads the files that the configuration names. @throws DicomError USAGE */
export async function bridgeSettings(call: Call, config: Configured): Promise<BridgeSettings> {
  const { flags, output } = call;
  const typed = parseAccess({
    publicUrl: flags.text('public-url') ?? config.publicUrl,
    allowHosts: [...(config.allowHosts ?? []), ...flags.list('allow-host')],
    frameAncestors: config.frameAncestors,
    metricsUsers: config.metricsUsers,
    allowOrigins: [...(config.allowOrigins ?? []), ...flags.list('allow-origin')],
  });
  const targets = [...(config.allowTargets ?? []), ...flags.list('allow-target')];
  const allowTargets = targets.map(parseAllowedTarget);
  const authority = await authorityOf(config, flags.text('config') ?? '', (sentence) =>
    output.note(sentence),
  );
  const tls = (await tlsServerOf(call)) ?? (await configuredTls(call, config, 'tls'));
  return { peers: config.peers, allowTargets, ...typed, ...authority, ...(tls && { tls }) };
}

/** TLS as it stands under a key of the configuration, for listening. @throws DicomError USAGE */
export async function configuredTls(
  { flags, output }: Call,
  config: Configured,
  which: 'tls' | 'dicomTls',
): Promise<TlsServer | undefined> {
  const tls = config[which];
  if (tls === undefined) return undefined;
  const file = flags.text('config') ?? '';
  return readTlsServer(tls === true ? {} : tls, {
    name: (key) => `${file}: ${which}.${key}`,
    folder: dirname(resolve(file)),
    warn: (sentence) => output.note(sentence),
  });
}

/** The sign-in of a configuration; paths in it are seen from its own folder. @throws DicomError USAGE */
export async function authorityOf(
  { signIn }: AccessConfig,
  configFile: string,
  note: (sentence: string) => void,
): Promise<Authority | undefined> {
  if (signIn === undefined) return undefined;
  const path = (file: string): string => resolve(dirname(configFile), file);
  const authorities: Authority[] = [];
  const { tokens, jwt } = signIn;
  if (tokens !== undefined) {
    const { tokenAuthority } = await import('../access/tokens.ts');
    authorities.push(tokenAuthority(await read(path(tokens)), tokens));
  }
  if (jwt !== undefined) {
    const { jwtAuthority, localKeys, remoteKeys } = await import('../access/jwt.ts');
    const remote = /^\w+:\/\//.test(jwt.jwks);
    const keys = remote
      ? remoteKeys(jwt.jwks, { trouble: onceAMinute(note) })
      : localKeys(await read(path(jwt.jwks)), jwt.jwks);
    authorities.push(jwtAuthority(jwt, keys));
  }
  return anyOf(authorities);
}

/** Every request that is refused would say the same. */
function onceAMinute(note: (sentence: string) => void): (sentence: string) => void {
  let last = -Infinity;
  return (sentence) => {
    const now = performance.now();
    if (now - last < 60_000) return;
    last = now;
    note(`signIn.jwt: ${sentence}; nobody can sign in with it until there are`);
  };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`${file}: ${reason(error)}`);
  }
}
