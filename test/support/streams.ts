import { createHash } from 'node:crypto';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';

/** Everything until the end. */
export async function readAll(readable: ReadableStream<Bytes>): Promise<Bytes> {
  const chunks: Bytes[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return concat(chunks);
}

/** Reads at least so many bytes, and releases the stream. */
export async function readBytes(readable: ReadableStream<Bytes>, length: number): Promise<Bytes> {
  const reader = readable.getReader();
  const chunks: Bytes[] = [];
  for (let read = 0; read < length;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after ${read} of ${length} bytes`);
    chunks.push(value);
    read += value.length;
  }
  reader.releaseLock();
  return concat(chunks);
}

/** Writes and releases the stream. */
export async function write(writable: WritableStream<Bytes>, ...chunks: Bytes[]): Promise<void> {
  const writer = writable.getWriter();
  for (const chunk of chunks) {
    await writer.ready;
    await writer.write(chunk);
  }
  writer.releaseLock();
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Lets the event loop turn: whatever could happen at once has happened. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
