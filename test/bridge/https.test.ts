/** The bridge with a certificate of its own: https for the page, wss for its tunnels. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge, BridgeSettings } from '../../bridge/server.ts';
import { mountBridge, startBridge } from '../../bridge/server.ts';
import { readTlsServer } from '../../bridge/dial/tls-files.ts';
import type { TlsServer } from '../../bridge/dial/tls.ts';
import { tunnelDialer } from '../../core/transport/index.ts';
import { Authority } from '../support/certificates.ts';
import { describeWith } from '../support/needs.ts';
import { readBytes, write } from '../support/streams.ts';

describeWith(['openssl'], 'a bridge with a certificate', () => {
  let authority: Authority;
  let ca: string;
  let listener: Awaited<ReturnType<typeof listenTcp>>;
  let bridge: Bridge;

  const issued = (subject: string): Promise<TlsServer> => readTlsServer(authority.issue({ subject }));
  const settings = (tls: TlsServer): BridgeSettings => ({
    tls,
    peers: [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: listener.port }],
  });

  beforeAll(async () => {
    authority = new Authority();
    ca = readFileSync(authority.certificate, 'utf8');
    listener = await listenTcp({ host: '127.0.0.1', port: 0 });
    bridge = await startBridge({ host: '127.0.0.1', port: 0, ...settings(await issued('CN=first')) });
  });
  afterAll(async () => {
    await bridge.close();
    await listener.close();
  });

  /** The certificate's subject, or the code of what went wrong. */
  function greeted(options: object): Promise<string> {
    return new Promise((resolve) => {
      const socket: TLSSocket = connect({ port: bridge.port, host: '127.0.0.1', ca, ...options }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
  }

  test('serves https, with wss in the policy of the page', async () => {
    expect(bridge.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    const policy = await new Promise<unknown>((resolve) => {
      get(new URL('bridge/v1/peers', bridge.url), { ca }, (response) => {
        resolve(response.resume().headers['content-security-policy']);
      });
    });
    expect(policy).toContain(`connect-src 'self' wss://127.0.0.1:${bridge.port};`);
  });

  test('tunnels over wss', async () => {
    const dialer = tunnelDialer({
      url: new URL('bridge/v1/connect', bridge.url.replace('https', 'wss')).href,
      open: (url, protocols) => new WebSocket(url, protocols, { ca, perMessageDeflate: false }),
    });
    const connection = dialer.connect({ peer: 'PACS' });
    await connection.opened;
    const { value } = await listener.incoming.getReader().read();
    await write(connection.writable, Uint8Array.of(1, 2, 3));
    expect(await readBytes(value!.readable, 3)).toEqual(Uint8Array.of(1, 2, 3));
    await Promise.all([connection.close(), value!.close()]);
  });

  test('speaks TLS 1.2 and 1.3 with authenticated ciphers, and nothing below', async () => {
    expect(await greeted({ maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' })).toBe('first');
    expect(await greeted({ maxVersion: 'TLSv1.3' })).toBe('first');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await greeted(old)).toMatch(/^(ERR_SSL|EPROTO|ECONNRESET)/);
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' };
    expect(await greeted(weak)).toMatch(/^(ERR_SSL|EPROTO|ECONNRESET)/);
  });

  test('mounted on a server of https it leaves upgrades that nobody takes as requests', async () => {
    const tls = (await issued('CN=host')).options();
    const server = createServer(tls, ({ url }, response) => response.end(`host ${url}`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mounted = await mountBridge({ server, path: '/dicom', peers: [] });
    const headers = { connection: 'upgrade', upgrade: 'h2c' };
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = get({ host: '127.0.0.1', port, path: '/a', ca, headers, agent: false }, (response) => {
        void response
          .setEncoding('utf8')
          .toArray()
          .then((pieces) => resolve(pieces.join('')), reject);
      });
      asked.on('error', reject);
    });
    expect(answer).toBe('host /a');
    await mounted.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  test('takes another certificate while it runs', async () => {
    bridge.reconfigure(settings(await issued('CN=second')));
    expect(await greeted({})).toBe('second');
  });
});
