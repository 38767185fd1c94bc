/** Reads the files that TLS is configured with, and finds what is wrong with them before anybody is called. */
import type { KeyObject } from 'node:crypto';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { DicomError } from '../../core/bytes/index.ts';
import type { Peer } from '../../core/transport/index.ts';
import type { TlsFiles } from '../config/tls.ts';
import type { CallablePeer } from './dial.ts';
import { reason } from './reason.ts';
import { CIPHERS, TlsClient, TlsServer } from './tls.ts';

/** No file of keys or certificates is longer, in bytes. */
const LONGEST_FILE = 4 << 20;

type SettingName = (key: keyof TlsFiles) => string;

/** Where the files are, and who is told what is unwise about them. */
export interface Surroundings {
  /** Names a setting in messages: `c.json: peers[0].tls.ca`, or `--tls-ca`. */
  readonly name: (key: keyof TlsFiles) => string;
  /** Relative names of files start here. */
  readonly folder: string;
  /** Told what is allowed and yet unwise, in a sentence. */
  readonly warn: (sentence: string) => void;
}

const HERE: Surroundings = { name: (key) => key, folder: '.', warn: () => {} };

/** Peers as a configuration file has them. */
export interface ConfiguredPeer extends Peer {
  readonly tls?: true | TlsFiles | undefined;
}

/**
 * Makes the peers of a configuration file callable; its folder is where names of files start.
 * @throws DicomError USAGE naming the setting and the file that is wrong
 */
export async function callablePeers(
  peers: readonly ConfiguredPeer[],
  file: string,
  warn: (sentence: string) => void,
): Promise<readonly CallablePeer[]> {
  return Promise.all(
    peers.map(async ({ tls, ...peer }, i) => {
      const name: SettingName = (key) => `${file}: peers[${i}].tls.${key}`;
      const folder = dirname(resolve(file));
      return tls === undefined ? peer : { ...peer, tls: await readTlsClient(tls, { name, folder, warn }) };
    }),
  );
}

/** How a peer is called by TLS. @throws DicomError USAGE */
export async function readTlsClient(
  settings: true | TlsFiles,
  around: Surroundings = HERE,
): Promise<TlsClient> {
  const files = settings === true ? {} : settings;
  const { fingerprint, serverName } = files;
  const material = await readMaterial(files, around);
  const trust = JSON.stringify([material.minVersion, material.ca]);
  return new TlsClient(createContext(material, around.name), trust, {
    ...(fingerprint !== undefined && { fingerprint }),
    ...(serverName !== undefined && { serverName }),
  });
}

/** How we are called by TLS; with `ca` callers need a certificate of it. @throws DicomError USAGE */
export async function readTlsServer(files: TlsFiles, around: Surroundings = HERE): Promise<TlsServer> {
  if (files.certificate === undefined) throw usage(around.name('certificate'), 'is missing');
  const material = await readMaterial(files, around);
  createContext(material, around.name);
  return new TlsServer({ ...material, requestCert: files.ca !== undefined, rejectUnauthorized: true });
}

async function readMaterial(files: TlsFiles, around: Surroundings): Promise<SecureContextOptions> {
  const { ca, minVersion } = files;
  const authorities = ca === undefined ? [] : typeof ca === 'string' ? [ca] : ca;
  const read = authorities.map((file) => readCertificates(file, 'ca', around));
  return {
    minVersion: minVersion === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ciphers: CIPHERS,
    ...(ca !== undefined && { ca: (await Promise.all(read)).map(({ pem }) => pem) }),
    ...(await readIdentity(files, around)),
  };
}

/** Our certificate and its key, which belong together. */
async function readIdentity(files: TlsFiles, around: Surroundings): Promise<SecureContextOptions> {
  const { certificate, key, passphraseFile } = files;
  const { name } = around;
  if (certificate === undefined && key === undefined) return {};
  if (certificate === undefined) throw usage(name('certificate'), 'is missing: a key needs its certificate');
  if (key === undefined) throw usage(name('key'), 'is missing: a certificate needs its key');
  const { pem, certificates } = await readCertificates(certificate, 'certificate', around);
  const secret = await readSecret(key, 'key', around);
  const passphrase = passphraseFile && firstLine(await readSecret(passphraseFile, 'passphraseFile', around));
  const parsed = parseKey(secret, passphrase, `${name('key')}: ${key}`);
  if (!certificates[0]!.checkPrivateKey(parsed)) {
    throw usage(name('key'), `${key}: is not the key of the first certificate in ${certificate}`);
  }
  if (Date.parse(certificates[0]!.validTo) < Date.now()) {
    around.warn(`${name('certificate')}: ${certificate} expired at ${certificates[0]!.validTo}.`);
  }
  return { cert: pem, key: secret, ...(passphrase && { passphrase }) };
}

async function readCertificates(
  file: string,
  setting: 'ca' | 'certificate',
  { name, folder }: Surroundings,
): Promise<{ readonly pem: string; readonly certificates: readonly X509Certificate[] }> {
  const { text } = await readText(resolve(folder, file), `${name(setting)}: ${file}`);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  if (blocks.length === 0) {
    throw usage(
      name(setting),
      `${file}: holds no certificate in PEM; "openssl x509 -inform der" converts one in DER`,
    );
  }
  try {
    return { pem: text, certificates: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    throw usage(name(setting), `${file}: holds a certificate that is not readable`);
  }
}

/** The same as any file, but nobody else should be able to read it. */
async function readSecret(
  file: string,
  setting: 'key' | 'passphraseFile',
  { name, folder, warn }: Surroundings,
): Promise<string> {
  const { text, mode } = await readText(resolve(folder, file), `${name(setting)}: ${file}`);
  if (process.platform !== 'win32' && (mode & 0o044) !== 0) {
    warn(`${name(setting)}: others can read ${file}; "chmod 600" keeps it to its owner.`);
  }
  return text;
}

async function readText(
  path: string,
  what: string,
): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    const handle = await open(path);
    try {
      const { size, mode } = await handle.stat();
      if (size > LONGEST_FILE) throw new Error(`has ${size} bytes; ${LONGEST_FILE} are allowed`);
      return { text: await handle.readFile('latin1'), mode };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw usage(what, reason(error));
  }
}

function parseKey(pem: string, passphrase: string | undefined, what: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw usage(what, 'holds no private key in PEM');
  if (passphrase === undefined && pem.includes('ENCRYPTED')) {
    throw usage(what, 'is encrypted; give the file of its passphrase');
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    throw usage(what, passphrase === undefined ? 'is not readable' : 'does not open with this passphrase');
  }
}

/** OpenSSL looks at strength here. */
function createContext(
  material: SecureContextOptions,
  name: SettingName,
): ReturnType<typeof createSecureContext> {
  try {
    return createSecureContext(material);
  } catch (error) {
    const { code = 'an unknown error' } = error as NodeJS.ErrnoException;
    const setting = material.cert === undefined ? 'ca' : 'certificate';
    throw usage(name(setting), `OpenSSL does not take it: ${code}`);
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]!;
}

function usage(what: string, why: string): DicomError {
  return new DicomError('USAGE', `${what}: ${why}`);
}
