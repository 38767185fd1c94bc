/** How far a bridge may be reached, before it is. */
import { DicomError } from '../../core/bytes/index.ts';
import { LOOPBACK, isLoopback, isLoopbackUrl } from './door.ts';

export interface Exposure {
  readonly host: string;
  readonly publicUrl?: URL | undefined;
  /** Whether users sign in. */
  readonly signIn: boolean;
  /** Whether it speaks TLS itself. */
  readonly secure: boolean;
  /** Whether its operator said that it may be reached all the same. */
  readonly insecure: boolean;
}

/** @throws DicomError USAGE: others could reach it, and it has no sign-in, or no TLS. */
export function checkExposure({ host, publicUrl, signIn, secure, insecure }: Exposure): void {
  const outside = publicUrl !== undefined && !isLoopbackUrl(publicUrl);
  if (insecure || (isLoopback(host) && !outside)) return;
  const where = outside ? `at ${publicUrl.href}` : `on ${host}`;
  if (!signIn) {
    throw exposed(
      `Others can reach a bridge ${where}, and this one asks nobody to sign in`,
      `configure who may use it, listen on ${LOOPBACK[0]} only, or accept it with --insecure`,
      host,
    );
  }
  if (!secure && publicUrl?.protocol !== 'https:') {
    throw exposed(
      `What passes a bridge ${where} could be read on the way, sign-ins too`,
      'give it a certificate, put it behind a proxy with TLS and name that by --public-url https://…, or accept it with --insecure',
      host,
    );
  }
}

function exposed(what: string, instead: string, host: string): DicomError {
  return new DicomError('USAGE', `${what}; ${instead}.`, { host });
}
