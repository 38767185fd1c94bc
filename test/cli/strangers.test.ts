/** What is no DICOM server, and what is no DICOM client: real ones, each told in its own sentence. */
import { writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  LOOPBACK,
  WEBDIMSE,
  accepts,
  built,
  freePort,
  records,
  start,
  temporaryFolder,
  webdimse,
} from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

beforeAll(() => built);

/** Listens until the test ends. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that says this much when someone connects, and then waits. */
function saying(banner: string): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    if (banner !== '') socket.write(banner, 'latin1');
  });
}

/** The alert by which TLS stacks refuse what is no ClientHello: fatal, protocol_version (RFC 8446 6). */
const TLS_ALERT = '\x15\x03\x01\x00\x02\x02\x46';

const STRANGERS: [diagnosis: string, server: () => Server, sentence: RegExp][] = [
  ['http', () => createHttp((_, response) => response.end('hello')), /A web server \(HTTP\) answers there/],
  ['tls', () => saying(TLS_ALERT), /This port speaks TLS, and we called it without/],
  ['ssh', () => saying('SSH-2.0-OpenSSH_9.6\r\n'), /An SSH server answers there/],
  ['ftp-or-smtp', () => saying('220 mail.example.org ESMTP\r\n'), /An FTP or mail server answers there/],
  ['text', () => saying('* OK IMAP4rev1 ready\r\n'), /speaks in text/],
  ['closed', () => createServer((socket) => socket.destroy()), /closed the connection instead of answering/],
  ['silent', () => saying(''), /within 0\.5 s\. Is it a DICOM server\?.*\(--timeout associate=SECONDS/],
];

describe('called by us', () => {
  test.each(STRANGERS)('%s', async (diagnosis, server, sentence) => {
    const port = await listening(server());
    const called = await webdimse('echo', `ANY@${LOOPBACK}:${port}`, '--timeout', 'associate=0.5', '--json');
    expect(called.stderr).toMatch(sentence);
    expect(called.stderr).toMatch(/^webdimse echo: .+\n$/); // one line
    expect(called.code).toBe(3);
    expect(records(called)).toMatchObject([{ type: 'result', status: null, diagnosis }]);
  });
});

test('a server on OpenSSL closes without an alert, and TLS is one of the reasons told', async () => {
  // It needs no certificate: what we send is no ClientHello.
  const port = await listening(createTls({}).on('tlsClientError', () => undefined));
  const called = await webdimse('echo', `ANY@${LOOPBACK}:${port}`, '--json');
  expect(called.stderr).toMatch(/closed the connection instead of answering.* expect TLS/);
  expect(records(called)).toMatchObject([{ diagnosis: 'closed' }]);
});

describe('a peer with times of its own', () => {
  /** A configuration with a silent peer that has less than half a second to answer. */
  async function configuration(): Promise<string> {
    const port = await listening(saying(''));
    const path = join(temporaryFolder(), 'peers.json');
    const peer = { name: 'SILENT', aeTitle: 'ANY', host: LOOPBACK, port, timeouts: { associate: 0.4 } };
    writeFileSync(path, JSON.stringify({ peers: [peer] }));
    return path;
  }

  test('is called with them by its name, unless other ones are typed', async () => {
    const config = await configuration();
    const named = await webdimse('echo', 'SILENT', '--config', config);
    expect(named).toMatchObject({ code: 3, stderr: expect.stringContaining('within 0.4 s') });
    const typed = await webdimse('echo', 'SILENT', '--config', config, '--timeout', 'associate=0.2');
    expect(typed).toMatchObject({ code: 3, stderr: expect.stringContaining('within 0.2 s') });
  });

  test('is called with them through the bridge that has them', async () => {
    const port = await freePort();
    const args = ['serve', '--no-pacs', '--port', String(port), '--config', await configuration()];
    const bridge = await start(process.execPath, [WEBDIMSE, ...args], () => accepts(port));
    onTestFinished(() => bridge.stop());
    const called = await webdimse('echo', 'SILENT', '--via', `ws://${LOOPBACK}:${port}`);
    expect(called).toMatchObject({ code: 3, stderr: expect.stringContaining('within 0.4 s') });
  });
});

describe('calling us', () => {
  let pacs: RealPeer;
  beforeAll(async () => {
    pacs = await startWebdimsePacs();
  });
  afterAll(() => pacs?.stop());

  /** What the mini-PACS says of the next caller. */
  async function remark(call: () => Promise<unknown>, words: RegExp): Promise<void> {
    const before = pacs.output().length;
    await call();
    await expect.poll(() => pacs.output().slice(before), { timeout: 5000 }).toMatch(words);
  }

  /** Sends this, and waits to be thrown out. */
  function sending(text: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(pacs.port, LOOPBACK, () => socket.write(text, 'latin1'));
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.resume();
    });
  }

  test('a browser', async () => {
    const fetched = (): Promise<unknown> =>
      fetch(`http://${LOOPBACK}:${pacs.port}/`).catch(() => 'as it should');
    await remark(fetched, /^webdimse pacs: A browser or another HTTP client called this port/m);
  });

  test('TLS', async () => {
    const shaken = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connectTls({ port: pacs.port, host: LOOPBACK, rejectUnauthorized: false });
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    await remark(shaken, /^webdimse pacs: A caller began TLS on this port/m);
  });

  test('text', async () => {
    await remark(() => sending('hello there\r\n'), /^webdimse pacs: A caller sent text to this port/m);
  });

  test('and none of them leaves it unable to answer, nor does a port scan make it speak', async () => {
    const before = pacs.output().length;
    await new Promise<void>((resolve) => {
      const socket = connect(pacs.port, LOOPBACK, () => socket.destroy());
      socket.on('close', () => resolve());
    });
    expect((await webdimse('echo', pacs.address)).code).toBe(0);
    expect(pacs.output().slice(before)).toBe('');
  });
});
