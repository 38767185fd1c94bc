/** A server of files and nothing else: it says what a file is, as all do, and sets no other header. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { STATIC_ROOT } from './stage.ts';

const HOST = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface StaticServer {
  readonly port: number;
  readonly url: string;
  /** Where the page lies below `url`, a slash at both ends. */
  readonly path: string;
  /** What was asked for beside the files that are there. */
  readonly strays: string[];
  close(): Promise<void>;
}

/** Serves the page for servers without a bridge below a path. */
export async function serveStatic(path = '/teaching/dicom/'): Promise<StaticServer> {
  const strays: string[] = [];
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    const name = url.startsWith(path) ? normalize(url.slice(path.length) || 'index.html') : '..';
    const stray = (): void => {
      strays.push(`${method} ${url}`);
      response.writeHead(404).end();
    };
    if (method !== 'GET' || name.startsWith('..')) return stray();
    readFile(join(STATIC_ROOT, name)).then((body) => {
      response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream').end(body);
    }, stray);
  });
  server.on('upgrade', ({ url }, socket) => {
    strays.push(`upgrade ${url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => void server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port, url: `http://${HOST}:${port}${path}`, path, strays, close };
}
