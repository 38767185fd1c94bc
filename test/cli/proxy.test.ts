/** `webdimse proxy`: DCMTK's tools and a mini-PACS, and what stands between them. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FILES, PATIENT } from '../interop/instances.ts';
import { askOf } from '../support/ask.ts';
import { describeWith, program } from '../support/needs.ts';
import { LOOPBACK, freePort, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { Proxy, RealPeer } from '../support/peers.ts';
import { startProxy, startWebdimsePacs } from '../support/peers.ts';
import { asDicom } from '../support/tshark.ts';

const TYPES = ['-T', 'fields', '-e', 'dicom.pdu.type'];

describeWith(['dcmtk', 'pydicom', 'tshark'], 'between DCMTK and a mini-PACS', () => {
  let pacs: RealPeer;
  let proxy: Proxy;
  const file = join(temporaryFolder(), 'both.pcapng');

  beforeAll(async () => {
    pacs = await startWebdimsePacs();
    proxy = await startProxy(pacs.address, ['--record', file, '-d']);
  });
  afterAll(async () => {
    await proxy?.stop();
    await pacs?.stop();
  });

  const dicomPdus = (): string[] =>
    execFileSync(
      program('tshark')!,
      ['-r', file, ...asDicom(proxy.port, pacs.port), '-Y', 'dicom', ...TYPES],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
      .split(/[\n,]/)
      .filter((type) => type !== '')
      .map((type) => String(Number(type)));

  it('the tools work as without it, and the capture can be read at any moment', async () => {
    const called = ['-aec', pacs.aeTitle, LOOPBACK, String(proxy.port)];
    await runWell('echoscu', called);
    expect(dicomPdus()).toEqual(['1', '2', '4', '4', '5', '6']);
    await runWell('storescu', ['-R', ...called, ...FILES.slice(0, 3)]);
    const query = ['-S', '-k', 'QueryRetrieveLevel=STUDY', '-k', `PatientID=${PATIENT}`, '-k', 'PatientName'];
    await runWell('findscu', [...query, ...called]);
    expect(dicomPdus().filter((type) => type === '1')).toHaveLength(3);
    expect(statSync(file).mode & 0o077).toBe(0);
    const told = (await webdimse('inspect', file)).stdout;
    expect(told.match(/-> C-STORE-RQ \d+, /g)).toHaveLength(3);
    expect(told.match(/<- C-STORE-RSP to \d+: Success/g)).toHaveLength(3);
    expect(told).toContain(`opens a connection to ${LOOPBACK}:${pacs.port}`);
    expect(told).toMatch(/, 3 associations\n$/);
  });

  it('a line tells each association, and no patient', async () => {
    // Not by lines: what goes to stderr may be cut anywhere.
    const told = (): string[] => proxy.output().match(/#\d+ [A-Z]+ to .*/g) ?? [];
    // The last one comes behind the tool's own end.
    await expect.poll(() => told().length, { timeout: 10_000 }).toBe(3);
    const lines = told();
    expect(lines).toEqual([
      expect.stringMatching(
        /^#1 ECHOSCU to \S+: 1 of 1 context; 1 C-ECHO; released; \d+ bytes sent, \d+ bytes received; \d+\.\d s$/,
      ),
      expect.stringMatching(
        /^#2 STORESCU to \S+: \d+ of \d+ contexts?; 3 C-STORE; released; \d.* [kM]B sent/,
      ),
      expect.stringMatching(/^#3 FINDSCU to \S+: 1 of 1 context; 1 C-FIND; released; /),
    ]);
    expect(proxy.output()).toContain(
      'D: Request Parameters:\nD: ====================== BEGIN A-ASSOCIATE-RQ',
    );
    expect(proxy.output()).toMatch(/\(0010,0020\) LO \[\*+ *\]/);
    expect(proxy.output()).not.toContain(PATIENT);
  });

  it('its page gives the same bytes to this machine, and to no other name or page', async () => {
    const answer = await fetch(`http://${LOOPBACK}:${proxy.pagePort}/capture.pcapng`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(file))).toBe(true);
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await askOf(proxy.pagePort, '/capture.pcapng', headers)).status;
    expect(await status({ host: 'pacs.example' })).toBe(421);
    expect(await status({ origin: 'http://pacs.example' })).toBe(403);
  });
});

it('a peer that is not there is told, and who calls it is reset', async () => {
  const proxy = await startProxy(`NOBODY@${LOOPBACK}:${await freePort()}`);
  const caller = connect(proxy.port, LOOPBACK);
  const [error] = (await once(caller, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  await proxy.stop();
  expect(proxy.output()).toMatch(/webdimse proxy: .*NOBODY@/);
});

it('needs a port and a peer', async () => {
  const { code, stderr } = await webdimse('proxy', '--to', 'A@127.0.0.1:104');
  expect([code, stderr]).toEqual([2, 'webdimse proxy: where to listen? Give --listen PORT\n']);
  expect((await webdimse('proxy', '--listen', '0')).stderr).toMatch(/whom to call/);
  expect((await webdimse('proxy', '--listen', '0', '--to', 'nobody')).code).toBe(2);
});
