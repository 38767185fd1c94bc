/** What a portal's page does with the library in one file; the result is `document.title`, as JSON. */
import { bridgeDialer, bridgePeers, dataSet, echo, query, startEngine, text } from './webdimse.min.js';

const bridge = '/dicom/';
const { peers } = await bridgePeers({ bridge });
const [{ name, aeTitle }] = peers;
const pacs = { dialer: bridgeDialer({ bridge }), target: { peer: name }, aeTitle, callingAETitle: 'PORTAL' };
const { implementation } = await globalThis.webdimse.echo(pacs);
await echo(pacs);
const keys = dataSet({ PatientName: '', StudyInstanceUID: '' });
const studies = [];
for await (const study of query(pacs, { model: 'STUDY', level: 'STUDY', keys })) studies.push(study);

const engine = await startEngine({ bridge });
const peer = { name, aeTitle, callingAETitle: 'PORTAL' };
const kept = [];
engine.watchFiles(({ stored }) => kept.push(...stored.map(({ sopInstanceUID }) => sopInstanceUID)));
const request = {
  model: 'STUDY',
  level: 'STUDY',
  keys: dataSet({ StudyInstanceUID: text(studies[0], 'StudyInstanceUID') }),
};
const { status, received } = await engine.get(peer, request).result;
const { place } = await engine.archive();
const saved = await engine.save(kept.slice(0, 1)).result;
await engine.remove(kept);
engine.close();
const ended = await engine.echo(peer).catch((error) => error.message);
const results = {
  implementation,
  studies: studies.length,
  status,
  received,
  kept: kept.length,
  place,
  saved: saved.blob.size > 0,
  ended,
};
document.title = JSON.stringify(results);
