/** Other settings while the bridge runs: what is taken at once, what ends, and what goes on. */
import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { TlsFiles } from '../../bridge/config/tls.ts';
import { readTlsClient, readTlsServer } from '../../bridge/dial/tls-files.ts';
import type { TlsServer } from '../../bridge/dial/tls.ts';
import type { BridgeLimits } from '../../bridge/limits.ts';
import { listenTcp } from '../../bridge/node/index.ts';
import type { Bridge, BridgeSettings } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { CLOSE } from '../../core/transport/index.ts';
import { RawTunnel } from '../support/bridge.ts';
import { Authority } from '../support/certificates.ts';
import { lease, requestFor } from '../support/leased.ts';
import { describeWith } from '../support/needs.ts';
import { readBytes, turns } from '../support/streams.ts';

const HOST = '127.0.0.1';

let bridge: Bridge;
let peer: Awaited<ReturnType<typeof listenTcp>>;

async function start(settings: BridgeSettings): Promise<void> {
  bridge = await startBridge({ host: HOST, port: 0, ...settings });
}
async function open(): Promise<RawTunnel> {
  const tunnel = await (await new RawTunnel(bridge, 'PACS').open()).ready();
  tunnel.bytes(1);
  return tunnel;
}
afterEach(async () => {
  await bridge.close();
  await peer.close();
});

describe('limits', () => {
  beforeEach(async () => void (peer = await listenTcp({ host: HOST, port: 0 })));

  const settings = (limits?: Partial<BridgeLimits>): BridgeSettings => ({
    peers: [{ name: 'PACS', aeTitle: 'PACS', host: HOST, port: peer.port }],
    limits,
  });
  const refused = async (): Promise<number> =>
    (await (await new RawTunnel(bridge, 'PACS').open()).closed).code;

  test('of what comes count from then on, and end nothing; without a word they stay', async () => {
    await start(settings({ connections: 1 }));
    const first = await open();
    expect(await refused()).toBe(CLOSE.LIMIT);
    bridge.reconfigure(settings({ connections: 2 }));
    const second = await open();
    bridge.reconfigure(settings());
    expect(await refused()).toBe(CLOSE.LIMIT);
    bridge.reconfigure(settings({ connections: 1 }));
    expect([first, second].map(({ webSocket }) => webSocket.readyState)).toEqual([
      WebSocket.OPEN,
      WebSocket.OPEN,
    ]);
  });

  test('of time count for what is open, too', async () => {
    await start(settings({}));
    const tunnel = await open();
    bridge.reconfigure(settings({ idleTime: 100 }));
    expect(await tunnel.closed).toEqual({ code: CLOSE.IDLE, reason: 'idle' });
  });

  test('of tickets', async () => {
    await start({
      ...settings({ tickets: 1 }),
      authorize: () => ({ user: 'anna', peers: '*', aeTitles: '*' }),
    });
    const sold = async (): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: '{"peer":"PACS"}' };
      return (await fetch(new URL('bridge/v1/tickets', bridge.url), init)).status;
    };
    expect([await sold(), await sold()]).toEqual([200, 429]);
    bridge.reconfigure({
      ...settings({ tickets: 2 }),
      authorize: () => ({ user: 'anna', peers: '*', aeTitles: '*' }),
    });
    expect([await sold(), await sold()]).toEqual([200, 429]);
  });

  test('of pings: a page that answers none is found out by the new ones', async () => {
    await start(settings({}));
    const tunnel = await open();
    tunnel.webSocket.pause();
    bridge.reconfigure(settings({ pingInterval: 50, missedPings: 1 }));
    while (bridge.tunnels().length > 0) await turns(1);
    tunnel.webSocket.resume();
    expect((await tunnel.closed).code).toBe(CLOSE.ABNORMAL);
  });
});

describeWith(['openssl'], 'TLS of a peer', () => {
  const [hospital, other] = [new Authority('Hospital'), new Authority('Other')];
  const identity = hospital.issue();
  const ours = hospital.issue({ subject: 'CN=bridge' });
  const USUAL: TlsFiles = { ca: hospital.certificate, ...ours };

  const settings = async (tls: TlsFiles | undefined): Promise<BridgeSettings> => ({
    peers: [
      {
        name: 'PACS',
        aeTitle: 'PACS',
        host: HOST,
        port: peer.port,
        ...(tls && { tls: await readTlsClient(tls) }),
      },
    ],
  });

  beforeEach(async () => {
    peer = await listenTcp({ host: HOST, port: 0, tls: await readTlsServer(identity) });
    await start(await settings(USUAL));
  });

  test.each<[string, TlsFiles]>([
    ['read again', USUAL],
    ['with a new certificate of ours', { ...USUAL, ...hospital.issue({ subject: 'CN=bridge' }) }],
  ])('%s ends nothing', async (_, tls) => {
    const tunnel = await open();
    bridge.reconfigure(await settings(tls));
    await turns(10);
    expect(tunnel.webSocket.readyState).toBe(WebSocket.OPEN);
  });

  test.each<[string, TlsFiles | undefined]>([
    ['is given up', undefined],
    ['trusts another authority', { ...USUAL, ca: other.certificate }],
    ['trusts another authority as well', { ...USUAL, ca: [hospital.certificate, other.certificate] }],
    ['wants another name', { ...USUAL, serverName: 'pacs.example' }],
    ['wants one certificate', { ...USUAL, fingerprint: 'ab'.repeat(32) }],
    ['wants a higher version', { ...USUAL, minVersion: '1.3' }],
  ])('that %s makes another peer: what led to the old one ends', async (_, tls) => {
    const tunnel = await open();
    bridge.reconfigure(await settings(tls));
    expect(await tunnel.closed).toEqual({ code: CLOSE.FORBIDDEN, reason: 'peer not allowed' });
  });
});

describeWith(['openssl'], 'TLS of the DICOM port', () => {
  const authority = new Authority();
  const ca = readFileSync(authority.certificate, 'utf8');
  const issued = (subject: string, more = {}): Promise<TlsServer> =>
    readTlsServer({ ...authority.issue({ subject }), ...more });
  const settings = (tls: TlsServer | undefined): BridgeSettings => ({
    peers: [],
    listener: { host: HOST, port: 0, pools: { page: ['WEB01'] }, allowSource: [HOST], tls },
  });

  function call(): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: bridge.dicomPort!, host: HOST, ca }, () => resolve(socket));
      socket.on('error', reject);
    });
  }
  /** The subject of the certificate that it shows. */
  async function greeted(): Promise<string> {
    const socket = await call();
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  beforeEach(async () => {
    peer = await listenTcp({ host: HOST, port: 0 });
    await start(settings(await issued('CN=first')));
  });

  test('takes another certificate for new callers; those under way go on', async () => {
    const listener = await lease(bridge);
    const reader = listener.incoming.getReader();
    const caller = await call();
    caller.write(requestFor('WEB01'));
    const { value } = await reader.read();
    await readBytes(value!.readable, requestFor('WEB01').length);
    expect(await greeted()).toBe('first');

    bridge.reconfigure(settings(await issued('CN=second')));
    expect(await greeted()).toBe('second');
    caller.write(Uint8Array.of(1, 2, 3));
    expect(await readBytes(value!.readable, 3)).toEqual(Uint8Array.of(1, 2, 3));
    listener.close();
    caller.destroy();
  });

  test('wants certificates of callers where it is told so', async () => {
    bridge.reconfigure(settings(await issued('CN=strict', { ca: authority.certificate })));
    const socket = await call();
    await expect(new Promise((_, reject) => void socket.on('error', reject).resume())).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    });
  });

  test('comes and goes', async () => {
    bridge.reconfigure(settings(undefined));
    await expect(call()).rejects.toThrow();
    bridge.reconfigure(settings(await issued('CN=again')));
    expect(await greeted()).toBe('again');
  });
});
