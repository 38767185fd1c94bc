import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { fromHex, toHex } from '../../core/bytes/index.ts';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { FRAME_MEDIA } from '../../core/dicomweb/syntaxes.ts';
import { uid } from '../../core/dict/index.ts';
import type { Keys } from '../image/make.ts';
import { encapsulatedBytes, nativeBytes, shorts } from '../image/make.ts';
import { keep } from '../store/instances.ts';
import { bytesOf, facade, get, refusal, ROOT } from './facade.ts';
import { partsOf } from './parts.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const PATH = '/studies/1/series/1.1/instances/1.1.1';
const OCTETS = 'multipart/related; type="application/octet-stream"';
const NAMED: Keys = { StudyInstanceUID: '1', SeriesInstanceUID: '1.1', SOPInstanceUID: '1.1.1' };

async function holding(dataSet: Bytes, transferSyntaxUID = EXPLICIT): Promise<DicomWeb> {
  const { store, handle } = await facade();
  const info = { sopClassUID: '1.2.3', sopInstanceUID: '1.1.1', transferSyntaxUID, callingAETitle: 'X' };
  await keep(store, { info, dataSet });
  return handle;
}

const hex = async (response: Response | Promise<Response>): Promise<string[]> =>
  (await partsOf(await response)).map(({ bytes }) => toHex(bytes));

describe('native frames', () => {
  const three = nativeBytes({ ...NAMED, NumberOfFrames: 3 }, shorts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));

  test('are samples in little endian, in the order asked for', async () => {
    const handle = await holding(three);
    const response = await get(handle, `${PATH}/frames/3,1`, OCTETS);
    expect(response.headers.get('content-type')).toMatch(
      /^multipart\/related; type="application\/octet-stream"; b/,
    );
    const parts = await partsOf(response);
    expect(parts.map(({ bytes }) => toHex(bytes))).toEqual(['09000a000b000c00', '0100020003000400']);
    expect(parts[0]!.headers).toEqual({
      'content-type': `application/octet-stream; transfer-syntax=${EXPLICIT}`,
      'content-location': `${ROOT}${PATH}/frames/3`,
    });
  });

  test('one is given alone', async () => {
    const handle = await holding(three);
    for (const accept of ['application/octet-stream', '*/*']) {
      const response = await get(handle, `${PATH}/frames/2`, accept);
      expect(response.headers.get('content-type')).toBe(
        `application/octet-stream; transfer-syntax=${EXPLICIT}`,
      );
      expect(toHex(await bytesOf(response))).toBe('0500060007000800');
    }
    expect((await get(handle, `${PATH}/frames/1,2`, 'application/octet-stream')).status).toBe(406);
  });

  test('of bits begin with a bit of their own', async () => {
    const keys = {
      ...NAMED,
      Rows: 1,
      Columns: 3,
      BitsAllocated: 1,
      BitsStored: 1,
      HighBit: 0,
      NumberOfFrames: 3,
    };
    // lowest bit first: 101 011 1|00
    const handle = await holding(nativeBytes(keys, Uint8Array.of(0b01110101, 0), 'OB'));
    expect(await hex(get(handle, `${PATH}/frames/1,2,3`, OCTETS))).toEqual(['75', '0e', '01']);
  });

  test('in big endian are turned round', async () => {
    const explicit = nativeBytes(NAMED, shorts(1, 2, 3, 4));
    const handle = await holding(bigEndian(explicit), BIG_ENDIAN);
    expect(await hex(get(handle, `${PATH}/frames/1`, OCTETS))).toEqual(['0100020003000400']);
  });

  test.each([
    ['frames/4', 404, 'The instance has 3 frames.'],
    ['frames/0', 400, 'Frames are numbers from 1, separated by commas.'],
    ['frames/1,x', 400, 'Frames are numbers from 1, separated by commas.'],
    [`frames/${'1,'.repeat(1000)}1`, 400, 'At most 1000 frames can be asked for at once.'],
  ])('%s is refused', async (path, status, why) => {
    expect(await refusal(get(await holding(three), `${PATH}/${path}`, OCTETS))).toEqual([status, why]);
  });

  test('are not in what is no image', async () => {
    const bytes = writeDataSet(dataSet({ ...NAMED, Modality: 'SR' }), EXPLICIT);
    const answer = await refusal(get(await holding(bytes), `${PATH}/frames/1`, OCTETS));
    expect(answer).toEqual([404, 'The instance has no pixel data, and so no frames.']);
  });

  test('cannot be given as JPEG', async () => {
    expect((await get(await holding(three), `${PATH}/frames/1`, 'image/jpeg')).status).toBe(406);
  });
});

/** Explicit VR, all elements of which have two-byte numbers or texts: every number turned round. */
function bigEndian(explicit: Bytes): Bytes {
  const out = explicit.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at < out.length;) {
    const long = ['OW', 'OB'].includes(String.fromCharCode(out[at + 4]!, out[at + 5]!));
    const length = long ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    const words = long || String.fromCharCode(out[at + 4]!, out[at + 5]!) === 'US';
    for (const offset of [at, at + 2]) view.setUint16(offset, view.getUint16(offset, true));
    if (long) view.setUint32(at + 8, length);
    else view.setUint16(at + 6, length);
    const value = at + (long ? 12 : 8);
    for (let i = value; i < value + (words ? length : 0); i += 2) view.setUint16(i, view.getUint16(i, true));
    at = value + length;
  }
  return out;
}

describe('compressed frames', () => {
  const two = encapsulatedBytes({ ...NAMED, NumberOfFrames: 2 }, [
    fromHex('ffd8 0001'),
    fromHex('ffd8 0002'),
  ]);

  test.each([
    [`${OCTETS}; transfer-syntax=*`, 'application/octet-stream'],
    [`${OCTETS}; transfer-syntax=${JPEG_LS}`, 'application/octet-stream'],
    ['multipart/related; type="image/jls"', 'image/jls'],
    ['multipart/related; type="image/x-jls"; transfer-syntax=*', 'image/jls'],
    ['multipart/related; type="image/*"', 'image/jls'],
    ['*/*', 'image/jls'],
  ])('are given to %s as %s', async (accept, media) => {
    const parts = await partsOf(await get(await holding(two, JPEG_LS), `${PATH}/frames/1,2`, accept));
    expect(parts.map(({ bytes }) => toHex(bytes))).toEqual(['ffd80001', 'ffd80002']);
    expect(parts[1]!.headers['content-type']).toBe(`${media}; transfer-syntax=${JPEG_LS}`);
  });

  test.each([
    OCTETS,
    'multipart/related; type="image/jpeg"',
    `image/jls; transfer-syntax=1.2.3`,
    'text/html',
  ])('are not given to %s', async (accept) => {
    const [status, why] = await refusal(get(await holding(two, JPEG_LS), `${PATH}/frames/1`, accept));
    expect(status).toBe(406);
    expect(why).toContain('Frames are in JPEG-LS Lossless');
  });

  test('that are lossy are all there is where no syntax is named', async () => {
    const jpeg = '1.2.840.10008.1.2.4.50';
    const [part] = await partsOf(await get(await holding(two, jpeg), `${PATH}/frames/1`, OCTETS));
    expect(part!.headers['content-type']).toBe(`application/octet-stream; transfer-syntax=${jpeg}`);
    const named = `${OCTETS}; transfer-syntax=${EXPLICIT}`;
    expect((await get(await holding(two, jpeg), `${PATH}/frames/1`, named)).status).toBe(406);
  });

  test('are the bulk data of their pixels', async () => {
    const handle = await holding(two, JPEG_LS);
    expect(await hex(get(handle, `${PATH}/bulkdata/7FE00010`))).toEqual(['ffd80001', 'ffd80002']);
  });
});

describe('bulk data', () => {
  const bytes = nativeBytes(
    { ...NAMED, '54000100[1].54001010': { vr: 'OW', InlineBinary: btoa('curve!') } },
    shorts(1, 2, 3, 4),
  );

  test('of an element, alone and as a part', async () => {
    const handle = await holding(bytes);
    const response = await get(handle, `${PATH}/bulkdata/7fe00010`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(toHex(await bytesOf(response))).toBe('0100020003000400');
    expect(await hex(get(handle, `${PATH}/bulkdata/54000100/1/54001010`, OCTETS))).toEqual([
      toHex(Buffer.from('curve!')),
    ]);
  });

  test.each([
    ['bulkdata/00091010', 404],
    ['bulkdata/54000100', 404],
    ['bulkdata/54000100/7/54001010', 404],
    ['bulkdata/PixelData', 400],
    ['bulkdata/../../x', 404],
  ])('%s is refused', async (path, status) => {
    expect((await refusal(get(await holding(bytes), `${PATH}/${path}`)))[0]).toBe(status);
  });

  test('nothing is answered as what a browser would run', async () => {
    const html = { ...NAMED, EncapsulatedDocument: { vr: 'OB', InlineBinary: btoa('<script>1</script>') } };
    const handle = await holding(
      nativeBytes({ ...html, MIMETypeOfEncapsulatedDocument: 'text/html' }, shorts(0, 0, 0, 0)),
    );
    const response = await get(handle, `${PATH}/bulkdata/00420011`, 'text/html, */*');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe('sandbox');
    expect((await get(handle, `${PATH}/bulkdata/00420011`, 'text/html')).status).toBe(406);
  });
});

test('media types of frames are those of PS3.18 Table 8.7.3-5', () => {
  const table: Record<string, string[]> = {
    'image/jpeg': ['4.50', '4.51', '4.57', '4.70'],
    'image/dicom-rle': ['5'],
    'image/jls': ['4.80', '4.81'],
    'image/jp2': ['4.90', '4.91'],
    'image/jpx': ['4.92', '4.93'],
    'image/jphc': ['4.201', '4.202', '4.203'],
    'image/jxl': ['4.110', '4.111', '4.112'],
  };
  const rows = Object.entries(table).flatMap(([media, ends]) =>
    ends.map((end) => [`1.2.840.10008.1.2.${end}`, media]),
  );
  expect(FRAME_MEDIA).toEqual(Object.fromEntries(rows));
  expect(Object.keys(FRAME_MEDIA).every((each) => uid(each)?.type === 'Transfer Syntax')).toBe(true);
});
