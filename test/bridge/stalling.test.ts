/** Who keeps a connection of the bridge by doing nothing with it, before there is a tunnel. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Rights } from '../../bridge/access/access.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import type { BridgeEvent } from '../../bridge/record/events.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { CLOSE, TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import { tunnelUrl } from '../support/bridge.ts';
import { turns } from '../support/streams.ts';

let bridge: Bridge;
let events: BridgeEvent[];
let sockets: Socket[];

beforeEach(() => {
  events = [];
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await bridge.close();
});

async function start(
  limits: Partial<BridgeLimits>,
  authorize?: (request: IncomingMessage) => Promise<Rights | undefined>,
): Promise<void> {
  const onEvent = (event: BridgeEvent): void => void events.push(event);
  bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], limits, authorize, onEvent });
}

/** A connection, and when it ended. */
function called(): { readonly socket: Socket; readonly ended: Promise<unknown> } {
  const socket = connect(bridge.port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return { socket, ended: new Promise((resolve) => socket.once('close', resolve)) };
}

test('an answer that nobody reads: closed, counted; one that is read is not', async () => {
  await start({ pageStuckTime: 500 });
  const request = (more = ''): string =>
    `GET /bridge/v1/peers HTTP/1.1\r\nHost: 127.0.0.1:${bridge.port}\r\n${more}\r\n`;
  const quick = called();
  let read = '';
  quick.socket.setEncoding('latin1').on('data', (text: string) => (read += text));
  quick.socket.write(request());
  while (!read.includes('{"peers"')) await turns(1);
  const lazy = called();
  lazy.socket.pause();
  lazy.socket.write(request().repeat(20_000)); // more answers than the buffers of both kernels hold
  while (events.length === 0) await turns(1);
  quick.socket.write(request('Connection: close\r\n'));
  await quick.ended;
  expect(read.split('HTTP/1.1 200').length - 1).toBe(2);
  lazy.socket.resume();
  await lazy.ended;
  expect(events).toEqual([expect.objectContaining({ type: 'refused', status: 408, cause: 'stuck' })]);
});

describe('a sign-in that does not come to an end', () => {
  let asked: Promise<void>;
  let wasAsked: () => void;
  beforeEach(() => {
    asked = new Promise((resolve) => (wasAsked = resolve));
  });
  const never = (): Promise<undefined> => {
    wasAsked();
    return new Promise(() => {});
  };

  /** An upgrade of a user whose sign-in hangs; how it ends. */
  function knock(): Promise<number> {
    const headers = { authorization: 'Bearer anna' };
    const webSocket = new WebSocket(`${tunnelUrl(bridge)}?peer=PACS`, TUNNEL_PROTOCOL, { headers });
    return new Promise((resolve) => {
      webSocket.on('close', (code) => resolve(code));
      webSocket.on('error', () => {});
    });
  }

  test('ends with the time of a request', async () => {
    await start({ bodyTime: 100 }, never);
    expect(await knock()).toBe(CLOSE.ABNORMAL);
  });

  test('holds the end of the bridge not up', async () => {
    await start({}, never);
    const outcome = knock();
    await asked;
    await bridge.close();
    expect(await outcome).toBe(CLOSE.ABNORMAL);
  });

  test('counts as a WebSocket', async () => {
    await start({ webSockets: 1 }, never);
    const first = knock();
    await asked;
    expect(await knock()).toBe(CLOSE.ABNORMAL);
    expect(events).toEqual([expect.objectContaining({ status: 503, cause: 'overloaded' })]);
    await bridge.close();
    await first;
  });

  test('and then does, while the bridge drains: told so', async () => {
    let answer: (rights: Rights) => void = () => {};
    const late = (): Promise<Rights> => {
      wasAsked();
      return new Promise((resolve) => (answer = resolve));
    };
    await start({ drainTime: 60_000 }, late);
    const outcome = knock();
    await asked;
    void bridge.drain();
    answer({ user: 'anna', peers: '*', aeTitles: '*' });
    expect([CLOSE.SHUTTING_DOWN, CLOSE.ABNORMAL]).toContain(await outcome);
    expect(events.filter(({ type }) => type === 'opened')).toEqual([]);
  });
});
