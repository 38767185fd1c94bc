/** `--tls` and its kin: TLS of direct connections, and of the commands that listen. */
import type { TlsFiles } from '../config/tls.ts';
import { readTlsClient, readTlsServer } from '../dial/tls-files.ts';
import type { TlsClient, TlsServer } from '../dial/tls.ts';
import type { Call } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';

const MIN_FLAG = { value: '1.2|1.3', help: 'the lowest version of TLS, 1.2 by default' };

/** For commands that call a peer by its address; peers of the configuration have theirs there. */
export const TLS_FLAGS: FlagTable = {
  tls: { help: 'call by TLS; any of the following means so too' },
  'tls-ca': {
    value: 'FILE',
    multiple: true,
    help: 'who may have issued its certificate (PEM); else the authorities that Node knows',
  },
  'tls-cert': { value: 'FILE', help: 'our certificate (PEM), for a peer that wants one' },
  'tls-key': { value: 'FILE', help: 'its key (PEM)' },
  'tls-server-name': {
    value: 'NAME',
    help: 'the name that its certificate must have; else the host of the address',
  },
  'tls-fingerprint': {
    value: 'SHA256',
    help: 'take this one certificate, whatever it says, and no other',
  },
  'tls-min': MIN_FLAG,
};

/** For commands that listen. */
export const LISTEN_TLS_FLAGS: FlagTable = {
  'tls-cert': { value: 'FILE', help: 'take callers by TLS only, with this certificate (PEM)' },
  'tls-key': { value: 'FILE', help: 'its key (PEM)' },
  'tls-ca': {
    value: 'FILE',
    multiple: true,
    help: 'take callers only that have a certificate of this authority (PEM)',
  },
  'tls-min': MIN_FLAG,
};

const SETTINGS = {
  ca: 'tls-ca',
  certificate: 'tls-cert',
  key: 'tls-key',
  serverName: 'tls-server-name',
  fingerprint: 'tls-fingerprint',
  minVersion: 'tls-min',
} as const;

/** What was typed, for a call by TLS; undefined where nothing was. @throws DicomError USAGE */
export async function tlsClientOf(call: Call): Promise<TlsClient | undefined> {
  const { flags } = call;
  if (!flags.on('tls') && typed(flags).length === 0) return undefined;
  return readTlsClient(filesOf(flags), surroundings(call));
}

/** @throws DicomError USAGE where flags of TLS were given together with one that leaves it to somebody else. */
export function withoutTls(flags: Flags, because: string): void {
  const [flag] = flags.on('tls') ? ['tls'] : typed(flags);
  if (flag !== undefined) throw usage(`--${flag} is for direct calls; ${because}`);
}

/** What was typed, for listening by TLS; undefined where nothing was. @throws DicomError USAGE */
export async function tlsServerOf(call: Call): Promise<TlsServer | undefined> {
  if (typed(call.flags).length === 0) return undefined;
  return readTlsServer(filesOf(call.flags), surroundings(call));
}

function typed(flags: Flags): readonly string[] {
  return Object.values(SETTINGS).filter(
    (flag) => flags.text(flag) !== undefined || flags.list(flag).length > 0,
  );
}

function filesOf(flags: Flags): TlsFiles {
  const ca = flags.list(SETTINGS.ca);
  return {
    ...(ca.length > 0 && { ca }),
    certificate: flags.text(SETTINGS.certificate),
    key: flags.text(SETTINGS.key),
    serverName: flags.text(SETTINGS.serverName),
    fingerprint: flags.text(SETTINGS.fingerprint),
    minVersion: flags.choice(SETTINGS.minVersion, ['1.2', '1.3']),
  };
}

function surroundings({ output }: Call): Parameters<typeof readTlsClient>[1] {
  return {
    name: (key) => (key === 'passphraseFile' ? 'a passphrase' : `--${SETTINGS[key]}`),
    folder: '.',
    warn: (sentence) => output.note(sentence),
  };
}
