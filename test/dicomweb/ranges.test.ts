/** HEAD, OPTIONS and Range: what HTTP has beside GET (RFC 9110 9.3, 14). */
import { expect, test } from 'vitest';
import { toHex } from '../../core/bytes/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { nativeBytes, shorts } from '../image/make.ts';
import { keep } from '../store/instances.ts';
import { bytesOf, facade, refusal, ROOT } from './facade.ts';

const PATH = '/studies/1/series/1.1/instances/1.1.1';
const LUT = `${PATH}/bulkdata/00281201`;

async function holding(): Promise<DicomWeb> {
  const { store, handle } = await facade();
  const keys = { StudyInstanceUID: '1', SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' };
  const lut = { '00281201': { vr: 'OW', InlineBinary: btoa('\x00\x01\x02\x03\x04\x05\x06\x07') } };
  const dataSet = nativeBytes({ ...keys, ...lut }, shorts(1, 2, 3, 4));
  const info = { sopClassUID: '1.2.3', sopInstanceUID: '1.1.1', callingAETitle: 'X' };
  await keep(store, { info: { ...info, transferSyntaxUID: '1.2.840.10008.1.2.1' }, dataSet });
  return handle;
}

const ask = (handle: DicomWeb, method: string, path: string, headers = {}): Promise<Response> =>
  handle(new Request(ROOT + path, { method, headers }));

test.each([
  ['/studies', 200, 'application/dicom+json'],
  ['/studies?StudyInstanceUID=9', 204, null],
  [PATH, 200, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'],
  [`${PATH}/frames/1`, 200, 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1'],
  [LUT, 200, 'application/octet-stream'],
  ['/studies/2', 404, 'application/problem+json'],
])('HEAD of %s answers as GET, without a body', async (path, status, type) => {
  const answer = await ask(await holding(), 'HEAD', path);
  expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([status, type, null]);
  expect(answer.headers.get('content-security-policy')).toBe('sandbox');
});

test.each([
  ['/studies', 'GET, HEAD, POST, OPTIONS'],
  ['/series', 'GET, HEAD, OPTIONS'],
  [`${PATH}/frames/1`, 'GET, HEAD, OPTIONS'],
])('OPTIONS of %s tells %s', async (path, allowed) => {
  const handle = await holding();
  const answer = await ask(handle, 'OPTIONS', path);
  expect([answer.status, answer.headers.get('allow')]).toEqual([204, allowed]);
  const refused = await ask(handle, 'DELETE', path);
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, allowed]);
});

test.each([
  ['bytes=2-4', 206, 'bytes 2-4/8', '020304'],
  ['bytes=6-', 206, 'bytes 6-7/8', '0607'],
  ['bytes=6-99', 206, 'bytes 6-7/8', '0607'],
  ['bytes=-3', 206, 'bytes 5-7/8', '050607'],
  ['bytes=-99', 206, 'bytes 0-7/8', '0001020304050607'],
  ['bytes=0-0', 206, 'bytes 0-0/8', '00'],
  ['bytes=4-2', 200, null, '0001020304050607'],
  ['bytes=0-1,4-5', 200, null, '0001020304050607'],
  ['bytes=-', 200, null, '0001020304050607'],
  ['frames=1-2', 200, null, '0001020304050607'],
])('bulk data by %s', async (range, status, told, hex) => {
  const answer = await ask(await holding(), 'GET', LUT, { range });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([status, told]);
  expect(answer.headers.get('accept-ranges')).toBe('bytes');
  expect(answer.headers.get('content-length')).toBe(String(hex.length / 2));
  expect(toHex(await bytesOf(answer))).toBe(hex);
});

test.each(['bytes=8-', 'bytes=-0', 'bytes=99999999999999999999-'])('%s lies behind', async (range) => {
  const answer = await ask(await holding(), 'GET', LUT, { range });
  expect(answer.headers.get('content-range')).toBe('bytes */8');
  expect(await refusal(answer)).toEqual([416, 'There are 8 bytes.']);
});

test('a range of what may have changed is the whole, and parts have none', async () => {
  const handle = await holding();
  const range = 'bytes=0-1';
  expect((await ask(handle, 'GET', LUT, { range, 'if-range': '"1"' })).status).toBe(200);
  const accept = 'multipart/related; type="application/octet-stream"';
  expect((await ask(handle, 'GET', LUT, { range, accept })).status).toBe(200);
});
