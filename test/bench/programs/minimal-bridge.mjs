// @ts-check
/**
 * The least that carries bytes between WebSockets and TCP: no credit, no limits, no policy; held back by what is
 * buffered alone. `minimal-bridge.mjs PORT PEER-PORT`.
 */
import { connect } from 'node:net';
import { WebSocketServer } from 'ws';

const [port, peerPort] = process.argv.slice(2).map(Number);
const BUFFERED = 1 << 20;
const FRAME = 256 << 10;

new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: false, maxPayload: FRAME }).on(
  'connection',
  (page) => {
    const buffer = () => Buffer.allocUnsafe(FRAME);
    const callback = (/** @type {number} */ length, /** @type {Uint8Array} */ bytes) => {
      page.send(bytes.subarray(0, length), () => page.bufferedAmount < BUFFERED && peer.resume());
      return page.bufferedAmount < BUFFERED;
    };
    const peer = connect({
      host: '127.0.0.1',
      port: peerPort ?? 0,
      noDelay: true,
      onread: { buffer, callback },
    });
    page.on('message', (data) => {
      if (!peer.write(/** @type {Buffer} */ (data))) page.pause();
    });
    peer
      .on('drain', () => page.resume())
      .on('close', () => page.close())
      .on('error', () => page.terminate());
    page.on('close', () => peer.end()).on('error', () => peer.destroy());
  },
);
