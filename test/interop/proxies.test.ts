/** The bridge behind nginx and HAProxy, each with the file that is handed out for it: TLS in front, a path before ours. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { listenTcp } from '../../bridge/node/index.ts';
import { Flags } from '../../bridge/cli/flags.ts';
import { serveCommand } from '../../bridge/cli/serve.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../../bridge/limits.ts';
import type { Bridge } from '../../bridge/server.ts';
import { startBridge } from '../../bridge/server.ts';
import { OHIF } from '../../bridge/viewer/ohif.ts';
import { viewerSite } from '../../bridge/viewer/site.ts';
import { associate, serve } from '../../core/service/index.ts';
import type { Server } from '../../core/service/index.ts';
import { tunnelDialer } from '../../core/transport/index.ts';
import { Authority } from '../support/certificates.ts';
import type { Need } from '../support/needs.ts';
import { describeWith, program } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { LOOPBACK, accepts, freePort, start, temporaryFolder } from '../support/peers-process.ts';

const DEPLOY = new URL('../../bridge/deploy/', import.meta.url);
const recipe = (name: string): string => readFileSync(new URL(name, DEPLOY), 'utf8');

/** The recipe with other ports and files; what is replaced has to be in it. */
function filled(name: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, () => to);
  }, recipe(name));
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly bridgePort: number;
  readonly viewerPort: number;
  readonly certificate: string;
  readonly key: string;
}

function nginx({ folder, port, bridgePort, viewerPort, certificate, key }: Place): [string, string[]] {
  const server = filled('nginx.conf', {
    'listen 443': `listen ${LOOPBACK}:${port}`,
    'pacs.example;': 'localhost;',
    '/etc/webdimse/tls/cert.pem': certificate,
    '/etc/webdimse/tls/key.pem': key,
    '127.0.0.1:8080': `${LOOPBACK}:${bridgePort}`,
    '127.0.0.1:8081': `${LOOPBACK}:${viewerPort}`,
  });
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = folders.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  const around = `daemon off; user root; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `${around}\nhttp { access_log off; ${paths}\n${server}}\n`);
  return ['nginx', ['-p', folder, '-c', file]];
}

function haproxy({ folder, port, bridgePort, viewerPort, certificate, key }: Place): [string, string[]] {
  const both = join(folder, 'both.pem');
  writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
  const text = filled('haproxy.cfg', {
    'bind :443': `bind ${LOOPBACK}:${port}`,
    '/etc/webdimse/tls/both.pem': both,
    '127.0.0.1:8080': `${LOOPBACK}:${bridgePort}`,
    '127.0.0.1:8081': `${LOOPBACK}:${viewerPort}`,
    'ohif.pacs.example\n': 'ohif.localhost\n',
  });
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, text);
  return ['haproxy', ['-db', '-f', file]];
}

const PROXIES: [Need, (place: Place) => [string, string[]]][] = [
  ['nginx', nginx],
  ['haproxy', haproxy],
];

for (const [name, made] of PROXIES) {
  describeWith([name, 'openssl'], `the bridge behind ${name}`, () => {
    let pacs: Awaited<ReturnType<typeof listenTcp>>;
    let served: Server;
    let bridge: Bridge;
    let viewer: Bridge;
    let proxy: Running;
    let ca: string;
    let port: number;

    beforeAll(async () => {
      const authority = new Authority();
      ca = readFileSync(authority.certificate, 'utf8');
      port = await freePort();
      pacs = await listenTcp({ host: LOOPBACK, port: 0 });
      served = serve(pacs, { echo: () => {} }, { aeTitle: 'PACS' });
      const webRoot = temporaryFolder();
      writeFileSync(join(webRoot, 'index.html'), '<title>page</title>');
      const shared = {
        host: LOOPBACK,
        port: 0,
        peers: [{ name: 'PACS', aeTitle: 'PACS', host: LOOPBACK, port: pacs.port }],
        insecure: true, // who signs in is another test's matter
      };
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'index.html'), gzipSync('<title>viewer</title>'));
      const site = await viewerSite({ viewer: OHIF, folder, webRoot });
      viewer = await startBridge({ ...shared, publicUrl: `https://ohif.localhost:${port}/`, site });
      bridge = await startBridge({
        ...shared,
        publicUrl: `https://localhost:${port}/dimse/`,
        webRoot,
      });
      const ports = { bridgePort: bridge.port, viewerPort: viewer.port };
      const place = { folder: temporaryFolder(), port, ...ports, ...authority.issue() };
      const [command, args] = made(place);
      proxy = await start(program(command)!, args, () => accepts(port));
    });
    afterAll(async () => {
      await proxy.stop();
      await bridge.close();
      await viewer.close();
      await served.close();
    });

    interface Answer {
      readonly status: number | undefined;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }

    function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
      const to = { host: 'localhost', servername: 'localhost', port };
      return new Promise((resolve, reject) => {
        request({ ...to, path, headers, ca, agent: false, family: 4 }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
        })
          .on('error', reject)
          .end();
      });
    }

    test('the page comes, shut in to the outside address', async () => {
      const page = await ask('/dimse/');
      expect([page.status, page.body]).toEqual([200, '<title>page</title>']);
      expect(page.headers['content-security-policy']).toContain(
        `connect-src 'self' wss://localhost:${port};`,
      );
      const { status, headers } = await ask('/dimse');
      expect([status, headers.location]).toEqual([308, '/dimse/']);
    });

    test('the peers are told; the metrics are not', async () => {
      expect(JSON.parse((await ask('/dimse/bridge/v1/peers')).body)).toMatchObject({
        peers: [{ name: 'PACS' }],
      });
      expect((await ask('/dimse/metrics')).status).toBe(404);
      expect((await ask('/bridge/v1/peers')).status).not.toBe(200);
    });

    test('another origin is refused by the bridge', async () => {
      const origin = { origin: 'https://evil.example' };
      const { status, body } = await ask('/dimse/bridge/v1/peers', origin);
      expect([status, body]).toEqual([403, expect.stringContaining('--allow-origin')]);
      expect((await ask('/dimse/bridge/v1/peers', { origin: `https://localhost:${port}` })).status).toBe(200);
    });

    test('a viewer beside has a name of its own', async () => {
      const host = { host: `ohif.localhost:${port}` };
      for (const path of ['/', '/viewer/PACS.1?StudyInstanceUIDs=1.2']) {
        const { status, body, headers } = await ask(path, host);
        expect([status, body]).toEqual([200, '<title>viewer</title>']);
        const policy = String(headers['content-security-policy']);
        expect(policy).toContain(`connect-src 'self' blob: data: wss://ohif.localhost:${port};`);
      }
      expect(await ask('/dicomweb/PACS/studies', host)).toMatchObject({
        status: 503,
        body: expect.stringContaining('service worker'),
      });
      expect((await ask('/metrics', host)).status).toBe(404);
      expect((await ask('/', { ...host, origin: `https://localhost:${port}` })).status).toBe(403);
    });

    test.each([
      ['localhost', '/dimse'],
      ['ohif.localhost', ''],
    ])('a tunnel leads from %s to the peer and back', async (name, path) => {
      const host = `${name}:${port}`;
      const dialer = tunnelDialer({
        url: `wss://localhost:${port}${path}/bridge/v1/connect`,
        open: (url, protocols) =>
          new WebSocket(url, protocols, {
            ca,
            origin: `https://${host}`,
            headers: { host },
            perMessageDeflate: false,
            family: 4,
          }),
      });
      const association = await associate(
        dialer,
        { peer: 'PACS' },
        {
          callingAETitle: 'PAGE',
          calledAETitle: 'PACS',
          contexts: [{ abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
        },
      );
      await association.echo();
      await association.release();
    });
  });
}

describe('the files for systemd and containers', () => {
  const unit = recipe('webdimse.service');
  const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  test('start the bridge by flags that it has', () => {
    const [, entry = '[]'] = /^ENTRYPOINT (.*)$/m.exec(recipe('Containerfile')) ?? [];
    const commands = [setting('ExecStart').split(' ').slice(1), JSON.parse(entry) as string[]];
    for (const [program_, command, ...args] of commands) {
      expect([program_, command]).toEqual(['webdimse', 'serve']);
      expect(Flags.parse(args, serveCommand.flags).text('config')).toBe('/etc/webdimse/config.json');
    }
  });

  test('wait longer than the bridge drains, and the proxies longer than it lets tunnels idle', () => {
    const { drainTime, idleTime } = DEFAULT_BRIDGE_LIMITS;
    expect(Number(setting('TimeoutStopSec')) * 1000).toBeGreaterThan(drainTime + 2000);
    const patience = [
      ...recipe('nginx.conf').matchAll(/proxy_(?:read|send)_timeout (\d+)s/g),
      ...recipe('haproxy.cfg').matchAll(/timeout tunnel (\d+)s/g),
    ];
    expect(patience).toHaveLength(6);
    for (const [, seconds] of patience) expect(Number(seconds) * 1000).toBeGreaterThan(idleTime);
  });
});
