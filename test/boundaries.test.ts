/** The house: who may import whom, how long a file may be, what the language is used for. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Rank of each room: a room imports rooms of lower rank only. The longest matching path is the room. */
const RANKS: Readonly<Record<string, number>> = {
  'core/bytes': 0,
  'core/dict': 1,
  'core/transport': 1,
  'core/data': 2,
  'core/pdu': 2,
  'core/deidentify': 3,
  'core/file': 3,
  'core/image': 3,
  'core/object': 3,
  'core/ul': 3,
  'core/dimse': 4,
  'core/service': 5,
  'core/archive': 6,
  'core/fault': 6,
  'core/peer': 6,
  'core/inspect': 7,
  'core/dicomweb': 7,
  'core/index.ts': 8,
  bridge: 8,
  'bridge/node': 9,
  'bridge/cli': 10,
  web: 10,
};

/** Rooms that see less of the house than their rank allows. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  bridge: ['core/bytes', 'core/transport'],
  web: Object.keys(RANKS).filter((room) => room.startsWith('core/')),
};

/** The longest file that is no table, in lines. */
const LONGEST = 400;
const TABLES = [
  'core/dict/tags.ts',
  'core/dict/uids.ts',
  'core/deidentify/profile.ts',
  'web/strings/en.ts',
  'web/strings/de.ts',
];

const SOURCE = /\.(ts|mjs|svelte|css|html)$/;
const CODE = /\.(ts|mjs|svelte)$/;

interface Source {
  readonly path: string;
  readonly text: string;
  /** Repository paths of the files it imports, in any way. */
  readonly imports: readonly string[];
}

const sources = ['core', 'bridge', 'web', 'test'].flatMap(walk).map(read);
const rooms = sources.filter(({ path }) => roomOf(path) !== undefined);

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, imports: CODE.test(path) ? importsOf(path, scripts(path, text)) : [] };
}

/** The TypeScript of a file: all of it, or what stands in the script elements of a component. */
function scripts(path: string, text: string): string {
  if (!path.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

function importsOf(path: string, code: string): string[] {
  const names = ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
  const workers = [...code.matchAll(/new URL\(\s*'([^']+\.ts)',\s*import\.meta\.url/g)].map(
    (match) => match[1]!,
  );
  return [...names, ...workers]
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(path), name.replace(/\?.*$/, '')));
}

function roomOf(path: string): string | undefined {
  return Object.keys(RANKS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  return RANKS[to]! < RANKS[from]! && (ONLY[from]?.includes(to) ?? true);
}

/** Every way round in the imports of files, each as the files along it. */
function cycles(): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (done.has(path)) return;
    done.add(path);
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...way, path]);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}

function nodesOf(source: Source, wanted: ts.SyntaxKind): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (node.kind === wanted) count++;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', scripts(source.path, source.text), ts.ScriptTarget.Latest));
  return count;
}

describe('rooms', () => {
  test('every source of core, bridge and web stands in a room', () => {
    const outside = sources.filter(
      ({ path }) => /^(core|bridge|web)\//.test(path) && roomOf(path) === undefined,
    );
    expect(outside.map(({ path }) => path)).toEqual(['core/platform.d.ts']);
  });

  test('a room imports rooms of lower rank only', () => {
    const wrong = rooms.flatMap(({ path, imports }) =>
      imports
        .filter((to) => roomOf(to) === undefined || !mayImport(roomOf(path)!, roomOf(to)!))
        .map((to) => `${path} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  test('imports go in no circle', () => {
    expect(cycles()).toEqual([]);
  });
});

describe('files', () => {
  test(`none but tables is longer than ${LONGEST} lines`, () => {
    const long = sources
      .filter(({ path, text }) => !TABLES.includes(path) && text.split('\n').length - 1 > LONGEST)
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  // It parses every source, which takes a loaded machine its time.
  test('no enum and no any', { timeout: 60_000 }, () => {
    const code = sources.filter(({ path }) => CODE.test(path));
    const wrong = code.filter(
      (source) =>
        nodesOf(source, ts.SyntaxKind.EnumDeclaration) + nodesOf(source, ts.SyntaxKind.AnyKeyword) > 0,
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('scripts of package.json are "node FILE", so that they run everywhere', () => {
    const { scripts: commands } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const command of Object.values(commands))
      expect(command).toMatch(/^node [\w./-]+\.[mc]js( [\w.-]+)*$/);
  });
});
