/** The documents: links lead somewhere, every room is on the map, and tables say what the code does. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../core/bytes/index.ts';
import { uid } from '../core/dict/index.ts';
import {
  DEFAULT_DEADLINES,
  MODALITY_WORKLIST,
  QUERY_RETRIEVE,
  STORAGE_COMMITMENT,
  VERIFICATION,
} from '../core/service/index.ts';
import { COMMITMENT_INSTANCES } from '../core/peer/transactions.ts';
import {
  ACCEPT_PATH,
  CLOSE,
  DOWN_WINDOW,
  LISTEN_PATH,
  MAX_CONTROL_LENGTH,
  MAX_FRAME,
  PEERS_PATH,
  TUNNEL_PATH,
  TUNNEL_PROTOCOL,
  UP_WINDOW,
  WINDOW_BOUNDS,
} from '../core/transport/index.ts';
import { ASSUMED_MAXIMUM_LENGTH, DEFAULT_MAXIMUM_LENGTH } from '../core/ul/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const documents = ['README.md', 'CHANGELOG.md', ...['core', 'bridge', 'web', 'test'].flatMap(documentsBelow)];

function documentsBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')));
}

/** The cells of every table row of a document, without its code marks. */
function rows(path: string): string[][] {
  return text(path)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.replaceAll('`', '').trim()));
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  return [...text(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The second cell of the row with this first one. */
function said(path: string, name: string): string {
  return rows(path).find(([first]) => first === name)?.[1] ?? '';
}

test.each(documents)('the links of %s lead somewhere', (path) => {
  for (const [, target] of text(path).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target!)) continue;
    const [file, anchor] = target!.split('#');
    const linked = file === '' ? path : posix.join(dirname(path), file!);
    expect(existsSync(join(ROOT, linked)), target).toBe(true);
    if (anchor !== undefined) expect(anchors(linked), target).toContain(anchor);
  }
});

test('README.md has every room on its map', () => {
  const core = readdirSync(join(ROOT, 'core'), { withFileTypes: true });
  const rooms = core.filter((entry) => entry.isDirectory()).map(({ name }) => `core/${name}`);
  const mapped = rows('README.md').flatMap(
    ([first]) => first!.match(/^(core|bridge|web|test)(\/.*)?$/g) ?? [],
  );
  expect(mapped).toEqual(expect.arrayContaining([...rooms, 'bridge', 'web', 'test']));
  for (const folder of mapped) expect(existsSync(join(ROOT, folder)), folder).toBe(true);
});

test('README.md names every package that is needed at run time', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
  const [sentence] = /[^.]*needed at run time[^.]*/.exec(text('README.md')) ?? [''];
  expect(Object.keys(dependencies).filter((name) => !sentence.includes(name))).toEqual([]);
  expect(sentence).toMatch(/^ Four /);
  expect(Object.keys(dependencies)).toHaveLength(4);
});

test('README.md says what to import from where, for all that package.json exports', () => {
  const { exports } = JSON.parse(text('package.json')) as { exports: Record<string, unknown> };
  const subpaths = Object.keys(exports).filter((subpath) => !/json$|\*/.test(subpath));
  const told = rows('README.md').map(([first]) => first);
  expect(told).toEqual(expect.arrayContaining(subpaths.map((subpath) => `webdimse${subpath.slice(1)}`)));
});

test('CHANGELOG.md begins with the version that package.json has', () => {
  const { version } = JSON.parse(text('package.json')) as { version: string };
  const [newest] = /^## .*$/m.exec(text('CHANGELOG.md')) ?? [''];
  expect(newest).toContain(`[${version}]`);
});

describe('core/transport/TUNNEL.md', () => {
  const document = 'core/transport/TUNNEL.md';

  test('has the close codes that the code has', () => {
    const told = rows(document).flatMap(([code]) => code!.match(/\b\d{4}\b(?=,|$)/g) ?? []);
    const sent = Object.values(CLOSE).filter((code) => code !== CLOSE.ABNORMAL); // 1006 is never on the wire
    expect(told.map(Number).toSorted()).toEqual(sent.toSorted());
  });

  test('has the numbers that the code has', () => {
    expect(text(document)).toContain(`subprotocol \`${TUNNEL_PROTOCOL}\``);
    expect(text(document)).toContain(`GET {base}/${TUNNEL_PATH}?peer=NAME`);
    expect(said(document, 'binary')).toContain(`${MAX_FRAME} at most`);
    expect(said(document, 'text')).toContain(`at most ${MAX_CONTROL_LENGTH} characters`);
    expect(text(document)).toContain(`outside of ${WINDOW_BOUNDS.min} to ${WINDOW_BOUNDS.max}`);
    expect(text(document)).toContain(`{"t":"hello","window":${DOWN_WINDOW}}`);
    expect(text(document)).toContain(`"window":${UP_WINDOW},"maxFrame":${MAX_FRAME}}`);
    expect(text(document)).toContain(`The page may assume ${UP_WINDOW} before`);
  });
});

test('bridge/README.md has the routes that the code has', () => {
  const routes = rows('bridge/README.md').map(([route]) => route);
  expect(routes).toContain(`GET /${PEERS_PATH}`);
  expect(routes).toContain(`/${TUNNEL_PATH}?peer=…`);
  expect(routes).toContain(`/${LISTEN_PATH}?pool=…`);
  expect(routes).toContain(`/${ACCEPT_PATH}/NODE`);
});

describe('core/CONFORMANCE.md', () => {
  const document = 'core/CONFORMANCE.md';

  test('has the SOP classes that the code has', () => {
    const told = rows(document).flatMap(([name, uids]) => {
      const [first, ...suffixes] = (uids ?? '').split(' / ');
      if (!/^1\.2\.840\.10008\.[\d.]*\d$/.test(first!) || name === 'Application context') return [];
      return [first!, ...suffixes.map((suffix) => first!.replace(/\.\d+$/, suffix))];
    });
    const models = Object.values(QUERY_RETRIEVE).flatMap(({ FIND, MOVE, GET }) => [FIND, MOVE, GET]);
    expect(told).toEqual([VERIFICATION, ...models, MODALITY_WORKLIST, STORAGE_COMMITMENT]);
    expect(told.every((each) => uid(each)?.type === 'SOP Class')).toBe(true);
  });

  test('has the size of a request for storage commitment that the code has', () => {
    expect(text(document)).toContain(`Requests name ${COMMITMENT_INSTANCES} instances at most`);
  });

  test('has the lengths and deadlines that the code has', () => {
    const lengths = said(document, 'Maximum length');
    expect(lengths).toContain(`${DEFAULT_MAXIMUM_LENGTH} offered`);
    expect(lengths).toContain(`${ASSUMED_MAXIMUM_LENGTH} assumed`);
    expect(lengths).toContain(`up to ${DEFAULT_LIMITS.dataPdu >> 20} MiB`);
    const { connect, associate, response, progress, moveProgress, report, release, cancelGrace, artim } =
      DEFAULT_DEADLINES;
    expect(response).toBe(progress); // told as one
    const deadlines = said(document, 'Deadlines');
    for (const phrase of [
      `connect ${connect / 1000} s`,
      `associate ${associate / 1000} s`,
      `response and progress ${response / 1000} s (${moveProgress / 1000} s in a C-MOVE)`,
      `report of storage commitment ${report / 1000} s`,
      `release ${release / 1000} s`,
      `after a cancel ${cancelGrace / 1000} s`,
      `ARTIM ${artim / 1000} s`,
    ]) {
      expect(deadlines).toContain(phrase);
    }
  });
});
