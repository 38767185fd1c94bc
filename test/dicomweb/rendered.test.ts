import { expect, test } from 'vitest';
import { fromLatin1, toLatin1 } from '../../core/bytes/index.ts';
import type { DicomWeb, DicomWebOptions, RenderRequest } from '../../core/dicomweb/index.ts';
import { decodeFrame, render } from '../../core/image/index.ts';
import { nativeBytes, shorts } from '../image/make.ts';
import { instance, keep } from '../store/instances.ts';
import { bytesOf, facade, get, refusal } from './facade.ts';
import { partsOf } from './parts.ts';

const SERIES = '/studies/1/series/1.1';
const PATH = `${SERIES}/instances/1.1.1`;

/** Draws what it is asked: the grey of each pixel, and how. */
async function drawn({
  image,
  frame,
  view,
  signal,
  ...how
}: RenderRequest): Promise<Uint8Array<ArrayBuffer>> {
  const rgba = render(await decodeFrame(image, frame), image.description, view);
  const grey = [...rgba].filter((_, i) => i % 4 === 0);
  return fromLatin1(JSON.stringify({ grey, isGone: signal.aborted, ...how }));
}

async function holding(frames: number, how: Partial<DicomWebOptions> = { render: drawn }): Promise<DicomWeb> {
  const { store, handle } = await facade([], how);
  const keys = {
    StudyInstanceUID: '1',
    SeriesInstanceUID: '1.1',
    SOPInstanceUID: '1.1.1',
    NumberOfFrames: frames,
  };
  const pixels = shorts(...Array.from({ length: 4 * frames }, (_, i) => 100 * i));
  const { info } = instance('1.1.1');
  await keep(store, { info, dataSet: nativeBytes(keys, pixels) });
  return handle;
}

async function told(response: Response | Promise<Response>): Promise<Record<string, unknown>> {
  return JSON.parse(toLatin1(await bytesOf(await response))) as Record<string, unknown>;
}

test('an instance, windowed, in a size and a quality', async () => {
  const handle = await holding(1);
  const response = await get(
    handle,
    `${PATH}/rendered?window=150,300,linear-exact&viewport=64,32&quality=80`,
  );
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(await told(response)).toEqual({
    grey: [0, 85, 170, 255],
    isGone: false,
    mediaType: 'image/jpeg',
    quality: 80,
    viewport: { width: 64, height: 32 },
  });
});

test('frames by name, as PNG, several as parts', async () => {
  const handle = await holding(3);
  const window = 'window=650,100,linear-exact';
  const response = await get(handle, `${PATH}/frames/2/rendered?${window}`, 'image/png');
  expect(response.headers.get('content-type')).toBe('image/png');
  expect((await told(response))['grey']).toEqual([0, 0, 0, 255]);
  const parts = await partsOf(
    await get(handle, `${PATH}/frames/3,1/rendered?${window}`, 'multipart/related; type="image/png"'),
  );
  const greys = parts.map(({ bytes }) => (JSON.parse(toLatin1(bytes)) as { grey: number[] }).grey);
  expect(greys).toEqual([
    [255, 255, 255, 255],
    [0, 0, 0, 0],
  ]);
});

test.each([`${PATH}/thumbnail`, `${SERIES}/thumbnail`, '/studies/1/thumbnail', `${PATH}/frames/2/thumbnail`])(
  '%s is a small picture of the frame in the middle',
  async (path) => {
    const picture = await told(get(await holding(3), `${path}?window=650,100,linear-exact`));
    expect(picture['grey']).toEqual([0, 0, 0, 255]);
    expect(picture['viewport']).toEqual({ width: 128, height: 128 });
  },
);

test('what is not done is said', async () => {
  const response = await get(await holding(1), `${PATH}/rendered?annotation=patient&iccprofile=no`);
  expect(response.headers.get('warning')).toContain(
    'The annotation parameter is not supported and was ignored.',
  );
});

test.each([
  ['rendered?window=40', 400],
  ['rendered?window=40,0,linear', 400],
  ['rendered?window=40,Infinity,linear', 400],
  ['rendered?window=40,400,cubic', 400],
  ['rendered?viewport=0,5', 400],
  ['rendered?viewport=5', 400],
  ['rendered?viewport=99999,99999', 400],
  ['rendered?quality=101', 400],
  ['frames/2/rendered', 404],
])('%s is refused', async (path, status) => {
  expect((await refusal(get(await holding(1), `${PATH}/${path}`)))[0]).toBe(status);
});

test('media types that are no pictures of ours, frames unnamed, and no renderer', async () => {
  expect((await refusal(get(await holding(1), `${PATH}/rendered`, 'image/svg+xml')))[0]).toBe(406);
  expect((await refusal(get(await holding(2), `${PATH}/rendered`)))[0]).toBe(406);
  expect((await refusal(get(await holding(1, {}), `${PATH}/rendered`)))[0]).toBe(501);
});

test('a renderer that makes PNG alone', async () => {
  const handle = await holding(1, { render: drawn, draws: ['image/png'] });
  for (const accept of [undefined, '*/*', 'image/*', 'image/jpeg, image/png; q=0.1'])
    expect((await get(handle, `${PATH}/rendered`, accept)).headers.get('content-type')).toBe('image/png');
  expect(await refusal(get(handle, `${PATH}/rendered`, 'image/jpeg'))).toEqual([
    406,
    'Pictures are answered as image/png.',
  ]);
});
