/** `webdimse store --deidentify` against our own mini-PACS. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleInstances } from '../../core/archive/index.ts';
import { text } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { readHead } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

let pacs: RealPeer;
const folder = temporaryFolder();
const names = new Set<string>();
const studies = new Set<string>();

beforeAll(async () => {
  pacs = await startWebdimsePacs([], { aeTitle: 'TEACHING' });
  let files = 0;
  for (const { info, dataSet } of sampleInstances()) {
    if (++files > 30) break;
    writeFileSync(join(folder, `${files}.dcm`), Buffer.concat([fileMetaInformation(info), dataSet]));
    const head = readHead(dataSet, info.transferSyntaxUID, { until: '00300000' }).dataSet;
    names.add(text(head, 'PatientName'));
    studies.add(text(head, 'StudyInstanceUID'));
  }
});
afterAll(() => pacs.stop());

test('sends under new UIDs and names, each study and patient still one', async () => {
  const sent = await webdimse(
    'store',
    pacs.address,
    folder,
    '--deidentify',
    '--dates',
    'shift',
    '--retain',
    'device',
  );
  expect(sent.stdout).toMatch(/^30 instances sent/);
  const found = await webdimse(
    'find',
    pacs.address,
    '--json',
    '--key',
    'PatientName',
    '--key',
    'StudyDate',
    '--key',
    'PatientBirthDate',
  );
  const matches = records(found).filter(({ type }) => type === 'match') as unknown as { dataset: DataSet }[];
  expect(matches).toHaveLength(studies.size);
  for (const { dataset } of matches) {
    expect(text(dataset, 'PatientName')).toMatch(/^ANON-[0-9A-Z]{13}$/);
    expect(text(dataset, 'StudyDate')).toMatch(/^\d{8}$/);
    expect(text(dataset, 'PatientBirthDate')).toBe('');
    expect(studies.has(text(dataset, 'StudyInstanceUID'))).toBe(false);
  }
  expect(new Set(matches.map(({ dataset }) => text(dataset, 'PatientName'))).size).toBe(names.size);
  for (const name of names) expect(found.stdout).not.toContain(name);
});

test.each([
  [['--dates', 'shift'], /--dates and --retain need --deidentify/],
  [['--deidentify', '--retain', 'names'], /--retain is device, institution, patient, uids, not "names"/],
  [['--deidentify', '--dates', 'soon'], /--dates is remove, shift, keep, not "soon"/],
])('%j is a mistake', async (flags, why) => {
  const { code, stderr } = await webdimse('store', pacs.address, folder, ...flags);
  expect(stderr).toMatch(why);
  expect(code).toBe(2);
});
