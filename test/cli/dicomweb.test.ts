/** `webdimse dicomweb`: what a web client does, against a peer that speaks DIMSE only. */
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
import { concat, fromLatin1 } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { text } from '../../core/data/index.ts';
import { bytesSource, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import { partsOf } from '../dicomweb/parts.ts';
import {
  LOOPBACK,
  WEBDIMSE,
  accepts,
  freePort,
  records,
  start,
  temporaryFolder,
  webdimse,
} from '../support/peers-process.ts';
import type { Running } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';
import { sha256 } from '../support/streams.ts';
import { instance } from '../store/instances.ts';

const PORTAL = 'http://portal.example';
let pacs: RealPeer;
let facade: Running;
let root: string;
let port: number;

beforeAll(async () => {
  pacs = await startWebdimsePacs([], { sample: true });
  port = await freePort();
  const args = ['dicomweb', pacs.address, '--port', String(port), '--allow-origin', PORTAL];
  facade = await start(process.execPath, [WEBDIMSE, ...args], () => accepts(port));
  root = `http://${LOOPBACK}:${port}/dicomweb`;
});
afterAll(async () => {
  await facade?.stop();
  await pacs?.stop();
});

const json = async (path: string): Promise<DataSet[]> =>
  (await (await fetch(root + path)).json()) as DataSet[];

test('studies are found, and their series come whole', async () => {
  const studies = await json('/studies?includefield=StudyDescription');
  const samples = [...sampleInstances()];
  const total = studies.reduce((sum, study) => sum + Number(text(study, 'NumberOfStudyRelatedInstances')), 0);
  expect(total).toBe(samples.length);
  const [series] = await json(`/studies/${text(studies[0]!, 'StudyInstanceUID')}/series`);
  const response = await fetch(text(series!, 'RetrieveURL'), {
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  const parts = await partsOf(response);
  expect(String(parts.length)).toBe(text(series!, 'NumberOfSeriesRelatedInstances'));
  for (const { bytes } of parts) {
    const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
    const sample = samples.find((one) => one.info.sopInstanceUID === info.sopInstanceUID)!;
    expect(sha256(bytes.subarray(dataSetOffset))).toBe(sha256(sample.dataSet));
  }
});

test('pictures are drawn, of what needs no decoder of the page', async () => {
  const [study] = await json('/studies?limit=1');
  const [instance] = await json(`/studies/${text(study!, 'StudyInstanceUID')}/instances?limit=1`);
  const url = text(instance!, 'RetrieveURL');
  for (const [path, side] of [
    ['thumbnail', 128],
    ['rendered?viewport=40,40', 40],
  ] as const) {
    const answer = await fetch(`${url}/${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20))).toBe(side);
  }
  const jpeg = await fetch(`${url}/rendered`, { headers: { accept: 'image/jpeg' } });
  expect([jpeg.status, await jpeg.json()]).toEqual([
    406,
    { status: 406, detail: 'Pictures are answered as image/png.' },
  ]);
});

test('what is stored arrives at the peer', async () => {
  const sent = instance('1.2.3.4.5.6', { StudyInstanceUID: '1.2.3.4' });
  const file = concat([fileMetaInformation(sent.info), sent.dataSet]);
  const head = fromLatin1('--b\r\nContent-Type: application/dicom\r\n\r\n');
  const response = await fetch(`${root}/studies`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
    body: concat([head, file, fromLatin1('\r\n--b--')]),
  });
  expect(response.status).toBe(200);
  const [found] = await json('/studies/1.2.3.4/instances');
  expect(text(found!, 'SOPInstanceUID')).toBe('1.2.3.4.5.6');
});

/** As a browser may not: with any Host and Origin. */
function ask(method: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: LOOPBACK, port, path: '/dicomweb/studies', method, headers },
      (answer) => {
        answer.resume();
        resolve(answer);
      },
    );
    request.once('error', reject);
    request.end();
  });
}

test('the guard of the bridge stands in front', async () => {
  expect((await ask('GET', { host: 'evil.example' })).statusCode).toBe(421);
  expect((await ask('GET', { origin: 'http://evil.example' })).statusCode).toBe(403);
  const picture = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' };
  expect((await ask('GET', picture)).statusCode).toBe(403);
  expect((await ask('TRACE', {})).statusCode).toBe(501);
  const listed = await ask('GET', { origin: PORTAL });
  expect([listed.statusCode, listed.headers['access-control-allow-origin']]).toEqual([200, PORTAL]);
  expect(listed.headers['access-control-expose-headers']).toMatch(/^Warning,.* Retry-After$/);
  expect((await ask('OPTIONS', {})).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
  const preflight = await ask('OPTIONS', { origin: PORTAL, 'access-control-request-method': 'GET' });
  expect([preflight.statusCode, preflight.headers['access-control-allow-headers']]).toEqual([
    204,
    'authorization, content-type, accept, range',
  ]);
  const answer = await fetch(`${root}/studies`);
  expect(answer.headers.get('content-security-policy')).toBe('sandbox');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  await answer.body?.cancel();
});

test('a peer that has gone is said', async () => {
  const other = await freePort();
  const args = ['dicomweb', `NOBODY@${LOOPBACK}:${await freePort()}`, '--port', String(other)];
  const alone = await start(process.execPath, [WEBDIMSE, ...args], () => accepts(other));
  try {
    const response = await fetch(`http://${LOOPBACK}:${other}/dicomweb/studies`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ status: 502, code: 'CONNECT_FAILED' });
  } finally {
    await alone.stop();
  }
});

test('a peer that is slow is asked by few at a time, and too many are told to come again', async () => {
  let called = 0;
  let reached = (): void => {};
  const four = new Promise<void>((resolve) => (reached = resolve));
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    if (++called === 4) reached();
  });
  await new Promise<void>((resolve) => silent.listen(0, LOOPBACK, resolve));
  const { port: deaf } = silent.address() as AddressInfo;
  const other = await freePort();
  const args = ['dicomweb', `SLOW@${LOOPBACK}:${deaf}`, '--port', String(other)];
  const running = await start(process.execPath, [WEBDIMSE, ...args], () => accepts(other));
  const gone = new AbortController();
  try {
    const root = `http://${LOOPBACK}:${other}/dicomweb/studies`;
    const asked = Array.from({ length: 257 }, (_, i) =>
      fetch(i < 20 ? `${root}/1/series/1.${i}` : root, { signal: gone.signal }),
    );
    const refused = await Promise.race(asked); // the others wait for the peer
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await four;
    expect((await fetch(root)).status).toBe(503);
    expect(called).toBe(4);
    gone.abort();
    await Promise.allSettled(asked);
    await running.stop();
    expect(running.output()).not.toContain('Warning'); // of Node, that so many wait for one signal
  } finally {
    await running.stop();
    silent.close();
  }
});

test('where users sign in, those who may call the peer may use it', async () => {
  const folder = temporaryFolder();
  const made = async (user: string, ...flags: string[]): Promise<{ token: string; entry: object }> =>
    records(await webdimse('token', user, '--json', ...flags))[0] as { token: string; entry: object };
  const users = [await made('anna', '--to-peer', 'PACS'), await made('bert', '--to-peer', 'OTHER')] as const;
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ users: users.map(({ entry }) => entry) }));
  const config = { signIn: { tokens: 'tokens.json' } };
  writeFileSync(join(folder, 'webdimse.json'), JSON.stringify(config));
  const args = [
    'dicomweb',
    'PACS',
    '--peer',
    `PACS=${pacs.address}`,
    '--config',
    join(folder, 'webdimse.json'),
  ];
  const guarded = await freePort();
  const running = await start(process.execPath, [WEBDIMSE, ...args, '--port', String(guarded)], () =>
    accepts(guarded),
  );
  try {
    const status = async (headers: Record<string, string>): Promise<number> => {
      const answer = await fetch(`http://${LOOPBACK}:${guarded}/dicomweb/studies?limit=1`, { headers });
      await answer.body?.cancel();
      return answer.status;
    };
    const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer nobody' })).toBe(401);
    expect(await status(bearer(users[1]))).toBe(403);
    expect(await status(bearer(users[0]))).toBe(200);
  } finally {
    await running.stop();
  }
});

test('others cannot reach it', async () => {
  const { code, stderr } = await webdimse('dicomweb', pacs.address, '--host', '0.0.0.0');
  expect([code, stderr]).toEqual([2, expect.stringContaining('Others can reach')]);
});
