import { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Dialer, Wire } from '../../core/transport/index.ts';
import { WiredConnection, targetText } from '../../core/transport/index.ts';
import type { TlsClient } from '../dial/tls.ts';
import { callPeer } from './tcp-connection.ts';

/** How to call. */
export interface TcpDialerOptions {
  /** Settings for a target that is called by TLS; undefined: without. */
  readonly tls?: (target: { readonly host: string; readonly port: number }) => TlsClient | undefined;
}

/**
 * Connects to host and port over TCP, by TLS where `tls` has settings for them. It knows no deadline but the system's:
 * give a signal.
 */
export function tcpDialer(options: TcpDialerOptions = {}): Dialer {
  return {
    connect: (target, { signal } = {}) => {
      if ('peer' in target) return unknownPeer(target.peer);
      const { host, port } = target;
      return callPeer({ name: targetText(target), host, port, tls: options.tls?.(target) }, signal);
    },
  };
}

const nothing = (): void => {};
const noWire: Wire = { send: nothing, finish: nothing, reset: nothing, release: nothing, taken: nothing };

function unknownPeer(name: string): Connection {
  const connection = new WiredConnection(noWire);
  const message = `Peer names belong to a bridge; give the host and port of ${name} to connect directly.`;
  connection.fail(new ConnectionError('PEER_UNKNOWN', message));
  return connection;
}
