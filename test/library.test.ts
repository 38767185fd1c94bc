/** The library as programs import it, by the names in package.json; readme.test.ts runs it over TCP and a bridge. */
import { beforeAll, expect, test } from 'vitest';
import { built, runWell } from './support/peers-process.ts';

const ROOT = `${import.meta.dirname}/..`;
beforeAll(() => built);

test('a program without Node modules talks to a mini-PACS in memory with it', async () => {
  const program = `
    import { Archive, MemoryNetwork, MemoryStore, archiveHandlers, echo, serve } from 'webdimse';

    const network = new MemoryNetwork();
    const aeTitle = 'ARCHIVE';
    const archive = await Archive.open(new MemoryStore());
    const handlers = archiveHandlers(archive, { aeTitle, destination: () => undefined });
    const server = serve(network.listen('here', 104), handlers, { aeTitle });
    const peer = { dialer: network, target: { host: 'here', port: 104 }, aeTitle, callingAETitle: 'EXAMPLE' };
    console.log((await echo(peer)).implementation);
    await server.close();`;
  const output = await runWell(process.execPath, ['--input-type=module', '-e', program], ROOT);
  expect(output).toMatch(/WEBDIMSE/);
});
