/** A bridge with a DICOM port, and who calls it: what the tests of listening share. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import { WebSocket } from 'ws';
import type { BridgeEvent, TurnedAway } from '../../bridge/record/events.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import { REJECT, associateRJ } from '../../bridge/peek.ts';
import type { Bridge, BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { Incoming, TunnelListener } from '../../core/transport/index.ts';
import { TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { listenUrl } from '../support/leased.ts';
import { turns } from '../support/streams.ts';

export const HERE = '127.0.0.1';
export const PORTAL = 'https://portal.example';
export const UNKNOWN = Buffer.from(associateRJ(REJECT.calledAETitle));
export const LIMIT = Buffer.from(associateRJ(REJECT.localLimit));

export let bridge: Bridge;
export let events: BridgeEvent[];

/** Each test of a file has a bridge of its own, once it starts one. */
export function ownBridge(): void {
  beforeEach(() => void (events = []));
  afterEach(() => bridge.close());
}

export async function start(
  limits: Partial<BridgeLimits> = {},
  more: Partial<BridgeOptions> = {},
): Promise<void> {
  bridge = await startBridge({
    host: HERE,
    port: 0,
    peers: [],
    listener: { host: HERE, port: 0, pools: { page: ['WEB01', 'WEB02'] }, allowSource: ['127.0.0.0/8'] },
    limits,
    onEvent: (event) => events.push(event),
    ...more,
  });
}

/** What a caller gets back, and how it ended. */
export interface Call {
  readonly socket: Socket;
  readonly answer: Promise<{ readonly bytes: Buffer; readonly error: string | undefined }>;
}

export function call(...first: Uint8Array[]): Call {
  const socket = connect({ port: bridge.dicomPort!, host: HERE, noDelay: true, allowHalfOpen: true });
  const pieces: Buffer[] = [];
  let error: string | undefined;
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('end', () => socket.end());
  socket.on('error', (thrown: NodeJS.ErrnoException) => (error = thrown.code));
  const answer = new Promise<Awaited<Call['answer']>>((resolve) => {
    socket.once('close', () => resolve({ bytes: Buffer.concat(pieces), error }));
  });
  for (const bytes of first) socket.write(bytes);
  return { socket, answer };
}

export function turnedAway(): TurnedAway[] {
  return events.flatMap((event) => (event.type === 'turned away' ? [event.outcome] : []));
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

/** The next connection of a listener. */
export async function next(listener: TunnelListener) {
  const reader = listener.incoming.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return value!;
}

/** A control WebSocket, for what our own client never does. */
export async function control(wish: object, headers: Record<string, string> = {}, query = '') {
  const webSocket = new WebSocket(listenUrl(bridge) + query, [TUNNEL_PROTOCOL], { headers });
  const messages: Record<string, unknown>[] = [];
  webSocket.on('message', (data) => messages.push(JSON.parse(String(data)) as Record<string, unknown>));
  webSocket.on('error', () => {});
  const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
  await new Promise<void>((resolve) => webSocket.once('open', () => resolve()));
  webSocket.send(typeof wish === 'string' ? wish : JSON.stringify(wish));
  return { webSocket, messages, closed };
}

/** Comes for a caller; tells `open`, or the close code. */
export function accept(
  { ticket, node }: Pick<Incoming, 'ticket' | 'node'>,
  headers: Record<string, string> = {},
) {
  const url = listenUrl(bridge).replace('listen', `accept/${node}`);
  const webSocket = new WebSocket(url, [TUNNEL_PROTOCOL, `ticket.${ticket}`], { headers });
  webSocket.on('open', () => webSocket.send('{"t":"hello","window":65536}'));
  return new Promise<number | 'open'>((resolve) => {
    webSocket.on('message', (data) => {
      if (String(data).includes('"open"')) resolve('open');
    });
    webSocket.on('close', (code) => resolve(code));
    webSocket.on('error', () => {});
  });
}
