// @ts-check
/** The API reference of the package, made from the docstrings of what package.json exports, as pages in dist/docs/api. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Types that stand behind an exported one and say nothing that it does not. */
const BEHIND = ['About', 'Kind', 'LIMITS', 'OfBatch', 'RetrieveService'];

/** The sources of what the package exports that is compiled from them, by subpath: `./node` -> `bridge/node/index.ts`. */
export function entries() {
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return new Map(
    Object.entries(exports).flatMap(([subpath, target]) => {
      const [, source] =
        (typeof target === 'string' ? null : /^\.\/dist\/lib\/(.*)\.d\.ts$/.exec(target.types)) ?? [];
      return source === undefined ? [] : [[subpath, `${source}.ts`]];
    }),
  );
}

/**
 * Writes the reference.
 * @param {string} [folder]
 * @returns {Promise<string[]>} what it complains of: a link that leads nowhere, a type that is not exported
 */
export async function buildReference(folder = join(root, 'dist/docs/api')) {
  const { Application, LogLevel, Logger } = await import('typedoc');
  /** @type {string[]} */
  const complaints = [];
  const app = await Application.bootstrap({
    entryPoints: [...entries().values()].map((path) => join(root, path)),
    tsconfig: join(root, 'bridge/tsconfig.library.json'),
    name: 'webdimse',
    readme: 'none',
    skipErrorChecking: true, // tsc has
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    intentionallyNotExported: BEHIND,
    validation: { notExported: true, invalidLink: true, notDocumented: false },
  });
  app.logger = new (class extends Logger {
    /**
     * @override
     * @param {string} message
     * @param {import('typedoc').LogLevel} level
     */
    log(message, level) {
      super.log(message, level);
      if (level >= LogLevel.Warn) complaints.push(message);
    }
  })();
  const project = await app.convert();
  if (project === undefined) return [...complaints, 'typedoc made nothing of it'];
  app.validate(project);
  await app.generateDocs(project, folder);
  return complaints;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const complaints = await buildReference();
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log('The reference is in dist/docs/api.');
}
