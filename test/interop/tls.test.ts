/** TLS with DCMTK and Orthanc, both ways, direct and through the bridge. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Authority } from '../support/certificates.ts';
import type { Identity } from '../support/certificates.ts';
import { describeWith } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import {
  LOOPBACK,
  WEBDIMSE,
  accepts,
  freePort,
  records,
  run,
  start,
  temporaryFolder,
  webdimse,
} from '../support/peers-process.ts';
import { instancesBelow } from '../support/peers-files.ts';
import type { RealPeer } from '../support/peers.ts';
import { startOrthanc, startStorescp } from '../support/peers.ts';
import { FILES, STUDY } from './instances.ts';

describeWith(['openssl', 'dcmtk', 'orthanc', 'pydicom'], 'TLS with peers', () => {
  let authority: Authority;
  let ours: Identity;
  let stranger: Identity;
  let storescp: RealPeer;
  let orthanc: RealPeer;
  let plain: RealPeer;
  let receiver: Running;
  let bridge: Running;
  let via: string;
  let receiverPort: number;
  const inbox = temporaryFolder();

  const dcmtk = ({ certificate, key }: Identity): string[] => [
    '+tls',
    key,
    certificate,
    '+cf',
    authority.certificate,
  ];
  const flags = ({ certificate, key }: Identity): string[] => [
    '--tls-ca',
    authority.certificate,
    '--tls-cert',
    certificate,
    '--tls-key',
    key,
  ];

  beforeAll(async () => {
    authority = new Authority();
    const theirs = authority.issue();
    ours = authority.issue({ subject: 'CN=webdimse' });
    stranger = new Authority('Other').issue();
    receiverPort = await freePort();
    receiver = await start(
      process.execPath,
      [WEBDIMSE, 'receive', '--out', inbox, '--port', String(receiverPort), ...flags(ours)],
      () => accepts(receiverPort),
    );
    [storescp, plain, orthanc] = await Promise.all([
      startStorescp('TLSSCP', { more: dcmtk(theirs) }),
      startStorescp('PLAIN'),
      startOrthanc([{ aeTitle: 'INBOX', port: receiverPort }], {
        DicomTlsEnabled: true,
        DicomTlsCertificate: theirs.certificate,
        DicomTlsPrivateKey: theirs.key,
        DicomTlsTrustedCertificates: authority.certificate,
        DicomModalities: { inbox: { AET: 'INBOX', Host: LOOPBACK, Port: receiverPort, UseDicomTls: true } },
      }),
    ]);
    const tls = { ca: 'ca.pem', certificate: ours.certificate, key: ours.key };
    const peers = [
      ...[orthanc, storescp].map(({ aeTitle, port }) => ({
        name: aeTitle,
        aeTitle,
        host: LOOPBACK,
        port,
        tls,
      })),
      { name: 'NOCERT', aeTitle: 'TLSSCP', host: LOOPBACK, port: storescp.port, tls: { ca: 'ca.pem' } },
      { name: 'NOTLS', aeTitle: 'TLSSCP', host: LOOPBACK, port: storescp.port },
      { name: 'PLAIN', aeTitle: 'PLAIN', host: LOOPBACK, port: plain.port, tls },
    ];
    const config = join(authority.folder, 'config.json');
    writeFileSync(config, JSON.stringify({ peers }));
    const port = await freePort();
    via = `ws://${LOOPBACK}:${port}`;
    bridge = await start(
      process.execPath,
      [WEBDIMSE, 'serve', '--no-pacs', '--port', String(port), '--config', config],
      () => accepts(port),
    );
  });
  afterAll(async () => {
    await Promise.all([bridge, receiver, storescp, orthanc, plain].map((each) => each?.stop()));
  });

  describe.each(['direct', 'through the bridge'])('%s', (way) => {
    const to = (peer: RealPeer): string[] =>
      way === 'direct' ? [peer.address, ...flags(ours)] : [peer.aeTitle, '--via', via];
    const call = async (
      command: string,
      peer: RealPeer,
      ...args: string[]
    ): Promise<Record<string, unknown>[]> => {
      const finished = await webdimse(command, ...to(peer), ...args, '--json');
      expect(finished.stderr).toBe('');
      expect(finished.code).toBe(0);
      return records(finished);
    };

    test('echo tells protocol, cipher, subject and expiry', async () => {
      for (const peer of [storescp, orthanc]) {
        const [result] = await call('echo', peer);
        expect(result).toMatchObject({
          name: 'Success',
          tls: {
            protocol: expect.stringMatching(/^TLSv1\.[23]$/),
            cipher: expect.stringMatching(/GCM|CHACHA20/),
            subject: 'CN=pacs, O=Hospital',
            expires: expect.stringMatching(/^\d{4}-.*Z$/),
          },
        });
      }
    });

    test('store, find, get and move', async () => {
      const stored = await call('store', orthanc, ...FILES);
      expect(stored.at(-1)).toMatchObject({ name: 'Success' });
      const found = await call('find', orthanc, '--level', 'STUDY', '-k', `StudyInstanceUID=${STUDY}`);
      expect(found.filter(({ type }) => type === 'match')).toHaveLength(1);
      const out = temporaryFolder();
      await call('get', orthanc, '--study', STUDY, '--out', out);
      expect(instancesBelow(out).size).toBeGreaterThan(0);
      await call('move', orthanc, '--study', STUDY, '--dest', 'INBOX');
      expect(instancesBelow(inbox).size).toBe(instancesBelow(out).size);
    });
  });

  test.each<[string, () => string[], string]>([
    ['no certificate of ours', () => [storescp.address, '--tls-ca', authority.certificate], 'certificate'],
    ['a certificate of a stranger', () => [storescp.address, ...flags(stranger)], 'certificate'],
    [
      'an authority that we do not know',
      () => [storescp.address, '--tls'],
      'nobody we trust issued its certificate',
    ],
    [
      'another name',
      () => [storescp.address, ...flags(ours), '--tls-server-name', 'x.example'],
      'not for x.example',
    ],
    ['a peer without TLS', () => [plain.address, ...flags(ours)], 'TLS'],
    ['a peer with TLS, called without', () => [storescp.address], 'expect TLS'],
    ['no certificate, through the bridge', () => ['NOCERT', '--via', via], 'certificate'],
    ['a peer without TLS, through the bridge', () => ['PLAIN', '--via', via], 'TLS'],
    ['a peer with TLS, called without by the bridge', () => ['NOTLS', '--via', via], 'expect TLS'],
  ])('%s', async (_, args, says) => {
    const { code, stderr } = await webdimse('echo', ...args());
    expect(stderr).toContain(says);
    expect(code).toBe(3);
  });

  test('flags of TLS are for direct calls', async () => {
    const { code, stderr } = await webdimse('echo', 'ORTHANC', '--via', via, '--tls');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--tls is for direct calls')]);
  });

  test('echoscu and storescu call us by TLS; without a certificate nobody is let in', async () => {
    const address = ['-aec', 'ANY', LOOPBACK, String(receiverPort)];
    expect((await run('echoscu', [...dcmtk(ours), ...address])).code).toBe(0);
    expect((await run('storescu', [...dcmtk(ours), ...address, FILES[0]!])).code).toBe(0);
    expect((await run('echoscu', [...dcmtk(stranger), ...address])).code).not.toBe(0);
    expect((await run('echoscu', address)).code).not.toBe(0);
    expect(receiver.output()).toContain('A caller was not let in: it speaks no TLS');
  });
});
