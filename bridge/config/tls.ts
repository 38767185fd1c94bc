/** TLS as it is configured: names of files, and what else one side of a connection decides. */
import * as v from 'valibot';

const file = v.pipe(v.string(), v.nonEmpty('the name of a file is empty'));
const files = v.pipe(v.array(file), v.minLength(1, 'no file is named'));

const settings = v.strictObject({
  ca: v.optional(v.lazy((input) => (Array.isArray(input) ? files : file))),
  certificate: v.optional(file),
  key: v.optional(file),
  passphraseFile: v.optional(file),
  serverName: v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]{1,253}$/, 'not a host name or an IP address'))),
  fingerprint: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^([\da-f]{2}:?){31}[\da-f]{2}$/i,
        'a SHA-256 fingerprint is 32 bytes in hexadecimal, with or without colons',
      ),
    ),
  ),
  minVersion: v.optional(v.picklist(['1.2', '1.3'], 'the lowest version of TLS is "1.2" or "1.3"')),
});

/** What `tls` of a peer may be: `true`, or an object with the keys of `TlsFiles`. */
export const tlsSchema: v.GenericSchema<unknown, true | TlsFiles> = v.lazy((input) =>
  typeof input === 'object' ? settings : v.literal(true),
);

/** TLS of one side as it is configured; nothing here switches the check of the peer's certificate off. */
export interface TlsFiles {
  /** PEM, one or more certificates in each: who may have issued the peer's; else the authorities that Node knows. */
  readonly ca?: string | readonly string[] | undefined;
  /** PEM: our own certificate, those of its issuers behind it, and its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The passphrase of the key, on its first line. */
  readonly passphraseFile?: string | undefined;
  /** The name that the peer's certificate must have; else the host that is called. */
  readonly serverName?: string | undefined;
  /** SHA-256 of the one certificate that is taken, whoever issued it for whatever name and time. */
  readonly fingerprint?: string | undefined;
  /** 1.2 by default; nothing lower is possible. */
  readonly minVersion?: '1.2' | '1.3' | undefined;
}
