// A page of the portal's own over the library: no element, no engine; what it does with the answers is its own.
import { dataSet, echo, query } from 'webdimse';
import { bridgeDialer, bridgePeers } from 'webdimse/browser';

const main = document.querySelector('main');
const { bridge } = main.dataset;
const { peers } = await bridgePeers({ bridge });
const [{ name, aeTitle }] = peers;
const peer = { dialer: bridgeDialer({ bridge }), target: { peer: name }, aeTitle, callingAETitle: 'WEBSCU' };
const { milliseconds } = await echo(peer);
const names = [];
const keys = dataSet({ PatientName: '', StudyInstanceUID: '' });
for await (const match of query(peer, { model: 'STUDY', level: 'STUDY', keys })) {
  names.push(match['00100010'].Value[0].Alphabetic);
}
main.querySelector('output').value = `${milliseconds.length} echo, ${names.length} studies`;
