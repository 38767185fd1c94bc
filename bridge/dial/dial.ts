/** The one place that calls a peer: resolve, check each address, connect to exactly those, agree on TLS. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction, OnReadOpts, Socket } from 'node:net';
import { connect, isIP } from 'node:net';
import { ConnectionError } from '../../core/bytes/index.ts';
import type { Peer, TlsInfo } from '../../core/transport/index.ts';
import {
  TLS_DIAGNOSIS,
  connectFailure,
  connectionLost,
  tlsCutOff,
  tlsFailure,
} from '../../core/transport/index.ts';
import type { AddressPolicy, Verdict } from './addresses.ts';
import { CALLING, carriedBy, errno } from './socket-end.ts';
import type { TlsClient } from './tls.ts';
import { TlsError, tlsCode } from './tls.ts';

/** Whom to call, and how. */
export interface Destination {
  /** For messages: `PACS (10.0.0.5:104)`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsClient | undefined;
  /** Which addresses may be called; without it every one may. */
  readonly policy?: AddressPolicy | undefined;
  /** Resolves names, asked once a call; the system's by default. */
  readonly lookup?: LookupFunction | undefined;
}

/** A peer as the bridge and the command line call it. */
export interface CallablePeer extends Peer {
  readonly tls?: TlsClient | undefined;
}

export interface DialOptions {
  /** Ends the attempt. */
  readonly signal?: AbortSignal;
  /** Where bytes go that come without TLS, as for `net.connect`; what comes by TLS is told by `data` events. */
  readonly onread?: OnReadOpts;
}

/** An open connection; the socket is half-open at the peer's FIN. */
export interface Dialed {
  readonly socket: Socket;
  readonly tls: TlsInfo | undefined;
}

/**
 * Calls a peer. There is no deadline but the system's and the signal: where it aborts with a TimeoutError, the stage
 * that did not end in time is told.
 * @throws ConnectionError CONNECT_FAILED with `details.reason` and, of TLS, `details.diagnosis`; NOT_ALLOWED; CANCELLED
 */
export async function dial(to: Destination, options: DialOptions = {}): Promise<Dialed> {
  const { signal } = options;
  const raw = await connected(to, options);
  if (to.tls === undefined) return { socket: raw, tls: undefined };
  const stop = (): unknown => raw.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const secured = await to.tls.secure(raw, to.host);
    carriedBy(secured.socket, raw);
    return secured;
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    if (signal?.aborted === true) throw stopped(signal, tlsFailure(to.name, 'ETIMEDOUT'));
    throw tlsFailure(to.name, error.code, error.certificate, error.cause);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Why an open connection broke. `silent`: we called, and nothing had come from the peer. */
export function broken(
  name: string,
  error: NodeJS.ErrnoException,
  { tls, silent }: { readonly tls: boolean; readonly silent: boolean },
): ConnectionError {
  if (!tls) return connectionLost(name, errno(error), error);
  const code = tlsCode(error);
  if (code.startsWith('ERR_SSL_')) return tlsFailure(name, code, {}, error);
  return silent ? tlsCutOff(name, code, error) : connectionLost(name, code, error);
}

/** Whether TLS is surely to blame. */
export function isTlsFailure({ code, details }: ConnectionError): boolean {
  return code === 'CONNECT_FAILED' && details['diagnosis'] === TLS_DIAGNOSIS;
}

function connected(to: Destination, { signal, onread }: DialOptions): Promise<Socket> {
  const { host, port } = to;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) throw stopped(signal, connectFailure(to.name, 'ETIMEDOUT'));
    // Node asks `lookup` for names only.
    if (isIP(host) !== 0) choose(to, [host]);
    const socket = connect({
      host,
      port,
      ...CALLING,
      lookup: checkedLookup(to),
      ...(onread !== undefined && to.tls === undefined && { onread }),
    });
    const stop = (): void => {
      socket.destroy();
      reject(stopped(signal!, connectFailure(to.name, 'ETIMEDOUT')));
    };
    signal?.addEventListener('abort', stop, { once: true });
    // The listener stays: a socket that fails while it is handed on must not end the process.
    socket.on('error', (error) => {
      signal?.removeEventListener('abort', stop);
      reject(error instanceof ConnectionError ? error : connectFailure(to.name, errno(error), error));
    });
    socket.once('connect', () => {
      signal?.removeEventListener('abort', stop);
      resolve(socket);
    });
  });
}

/** Why the caller ended the attempt. */
function stopped(signal: AbortSignal, late: ConnectionError): ConnectionError {
  const { reason } = signal as { reason: unknown };
  if (reason instanceof DOMException && reason.name === 'TimeoutError') return late;
  return new ConnectionError('CANCELLED', 'The attempt to connect was cancelled.', {}, reason);
}

/**
 * For `net.connect`, which asks once a call and connects to what is answered, one address after the other: a name server
 * that says something else the next time changes nothing.
 */
function checkedLookup(to: Destination): LookupFunction {
  const resolve: LookupFunction = to.lookup ?? lookup;
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, answer, family) => {
      if (error) return callback(error, []);
      const found: LookupAddress[] =
        typeof answer === 'string' ? [{ address: answer, family: family ?? 4 }] : answer;
      try {
        const chosen = choose(
          to,
          found.map(({ address }) => address),
        );
        const allowed = found.filter(({ address }) => chosen.includes(address));
        if (options.all === true) callback(null, allowed);
        else callback(null, allowed[0]!.address, allowed[0]!.family);
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, []);
      }
    });
  };
}

/**
 * The addresses that may be called. One among them that is forbidden, or ours, refuses the name as a whole: no honest name
 * leads to a peer and to this machine, and a name that was rebound does. One that merely lies outside is left out.
 */
function choose(to: Destination, addresses: readonly string[]): readonly string[] {
  const { policy, port } = to;
  if (policy === undefined) return addresses;
  const verdicts = addresses.map((address) => policy(address, port));
  const worst = (['ourselves', 'forbidden'] as const).find((verdict) => verdicts.includes(verdict));
  const allowed = addresses.filter((_, i) => verdicts[i] === 'allowed');
  if (worst !== undefined || allowed.length === 0) throw refused(to.name, worst ?? 'outside');
  return allowed;
}

/** The caller learns nothing of what lies at other addresses. */
function refused(name: string, verdict: Verdict): ConnectionError {
  const message =
    verdict === 'ourselves'
      ? `${name} is the bridge itself; correct host and port of the peer.`
      : `Connecting to ${name} is not allowed; ask who runs the bridge.`;
  return new ConnectionError('NOT_ALLOWED', message, { reason: 'EACCES' });
}
