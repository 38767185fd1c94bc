/**
 * The TCP end of a stream: `stream-peer PORT`. A caller says what it wants in its first bytes (stream.ts): to be sent
 * so many, to send so many, or to have each message back.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { ORDER_BYTES, PING_BYTES, readOrder } from '../stream.ts';

/** Bytes written at once. */
const PIECE = Buffer.alloc(1 << 20, 0x5a);

function send(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const piece = PIECE.subarray(0, left);
      left -= piece.length;
      if (!socket.write(piece)) break;
    }
  };
  socket.on('drain', more);
  more();
}

function serve(socket: Socket): void {
  let [head, got] = [Buffer.alloc(0), 0];
  let take: ((chunk: Buffer) => void) | undefined;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    if (take !== undefined) return take(chunk);
    head = Buffer.concat([head, chunk]);
    if (head.length < ORDER_BYTES) return;
    const { kind, bytes } = readOrder(head);
    const first = head.subarray(ORDER_BYTES);
    if (kind === 'down') return send(socket, bytes);
    take = (piece) => {
      got += piece.length;
      if (kind === 'ping') socket.write(piece);
      else if (got === bytes) socket.write(Buffer.alloc(PING_BYTES));
    };
    if (first.length > 0) take(first);
  });
}

createServer({ noDelay: true }, serve).listen(Number(process.argv[2]), '127.0.0.1');
