import { connect } from 'node:net';
import { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, Dialer, Target, Wire } from '../../core/transport/index.ts';
import { WiredConnection, targetText } from '../../core/transport/index.ts';
import { CALLING } from '../socket-end.ts';
import { tcpConnection } from './tcp-connection.ts';

/** Connects to host and port over TCP. It knows no deadline but the system's: give a signal. */
export function tcpDialer(): Dialer {
  return { connect: (target, options) => dial(target, options?.signal) };
}

function dial(target: Target, signal?: AbortSignal): Connection {
  if ('peer' in target) return unknownPeer(target.peer);
  const socket = connect({ host: target.host, port: target.port, ...CALLING });
  return tcpConnection(socket, targetText(target), signal);
}

const nothing = (): void => {};
const noWire: Wire = { send: nothing, finish: nothing, reset: nothing, release: nothing, taken: nothing };

function unknownPeer(name: string): Connection {
  const connection = new WiredConnection(noWire);
  const message = `Peer names belong to a bridge; give the host and port of ${name} to connect directly.`;
  connection.fail(new ConnectionError('PEER_UNKNOWN', message));
  return connection;
}
