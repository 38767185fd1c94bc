/**
 * The WebSocket end of a stream: `stream-client URL PROTOCOL KIND BYTES`, PROTOCOL `dimse-bridge.v1` for tunnel v1, with its
 * hello and its credit, `binary` or nothing else. Prints `{"count","bytes","seconds"}`; the time is from the order to the
 * last byte, the WebSocket is open before.
 */
import { WebSocket } from 'ws';
import type { Kind } from '../stream.ts';
import { StreamEnd } from '../stream.ts';

const [url = '', protocol = '', kind = 'down', amount = '0'] = process.argv.slice(2);
const bytes = Number(amount);

const webSocket = new WebSocket(url, protocol === '' ? [] : [protocol], { perMessageDeflate: false });
let started = 0;
const end = new StreamEnd(webSocket, protocol.startsWith('dimse'), kind as Kind, bytes, (count) => {
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ count, bytes, seconds }));
  webSocket.close(1000);
});
webSocket.on('open', () => {
  started = performance.now();
  end.start();
});
webSocket.on('message', (data: Buffer, isBinary) => {
  if (isBinary) end.received(data.length);
  else end.told(data.toString());
});
webSocket.on('error', (error) => (end.said = error.message));
webSocket.on('close', (code) => {
  if (code === 1000 || code === 1005) return;
  console.error(`closed with ${code}: ${end.said}`);
  process.exitCode = 1;
});
