/** The README's programs run as they stand, but for addresses and names that differ here. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleInstances } from '../core/archive/index.ts';
import { dataSet, readDataSet, text } from '../core/data/index.ts';
import { filesBelow } from './support/peers-files.ts';
import { built, runWell, temporaryFolder } from './support/peers-process.ts';
import type { RealPeer } from './support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from './support/peers.ts';

const ROOT = `${import.meta.dirname}/..`;
const [IN_BROWSER = '', IN_NODE = ''] = [
  ...readFileSync(`${ROOT}/README.md`, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms),
].map(([, program]) => program!);

let pacs: RealPeer;
let bridge: RealPeer;
beforeAll(async () => {
  await built;
  pacs = await startWebdimsePacs([], { sample: true });
  bridge = await startBridgeProcess([pacs]);
});
afterAll(async () => {
  await Promise.all([bridge, pacs].map((each) => each?.stop()));
});

/** Replaces each text, which has to be there. */
function adapted(program: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, program);
}

const node = (program: string): Promise<string> =>
  runWell(process.execPath, ['--input-type=module', '-e', program], ROOT);

test('the program for a browser, with the WebSocket of ws', async () => {
  const address = bridge.address.replace(/^ws/, 'http');
  const program = adapted(IN_BROWSER, { 'http://127.0.0.1:8080': address });
  const output = await node(`import { WebSocket } from 'ws';\nglobalThis.WebSocket = WebSocket;\n${program}`);
  expect(output).toMatch(/^20\d{6} 2\.25\.\d+\n$/);
});

test('the program for Node', async () => {
  const [sample] = sampleInstances();
  const { info, dataSet: bytes } = sample!;
  const study = text(readDataSet(bytes, info.transferSyntaxUID), 'StudyInstanceUID');
  const folder = temporaryFolder();
  const output = await node(
    adapted(IN_NODE, { '11112': String(pacs.port), '1.2.840.1': study, "'study'": JSON.stringify(folder) }),
  );
  const instances = [...sampleInstances()].filter(
    (one) => text(readDataSet(one.dataSet, one.info.transferSyntaxUID), 'StudyInstanceUID') === study,
  );
  expect(filesBelow(folder)).toHaveLength(instances.length);
  expect(output.trimEnd().split('\n').at(-1)).toBe('0');
});

test('every attribute that the programs name is one', () => {
  for (const [keyword] of `${IN_BROWSER}${IN_NODE}`.matchAll(/\b(Patient|Study)[A-Z]\w+(?=:)/g)) {
    expect(Object.keys(dataSet({ [keyword]: '' }))).toHaveLength(1);
  }
});
