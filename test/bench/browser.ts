/** Chromium as a person starts it: no debugger is attached, since that slows WebSockets of pages to a quarter. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { chromium } from '../support/needs.ts';
import { LOOPBACK, temporaryFolder } from '../support/peers-process.ts';
import type { Order, Outcome } from './page/orders.ts';

const FLAGS = [
  '--headless=new',
  ...CHROMIUM_FLAGS,
  // Orthanc's HTTP knows no other origins: the page may ask it all the same.
  '--disable-web-security',
];
const LONGEST_MS = 300_000;
const LOOK_MS = 50;

/** What the browser says of an order, and the most memory that pages took meanwhile. */
export type Told = Outcome & { readonly peakBytes: number };

/** Folders that the page reads. */
export interface Served {
  /** Where it is built. */
  readonly pages: string;
  /** Where the page of the project is, whose engine it uses. */
  readonly web: string;
  /** What it may send. */
  readonly study: string;
}

/** A browser with the page of the bench in it. */
export class Browser {
  readonly origin: string;
  readonly #server: Server;
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #engine: string;
  /** Answers the page that waits for an order. */
  #give: ((order: Order) => void) | undefined;
  readonly #waiting: Order[] = [];
  #heard: ((outcome: Outcome) => void) | undefined;

  private constructor(server: Server, port: number, engine: string) {
    this.#server = server;
    this.#engine = engine;
    this.origin = `http://${LOOPBACK}:${port}`;
    this.#profile = temporaryFolder();
    const args = [...FLAGS, `--user-data-dir=${this.#profile}`, `${this.origin}/`];
    this.#child = spawn(chromium()!, args, { detached: true, stdio: 'ignore' });
    process.once('exit', () => this.#kill());
  }

  static async open(served: Served): Promise<Browser> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const browser = new Browser(server, address.port, await engineIn(served.web));
    server.on('request', (request, response) => {
      browser.#answer(request, response, served).catch(() => response.destroy());
    });
    return browser;
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    this.#kill();
    await ended;
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Has the page do it. @throws Error with what the page says went wrong, or where it takes too long. */
  async order(wanted: Omit<Order, 'engine'>): Promise<Told> {
    const order = { ...wanted, engine: this.#engine };
    const renderers = renderersOf(this.#profile);
    let peakBytes = 0;
    const look = setInterval(() => (peakBytes = Math.max(peakBytes, memoryOf(renderers))), LOOK_MS);
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the page does not answer')), LONGEST_MS);
      this.#heard = (told) => {
        clearTimeout(late);
        resolve(told);
      };
      if (this.#give === undefined) this.#waiting.push(order);
      else this.#give(order);
    }).finally(() => clearInterval(look));
    if (outcome.error !== undefined) throw new Error(outcome.error);
    return { ...outcome, peakBytes };
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { pages, web, study }: Served,
  ): Promise<void> {
    const { url = '/' } = request;
    const [, folder, name = ''] = url.split('/');
    if (url === '/next') this.#next(response);
    else if (url === '/outcome') {
      response.end();
      this.#heard?.(JSON.parse(await textOf(request)) as Outcome);
    } else if (folder === 'study') send(response, 'application/dicom', await readFile(join(study, name)));
    else if (url === '/') send(response, 'text/html', PAGE);
    else if (url === '/page.js' || url === '/worker.js') {
      send(response, 'text/javascript', await readFile(join(pages, url)));
    } else if (folder === ASSETS) send(response, 'text/javascript', await readFile(join(web, ASSETS, name)));
    else {
      response.statusCode = 404;
      response.end();
    }
  }

  #next(response: ServerResponse): void {
    const give = (order: Order): void => {
      this.#give = undefined;
      send(response, 'application/json', JSON.stringify(order));
    };
    const order = this.#waiting.shift();
    if (order === undefined) this.#give = give;
    else give(order);
  }

  #kill(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
  }
}

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><title>bench</title><script type="module" src="/page.js"></script>';

/** Where the page is built there is a folder for scripts; a hash is in each name. */
const ASSETS = 'assets';

async function engineIn(web: string): Promise<string> {
  const script = (await readdir(join(web, ASSETS))).find((name) => /^worker-[^.]*\.js$/.test(name));
  if (script === undefined) throw new Error(`no engine is built in ${web}`);
  return `/${ASSETS}/${script}`;
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}

/** The processes that run pages, of the browser with this profile. */
export function renderersOf(profile: string): string[] {
  const ours = processes().filter(({ command }) => command.includes(profile));
  return ours.filter(({ command }) => command.includes('--type=renderer')).map(({ pid }) => pid);
}

function processes(): { readonly pid: string; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, command: read(`/proc/${pid}/cmdline`) }));
}

/** Anonymous memory, in bytes. */
export function memoryOf(pids: readonly string[]): number {
  return pids.reduce((sum, pid) => sum + anonymousBytes(pid), 0);
}

function anonymousBytes(pid: string): number {
  return 1024 * Number(/RssAnon:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
