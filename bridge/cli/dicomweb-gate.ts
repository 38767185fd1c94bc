/** Who may use DICOMweb over a peer: what stands in front of it, as in front of the bridge. */
import type { IncomingMessage } from 'node:http';
import { mayCall, mayUseTitle, rightsOf } from '../access/access.ts';
import type { Rights } from '../access/access.ts';
import type { AccessConfig } from '../config/access.ts';
import { parseAccess } from '../config/access.ts';
import type { TlsServer } from '../dial/tls.ts';
import { checkExposure } from '../http/exposure.ts';
import { authorityOf, configuredTls } from './access.ts';
import type { Call } from './command.ts';
import type { FlagTable } from './flags.ts';
import { usage } from './flags.ts';
import { configOf } from './peers.ts';
import { DEFAULT_HOST } from './serving.ts';

export const GATE_FLAGS: FlagTable = {
  host: { value: 'H', help: `${DEFAULT_HOST} by default; others need the sign-in and the TLS of --config` },
  insecure: { help: 'be reachable by others without sign-in or without TLS' },
  'public-url': { value: 'URL', help: 'where it is seen from outside, as behind a proxy; without a path' },
  'allow-origin': { value: 'ORIGIN', multiple: true, help: 'a page of another origin that may use it' },
  'allow-host': {
    value: 'NAME[:PORT]',
    multiple: true,
    help: 'a further name to be called by, as it stands in Host',
  },
};

/** How it may be reached, and by whom. */
export interface Gate {
  readonly host: string;
  readonly publicUrl: URL | undefined;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly tls: TlsServer | undefined;
  /** What one who signed in may; undefined where that is nobody. */
  rightsOf(request: IncomingMessage): Promise<Rights | undefined>;
  /** Whether somebody may use this peer as we call it. */
  admits(rights: Rights): boolean;
}

/** What was typed and configured; `callingAETitle` is what we call the peer as. @throws DicomError USAGE */
export async function gateOf(call: Call, callingAETitle: string): Promise<Gate> {
  const { flags, output } = call;
  const config = await configOf(flags, output);
  const host = flags.text('host') ?? DEFAULT_HOST;
  const authority = await authorityOf(config, flags.text('config') ?? '', (note) => output.note(note));
  const tls = await configuredTls(call, config, 'tls');
  const { publicUrl, ...access } = reachOf(call, config);
  const signIn = authority !== undefined;
  checkExposure({ host, publicUrl, signIn, secure: tls !== undefined, insecure: flags.on('insecure') });
  const name = config.peers.find((peer) => peer.name === flags.words[0])?.name;
  return {
    host,
    tls,
    publicUrl,
    ...access,
    rightsOf: (request) => rightsOf(authority?.authorize, request),
    admits: (rights) =>
      (name === undefined ? rights.targets === true : mayCall(rights, name)) &&
      mayUseTitle(rights, callingAETitle),
  };
}

function reachOf({ flags }: Call, config: AccessConfig): Pick<Gate, 'publicUrl' | 'hosts' | 'origins'> {
  const typed = parseAccess({
    publicUrl: flags.text('public-url'),
    allowHosts: [...(config.allowHosts ?? []), ...flags.list('allow-host')],
    allowOrigins: [...(config.allowOrigins ?? []), ...flags.list('allow-origin')],
  });
  const publicUrl = typed.publicUrl === undefined ? undefined : new URL(typed.publicUrl);
  if (publicUrl !== undefined && publicUrl.pathname !== '/') throw usage('--public-url has no path here');
  return { publicUrl, hosts: typed.allowHosts ?? [], origins: typed.allowOrigins ?? [] };
}
