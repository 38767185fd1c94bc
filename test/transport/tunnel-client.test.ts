/** The page's end of the tunnel against a WebSocket played by the test. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection, ToPage, WebSocketLike } from '../../core/transport/index.ts';
import { CLOSE, MAX_FRAME, UP_WINDOW, encodeMessage, tunnelDialer } from '../../core/transport/index.ts';
import { readAll, readBytes, turns, write } from '../support/streams.ts';

class FakeWebSocket implements WebSocketLike {
  binaryType = 'blob';
  readonly sent: (string | Bytes)[] = [];
  closed: { code: number | undefined; reason: string | undefined } | undefined;
  readonly #listeners = new Map<string, (event: never) => void>();

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }
  send(data: string | Bytes): void {
    this.sent.push(typeof data === 'string' ? data : data.slice());
  }
  close(code?: number, reason?: string): void {
    this.closed ??= { code, reason };
  }
  emit(type: string, event: unknown = {}): void {
    this.#listeners.get(type)?.(event as never);
  }
  tell(message: ToPage): void {
    this.emit('message', { data: encodeMessage(message) });
  }
  bytes(length: number): void {
    this.emit('message', { data: new ArrayBuffer(length) });
  }
  texts(): unknown[] {
    return this.sent.filter((data) => typeof data === 'string').map((text) => JSON.parse(text) as unknown);
  }
  binary(): Bytes[] {
    return this.sent.filter((data) => typeof data !== 'string');
  }
}

const OPEN: ToPage = { t: 'open', remote: '10.0.0.5:104', window: UP_WINDOW, maxFrame: MAX_FRAME };

function dial(window?: number): { connection: Connection; webSocket: FakeWebSocket; asked: unknown[] } {
  const webSocket = new FakeWebSocket();
  const asked: unknown[] = [];
  const dialer = tunnelDialer({
    url: 'ws://127.0.0.1:8080/base/bridge/v1/connect',
    open: (url, protocols) => {
      asked.push(url, protocols);
      return webSocket;
    },
    ...(window === undefined ? {} : { window }),
  });
  return { connection: dialer.connect({ peer: 'PACS Ä&1' }), webSocket, asked };
}

describe('tickets', () => {
  function ticketed(getTicket: () => Promise<string | undefined>) {
    const asked: string[][] = [];
    const dialer = tunnelDialer({
      url: 'ws://127.0.0.1:8080/bridge/v1/connect',
      open: (_, protocols) => {
        asked.push(protocols);
        return new FakeWebSocket();
      },
      getTicket,
    });
    return { connection: dialer.connect({ peer: 'PACS' }), asked };
  }

  test('one is fetched for the peer, and offered beside the protocol', async () => {
    const purposes: unknown[] = [];
    const dialer = tunnelDialer({
      url: 'ws://127.0.0.1:8080/bridge/v1/connect',
      open: (_, protocols) => {
        purposes.push(protocols);
        return new FakeWebSocket();
      },
      getTicket: async (purpose) => {
        purposes.push(purpose);
        return 'abc';
      },
    });
    dialer.connect({ peer: 'PACS' });
    await turns(3);
    expect(purposes).toEqual([{ peer: 'PACS' }, ['dimse-bridge.v1', 'ticket.abc']]);
  });

  test('none is needed', async () => {
    const { asked } = ticketed(async () => undefined);
    await turns(3);
    expect(asked).toEqual([['dimse-bridge.v1']]);
  });

  test('none is given: NOT_ALLOWED with the reason, and no WebSocket', async () => {
    const { connection, asked } = ticketed(() => Promise.reject(new Error('Sign in first.')));
    await expect(connection.opened).rejects.toMatchObject({ code: 'NOT_ALLOWED', message: 'Sign in first.' });
    expect(asked).toEqual([]);
  });

  test('none is given by who knows why: told as it was', async () => {
    const details = { httpStatus: 401 };
    const { connection } = ticketed(() =>
      Promise.reject(new ConnectionError('NOT_ALLOWED', 'Sign in.', details)),
    );
    await expect(connection.opened).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      message: 'Sign in.',
      details,
    });
  });

  test('cancelled while one is fetched: no WebSocket', async () => {
    const { connection, asked } = ticketed(async () => 'abc');
    connection.abort();
    await expect(connection.opened).rejects.toMatchObject({ code: 'CANCELLED' });
    await turns(3);
    expect(asked).toEqual([]);
  });
});

function open(window?: number): { connection: Connection; webSocket: FakeWebSocket } {
  const { connection, webSocket } = dial(window);
  webSocket.emit('open');
  webSocket.tell(OPEN);
  return { connection, webSocket };
}

describe('opening', () => {
  test('names the peer and the subprotocol, says hello first, and sends before open', async () => {
    const { connection, webSocket, asked } = dial();
    void write(connection.writable, Uint8Array.of(1));
    expect(asked).toEqual([
      'ws://127.0.0.1:8080/base/bridge/v1/connect?peer=PACS%20%C3%84%261',
      ['dimse-bridge.v1'],
    ]);
    expect(webSocket.binaryType).toBe('arraybuffer');
    webSocket.emit('open');
    await turns(2);
    expect(webSocket.sent).toEqual(['{"t":"hello","window":4194304}', Uint8Array.of(1)]);
    webSocket.tell(OPEN);
    expect(await connection.opened).toEqual({ remote: '10.0.0.5:104' });
  });

  test('a host and port is asked for as such', () => {
    const asked: string[] = [];
    const open = (url: string): WebSocketLike => {
      asked.push(url);
      return new FakeWebSocket();
    };
    const dialer = tunnelDialer({ url: 'ws://x/', open });
    dialer.connect({ host: '10.0.0.5', port: 104 });
    dialer.connect({ host: 'fd00::1', port: 104 });
    expect(asked).toEqual(['ws://x/?target=10.0.0.5%3A104', 'ws://x/?target=%5Bfd00%3A%3A1%5D%3A104']);
  });

  test('a WebSocket that cannot be made, or does not open', async () => {
    const dialer = tunnelDialer({
      url: 'ws://x y/',
      open: () => {
        throw new SyntaxError('bad address');
      },
    });
    await expect(dialer.connect({ peer: 'PACS' }).opened).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining('bad address'),
    });
    const { connection, webSocket } = dial();
    webSocket.emit('error');
    webSocket.emit('close', { code: 1006, reason: '' });
    await expect(connection.opened).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringMatching(/No bridge answers/),
    });
  });
});

describe('credit', () => {
  test('uploads wait for it, in frames of 256 kB at most', async () => {
    const { connection, webSocket } = open();
    const writing = write(connection.writable, new Uint8Array(UP_WINDOW + 300_000));
    await turns(3);
    expect(webSocket.binary().map(({ length }) => length)).toEqual([
      MAX_FRAME,
      MAX_FRAME,
      MAX_FRAME,
      MAX_FRAME,
    ]);
    webSocket.tell({ t: 'ack', n: 262_144 });
    webSocket.tell({ t: 'ack', n: 300_000 });
    await writing;
    expect(
      webSocket
        .binary()
        .slice(4)
        .map(({ length }) => length),
    ).toEqual([262_144, 37_856]);
  });

  test('a wider window and shorter frames of the bridge are used', async () => {
    const { connection, webSocket } = dial();
    webSocket.emit('open');
    webSocket.tell({ t: 'open', remote: 'x', window: 2 * UP_WINDOW, maxFrame: 100_000 });
    await write(connection.writable, new Uint8Array(2 * UP_WINDOW));
    expect(Math.max(...webSocket.binary().map(({ length }) => length))).toBe(100_000);
  });

  test('acknowledgements follow the reader, not the arrival', async () => {
    const { connection, webSocket } = open(800_000);
    for (let i = 0; i < 4; i++) webSocket.bytes(200_000);
    await turns(3);
    expect(webSocket.texts()).toHaveLength(1); // hello
    await readBytes(connection.readable, 200_000);
    await readBytes(connection.readable, 400_000);
    expect(webSocket.texts().slice(1)).toEqual([
      { t: 'ack', n: 200_000 },
      { t: 'ack', n: 400_000 },
      { t: 'ack', n: 600_000 },
    ]);
  });
});

describe('what a bridge may not do', () => {
  test.each<[string, (webSocket: FakeWebSocket) => void, number]>([
    ['acknowledge what was not sent', (it) => it.tell({ t: 'ack', n: 1 }), CLOSE.PROTOCOL],
    ['take back its window', (it) => it.tell({ ...OPEN, window: 65536 } as ToPage), CLOSE.PROTOCOL],
    ['send more than the window', (it) => [it.bytes(4 << 20), it.bytes(1)], CLOSE.LIMIT],
    [
      'send something else',
      (it) => it.emit('message', { data: '{"t":"hello","window":65536}' }),
      CLOSE.PROTOCOL,
    ],
    ['send a Blob', (it) => it.emit('message', { data: {} }), CLOSE.PROTOCOL],
  ])('%s', async (_, act, code) => {
    const { connection, webSocket } = open();
    act(webSocket);
    expect(webSocket.closed).toMatchObject({ code });
    await expect(readAll(connection.readable)).rejects.toMatchObject({ code: 'TUNNEL_PROTOCOL' });
  });
});

describe('ending', () => {
  test.each(Object.entries(CLOSE).filter(([name]) => name !== 'NORMAL'))(
    'code %s (%i) is an error with a sentence, behind the last byte',
    async (_, code) => {
      const { connection, webSocket } = open();
      webSocket.bytes(3);
      webSocket.emit('close', { code, reason: 'why' });
      expect((await readBytes(connection.readable, 3)).length).toBe(3);
      const error = await readAll(connection.readable).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({
        details: { closeCode: code, reason: 'why' },
        message: expect.stringMatching(/^[A-Z].*\.$/),
      });
      expect(await connection.closed).toMatchObject({
        kind: 'reset',
        code,
        reason: (error as Error).message,
      });
    },
  );

  test('the sentence of the bridge is told where it sends one', async () => {
    const { connection, webSocket } = dial();
    webSocket.emit('open');
    webSocket.tell({ t: 'error', code: 'ECONNREFUSED', msg: 'Nobody is there.' });
    webSocket.emit('close', { code: 4502, reason: 'ECONNREFUSED' });
    await expect(connection.opened).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: 'Nobody is there.',
      details: { closeCode: 4502, reason: 'ECONNREFUSED' },
    });
  });

  test('close() waits for credit, then closes with 1000; abort() sends reset', async () => {
    const first = open();
    void first.connection.writable.getWriter().write(new Uint8Array(UP_WINDOW + 1));
    const closing = first.connection.close();
    await turns(3);
    expect(first.webSocket.closed).toBeUndefined();
    first.webSocket.tell({ t: 'ack', n: UP_WINDOW });
    await turns(3);
    expect(first.webSocket.closed).toEqual({ code: 1000, reason: 'closed' });
    first.webSocket.emit('close', { code: 1000, reason: 'closed' });
    await closing;
    const second = open();
    second.connection.abort();
    expect(second.webSocket.texts().at(-1)).toEqual({ t: 'reset' });
    expect(second.webSocket.closed?.code).toBe(1000);
  });
});
