/** A portal of another origin: its pages in test/portal, under the policy that web/EMBEDDING.md prints. */
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('../portal', import.meta.url));
const EMBEDDING = fileURLToPath(new URL('../../web/EMBEDDING.md', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface Portal {
  readonly origin: string;
  /** What is put for `{{bridge}}`, and which of the printed policies is sent. */
  use(bridge: string, policy: string): void;
  close(): Promise<void>;
}

/** A policy as the document prints it, by the heading above it; `https://pacs.example` stands for the bridge there. */
export async function printedPolicy(heading: string, bridge: string): Promise<string> {
  const text = await readFile(EMBEDDING, 'utf8');
  const found = new RegExp(`^#+ ${heading}$[^]*?\`\`\`text\\n([^]*?)\`\`\``, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`no policy under "${heading}"`);
  const { origin } = new URL(bridge);
  return found
    .replaceAll('https://pacs.example', origin)
    .replaceAll('wss://pacs.example', origin.replace(/^http/, 'ws'))
    .replace(/\s+/g, ' ')
    .trim();
}

/** What the portal's own server answers, by path; the query is given. */
export type Answers = Readonly<Record<string, (query: URLSearchParams) => Promise<string>>>;

/** `folders` are served beside it, by the first part of their path. */
export async function openPortal(
  folders: Readonly<Record<string, string>> = {},
  answers: Answers = {},
): Promise<Portal> {
  let bridge = '';
  let policy = '';
  const server: Server = createServer(async ({ url = '/' }, response) => {
    const [bare = '', query] = url.split('?');
    const path = normalize(bare);
    const answer = answers[path];
    if (answer !== undefined) return response.end(await answer(new URLSearchParams(query)));
    const [, first = '', ...rest] = path.split('/');
    const file = first in folders ? join(folders[first]!, ...rest) : join(HERE, path);
    try {
      const body = await readFile(file);
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      const text = type.startsWith('text/html') ? body.toString().replaceAll('{{bridge}}', bridge) : body;
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
      return response.end(text);
    } catch {
      return response.writeHead(404, { 'content-type': 'text/plain' }).end('Nothing is here.');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    use: (where, sent) => {
      bridge = where;
      policy = sent;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
