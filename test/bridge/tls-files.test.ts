/** The files that TLS is configured with: what is wrong with them is said before anybody is called. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TlsFiles } from '../../bridge/config/tls.ts';
import { callablePeers, readTlsClient, readTlsServer } from '../../bridge/dial/tls-files.ts';
import type { Identity } from '../support/certificates.ts';
import { Authority } from '../support/certificates.ts';
import { describeWith } from '../support/needs.ts';

describeWith(['openssl'], 'files of TLS', () => {
  let authority: Authority;
  let good: Identity;
  let stranger: Identity;

  beforeAll(() => {
    authority = new Authority();
    good = authority.issue();
    stranger = authority.issue();
  });

  test('names of files start at the folder of the configuration', async () => {
    const peer = { name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 104 };
    const config = join(authority.folder, 'config.json');
    const [called, plain] = await callablePeers([{ ...peer, tls: { ca: 'ca.pem' } }, peer], config, () => {});
    expect(called!.tls).toBeDefined();
    expect(plain).toEqual(peer);
    const missing = callablePeers([peer, { ...peer, tls: { ca: 'no.pem' } }], config, () => {});
    await expect(missing).rejects.toMatchObject({
      code: 'USAGE',
      message: `${config}: peers[1].tls.ca: no.pem: no such file or directory`,
    });
  });

  test('files are checked before anybody is called', async () => {
    const junk = join(authority.folder, 'junk.pem');
    writeFileSync(junk, 'no certificate');
    const broken = join(authority.folder, 'broken.pem');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const phrase = join(authority.folder, 'phrase');
    writeFileSync(phrase, 'secret\n', { mode: 0o600 });
    const wrong = join(authority.folder, 'wrong');
    writeFileSync(wrong, 'other\n', { mode: 0o600 });
    const locked = authority.encrypted(good, 'secret');
    const around = { name: (key: string) => `tls.${key}`, folder: '.', warn: () => {} };
    const cases: [TlsFiles, string][] = [
      [{ ca: '/nowhere/ca.pem' }, 'tls.ca: /nowhere/ca.pem: no such file or directory'],
      [{ ca: junk }, `tls.ca: ${junk}: holds no certificate in PEM`],
      [
        { ca: [authority.certificate, broken] },
        `tls.ca: ${broken}: holds a certificate that is not readable`,
      ],
      [{ certificate: good.certificate }, 'tls.key: is missing'],
      [{ key: good.key }, 'tls.certificate: is missing'],
      [{ ...good, key: stranger.key }, `tls.key: ${stranger.key}: is not the key of the first certificate`],
      [{ ...good, key: junk }, `tls.key: ${junk}: holds no private key in PEM`],
      [locked, 'is encrypted; give the file of its passphrase'],
      [{ ...locked, passphraseFile: wrong }, 'does not open with this passphrase'],
      [{ ...locked, passphraseFile: '/nowhere/phrase' }, 'tls.passphraseFile: /nowhere/phrase: no such file'],
    ];
    for (const [files, message] of cases) {
      await expect(readTlsClient(files, around)).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining(message),
      });
    }
    await readTlsClient({ ...locked, passphraseFile: phrase }, around);
    await expect(readTlsServer({ ca: authority.certificate }, around)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  test('what is unwise about files is said', async () => {
    const warnings: string[] = [];
    const around = {
      name: (key: string) => key,
      folder: authority.folder,
      warn: (text: string) => warnings.push(text),
    };
    const old = authority.issue({ days: -1 });
    chmodSync(old.key, 0o644);
    await readTlsClient(old, around);
    expect(warnings).toEqual([
      `key: others can read ${old.key}; "chmod 600" keeps it to its owner.`,
      expect.stringContaining(`certificate: ${old.certificate} expired at `),
    ]);
  });
});
