import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Archive, StudyCache } from '../../core/archive/index.ts';
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import { createDicomWeb, dicomWebPeer } from '../../core/dicomweb/index.ts';
import { countedSlots } from '../../core/peer/index.ts';
import { DEFAULT_ASSOCIATIONS, hostAndPort } from '../../core/transport/index.ts';
import { signInFirst } from '../access/ticket-office.ts';
import { Door } from '../http/door.ts';
import type { Admission, Refusal } from '../http/door.ts';
import { httpServer } from '../http/http-server.ts';
import { corsHeaders, preflight, refuse } from '../http/http.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../limits.ts';
import { listenError } from '../listening/listen-error.ts';
import { pngRenderer } from '../node/pictures.ts';
import { answerBy } from '../node/request-handler.ts';
import type { Command } from './command.ts';
import type { Gate } from './dicomweb-gate.ts';
import { GATE_FLAGS, gateOf } from './dicomweb-gate.ts';
import { EXIT } from './command.ts';
import { openFolder } from './folder.ts';
import { receiverAt, receiverFlags, receivePortOf } from './receiver.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';
import { freePortAdvice, untilStopped } from './serving.ts';

const PORT = 8090;
const PATH = '/dicomweb';
/** Bytes of instances that are kept in memory, without a folder: the study used last stays. */
const MEMORY = 1 << 30;
/** Queries, retrieves and instances to store that are under way or wait for an association; then 503. */
const LONGEST_LINE = 256;
/** A body may hold many studies, and a study may take its time to come from the peer. */
const LIMITS = { ...DEFAULT_BRIDGE_LIMITS, bodyTime: 3_600_000, pageStuckTime: 600_000 };

const EMBEDDED: Refusal = {
  status: 403,
  cause: 'origin',
  reason:
    'Nothing of this is shown in pages of another origin; those that --allow-origin lists may fetch it.',
};

const NOT_THIS_PEER: Refusal = { status: 403, cause: 'peer', reason: 'This user may not use this peer.' };
/** What a page of another origin may read beside the body and the usual headers. */
const EXPOSED = 'Warning, Content-Range, Accept-Ranges, Retry-After';

export const dicomwebCommand: Command = {
  words: 'PEER',
  flags: {
    port: { value: 'N', help: `TCP port, ${PORT} by default; 0 takes a free one` },
    dir: {
      value: 'DIR',
      help: 'keep what is retrieved there; without it the studies used last are kept in 1 GiB of memory',
    },
    ...GATE_FLAGS,
    ...receiverFlags('have what C-GET does not bring moved to us, to this port'),
    ...SCU_FLAGS,
  },
  examples: [
    'webdimse dicomweb ARCHIVE@10.0.0.5:104 --allow-origin http://localhost:3000',
    'webdimse dicomweb ARCHIVE@10.0.0.5:104 --dir cache --receive-port 11114',
  ],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(1);
    const port = flags.int('port', 0, 65535) ?? PORT;
    const called = await peerOf(call);
    const peer = { ...called, slots: countedSlots(called.associations ?? DEFAULT_ASSOCIATIONS) };
    const gate = await gateOf(call, peer.callingAETitle);
    const dir = flags.text('dir');
    const store = dir === undefined ? new StudyCache({ capacity: MEMORY }) : await openFolder(dir, '--dir');
    const archive = await Archive.open(store);
    const receivePort = receivePortOf(flags);
    const receiver = receivePort === undefined ? {} : { receiver: receiverAt(receivePort, peer, flags) };
    const handle = createDicomWeb({
      archive,
      path: PATH,
      ...dicomWebPeer(peer, archive, { signal, longestLine: LONGEST_LINE, ...receiver }),
      render: pngRenderer(),
      draws: ['image/png'],
      onError: (error) => output.note(`webdimse dicomweb: ${error.message}`),
    });
    const server = await freePortAdvice(
      serve(handle, gate, port),
      port,
      `webdimse dicomweb … --port ${port + 1}`,
    );
    await output.line(`${server.url} answers for ${peer.aeTitle}. Ctrl+C stops it.`);
    await output.record({ type: 'listening', url: server.url, aeTitle: peer.aeTitle });
    await untilStopped(signal);
    await server.close();
    archive.close();
    return EXIT.ok;
  },
};

/** @throws DicomError USAGE where it cannot listen there */
async function serve(
  handle: DicomWeb,
  gate: Gate,
  wanted: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const { host, tls, publicUrl } = gate;
  const server = httpServer({ tls, limits: LIMITS, refused: () => undefined });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, wanted)));
    server.listen(wanted, host, () => resolve((server.address() as AddressInfo).port));
  });
  server.on('error', () => {}); // a failed accept concerns that caller only
  const secure = tls !== undefined;
  const door = new Door({ ...gate, secure }, port);
  server.on('request', (request, response) => {
    answer(handle, gate, door, request, response).catch(() => response.destroy());
  });
  return {
    url: (publicUrl?.origin ?? `http${secure ? 's' : ''}://${hostAndPort(host, port)}`) + PATH,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handle: DicomWeb,
  gate: Gate,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verdict = door.judge(request);
  if ('status' in verdict) return refuse({ request, response }, verdict, { connection: 'close' });
  const exchange = { request, response, admission: verdict };
  if (isEmbedded(request)) return refuse(exchange, EMBEDDED, { connection: 'close' });
  if (isPreflight(request)) return preflight(exchange, 'GET, HEAD, POST', ['accept', 'range']);
  const rights = await gate.rightsOf(request);
  if (rights === undefined) return signInFirst(exchange);
  if (!gate.admits(rights)) return refuse(exchange, NOT_THIS_PEER);
  const headers = { ...corsHeaders(verdict), 'access-control-expose-headers': EXPOSED };
  await answerBy(handle, request, response, { origin: originOf(verdict), headers });
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** With pictures and scripts of other pages browsers send no Origin: they would ask the peer in our name. */
function isEmbedded({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-mode'] === 'no-cors' && headers['sec-fetch-site'] !== 'same-origin';
}

function originOf({ webSocketOrigin }: Admission): string {
  return webSocketOrigin.replace(/^ws/, 'http');
}
