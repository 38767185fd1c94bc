/** Storing metadata with bulk data in parts of their own (PS3.18 10.5.1.4). */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { items, readDataSet, text } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { Random } from '../support/random.ts';
import { readAll } from '../store/instances.ts';
import { bytesOf, facade, get, refusal, ROOT } from './facade.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const TYPE = 'multipart/related; type="application/dicom+json"; boundary=b';
const JSON_PART = 'Content-Type: application/dicom+json';

type Part = readonly [headers: string, body: string | Bytes];

function post(handle: DicomWeb, parts: readonly Part[], path = '/studies'): Promise<Response> {
  const body = parts.flatMap(([headers, contents]) => [
    fromLatin1(`--b\r\n${headers}\r\n\r\n`),
    typeof contents === 'string' ? new TextEncoder().encode(contents) : contents,
    fromLatin1('\r\n'),
  ]);
  const request = {
    method: 'POST',
    headers: { 'content-type': TYPE },
    body: concat([...body, fromLatin1('--b--')]),
  };
  return handle(new Request(ROOT + path, request));
}

/** The metadata of an instance, as a client writes them. */
const metadata = (uid: string, more: object = {}): object => ({
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jürgen' }] },
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
  '00080018': { vr: 'UI', Value: [uid] },
  '0020000D': { vr: 'UI', Value: ['1.2'] },
  '0020000E': { vr: 'UI', Value: ['1.2.1'] },
  '00083002': { vr: 'UI', Value: [EXPLICIT] },
  '00180050': { vr: 'DS', Value: [2.5] },
  '00400275': { vr: 'SQ', Value: [{ '00400009': { vr: 'SH', Value: ['STEP'] } }] },
  ...more,
});
const linked = (BulkDataURI: string): object => ({ '7FE00010': { vr: 'OW', BulkDataURI } });
const octets = (location: string, more = ''): string =>
  `Content-Type: application/octet-stream${more}\r\nContent-Location: ${location}`;
const PIXELS = fromHex('0102 0304 0506 0708');

async function told(response: Response): Promise<[number, string[], number[]]> {
  const answer = (await response.json()) as DataSet;
  const stored = items(answer, 'ReferencedSOPSequence').map((item) => text(item, 'ReferencedSOPInstanceUID'));
  const failed = ['FailedSOPSequence', 'OtherFailuresSequence'].flatMap((sequence) =>
    items(answer, sequence),
  );
  return [response.status, stored, failed.map((item) => Number(text(item, 'FailureReason')))];
}

test('two instances with their pixels are stored, and come back as they went', async () => {
  const { handle, store } = await facade();
  const all = [metadata('1.2.1.1', linked('bulk/1')), metadata('1.2.1.2', linked(`${ROOT}/bulk/2`))];
  const answer = await post(handle, [
    [JSON_PART, JSON.stringify(all)],
    [octets(`${ROOT}/bulk/2`, `; transfer-syntax=${EXPLICIT}`), PIXELS.slice().reverse()],
    [octets('bulk/1'), PIXELS],
  ]);
  expect(await told(answer)).toEqual([200, ['1.2.1.1', '1.2.1.2'], []]);
  const dataSet = readDataSet(await readAll(store, '1.2.1.1'), EXPLICIT);
  expect(text(dataSet, 'PatientName')).toBe('Müller^Jürgen');
  expect(dataSet['00083002']).toBeUndefined();
  const path = '/studies/1.2/series/1.2.1/instances';
  expect(await bytesOf(await get(handle, `${path}/1.2.1.1/bulkdata/7FE00010`))).toEqual(PIXELS);
  expect(await bytesOf(await get(handle, `${path}/1.2.1.2/bulkdata/7FE00010`))).toEqual(
    PIXELS.slice().reverse(),
  );
});

test('metadata without bulk data may come alone', async () => {
  const { handle } = await facade();
  const headers = { 'content-type': 'application/dicom+json' };
  const body = JSON.stringify([metadata('1.2.1.1')]);
  expect(
    await told(await handle(new Request(`${ROOT}/studies/1.2`, { method: 'POST', headers, body }))),
  ).toEqual([200, ['1.2.1.1'], []]);
});

const JPEG = '1.2.840.10008.1.2.4.50';
const LOSSLESS = '1.2.840.10008.1.2.4.70';
const PATH = '/studies/1.2/series/1.2.1/instances/1.2.1.1';
/** A JPEG with this frame header, as far as its first bytes tell; `last` tells frames apart. */
const jpeg = (marker: string, last: string): Bytes =>
  fromHex(`ffd8 ffc${marker} 000b 08 0002 0002 01 01 11 00 ffda ${last}`);
const image = (type: string, location: string): string =>
  `Content-Type: ${type}\r\nContent-Location: ${location}`;
const described = (more: object = {}): object =>
  metadata('1.2.1.1', {
    '00280002': { vr: 'US', Value: [1] },
    '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
    '00280010': { vr: 'US', Value: [2] },
    '00280011': { vr: 'US', Value: [2] },
    '00280100': { vr: 'US', Value: [8] },
    '00280101': { vr: 'US', Value: [8] },
    '00280102': { vr: 'US', Value: [7] },
    '00280103': { vr: 'US', Value: [0] },
    '7FE00010': { vr: 'OB', BulkDataURI: 'bulk/1' },
    ...more,
  });

describe('compressed pixels', () => {
  test.each([
    ['as JPEG', `image/jpeg; transfer-syntax=${JPEG}`, '0', JPEG],
    ['as JPEG of which no syntax is named', 'image/jpeg', '3', LOSSLESS],
    ['as octets of a syntax', `application/octet-stream; transfer-syntax="${JPEG}"`, '0', JPEG],
  ])('%s are put into fragments, a part a frame', async (_, type, marker, syntax) => {
    const { handle, store } = await facade();
    const frames = [jpeg(marker, '01'), jpeg(marker, '02 03')];
    const trailing = { FFFCFFFC: { vr: 'OB', InlineBinary: 'AAA=' } };
    const json = JSON.stringify([described({ '00280008': { vr: 'IS', Value: [2] }, ...trailing })]);
    const parts = frames.map((frame): Part => [image(type, 'bulk/1'), frame]);
    expect(await told(await post(handle, [[JSON_PART, json], ...parts]))).toEqual([200, ['1.2.1.1'], []]);
    expect((await store.open('1.2.1.1')).info.transferSyntaxUID).toBe(syntax);
    expect(text(readDataSet(await readAll(store, '1.2.1.1'), syntax), 'PatientName')).toBe('Müller^Jürgen');
    for (const [i, frame] of frames.entries()) {
      const answer = await get(handle, `${PATH}/frames/${i + 1}`, 'image/jpeg');
      const bytes = await bytesOf(answer);
      expect(bytes.subarray(0, frame.length)).toEqual(frame);
      expect(bytes.length).toBe(frame.length + (frame.length % 2)); // padded to an even length
    }
  });

  test.each([
    ['a frame too few', described({ '00280008': { vr: 'IS', Value: [2] } }), '0', JPEG, 0xc000],
    ['in another syntax than they are named', described(), '3', JPEG, 0xc122],
    ['as a syntax that is not theirs', described(), '0', '1.2.840.10008.1.2.4.80', 0xc122],
    ['as a syntax that is none', described(), '0', '1.2.3', 0xc122],
    [
      'where no pixels stand',
      metadata('1.2.1.1', { '00420011': { vr: 'OB', BulkDataURI: 'bulk/1' } }),
      '0',
      JPEG,
      0xc122,
    ],
    [
      'in an icon',
      metadata('1.2.1.1', {
        '00880200': { vr: 'SQ', Value: [{ '7FE00010': { vr: 'OB', BulkDataURI: 'bulk/1' } }] },
      }),
      '0',
      JPEG,
      0xc122,
    ],
  ])('%s are not stored', async (_, one, marker, syntax, reason) => {
    const { handle, errors } = await facade();
    const part: Part = [image(`image/jpeg; transfer-syntax=${syntax}`, 'bulk/1'), jpeg(marker, '01')];
    const answer = await told(await post(handle, [[JSON_PART, JSON.stringify([one])], part]));
    expect(answer).toEqual([409, [], [reason]]);
    expect(errors).toEqual([]);
  });
});

describe('is not stored:', () => {
  test.each([
    ['a link that leads nowhere', metadata('1', linked('nowhere')), 0xc000],
    ['a compressed part', metadata('1', linked('jpeg')), 0xc122],
    ['a part in another syntax', metadata('1', linked('big-endian')), 0xc122],
    ['no UIDs', {}, 0xc000],
    ['a UID that is a path', metadata('../../etc/passwd'), 0xc000],
    ['a VR that is none', metadata('1', { '00100020': { vr: 'toString', Value: ['1'] } }), 0xc000],
    ['a tag that is none', metadata('1', { constructor: { vr: 'LO' } }), 0xc000],
    ['values that are objects', metadata('1', { '00100020': { vr: 'LO', Value: [{ a: 1 }] } }), 0xc000],
    ['a text that is too long', metadata('1', { '00280010': { vr: 'US', Value: ['x'.repeat(9)] } }), 0xc000],
    ['bytes that are none', metadata('1', { '00420011': { vr: 'OB', InlineBinary: '<>' } }), 0xc000],
    ['another study', metadata('1', { '0020000D': { vr: 'UI', Value: ['9'] } }), 0xa900],
  ])('%s', async (_, one, reason) => {
    const { handle, errors } = await facade();
    const answer = await post(
      handle,
      [
        [JSON_PART, JSON.stringify([one, metadata('1.2.1.9')])],
        ['Content-Type: image/jpeg\r\nContent-Location: jpeg', PIXELS],
        [octets('big-endian', '; transfer-syntax=1.2.840.10008.1.2.2'), PIXELS],
      ],
      '/studies/1.2',
    );
    expect(await told(answer)).toEqual([202, ['1.2.1.9'], [reason]]);
    expect(errors).toEqual([]);
  });

  test.each([
    ['no JSON', [[JSON_PART, '[{']], 400],
    ['no array', [[JSON_PART, '{}']], 400],
    ['nothing', [[JSON_PART, '[]']], 400],
    ['bulk data first', [[octets('1'), PIXELS]], 400],
    ['XML', [['Content-Type: application/dicom+xml', '<a/>']], 400],
  ] as const)('%s', async (_, parts, status) => {
    const { handle } = await facade();
    expect((await refusal(post(handle, parts)))[0]).toBe(status);
  });

  test('XML, by its name', async () => {
    const { handle } = await facade();
    const headers = { 'content-type': 'multipart/related; type="application/dicom+xml"; boundary=b' };
    const answer = handle(new Request(`${ROOT}/studies`, { method: 'POST', headers, body: '--b--' }));
    expect(await refusal(answer)).toEqual([415, expect.stringContaining('application/dicom+json')]);
  });

  test('more than is held', async () => {
    const { handle } = await facade();
    const part: Part = [octets('1'), new Uint8Array(33 << 20)];
    const answer = await refusal(post(handle, [[JSON_PART, '[]'], part, part]));
    expect(answer).toEqual([413, expect.stringContaining('send files instead')]);
  });

  test('more metadata than are parsed', async () => {
    const { handle } = await facade();
    const inline = { '7FE00010': { vr: 'OW', InlineBinary: 'AAAA'.repeat(2 << 20) } };
    const answer = await refusal(post(handle, [[JSON_PART, JSON.stringify([metadata('1', inline)])]]));
    expect(answer).toEqual([413, expect.stringContaining('Metadata have at most 8388608 bytes')]);
  });

  test('one part for thousands of links', async () => {
    const { handle } = await facade();
    const links = Array.from({ length: 80 }, (_, i) => [
      `0009${(0x1001 + i).toString(16).toUpperCase()}`,
      { vr: 'OB', BulkDataURI: 'bulk' },
    ]);
    const one = metadata('1.2.1.1', Object.fromEntries(links) as object);
    const parts = [
      [JSON_PART, JSON.stringify([one])],
      [octets('bulk'), new Uint8Array(1 << 20)],
    ] as const;
    expect((await refusal(post(handle, parts)))[0]).toBe(413);
  });

  test('text in another character set', async () => {
    const { handle } = await facade();
    const latin = Buffer.from(JSON.stringify([metadata('1.2.1.1')]), 'latin1');
    expect(await refusal(post(handle, [[JSON_PART, new Uint8Array(latin)]]))).toEqual([
      400,
      'Metadata are no UTF-8.',
    ]);
  });
});

test('broken metadata are answered, and are no mistake of ours', async () => {
  const random = new Random(17);
  const good = JSON.stringify([metadata('1.2.1.1', { '7FE00010': { vr: 'OW', InlineBinary: 'AQIDBA==' } })]);
  const { handle, errors } = await facade();
  for (let i = 0; i < 500; i++) {
    const at = random.int(good.length);
    const put = random.pick(['', '0', '"', '[]', '{}', 'null', '1e999', '-1', 'SQ', 'PN', '\\u0000']);
    const body = good.slice(0, at) + put + good.slice(at + random.int(6));
    const answer = await post(handle, [[JSON_PART, body]]);
    expect([200, 202, 400, 409], body).toContain(answer.status);
    await answer.text();
  }
  expect(errors).toEqual([]);
});
