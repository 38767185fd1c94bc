/** `--dicom-port` and what belongs to it: how pages of a bridge that is started here are called. */
import { hostAndPort } from '../../core/transport/index.ts';
import type { ListenerConfig } from '../config/listener.ts';
import { listenerOf } from '../config/listener.ts';
import type { CallablePeer } from '../dial/dial.ts';
import type { ListenerSettings } from '../listening/listening.ts';
import { configuredTls } from './access.ts';
import type { Call } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import type { Configured } from './peers.ts';
import { DEFAULT_HOST } from './serving.ts';

export const DICOM_PORT_FLAGS: FlagTable = {
  'dicom-port': {
    value: 'N',
    help: 'where PACS call the pages, so that C-MOVE reaches them; none by default',
  },
  'dicom-host': { value: 'H', help: `the address for it, ${DEFAULT_HOST} by default; 0.0.0.0 for all` },
  pool: { value: 'AET,AET,…', help: 'the AE titles for pages, WEB01 to WEB16 by default' },
  'allow-source': {
    value: 'CIDR',
    multiple: true,
    help: 'a network that may call, as 10.0.0.0/8, beside the named peers',
  },
};

/** What is typed counts before what is configured. @throws DicomError USAGE */
export function dicomPortOf(flags: Flags, config: ListenerConfig): ListenerSettings | undefined {
  const pool = flags.text('pool');
  const allowed = flags.list('allow-source');
  return listenerOf(
    {
      dicomPort: flags.int('dicom-port', 0, 65535) ?? config.dicomPort,
      dicomHost: flags.text('dicom-host') ?? config.dicomHost,
      dicomTls: config.dicomTls,
      pools: pool === undefined ? config.pools : { page: pool.split(',') },
      allowSource: allowed.length === 0 ? config.allowSource : [...(config.allowSource ?? []), ...allowed],
    },
    DEFAULT_HOST,
  );
}

/** The same, with the certificate that it is called with. @throws DicomError USAGE */
export async function listenerSettings(
  call: Call,
  config: Configured,
): Promise<ListenerSettings | undefined> {
  const settings = dicomPortOf(call.flags, config);
  return settings && { ...settings, tls: await configuredTls(call, config, 'dicomTls') };
}

/** The titles as destinations of a C-MOVE from this process. */
export function destinationsOf({ host, port, pools, tls }: ListenerSettings): readonly CallablePeer[] {
  const by = tls && { tls: tls.caller() };
  const here = ['0.0.0.0', '::'].includes(host) ? DEFAULT_HOST : host;
  const titles = Object.values(pools).flat();
  return titles.map((aeTitle) => ({ name: aeTitle, aeTitle, host: here, port, ...by }));
}

/** `127.0.0.1:11114, for pages as WEB01, WEB02, … WEB16`. */
export function dicomPortText({ host, port, pools }: ListenerSettings): string {
  const titles = [...new Set(Object.values(pools).flat())];
  const shown = titles.length <= 4 ? titles : [...titles.slice(0, 2), `… ${titles.at(-1)}`];
  return `${hostAndPort(host, port)}, for pages as ${shown.join(', ')}`;
}
