/**
 * Every program in the documents and docstrings compiles against the package's own types, and the first of each document
 * and subpath runs, as both of README.md do: as they stand, but for addresses and names that differ here.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '../bridge/docs.mjs';
import { sampleInstances } from '../core/archive/index.ts';
import { dataSet, readDataSet, text } from '../core/data/index.ts';
import { filesBelow } from './support/peers-files.ts';
import { built, freePort, runWell, temporaryFolder } from './support/peers-process.ts';
import type { RealPeer } from './support/peers.ts';
import { startBridgeProcess, startWebdimsePacs } from './support/peers.ts';

const ROOT = join(import.meta.dirname, '..');

interface Example {
  /** `core/README.md 1`, counted in its file. */
  readonly name: string;
  readonly code: string;
}

const files = ['core', 'bridge', 'web'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|ts)$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
);
const examples = ['README.md', ...files].flatMap(examplesOf);

function examplesOf(path: string): Example[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const fences = path.endsWith('.md') ? /^```ts\n(.*?)^```$/gms : /^ *\* ```ts\n(.*?)^ *\* ```$/gms;
  return [...text.matchAll(fences)].map(([, fenced], index) => ({
    name: `${path} ${index + 1}`,
    code: path.endsWith('.md') ? fenced! : fenced!.replace(/^ *\* ?/gm, ''),
  }));
}

function example(name: string): string {
  const found = examples.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no example ${name}`);
  return found.code;
}

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

test('all of them compile against what package.json exports', { timeout: 60_000 }, () => {
  const texts = new Map(
    examples.map(({ name, code }) => [join(ROOT, `${name.replaceAll(/\W/g, '-')}.mts`), code]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  const program = ts.createProgram([...texts.keys()], options, host);
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const where = file?.fileName.slice(dirname(ROOT).length + 1) ?? '';
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(complaints).toEqual([]);
});

test('documents and docstrings have programs', () => {
  const told = examples.map(({ name }) => name);
  expect(told).toEqual(expect.arrayContaining(['README.md 1', 'README.md 2', 'core/README.md 1']));
  const documented = [...entries().values()].map((path) => dirname(path));
  expect(told.filter((name) => /\.ts \d+$/.test(name)).map((name) => dirname(name))).toEqual(
    expect.arrayContaining(documented.filter((folder) => /^(bridge|web)\//.test(folder))),
  );
});

/** Replaces each text, which has to be there, and runs the program to its end. */
function ran(code: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const program = Object.entries(changes).reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, code);
  return runWell(process.execPath, ['--input-type=module', '-e', program], ROOT);
}

/** As in a page, whose WebSocket is that of ws here. */
function ranInPage(code: string): Promise<string> {
  const page = `import { WebSocket } from 'ws';\nglobalThis.WebSocket = WebSocket;\n${code}`;
  return ran(page, { 'http://127.0.0.1:8080': bridge.address.replace(/^ws/, 'http') });
}

test("README's for a browser", async () => {
  expect(await ranInPage(example('README.md 1'))).toMatch(/^20\d{6} 2\.25\.\d+\n$/);
});

test("README's for Node", async () => {
  const samples = [...sampleInstances()];
  const studyOf = ({ info, dataSet: bytes }: (typeof samples)[number]): string =>
    text(readDataSet(bytes, info.transferSyntaxUID), 'StudyInstanceUID');
  const study = studyOf(samples[0]!);
  const folder = temporaryFolder();
  const output = await ran(example('README.md 2'), {
    '11112': String(pacs.port),
    '1.2.840.1': study,
    "'study'": JSON.stringify(folder),
  });
  expect(filesBelow(folder)).toHaveLength(samples.filter((one) => studyOf(one) === study).length);
  expect(output.trimEnd().split('\n').at(-1)).toBe('0');
});

test("every attribute that README's programs name is one", () => {
  const programs = `${example('README.md 1')}${example('README.md 2')}`;
  for (const [keyword] of programs.matchAll(/\b(Patient|Study)[A-Z]\w+(?=:)/g)) {
    expect(Object.keys(dataSet({ [keyword]: '' }))).toHaveLength(1);
  }
});

test('the one that draws', async () => {
  const lines = (await ran(example('core/README.md 1'))).trimEnd().split('\n');
  expect(lines).toHaveLength(61);
  for (const line of lines) {
    const [columns, rows, bytes] = line.split(' ').map(Number);
    expect(bytes).toBe(columns! * rows! * 4);
  }
});

test.each(['bridge/README.md 1', 'bridge/node/create-bridge.ts 1'])(
  'the one of %s that mounts a bridge',
  async (name) => {
    const port = String(await freePort());
    const code = `${example(name)}\nawait bridge.close();\nserver.close();`;
    expect(await ran(code, { 8090: port })).toBe(`http://127.0.0.1:${port}/dicom/\n`);
  },
);

test('the one that echoes through a bridge', async () => {
  expect(await ranInPage(example('web/browser/bridge.ts 1'))).toMatch(/WEBDIMSE/);
});
