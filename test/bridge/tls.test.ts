/** TLS to peers: whom it takes, and that each failure is told by its cause, directly and through the bridge. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { describeWith } from '../support/needs.ts';
import type { TlsFiles } from '../../bridge/config/tls.ts';
import { listenTcp, readTlsClient, readTlsServer, tcpDialer } from '../../bridge/node/index.ts';
import type { CallablePeer } from '../../bridge/dial/dial.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import type { ConnectionError } from '../../core/bytes/index.ts';
import type { Connection } from '../../core/transport/index.ts';
import { CLOSE, deferred } from '../../core/transport/index.ts';
import { RawTunnel, dialerVia } from '../support/bridge.ts';
import { Authority, pem } from '../support/certificates.ts';
import type { Identity } from '../support/certificates.ts';
import { readAll, write } from '../support/streams.ts';

describeWith(['openssl'], 'TLS', () => {
  let authority: Authority;
  let other: Authority;
  let good: Identity;
  let stranger: Identity;
  let lonely: Identity;
  let bridge: Bridge;
  const peers: CallablePeer[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    authority = new Authority();
    other = new Authority('Other Authority');
    good = authority.issue();
    stranger = other.issue();
    lonely = authority.selfSigned();
    bridge = await startBridge({ host: '127.0.0.1', port: 0, peers });
  });
  afterAll(() => bridge.close());
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function secure(options: TlsOptions): Promise<number> {
    const server = createServer(options, (socket) => socket.on('error', () => {}).resume());
    return listening(server.on('tlsClientError', () => {}));
  }

  function plain(answer: (socket: Socket) => void): Promise<number> {
    return listening(createTcpServer((socket) => answer(socket.on('error', () => {}))));
  }

  function ca(): TlsFiles {
    return { ca: authority.certificate };
  }

  /** Directly: what `opened` rejects with, or what ended the connection once it had opened. */
  async function failure(port: number, files: true | TlsFiles, host = '127.0.0.1'): Promise<ConnectionError> {
    const tls = await readTlsClient(files);
    const connection = tcpDialer({ tls: () => tls }).connect({ host, port });
    const writing = write(connection.writable, new Uint8Array(10)).catch(() => {});
    try {
      await connection.opened;
      await readAll(connection.readable);
      throw new Error('nothing failed');
    } catch (error) {
      return error as ConnectionError;
    } finally {
      connection.abort();
      await writing;
    }
  }

  /** Through the bridge: the close frame, and the sentence before it. */
  async function told(
    port: number,
    files: true | TlsFiles,
  ): Promise<{ code: number; reason: string; msg: string }> {
    peers.splice(0, 1, {
      name: 'PACS',
      aeTitle: 'PACS',
      host: '127.0.0.1',
      port,
      tls: await readTlsClient(files),
    });
    const raw = await new RawTunnel(bridge, 'PACS').open();
    const end = await raw.closed;
    return { ...end, msg: (raw.messages.at(-1) as { msg: string }).msg };
  }

  type Case = [
    name: string,
    port: () => Promise<number>,
    files: () => true | TlsFiles,
    reason: string,
    says: string,
  ];
  const CASES: Case[] = [
    [
      'another name',
      () => secure(pem(authority.issue({ names: 'DNS:pacs.example,DNS:b.example' }))),
      ca,
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'its certificate is for DNS:pacs.example, DNS:b.example, not for 127.0.0.1',
    ],
    [
      'expired',
      () => secure(pem(authority.issue({ days: -1 }))),
      ca,
      'CERT_HAS_EXPIRED',
      `its certificate expired at ${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}`,
    ],
    [
      'an authority that we do not know',
      () => secure(pem(stranger)),
      ca,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'add the certificate of its authority (CN=Other Authority, O=Hospital)',
    ],
    [
      'an authority that we do not know, which comes along',
      () => secure({ ...pem(stranger), cert: pem(stranger).cert + readFileSync(other.certificate, 'utf8') }),
      ca,
      'SELF_SIGNED_CERT_IN_CHAIN',
      'nobody we trust issued its certificate',
    ],
    [
      'none of the authorities that Node knows',
      () => secure(pem(good)),
      () => true,
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'nobody we trust',
    ],
    [
      'signed by itself',
      () => secure(pem(lonely)),
      ca,
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'compare its fingerprint',
    ],
    [
      'another fingerprint',
      () => secure(pem(good)),
      () => ({ ...ca(), fingerprint: 'ab'.repeat(32) }),
      'FINGERPRINT',
      'its certificate is not the one whose fingerprint is set',
    ],
    [
      'TLS 1.1 at most',
      () =>
        secure({ ...pem(good), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      ca,
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'no version or cipher of TLS in common',
    ],
    [
      'less than we ask for',
      () => secure({ ...pem(good), maxVersion: 'TLSv1.2' }),
      () => ({ ...ca(), minVersion: '1.3' }),
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'no version or cipher of TLS in common',
    ],
    [
      'a cipher without authentication of each record',
      () => secure({ ...pem(good), maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
      ca,
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'no version or cipher of TLS in common',
    ],
    [
      'a certificate of ours wanted (1.2)',
      () => secure({ ...pem(good), ca: pem(good).cert, requestCert: true, maxVersion: 'TLSv1.2' }),
      ca,
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'or it requires a certificate of ours',
    ],
    [
      'HTTP',
      () => plain((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      ca,
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'what answers there speaks no TLS',
    ],
    [
      'DICOM without TLS, which aborts',
      () =>
        plain((socket) => socket.once('data', () => socket.end(Buffer.from('07000000000400000202', 'hex')))),
      ca,
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'switch TLS off for this peer',
    ],
    ['closing at once', () => plain((socket) => socket.end()), ca, 'ECONNRESET', 'during the TLS handshake'],
    [
      'a reset in the handshake',
      () => plain((socket) => socket.once('data', () => socket.resetAndDestroy())),
      ca,
      'ECONNRESET',
      'during the TLS handshake',
    ],
  ];

  test.each(CASES)('%s', async (_, start, files, reason, says) => {
    const port = await start();
    const error = await failure(port, files());
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', details: { reason, diagnosis: 'tls-failed' } });
    expect(error.message).toMatch(/^Could not connect to 127\.0\.0\.1:\d+ by TLS: .*\.$/);
    expect(error.message).toContain(says);
    const end = await told(port, files());
    expect(end).toMatchObject({ code: CLOSE.TLS_FAILED, reason, msg: expect.stringContaining(says) });
    expect(end.msg).toMatch(/^Could not connect to PACS \(127\.0\.0\.1:\d+\) by TLS: /);
  });

  test('a certificate of ours wanted (1.3): told behind the handshake', async () => {
    const port = await secure({ ...pem(good), ca: readFileSync(authority.certificate), requestCert: true });
    const reason = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
    expect(await failure(port, ca())).toMatchObject({ code: 'CONNECT_FAILED', details: { reason } });
    const end = await told(port, ca());
    expect(end).toMatchObject({ code: CLOSE.TLS_FAILED, reason });
    expect(end.msg).toContain('it requires a certificate of ours; set our certificate and key');
  });

  test('cut off right behind the handshake: our certificate may be why', async () => {
    const identity = pem(good);
    const port = await plain((socket) => {
      const tls = createServer(identity, () => socket.resetAndDestroy());
      tls.emit('connection', socket);
    });
    const error = await failure(port, ca());
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', details: { reason: 'ECONNRESET' } });
    expect(error.message).toContain('it may require a certificate of ours');
    const end = await told(port, ca());
    expect(end).toMatchObject({ code: CLOSE.RESET, msg: expect.stringContaining('a certificate of ours') });
  });

  test('who takes the call and says nothing: 4525 after 10 s', async () => {
    const greeted = deferred<unknown>();
    const port = await plain((socket) => socket.once('data', greeted.resolve));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const end = told(port, ca());
      await greeted.promise;
      vi.advanceTimersByTime(10_000);
      expect(await end).toMatchObject({ code: CLOSE.TLS_FAILED, reason: 'ETIMEDOUT' });
    } finally {
      vi.useRealTimers();
    }
  });

  test.each<[string, () => Promise<[Identity, TlsFiles, string]>]>([
    ['its authority and its address', () => Promise.resolve([good, ca(), '127.0.0.1'])],
    ['its authority and its name', () => Promise.resolve([good, ca(), 'localhost'])],
    [
      'several authorities',
      () => Promise.resolve([good, { ca: [other.certificate, authority.certificate] }, '127.0.0.1']),
    ],
    ['itself as authority', () => Promise.resolve([lonely, { ca: lonely.certificate }, '127.0.0.1'])],
    [
      'the name that is set',
      () => {
        const named = authority.issue({ names: 'DNS:pacs.example' });
        return Promise.resolve([named, { ...ca(), serverName: 'pacs.example' }, '127.0.0.1']);
      },
    ],
    [
      'its fingerprint, whatever else it says',
      () => {
        const odd = other.issue({ names: 'DNS:x.example', days: -1 });
        return Promise.resolve([odd, { fingerprint: fingerprintOf(odd) }, '127.0.0.1']);
      },
    ],
  ])('a peer is known by %s', async (_, prepare) => {
    const [identity, files, host] = await prepare();
    const port = await secure(pem(identity));
    const tls = await readTlsClient(files);
    const connection = tcpDialer({ tls: () => tls }).connect({ host, port });
    const { tls: info } = await connection.opened;
    expect(info).toMatchObject({ protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
    connection.abort();
  });

  test('open tells what was agreed on, and whom the certificate names', async () => {
    const expires = new RegExp(`^${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 11)}.*Z$`);
    peers.splice(0, 1, {
      name: 'PACS',
      aeTitle: 'PACS',
      host: '127.0.0.1',
      port: await secure({ ...pem(good), maxVersion: 'TLSv1.2' }),
      tls: await readTlsClient(ca()),
    });
    const connection = dialerVia(bridge).connect({ peer: 'PACS' });
    expect((await connection.opened).tls).toEqual({
      protocol: 'TLSv1.2',
      cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256',
      subject: 'CN=pacs, O=Hospital',
      issuer: 'CN=Test Authority, O=Hospital',
      expires: expect.stringMatching(expires),
    });
    connection.abort();
    const list = await (await fetch(new URL('bridge/v1/peers', bridge.url))).text();
    expect(list).not.toContain('tls');
    expect(JSON.stringify(peers)).toContain('"tls":true');
  });

  test('a listener takes callers with a certificate of its authority alone', async () => {
    const refused: ConnectionError[] = [];
    const listener = await listenTcp({
      host: '127.0.0.1',
      port: 0,
      tls: await readTlsServer({ ...good, ...ca() }),
      onRefused: (error) => refused.push(error),
    });
    const inbound = listener.incoming.getReader();
    const client = authority.issue({ subject: 'CN=modality' });
    const tls = await readTlsClient({ ...ca(), ...client });
    const caller = tcpDialer({ tls: () => tls }).connect({ host: '127.0.0.1', port: listener.port });
    const accepted: Connection = (await inbound.read()).value!;
    expect((await accepted.opened).tls).toMatchObject({ subject: 'CN=modality' });
    caller.abort();
    expect(await failure(listener.port, ca())).toMatchObject({
      details: { reason: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
    });
    const plainly = tcpDialer().connect({ host: '127.0.0.1', port: listener.port });
    await plainly.opened;
    await write(plainly.writable, new TextEncoder().encode('\u0001'.repeat(100)));
    await plainly.closed;
    expect(refused.map(({ details }) => details['reason'])).toEqual([
      'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
      'ERR_SSL_WRONG_VERSION_NUMBER',
    ]);
    expect(refused[1]!.message).toBe(
      'A caller was not let in: it speaks no TLS; switch TLS on at the caller.',
    );
    await listener.close();
  });
});

function fingerprintOf(identity: Identity): string {
  return new X509Certificate(readFileSync(identity.certificate)).fingerprint256;
}
