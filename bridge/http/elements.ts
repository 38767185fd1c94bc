/** The built elements (web/elements), for pages of the origins that may use the bridge. */
import type { FileTable } from './files.ts';
import { listFiles } from './files.ts';
import type { Route } from './routes.ts';
import { answerFile } from './routes.ts';

const BELOW = '/elements/';

/** What answers a path below `/elements/`; nothing else. They are looked for with the first request for one: most bridges serve none. */
export function elementsSite(root: string | undefined): (path: string) => Route | undefined {
  let table: Promise<FileTable> | undefined;
  return (path) => {
    if (root === undefined || !path.startsWith(BELOW)) return undefined;
    return {
      GET: async (exchange) => {
        table ??= listFiles(root, BELOW).catch(() => {
          table = undefined; // the next request looks again
          return new Map<string, never>();
        });
        await answerFile(exchange, path, (await table).get(path));
      },
    };
  };
}
