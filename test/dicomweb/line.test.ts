/** A peer has few associations to give: requests wait in turn for them, in a line that has an end. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Archive, MemoryStore } from '../../core/archive/index.ts';
import { concat, fromLatin1 } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { countedSlots } from '../../core/peer/index.ts';
import { instance } from '../store/instances.ts';
import { world } from '../service/world.ts';
import type { World } from '../service/world.ts';
import { get, ROOT } from './facade.ts';

const ASSOCIATIONS = 2;
const LONGEST = 4;
let open: World;
let handle: DicomWeb;
/** Queries that the peer works on, and what ends each. */
let asked: (() => void)[];
/** Resolves when the peer works on so many at once. */
let reached: (count: number) => Promise<void>;

beforeEach(async () => {
  open = await world('whole');
  asked = [];
  let tell = (): void => {};
  reached = async (count) => {
    while (asked.length < count) await new Promise<void>((resolve) => (tell = resolve));
  };
  open.serve(1, {
    find: async function* () {
      await new Promise<void>((resolve) => {
        asked.push(resolve);
        tell();
      });
      yield dataSet({ StudyInstanceUID: '1.2' });
    },
  });
  const archive = await Archive.open(new MemoryStore());
  const slots = countedSlots(ASSOCIATIONS);
  const peer = { ...open.pacs, target: { host: 'test', port: 1 }, slots };
  handle = createDicomWeb({
    archive,
    path: '/dicomweb',
    ...dicomWebPeer(peer, archive, { longestLine: LONGEST }),
  });
});
afterEach(() => open.close());

const search = (signal?: AbortSignal): Promise<Response> =>
  handle(new Request(`${ROOT}/studies`, signal && { signal }));

/** Read to its end, before which its association is not free. */
async function searched(): Promise<[status: number, matches: number]> {
  const answer = await search();
  return [answer.status, ((await answer.json()) as object[]).length];
}

function stored(): Promise<Response> {
  const { info, dataSet: bytes } = instance('1.2.3');
  const part = fromLatin1('--b\r\nContent-Type: application/dicom\r\n\r\n');
  const body = concat([part, fileMetaInformation(info), bytes, fromLatin1('\r\n--b--')]);
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' };
  return handle(new Request(`${ROOT}/studies`, { method: 'POST', headers, body }));
}

test('searches wait for an association, and beyond the line all else is asked to come again', async () => {
  const answers = Array.from({ length: LONGEST }, () => searched());
  await reached(ASSOCIATIONS);
  for (const refused of await Promise.all([search(), get(handle, '/studies/1/series/1.1'), stored()])) {
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toEqual({
      status: 503,
      detail: `${LONGEST} requests wait for the peer already. Ask again later.`,
    });
  }
  expect(asked.length).toBe(ASSOCIATIONS);
  for (let i = 0; i < LONGEST; i++) {
    await reached(i + 1);
    asked[i]!();
  }
  for (const answer of await Promise.all(answers)) expect(answer).toEqual([200, 1]);
  expect(asked.length).toBe(LONGEST);
});

test('who leaves the line makes room in it', async () => {
  const first = [searched(), searched()];
  await reached(ASSOCIATIONS);
  const gone = new AbortController();
  const leaving = [search(gone.signal), search(gone.signal)];
  gone.abort();
  for (const answer of await Promise.all(leaving)) expect(answer.status).toBe(503); // nobody reads it
  const next = searched();
  for (const end of asked.slice()) end();
  await reached(ASSOCIATIONS + 1);
  asked[ASSOCIATIONS]!();
  for (const answer of await Promise.all([...first, next])) expect(answer).toEqual([200, 1]);
});
