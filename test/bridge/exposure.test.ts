/** By which names a bridge is called, and how far it may be reached at all. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Bridge, BridgeOptions } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { askOf } from '../support/ask.ts';

let bridge: Bridge;
afterEach(() => bridge.close());

describe('names', () => {
  test('a second name is sent to the public one, an unknown one away', async () => {
    bridge = await startBridge({
      host: '127.0.0.1',
      port: 0,
      peers: [],
      publicUrl: 'https://pacs.example/dimse/',
      allowHosts: ['10.0.0.5:8080'],
      authorize: () => undefined,
    });
    const get = (path: string, host: string) => askOf(bridge.port, path, { host });
    for (const host of ['127.0.0.1:PORT', '10.0.0.5:8080']) {
      const { status, headers } = await get('/bridge/v1/door?x=1', host);
      expect([status, headers.location]).toEqual([307, 'https://pacs.example/dimse/bridge/v1/door?x=1']);
    }
    const direct = await get('/bridge/v1/door', 'pacs.example');
    expect(direct.status).toBe(200);
    expect(direct.headers['content-security-policy']).toContain("connect-src 'self' wss://pacs.example;");
    const unknown = await get('/bridge/v1/door', 'evil.example');
    expect([unknown.status, unknown.body]).toEqual([
      421,
      expect.stringMatching(/--public-url or --allow-host/),
    ]);
    const other = await get('//evil.example/', '127.0.0.1:PORT');
    expect(other.headers.location).toBe('https://pacs.example/dimse//evil.example/');
  });
});

describe('how far it may be reached', () => {
  const authorize = () => undefined;
  test.each<[string, Partial<BridgeOptions>, RegExp]>([
    ['another address without sign-in', { host: '0.0.0.0' }, /asks nobody to sign in/],
    ['another address without TLS', { host: '0.0.0.0', authorize }, /could be read on the way/],
    ['a public URL without sign-in', { publicUrl: 'https://pacs.example/' }, /asks nobody to sign in/],
    [
      'a public URL without TLS',
      { publicUrl: 'http://pacs.example/', authorize },
      /could be read on the way/,
    ],
  ])('%s: refused', async (_, options, message) => {
    await expect(startBridge({ host: '127.0.0.1', port: 0, peers: [], ...options })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
    });
    bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], ...options, insecure: true });
  });

  test.each<[string, Partial<BridgeOptions>]>([
    ['signs nobody in any more', { publicUrl: 'https://pacs.example/' }],
    ['is seen without TLS', { publicUrl: 'http://pacs.example/', authorize }],
  ])('a reload by which it %s is refused, and what was stays', async (_, settings) => {
    const before = { peers: [], publicUrl: 'https://pacs.example/', authorize };
    bridge = await startBridge({ host: '127.0.0.1', port: 0, ...before });
    const peersAt = async (host: string) => (await askOf(bridge.port, '/bridge/v1/peers', { host })).status;
    expect(() => bridge.reconfigure({ peers: [], ...settings })).toThrowError(
      expect.objectContaining({ code: 'USAGE' }),
    );
    expect([bridge.url, await peersAt('pacs.example')]).toEqual(['https://pacs.example/', 401]);
    bridge.reconfigure(before);
  });

  test.each<[string, Partial<BridgeOptions>]>([
    ['a proxy with TLS in front', { host: '0.0.0.0', publicUrl: 'https://pacs.example/', authorize }],
    ['a public URL of this machine', { publicUrl: 'http://localhost:8080/' }],
  ])('%s is well', async (_, options) => {
    bridge = await startBridge({ host: '127.0.0.1', port: 0, peers: [], ...options });
    expect(bridge.port).toBeGreaterThan(0);
  });
});
