/** DICOMweb through a router and an engine as they talk in a browser. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { facade } from '../dicomweb/facade.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { instance } from '../store/instances.ts';
import { ORIGIN, ROOT, Stage, closePorts } from './facade-stage.ts';

const MIB = 1 << 20;

let stage: Stage;
ownClock();
beforeEach(() => {
  stage = new Stage();
});
afterEach(closePorts);

/** Answers below the name of a peer. */
async function archive(uids: readonly string[] = ['1.1.1', '1.1.2']): Promise<DicomWeb> {
  const { handle } = await facade(
    uids.map((uid) => [uid, { StudyInstanceUID: '1', SeriesInstanceUID: '1.1' }] as const),
    { path: '/dicomweb/PACS' },
  );
  return handle;
}

/** A body that counts what was taken of it. */
function counted(
  chunks: number,
  length: number,
): { readonly body: ReadableStream<Bytes>; taken: number; isCancelled: boolean } {
  const count = { taken: 0, isCancelled: false };
  const body = new ReadableStream<Bytes>(
    {
      pull(controller) {
        if (count.taken === chunks) return controller.close();
        count.taken++;
        controller.enqueue(new Uint8Array(length));
      },
      cancel: () => void (count.isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  return Object.assign(count, { body });
}

/** Lets messages come and go. */
async function settled(until: () => boolean): Promise<void> {
  while (!until()) await new Promise((resolve) => setImmediate(resolve));
}

const withoutBoundary = (text: string): string => text.replace(/webdimse-[0-9a-f]{32}/g, 'B');

async function contentOf(response: Response): Promise<[number, string, string]> {
  const headers = JSON.stringify([...response.headers]);
  return [response.status, withoutBoundary(headers), withoutBoundary(await response.text())];
}

describe('a request through the worker', () => {
  it.each([
    ['/PACS/studies?PatientName=Doe*', {}],
    ['/PACS/studies?PatientName=Nobody', {}],
    ['/PACS/studies/1/metadata', {}],
    [
      '/PACS/studies/1',
      { headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' } },
    ],
    ['/PACS/studies/2', {}],
    ['/PACS/studies', { method: 'DELETE' }],
    ['/PACS/nothing', {}],
  ])('is answered as without it: %s', async (path, init) => {
    const answer = await archive();
    stage.tab('tab', answer);
    const { response } = stage.fetch(path, init);
    expect(await contentOf(await response)).toEqual(
      await contentOf(await answer(new Request(ROOT + path, init))),
    );
  });

  it('brings its body, which STOW-RS stores', async () => {
    stage.tab('tab', await archive([]));
    const { dataSet } = instance('9.9.9', { StudyInstanceUID: '9', SeriesInstanceUID: '9.9' });
    const head = '--b\r\nContent-Type: application/dicom\r\n\r\n';
    const { fileMetaInformation } = await import('../../core/file/index.ts');
    const file = [fileMetaInformation(instance('9.9.9').info), dataSet];
    const body = new Blob([head, ...file, '\r\n--b--\r\n']);
    const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' };
    const { response } = stage.fetch('/PACS/studies', { method: 'POST', headers, body });
    expect((await response).status).toBe(200);
    const found = await stage.fetch('/PACS/studies/9/series/9.9/instances').response;
    expect(await found.json()).toHaveLength(1);
  });

  it('is caught below the name of a peer only', () => {
    const own = ['/dicomweb/PACS/studies', '/dicomweb/A%20B/studies/1/metadata'];
    const others = [
      '/',
      '/dicomweb/boot.js',
      '/dicomweb/',
      '/dicomweb/PACS',
      '/dicomweb/PACS/',
      '/assets/a.js',
    ];
    expect(own.map((path) => stage.handles(ORIGIN + path))).toEqual([true, true]);
    expect(others.filter((path) => stage.handles(ORIGIN + path))).toEqual([]);
    expect(stage.handles('http://elsewhere.test/dicomweb/PACS/studies')).toBe(false);
  });
});

describe('a body', () => {
  it('is read from its source as it is read, and keeps the worker until its end', async () => {
    const source = counted(100, MIB);
    stage.tab('tab', async () => new Response(source.body));
    const { response, isOver } = stage.fetch('/PACS/studies/1');
    const reader = (await response).body!.getReader();
    for (let i = 0; i < 10; i++) await reader.read();
    expect(source.taken).toBeLessThanOrEqual(12);
    expect(isOver()).toBe(false);
    let length = 10 * MIB;
    for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
    expect(length).toBe(100 * MIB);
    await settled(isOver);
  });

  it('of a request is read as slowly as it is taken', async () => {
    const source = counted(100, MIB);
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    stage.tab('tab', async ({ body }) => {
      reader = body!.getReader();
      for (let i = 0; i < 3; i++) await reader.read();
      return new Response('enough', { status: 413 });
    });
    const init = { method: 'POST', body: source.body, duplex: 'half' } as RequestInit;
    const { response } = stage.fetch('/PACS/studies', init);
    expect((await response).status).toBe(413);
    expect(source.taken).toBeLessThanOrEqual(5);
    await (await response).text();
    await settled(() => source.isCancelled); // what nobody will read is let go
  });

  it('that nobody reads any more ends at its source', async () => {
    const source = counted(100, MIB);
    stage.tab('tab', async () => new Response(source.body));
    const { response, isOver } = stage.fetch('/PACS/studies/1');
    const reader = (await response).body!.getReader();
    await reader.read();
    await reader.cancel();
    await settled(() => source.isCancelled && isOver());
  });

  it('that breaks off is not taken for a whole one', async () => {
    const body = new ReadableStream({
      pull: () => Promise.reject(new Error('The peer went away.')),
    });
    stage.tab('tab', async () => new Response(body));
    const { response, isOver } = stage.fetch('/PACS/studies/1');
    await expect((await response).text()).rejects.toThrow('The peer went away.');
    await settled(isOver);
  });

  it('of a request that is aborted ends both ways', async () => {
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    const source = counted(100, MIB);
    stage.tab('tab', async (request) => {
      ({ signal } = request);
      return new Response(source.body);
    });
    const { response, isOver } = stage.fetch('/PACS/studies/1', { signal: stop.signal });
    const answered = await response;
    stop.abort();
    await settled(() => signal?.aborted === true && source.isCancelled && isOver());
    await expect(answered.text()).rejects.toThrow('Nobody waits');
  });

  it('of a request that is aborted before an engine is found is asked of none', async () => {
    const stop = new AbortController();
    let asked = 0;
    stage.tab('tab', () => {
      asked++;
      return new Promise(() => {});
    });
    const { response, isOver } = stage.fetch('/PACS/studies/1', { signal: stop.signal });
    stop.abort();
    await settled(isOver);
    expect((await response).status).toBe(503);
    expect(asked).toBe(0);
  });

  it('of a request that is aborted before it is answered', async () => {
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    stage.tab('tab', (request) => {
      ({ signal } = request);
      return new Promise(() => {});
    });
    const { response, isOver } = stage.fetch('/PACS/studies/1', { signal: stop.signal });
    await settled(() => signal !== undefined);
    stop.abort();
    await settled(() => signal?.aborted === true && isOver());
    expect((await response).status).toBe(503);
  });
});

describe('a worker', () => {
  it('asks a page for its engine once, and again after its own restart', async () => {
    const tab = stage.tab('tab', await archive());
    for (let i = 0; i < 3; i++) expect((await stage.fetch('/PACS/studies').response).status).toBe(200);
    expect(tab.asked).toBe(1);
    stage.restart();
    expect((await stage.fetch('/PACS/studies').response).status).toBe(200);
    expect(tab.asked).toBe(2);
  });

  it('that is ended leaves nothing open in the engine', async () => {
    const source = counted(100, MIB);
    stage.tab('tab', async () => new Response(source.body));
    const reader = (await stage.fetch('/PACS/studies/1').response).body!.getReader();
    await reader.read();
    stage.restart();
    await settled(() => source.isCancelled);
  });

  it('asks the page that asks, and for what is no page another one', async () => {
    const mine = stage.tab('tab', async () => new Response('mine'));
    const other = stage.tab('other', async () => new Response('other'));
    expect(await (await stage.fetch('/PACS/studies').response).text()).toBe('mine');
    expect(other.asked).toBe(0);
    stage.clients.set('worker', { ...other, id: 'worker', type: 'worker', url: '', postMessage: () => {} });
    stage.close(mine);
    for (const id of ['worker', '', 'nobody'])
      expect(await (await stage.fetch('/PACS/studies', {}, id).response).text()).toBe('other');
  });

  it('goes to another page where its own has not booted for ten seconds', async () => {
    stage.tab('tab');
    stage.tab('other', async () => new Response('other'));
    const { response } = stage.fetch('/PACS/studies');
    await settled(() => clock.pending > 0);
    await clock.advance(10_000);
    expect(await (await response).text()).toBe('other');
  });

  it('asks a page again that has booted later', async () => {
    const tab = stage.tab('tab');
    const early = stage.fetch('/PACS/studies').response;
    await settled(() => clock.pending > 0);
    await clock.advance(10_000);
    expect((await early).status).toBe(503);
    tab.boot(async () => new Response('mine'));
    expect(await (await stage.fetch('/PACS/studies').response).text()).toBe('mine');
  });

  it('says so where no page has an engine', async () => {
    const { response, isOver } = stage.fetch('/PACS/studies', {}, '');
    const answered = await response;
    expect(answered.status).toBe(503);
    expect(answered.headers.get('content-security-policy')).toBe('sandbox');
    expect(((await answered.json()) as { detail: string }).detail).toMatch(
      /^No page of this site has an engine/,
    );
    await settled(isOver);
  });

  it('breaks off what an engine leaves unfinished, and asks another one next', async () => {
    const tab = stage.tab('tab', async ({ url }) =>
      url.endsWith('/silent') ? new Promise<Response>(() => {}) : new Response(counted(100, MIB).body),
    );
    const begun = await stage.fetch('/PACS/studies/1').response;
    const silent = stage.fetch('/PACS/silent').response;
    await new Promise((resolve) => setImmediate(resolve));
    stage.close(tab);
    await expect(begun.arrayBuffer()).rejects.toThrow('is closed');
    expect((await silent).status).toBe(503);
    stage.tab('other', async () => new Response('other'));
    expect(await (await stage.fetch('/PACS/studies').response).text()).toBe('other');
  });
});
