/** Requests of node:http as those of the Fetch API: what breaks off, and what no Request can be. */
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { answerBy } from '../../bridge/node/index.ts';
import { LOOPBACK } from '../support/peers-process.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves by `handle`; gives the port, and what answering rejected with. */
async function serving(
  handle: (request: Request) => Promise<Response>,
): Promise<{ port: number; errors: unknown[] }> {
  const errors: unknown[] = [];
  server = createServer((request, response) => {
    answerBy(handle, request, response, { origin: 'http://facade.test' }).catch((error: unknown) =>
      errors.push(error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return { port: (server.address() as AddressInfo).port, errors };
}

/** Sends so many bytes, however early the answer comes; resolves when they have gone and it is read. */
async function sent(port: number, method: string, length: number): Promise<[number | undefined, string]> {
  const headers = { 'content-length': length };
  const request = httpRequest({ host: LOOPBACK, port, method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const gone = new Promise<void>((resolve) => request.end(new Uint8Array(length), resolve));
  const answer = await answered;
  const said = await text(answer);
  await gone;
  return [answer.statusCode, said];
}

const LENGTH = 64 << 20;

test('a body comes whole', async () => {
  const { port } = await serving(async ({ body }) => {
    let length = 0;
    for await (const chunk of body!) length += chunk.length;
    return new Response(String(length));
  });
  expect(await sent(port, 'POST', LENGTH)).toEqual([200, String(LENGTH)]);
});

test('a refusal arrives, however much of the body is left', async () => {
  const { port } = await serving(async ({ body }) => {
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
    return new Response('enough', { status: 413 });
  });
  expect(await sent(port, 'POST', LENGTH)).toEqual([413, 'enough']);
});

test('a refusal without a look at the body arrives', async () => {
  const { port } = await serving(async () => new Response('none', { status: 415 }));
  expect(await sent(port, 'POST', LENGTH)).toEqual([415, 'none']);
});

test('methods that no Request can have are answered', async () => {
  const { port, errors } = await serving(async () => new Response('never'));
  expect(await sent(port, 'TRACE', 0)).toEqual([501, '']);
  expect(errors).toEqual([]);
});

test.each(['http://elsewhere/', '*'])('a target that is no path is answered: %s', async (path) => {
  const { port, errors } = await serving(async ({ url }) => new Response(url));
  const request = httpRequest({ host: LOOPBACK, port, method: 'OPTIONS', path });
  const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  request.end();
  expect((await answered).statusCode).toBe(400);
  expect(errors).toEqual([]);
});

test('a sender that goes away breaks the body off, and aborts the signal', async () => {
  let broken = (): void => undefined;
  const isBroken = new Promise<void>((resolve) => (broken = resolve));
  const { port } = await serving(async ({ body, signal }) => {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await expect(body!.pipeTo(new WritableStream())).rejects.toThrow('aborted');
    await aborted;
    broken();
    return new Response();
  });
  const request = httpRequest({ host: LOOPBACK, port, method: 'POST', headers: { 'content-length': 100 } });
  request.on('error', () => undefined);
  request.write('x', () => request.destroy());
  await isBroken;
});

test('an answer that nobody waits for any more is ended', async () => {
  let ended = (): void => undefined;
  const isEnded = new Promise<void>((resolve) => (ended = resolve));
  let leave = (): void => undefined;
  const { port } = await serving(async ({ signal }) => {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    leave();
    await aborted;
    return new Response(new ReadableStream({ cancel: () => ended() }, { highWaterMark: 0 }));
  });
  const request = httpRequest({ host: LOOPBACK, port });
  request.on('error', () => undefined);
  leave = () => request.destroy();
  request.end();
  await isEnded;
});

test('a caller that left before is known to be gone', async () => {
  const told = new Promise<boolean>((resolve) => {
    server = createServer((request, response) => {
      response.once('close', () => {
        const handle = async ({ signal }: Request): Promise<Response> => {
          resolve(signal.aborted);
          return new Response();
        };
        void answerBy(handle, request, response, { origin: 'http://facade.test' });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const request = httpRequest({ host: LOOPBACK, port: (server.address() as AddressInfo).port });
  request.on('error', () => undefined);
  server.once('request', () => request.destroy());
  request.end();
  expect(await told).toBe(true);
});
