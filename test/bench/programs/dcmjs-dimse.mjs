// @ts-check
/**
 * The other DIMSE in JavaScript, as its README uses it, with noDelay set on its socket, which it leaves out itself.
 * `dcmjs-dimse.mjs FOLDER-OF-ITS-PACKAGE ACTION PORT AET WHAT`; actions and output as in bare-scu.ts.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { join } from 'node:path';

const [folder = '', action = '', port = '', aeTitle = '', what = ''] = process.argv.slice(2);

const { connect } = net;
net.connect = /** @type {typeof connect} */ (
  (/** @type {any[]} */ ...args) => Reflect.apply(connect, net, args).setNoDelay(true)
);
net.createConnection = net.connect;

const dimse = createRequire(join(folder, 'index.js'))('dcmjs-dimse');
dimse.log?.disableAll?.();
const { Client, requests, responses, constants } = dimse;
const { CEchoRequest, CFindRequest, CGetRequest, CStoreRequest } = requests;
const { Status } = constants;
// As much as DCMTK offers; its default is less.
dimse.Implementation?.setMaxPduLength?.(131_072);

/**
 * Sends the requests in one association. `count` tells of each response whether it counts; `stored` is told of instances.
 * @param {any[]} list
 * @param {(response: any) => boolean} count
 * @returns {Promise<number>}
 */
function send(list, count) {
  return new Promise((resolve, reject) => {
    let counted = 0;
    const client = new Client();
    client.on('networkError', reject);
    client.on('associationRejected', () => reject(new Error('rejected')));
    client.on('closed', () => resolve(counted));
    client.on(
      'cStoreRequest',
      (/** @type {any} */ request, /** @type {(response: any) => void} */ answer) => {
        counted++;
        const response = responses.CStoreResponse.fromRequest(request);
        response.setStatus(Status.Success);
        answer(response);
      },
    );
    for (const request of list) {
      request.on('response', (/** @type {any} */ response) => {
        if (count(response)) counted++;
      });
      client.addRequest(request);
    }
    client.send('127.0.0.1', Number(port), 'DCMJS', aeTitle, { associationLingerTimeout: 0 });
  });
}

const succeeded = (/** @type {any} */ response) => response.getStatus() === Status.Success;
const found = (/** @type {any} */ response) =>
  response.getStatus() === Status.Pending && response.hasDataset();

/** @type {Record<string, () => Promise<number>>} */
const ACTIONS = {
  store: () =>
    send(
      readdirSync(what).map((name) => new CStoreRequest(join(what, name))),
      succeeded,
    ),
  get: () => send([CGetRequest.createStudyGetRequest(what)], () => false),
  find: () => send([CFindRequest.createStudyFindRequest({ PatientName: '', PatientID: '' })], found),
  echo: () =>
    send(
      Array.from({ length: Number(what) }, () => new CEchoRequest()),
      succeeded,
    ),
  async associations() {
    let count = 0;
    for (let i = 0; i < Number(what); i++) count += await send([new CEchoRequest()], succeeded);
    return count;
  },
};

const count = await ACTIONS[action]?.();
console.log(JSON.stringify({ count }));
