/**
 * A program of somebody who has installed the package: a PACS, calls to it, and a portal with a bridge below /dicom.
 * Prints what came of the calls as one line of JSON, with the portal's address, and goes on until it is ended.
 */
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Archive,
  MemoryStore,
  archiveHandlers,
  dataSet,
  echo,
  get,
  query,
  sampleInstances,
  send,
  serve,
  text,
} from 'webdimse';
import { createDicomWeb } from 'webdimse/dicomweb';
import { DiskStore, createBridge, listenTcp, tcpDialer } from 'webdimse/node';

const host = '127.0.0.1';
const aeTitle = 'ARCHIVE';
const archive = await Archive.open(new MemoryStore());
const listener = await listenTcp({ host, port: 0 });
serve(listener, archiveHandlers(archive, { aeTitle, destination: () => undefined }), { aeTitle });
const target = { host, port: listener.port };
const pacs = { dialer: tcpDialer(), target, aeTitle, callingAETitle: 'PORTAL' };

const items = [...sampleInstances()].slice(0, 5).map(({ info, dataSet: bytes }) => ({
  ...info,
  label: info.sopInstanceUID,
  open: () => bytes,
}));
const { implementation } = await echo(pacs);
const { sent } = await send(pacs, items).result;
const keys = dataSet({ PatientName: '', StudyInstanceUID: '' });
const studies = [];
for await (const one of query(pacs, { model: 'STUDY', level: 'STUDY', keys })) studies.push(one);
const study = text(studies[0], 'StudyInstanceUID');
const folder = await mkdtemp(join(tmpdir(), 'webdimse-package-'));
const request = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: study }) };
const { status } = await get(pacs, { request, store: await DiskStore.open(folder) }).result;
const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.dcm')).length;
await rm(folder, { recursive: true });
const found = await createDicomWeb({ archive })(new Request('http://portal/studies'));

const scripts = new URL('dist/browser/', import.meta.resolve('webdimse/package.json'));
const portal = createServer(async ({ url = '/' }, response) => {
  const built = /^\/webdimse[\w.]*\.js$/.test(url);
  const name = built || url === '/page.js' ? url.slice(1) : 'page.html';
  response.setHeader('content-type', name.endsWith('.js') ? 'text/javascript' : 'text/html');
  response.end(await readFile(new URL(name, built ? scripts : import.meta.url)));
});
await once(portal.listen(0, host), 'listening');
const peers = [{ name: aeTitle, aeTitle, ...target }];
const bridge = await createBridge({ server: portal, path: '/dicom', peers });

const results = {
  implementation,
  sent,
  studies: studies.length,
  status,
  files,
  found: (await found.json()).length,
};
console.log(JSON.stringify({ ...results, bridge: bridge.url, dicom: listener.port }));
