/**
 * The WebSocket end of a stream: `stream-client URL PROTOCOL KIND BYTES`, PROTOCOL `dimse-bridge.v1` for tunnel v1, with its
 * hello and its credit, `binary` or nothing else. Prints `{"count","bytes","seconds"}`; the time is from the order to the
 * last byte, the WebSocket is open before.
 */
import { WebSocket } from 'ws';
import type { Kind } from '../stream.ts';
import { PING_BYTES, order } from '../stream.ts';

const [url = '', protocol = '', kind = 'down', amount = '0'] = process.argv.slice(2);
const bytes = Number(amount);
const FRAME = Buffer.alloc(256 << 10, 0x5a);
/** Tunnel v1: what may be under way to us (core/transport/TUNNEL.md). */
const WINDOW = 4 << 20;
/** What waits in our own WebSocket at most, without credit. */
const BUFFERED = 1 << 20;
const isTunnel = protocol.startsWith('dimse');

const webSocket = new WebSocket(url, protocol === '' ? [] : [protocol], { perMessageDeflate: false });
let [got, acknowledged, sent, taken, window] = [0, 0, 0, 0, 1 << 20];
let started = 0;
let unfinished = '';

function finish(count: number): void {
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ count, bytes, seconds }));
  webSocket.close(1000);
}

function acknowledge(): void {
  if (!isTunnel || got - acknowledged < WINDOW / 4) return;
  acknowledged = got;
  webSocket.send(JSON.stringify({ t: 'ack', n: got }));
}

/** By credit through a tunnel, else while little waits. */
function upload(): void {
  while (sent < bytes) {
    const piece = FRAME.subarray(0, bytes - sent);
    const waits = isTunnel
      ? ORDERED + sent + piece.length - taken > window
      : webSocket.bufferedAmount > BUFFERED;
    if (waits) break;
    sent += piece.length;
    webSocket.send(piece, isTunnel ? undefined : upload);
  }
}

const ping = Buffer.alloc(PING_BYTES);
const ORDERED = order('down', 0).length;

const TAKES: Readonly<Record<Kind, () => void>> = {
  down: () => {
    if (got === bytes) finish(1);
  },
  up: () => finish(1),
  ping: () => {
    if (got % PING_BYTES !== 0) return;
    if (got === bytes) finish(bytes / PING_BYTES);
    else webSocket.send(ping);
  },
};

function control(text: string): void {
  const message = JSON.parse(text) as { t: string; n?: number; window?: number; msg?: string };
  if (message.t === 'ack') taken = message.n ?? taken;
  else if (message.t === 'open') window = message.window ?? window;
  else unfinished = message.msg ?? text;
  if (kind === 'up') upload();
}

webSocket.on('open', () => {
  if (isTunnel) webSocket.send(JSON.stringify({ t: 'hello', window: WINDOW }));
  started = performance.now();
  webSocket.send(order(kind as Kind, bytes));
  if (kind === 'up') upload();
  if (kind === 'ping') webSocket.send(ping);
});
webSocket.on('message', (data: Buffer, isBinary) => {
  if (!isBinary) return control(data.toString());
  got += data.length;
  acknowledge();
  TAKES[kind as Kind]();
});
webSocket.on('error', (error) => (unfinished = error.message));
webSocket.on('close', (code) => {
  if (code !== 1000 && code !== 1005) console.error(`closed with ${code}: ${unfinished}`);
  process.exitCode = code === 1000 || code === 1005 ? 0 : 1;
});
