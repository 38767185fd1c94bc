/** Certificates for tests, made by openssl: node:crypto reads X.509 and does not sign it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './needs.ts';
import { temporaryFolder } from './peers-process.ts';

/** Files of a certificate and its key. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** `O=Hospital/CN=pacs` without the leading slash. */
  readonly subject?: string;
  /** As openssl writes them; those of this machine by default. */
  readonly names?: string;
  /** Valid for so many days from now; -1: expired a day ago. */
  readonly days?: number;
}

const OURS = 'DNS:localhost,IP:127.0.0.1';

/** An authority, and what it issued, in a folder that is gone when the test file ends. */
export class Authority {
  readonly folder: string = temporaryFolder();
  /** PEM, for whoever shall trust it. */
  readonly certificate: string = this.#file('ca.pem');
  readonly #key: string = this.#file('ca.key');
  #issued = 0;

  constructor(name = 'Test Authority') {
    const subject = ['-subj', `/O=Hospital/CN=${name}`, '-days', '2'];
    openssl('req', '-x509', ...NEW_KEY, '-keyout', this.#key, '-out', this.certificate, ...subject);
  }

  issue(options: CertificateOptions = {}): Identity {
    const { subject = 'O=Hospital/CN=pacs', names = OURS, days = 2 } = options;
    const [key, certificate] = [this.#next('key'), this.#next('pem')];
    const [request, extensions] = [this.#next('csr'), this.#next('ext')];
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/${subject}`);
    const by = ['-CA', this.certificate, '-CAkey', this.#key, '-CAcreateserial'];
    const more = ['-days', String(days), '-extfile', extensions, '-out', certificate];
    openssl('x509', '-req', '-in', request, ...by, ...more);
    this.#issued++;
    return { certificate, key };
  }

  /** Nobody but itself vouches for it. */
  selfSigned({ subject = 'CN=Lonely PACS', names = OURS }: CertificateOptions = {}): Identity {
    const [key, certificate] = [this.#next('key'), this.#next('pem')];
    const more = ['-subj', `/${subject}`, '-addext', `subjectAltName=${names}`, '-days', '2'];
    openssl('req', '-x509', ...NEW_KEY, '-keyout', key, '-out', certificate, ...more);
    this.#issued++;
    return { certificate, key };
  }

  /** The same key, encrypted. */
  encrypted({ certificate, key }: Identity, passphrase: string): Identity {
    const locked = this.#next('locked.key');
    openssl('pkey', '-in', key, '-aes256', '-passout', `pass:${passphrase}`, '-out', locked);
    return { certificate, key: locked };
  }

  #next(extension: string): string {
    return this.#file(`${this.#issued}.${extension}`);
  }

  #file(name: string): string {
    return join(this.folder, name);
  }
}

/** Both files as Node takes them. */
export function pem({ certificate, key }: Identity): { cert: string; key: string } {
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Keys of elliptic curves are made at once; those of RSA take a while. */
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(...args: readonly string[]): void {
  execFileSync(program('openssl') ?? 'openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
