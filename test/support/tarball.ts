/** Tar archives as npm packs them, written here a second time (POSIX ustar). */
import { gzipSync } from 'node:zlib';

export interface Packed {
  readonly path: string;
  readonly body?: string | Buffer;
  /** `0` for a file, `2` for a symbolic link, `x` for pax headers. */
  readonly type?: string;
  /** Another size than that of the body, in octal digits. */
  readonly size?: string;
}

export function tar(entries: readonly Packed[]): Buffer {
  return Buffer.concat([...entries.map(entry), Buffer.alloc(1024)]);
}

export function tarball(entries: readonly Packed[]): Buffer {
  return gzipSync(tar(entries));
}

function entry({ path, body = '', type = '0', size }: Packed): Buffer {
  const bytes = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write('000644 \0', 100);
  header.write(size ?? `${bytes.length.toString(8).padStart(11, '0')} `, 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
