/**
 * TLS to peers and from them, by the profile of PS3.15 B.12 (BCP 195: RFC 8996 and RFC 9325): 1.2 or 1.3, ephemeral keys,
 * authenticated encryption, and a peer that is always verified.
 */
import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { SecureContext, TLSSocket, TlsOptions } from 'node:tls';
import { checkServerIdentity, connect, createSecureContext } from 'node:tls';
import type { CertificateDetails, TlsInfo } from '../../core/transport/index.ts';

/** RFC 9325 4.2: of TLS 1.2 the suites with ECDHE and AEAD; level 2 leaves out keys below 112 bits and SHA-1 (4.4, 4.5). */
export const CIPHERS: string = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  '@SECLEVEL=2',
].join(':');

/** Longest text of a certificate that we pass on: an `open` message has 4096 characters at most. */
const LONGEST_NAME = 300;

/** A failure of TLS with what the certificate of the peer says about it. */
export class TlsError extends Error {
  readonly code: string;
  readonly certificate: CertificateDetails;

  constructor(code: string, certificate: CertificateDetails, cause?: Error) {
    super(cause?.message ?? code, { cause });
    this.code = code;
    this.certificate = certificate;
  }
}

/** How we call a peer by TLS. Keys stay within: what logs a peer must not print them. */
export class TlsClient {
  readonly #trust: string;
  readonly #context: SecureContext;
  readonly #serverName: string | undefined;
  readonly #fingerprint: string | undefined;

  /**
   * `fingerprint` is that of the one certificate that is taken, whatever it says; else its issuer and its name are checked.
   * `trust` is the same text for whoever trusts the same issuers by the same versions of TLS.
   */
  constructor(
    context: SecureContext,
    trust: string,
    { serverName, fingerprint }: { readonly serverName?: string; readonly fingerprint?: string } = {},
  ) {
    this.#trust = trust;
    this.#context = context;
    this.#serverName = serverName;
    this.#fingerprint = fingerprint && hexadecimal(fingerprint);
  }

  /** Whether the other takes the same peers for who they say they are; as whom we call them may differ. */
  trustsAs(other: TlsClient): boolean {
    return (
      this.#trust === other.#trust &&
      this.#serverName === other.#serverName &&
      this.#fingerprint === other.#fingerprint
    );
  }

  /** A peer with TLS, as it is printed. */
  toJSON(): true {
    return true;
  }

  /**
   * Agrees on TLS over a connected socket, called as `host`. Rejects with a TlsError, the socket destroyed.
   * Destroying the socket meanwhile ends the attempt.
   */
  secure(socket: Socket, host: string): Promise<{ readonly socket: TLSSocket; readonly tls: TlsInfo }> {
    const expected = this.#serverName ?? host.split('%')[0]!;
    const tls = connect({
      socket,
      secureContext: this.#context,
      // RFC 6066 3: a server name is no IP address.
      ...(isIP(expected) === 0 && { servername: expected }),
      checkServerIdentity: (_, certificate) => checkServerIdentity(expected, certificate),
      // Node's refusal comes without the certificate that would explain it: #refusal refuses, at the same moment.
      rejectUnauthorized: false,
    });
    return new Promise((resolve, reject) => {
      const fail = (error: TlsError): void => {
        reject(error);
        tls.destroy();
        socket.destroy();
      };
      // The listeners stay, so that a failure while the socket is handed on does not end the process.
      tls.on('error', (error) => fail(new TlsError(tlsCode(error), { expected }, error)));
      tls.once('close', () => fail(new TlsError('ECONNRESET', { expected })));
      tls.once('secureConnect', () => {
        const certificate = tls.getPeerX509Certificate();
        const refusal = this.#refusal(tls, certificate);
        if (refusal === undefined) resolve({ socket: tls, tls: tlsInfo(tls, certificate) });
        else fail(new TlsError(refusal, { expected, ...certificateDetails(certificate) }));
      });
    });
  }

  /** Why the peer is not who it should be, as the code of Node or OpenSSL; nothing was sent to it yet. */
  #refusal(tls: TLSSocket, certificate: X509Certificate | undefined): string | undefined {
    if (this.#fingerprint !== undefined) {
      return hexadecimal(certificate?.fingerprint256 ?? '') === this.#fingerprint ? undefined : 'FINGERPRINT';
    }
    return tls.authorized ? undefined : String(tls.authorizationError);
  }
}

/** How we are called by TLS; where it names a CA, callers need a certificate of it. For `listenTcp`. */
export class TlsServer {
  readonly #options: TlsOptions;

  constructor(options: TlsOptions) {
    this.#options = options;
  }

  /** For `tls.createServer`. */
  options(): TlsOptions {
    return this.#options;
  }

  /** For calls from this very process: takes this certificate and no other, and shows it as its own. */
  caller(): TlsClient {
    const { cert, key, passphrase, ciphers, minVersion } = this.#options;
    const context = createSecureContext({ cert, key, passphrase, ciphers, minVersion });
    const { fingerprint256 } = new X509Certificate(String(cert));
    return new TlsClient(context, '', { fingerprint: fingerprint256 });
  }
}

/** What TLS agreed on. Node 20 gives the certificate once only: ask the socket here, or give what it gave. */
export function tlsInfo(
  tls: TLSSocket,
  certificate: X509Certificate | undefined = tls.getPeerX509Certificate(),
): TlsInfo {
  return {
    protocol: tls.getProtocol() ?? '',
    cipher: tls.getCipher().name,
    subject: certificate === undefined ? '' : nameText(certificate.subject),
    ...(certificate && { issuer: nameText(certificate.issuer) }),
    expires: certificate === undefined ? '' : isoTime(certificate.validTo),
  };
}

/**
 * The code of an error of TLS: Node's, which is OpenSSL's reason behind ERR_SSL_. A write that meets an alert says
 * EPROTO and has the reason in its message.
 */
export function tlsCode(error: NodeJS.ErrnoException): string {
  const [, reason] = (error.code === 'EPROTO' && /:SSL routines:[^:]*:([^:]+):/.exec(error.message)) || [];
  if (reason !== undefined) return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
  return error.code === 'EPIPE' ? 'ECONNRESET' : (error.code ?? error.name);
}

function certificateDetails(certificate: X509Certificate | undefined): CertificateDetails {
  if (certificate === undefined) return {};
  return {
    names: shortened(certificate.subjectAltName ?? nameText(certificate.subject)),
    issuer: nameText(certificate.issuer),
    fingerprint: certificate.fingerprint256,
    notBefore: isoTime(certificate.validFrom),
    notAfter: isoTime(certificate.validTo),
  };
}

/** Node writes a part of the name on each line, the widest first. */
function nameText(name: string | undefined): string {
  return shortened((name ?? '').split('\n').toReversed().join(', '));
}

function shortened(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, '\uFFFD');
  return plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME)}…` : plain;
}

/** Node's `Nov 22 19:31:07 2026 GMT`; a time that is none stays as it is. */
function isoTime(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? shortened(text) : new Date(time).toISOString().replace('.000Z', 'Z');
}

function hexadecimal(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toUpperCase();
}
