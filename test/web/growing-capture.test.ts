/** A capture is read while it is written, in whatever pieces it comes, and at its end there is nothing lost. */
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serveCapture } from '../../bridge/relay/capture-page.ts';
import { GrowingFile } from '../../bridge/relay/growing-file.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { CaptureWriter, loadPdu } from '../../core/inspect/index.ts';
import type { InspectRecord, PduRecord } from '../../core/inspect/index.ts';
import { Inspector } from '../../web/engine/inspector.ts';
import { Recorder } from '../../web/engine/recorder.ts';
import { writtenSource } from '../../web/engine/growing-capture.ts';
import { RQ } from '../support/parrot.ts';
import { temporaryFolder } from '../support/peers-process.ts';
import { until } from './fake-engine.ts';

async function served(
  wait: number,
): Promise<{ capture: GrowingFile; url: string; close: () => Promise<void> }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'web', 'inspector.html'), 'the inspector');
  const capture = new GrowingFile(openSync(join(folder, 'capture'), 'wx+'));
  const page = await serveCapture({ port: 0, webRoot: join(folder, 'web'), capture, wait });
  const close = async (): Promise<void> => {
    await page.close();
    capture.close();
  };
  return { capture, url: `${page.url}capture.pcapng`, close };
}

function pieces(associations: number): Bytes[] {
  const writer = new CaptureWriter();
  const records = Array.from({ length: associations }, (_, i): InspectRecord => {
    const bytes = encodePdu(RQ);
    const base = { id: i + 1, time: i, association: i + 1, deviations: [] };
    return { ...base, kind: 'pdu', sender: 'requestor', pdu: 'A-ASSOCIATE-RQ', bytes, length: bytes.length };
  });
  return [writer.header(), ...records.flatMap((record) => writer.take(record))];
}

it.each([
  ['whole', (all: Bytes) => [all]],
  [
    'cut in the middle of packets',
    (all: Bytes) =>
      [5, 100, 333, 1000]
        .map((at, i, cuts) => all.subarray(cuts[i - 1] ?? 0, at))
        .concat([all.subarray(1000)]),
  ],
])('%s', async (_, parts) => {
  const { capture, url, close } = await served(50);
  const inspector = new Inspector(new Recorder());
  const stop = new AbortController();
  const told: number[] = [];
  const following = inspector.followCapture(
    { url },
    { signal: stop.signal, step: ({ source }) => told.push(source) },
  );
  const looking = new AbortController();
  let records = 0;
  const view = { view: 1, source: 1, filter: { layers: ['ul' as const] }, unfolded: [] };
  const looked = inspector.timeline(view, { signal: looking.signal, step: ({ lines }) => (records = lines) });
  onTestFinished(async () => {
    stop.abort();
    looking.abort();
    await Promise.allSettled([following, looked]);
    await close();
  });
  expect(told).toEqual([1]);
  const all = concat(pieces(3));
  for (const part of parts(all)) {
    capture.append(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => records === 3);
  capture.append(concat(pieces(2)));
  await until(() => records === 5);
});

it('gives what was elided from what is written already', async () => {
  const { capture, url, close } = await served(50);
  onTestFinished(close);
  capture.append(new TextEncoder().encode('0123456789'));
  const record = {
    bytes: new Uint8Array(2),
    length: 5,
    ranges: [
      { at: 1, length: 2 },
      { at: 6, length: 3 },
    ],
  };
  const bytes = await loadPdu(writtenSource(url), record as unknown as PduRecord);
  expect(new TextDecoder().decode(bytes)).toBe('12678');
});

it('says who does not answer any more', async () => {
  const { url, close } = await served(50);
  const inspector = new Inspector(new Recorder());
  const following = inspector.followCapture(
    { url },
    { signal: new AbortController().signal, step: () => undefined },
  );
  await close();
  await expect(following).rejects.toThrow('does not answer any more');
});
