/** The library as programs import it: by the names in package.json, in plain Node. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built, runWell } from './support/peers-process.ts';
import type { RealPeer } from './support/peers.ts';
import { startWebdimsePacs } from './support/peers.ts';

const ROOT = `${import.meta.dirname}/..`;
let pacs: RealPeer;
beforeAll(async () => {
  await built;
  pacs = await startWebdimsePacs([], { sample: true });
});
afterAll(() => pacs?.stop());

test('a program in Node searches a peer with it', async () => {
  const program = `
    import { dataSet, query, text } from 'webdimse';
    import { tcpDialer } from 'webdimse/node';

    const target = { host: '127.0.0.1', port: ${pacs.port} };
    const peer = { dialer: tcpDialer(), target, aeTitle: 'WEBDIMSE', callingAETitle: 'EXAMPLE' };
    const keys = dataSet({ PatientName: 'Phantom*', StudyDescription: '' });
    for await (const study of query(peer, { model: 'STUDY', level: 'STUDY', keys })) {
      console.log(text(study, 'PatientName'));
    }`;
  const output = await runWell(process.execPath, ['--input-type=module', '-e', program], ROOT);
  expect(output).toMatch(/^(Phantom\^Ada\n)+$/);
});

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
