/** Multipart answers taken apart by other means than ours. */
import type { Bytes } from '../../core/bytes/index.ts';
import { bytesOf } from './facade.ts';

export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Bytes;
}

export async function partsOf(response: Response): Promise<Part[]> {
  const [, boundary] = /boundary="?([^";]+)/.exec(response.headers.get('content-type') ?? '') ?? [];
  const text = Buffer.from(await bytesOf(response)).toString('latin1');
  const end = `\r\n--${boundary}--\r\n`;
  if (!text.startsWith(`--${boundary}\r\n`) || !text.endsWith(end)) throw new Error('no multipart message');
  return text
    .slice(`--${boundary}\r\n`.length, -end.length)
    .split(`\r\n--${boundary}\r\n`)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const lines = part.slice(0, at).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => line.toLowerCase().split(': ', 1).concat(line.split(': ')[1]!)),
      );
      return { headers, bytes: Uint8Array.from(Buffer.from(part.slice(at + 4), 'latin1')) };
    });
}
