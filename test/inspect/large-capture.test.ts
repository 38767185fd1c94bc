/** A capture of 200 MB with 50 associations is opened in no more time than one has to look at a page. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFile } from '../../bridge/cli/files.ts';
import { importCapture, Timeline } from '../../core/inspect/index.ts';
import { writeLargeCapture } from '../support/large-capture.ts';
import { temporaryFolder } from '../support/peers-process.ts';

const MOST_MS = 10_000;

test('a large capture is opened, its messages put together, in less than ten seconds', async () => {
  const file = join(temporaryFolder(), 'large.pcapng');
  const { associations, instances, pdus } = writeLargeCapture(file);
  expect(statSync(file).size).toBeGreaterThan(200e6);
  const timeline = new Timeline();
  let kept = 0;
  const began = performance.now();
  const { problems, associations: found } = await withFile(file, (source) =>
    importCapture(source, (record) => {
      timeline.take(record);
      if (record.kind === 'pdu') kept += record.bytes.length;
    }),
  );
  expect(performance.now() - began).toBeLessThan(MOST_MS);
  expect(problems).toEqual([]);
  expect(found).toBe(associations);
  const entries = timeline.entries.filter(({ record }) => record.kind === 'pdu');
  expect(entries).toHaveLength(pdus);
  const messages = new Set(entries.flatMap(({ parts }) => parts.map(({ message }) => message)));
  expect([...messages].filter(({ name, complete }) => name === 'C-STORE-RQ' && complete)).toHaveLength(
    associations * instances,
  );
  // The pixels stay in the file.
  expect(kept).toBeLessThan(10e6);
});
