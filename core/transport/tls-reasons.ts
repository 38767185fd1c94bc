/** What TLS says where no secure connection comes about, made into sentences that say what to do. */
import { ConnectionError } from '../bytes/index.ts';

/** What the peer's certificate tells, where one came. All of it is the peer's words. */
export interface CertificateDetails {
  /** The names it is for, as `DNS:pacs.example, IP Address:10.0.0.5`. */
  readonly names?: string;
  /** The name that we expected. */
  readonly expected?: string;
  readonly issuer?: string;
  /** SHA-256, in hexadecimal. */
  readonly fingerprint?: string;
  /** ISO 8601. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** `details.diagnosis` of a failure of TLS; `details.reason` is the exact cause. */
export const TLS_DIAGNOSIS = 'tls-failed';

type Sentence = (certificate: Required<CertificateDetails>) => string;

const wrongName: Sentence = ({ names, expected }) =>
  `its certificate is for ${names}, not for ${expected}; call it by a name of the certificate, or set that as the server name in its TLS settings`;
const expired: Sentence = ({ notAfter }) =>
  `its certificate expired at ${notAfter}; have it renewed, or set the clock here if that is wrong`;
const notYetValid: Sentence = ({ notBefore }) =>
  `its certificate is valid from ${notBefore} on only; check the clocks here and there`;
const unknownAuthority: Sentence = ({ issuer }) =>
  `nobody we trust issued its certificate; add the certificate of its authority (${issuer}) to the CA file in its TLS settings, or have the peer send the certificates in between`;
const selfSigned: Sentence = ({ fingerprint }) =>
  `its certificate is signed by itself; compare its fingerprint with its administrator, then set it in its TLS settings, or the certificate as CA file: ${fingerprint}`;
const otherFingerprint: Sentence = ({ fingerprint }) =>
  `its certificate is not the one whose fingerprint is set; ask its administrator whether it was replaced. It shows ${fingerprint}`;
const tooWeak: Sentence = () =>
  'its certificate is too weak (RFC 9325 4.5: RSA of 2048 bits or more, SHA-256); have it replaced';
const noTls: Sentence = () =>
  'what answers there speaks no TLS; switch TLS off for this peer, or correct the port';
const closed: Sentence = () =>
  'it closed the connection during the TLS handshake; it may speak no TLS at this port, or take no call from here';
const late: Sentence = () =>
  'it took the call and then did not finish the TLS handshake; it may speak no TLS at this port';
const noCertificate: Sentence = () =>
  'it requires a certificate of ours; set our certificate and key in its TLS settings';
const ourCertificate: Sentence = () =>
  'it does not accept our certificate; ask its administrator which authority must issue ours, and check our certificate and key';
const nothingInCommon: Sentence = () =>
  'it has no version or cipher of TLS in common with us (TLS 1.2 with ECDHE and AEAD, or 1.3), or it requires a certificate of ours; ask its administrator which';
const unknownName: Sentence = ({ expected }) =>
  `it knows no server named ${expected}; correct the server name in its TLS settings`;

/** By the code of Node, which is OpenSSL's reason behind ERR_SSL_. Alerts are those of RFC 8446 6. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  FINGERPRINT: otherFingerprint,
  CA_MD_TOO_WEAK: tooWeak,
  CA_KEY_TOO_SMALL: tooWeak,
  EE_KEY_TOO_SMALL: tooWeak,
  ERR_SSL_CA_MD_TOO_WEAK: tooWeak,
  ERR_SSL_EE_KEY_TOO_SMALL: tooWeak,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_UNKNOWN_PROTOCOL: noTls,
  ERR_SSL_HTTP_REQUEST: noTls,
  ERR_SSL_UNEXPECTED_MESSAGE: noTls,
  ECONNRESET: closed,
  ETIMEDOUT: late,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: noCertificate,
  ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE: noCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ourCertificate,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: ourCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ourCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: ourCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: ourCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ourCertificate,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: ourCertificate,
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: ourCertificate,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: nothingInCommon,
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: nothingInCommon,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: nothingInCommon,
  ERR_SSL_UNSUPPORTED_PROTOCOL: nothingInCommon,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: nothingInCommon,
  ERR_SSL_WRONG_CIPHER_RETURNED: nothingInCommon,
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: unknownName,
};

/** `Could not connect to … by TLS: …`; `reason` is Node's code. */
export function tlsFailure(
  target: string,
  reason: string,
  certificate: CertificateDetails = {},
  cause?: unknown,
): ConnectionError {
  const sentence = SENTENCES[reason];
  const why =
    sentence?.({ ...UNKNOWN, ...certificate }) ??
    `TLS says ${reason}; check the certificates and TLS settings on both sides`;
  const details = { reason, diagnosis: TLS_DIAGNOSIS };
  return new ConnectionError(
    'CONNECT_FAILED',
    `Could not connect to ${target} by TLS: ${why}.`,
    details,
    cause,
  );
}

/**
 * The connection was cut off behind the handshake and before the peer sent anything. In TLS 1.3 a server looks at our
 * certificate only then, and its alert is lost where our bytes crossed it.
 */
export function tlsCutOff(target: string, reason: string, cause?: unknown): ConnectionError {
  const message =
    `${target} cut the connection off right behind the TLS handshake (${reason}); it may require a certificate ` +
    'of ours, or not accept the one we have: check our certificate and key in its TLS settings.';
  return new ConnectionError('CONNECTION_LOST', message, { reason, diagnosis: TLS_DIAGNOSIS }, cause);
}

/** What kept a caller of ours from agreeing on TLS with us. */
const CALLER_SENTENCES: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS; switch TLS on at the caller',
  ERR_SSL_HTTP_REQUEST: 'it speaks HTTP without TLS; correct the port at the caller',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it showed no certificate; set one at the caller',
  ERR_SSL_CERTIFICATE_VERIFY_FAILED: 'its certificate is none that we trust; check the CA file here',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it knows no version of TLS that we take; 1.2 is the lowest',
  ERR_SSL_NO_SHARED_CIPHER: 'it has no cipher of TLS in common with us',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it did not finish the TLS handshake in time',
  ECONNRESET: 'it closed the connection during the TLS handshake; it may not trust our certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our certificate; give it that of our authority',
};

/** A caller and we did not agree on TLS; `reason` is Node's code. */
export function callerTlsFailure(reason: string, cause?: unknown): ConnectionError {
  const why = CALLER_SENTENCES[reason] ?? `TLS says ${reason}`;
  const details = { reason, diagnosis: TLS_DIAGNOSIS };
  return new ConnectionError('CONNECT_FAILED', `A caller was not let in: ${why}.`, details, cause);
}

const UNKNOWN: Required<CertificateDetails> = {
  names: 'nobody',
  expected: 'this name',
  issuer: 'of an unknown name',
  fingerprint: 'none',
  notBefore: 'a later time',
  notAfter: 'an earlier time',
};
