/** The servers that works are done with, and the clients that do them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../support/needs.ts';
import { keptIn } from './kept.ts';
import { LOOPBACK, accepts, freePort, runWell, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { dcmqrscpConfiguration, startPeer } from '../support/peers.ts';
import type { Contestant, Run } from './bench.ts';
import type { Study } from './data.ts';
import type { Ended } from './measured.ts';
import { cpuSecondsOf, measured, peakOf, told } from './measured.ts';

/** As it is installed, or with TCP_NODELAY: Debian's DCMTK stalls at each message otherwise (support/peers-process.ts). */
export interface Nagle {
  readonly nagle?: boolean;
}

/** Where run.mjs puts the programs: this file is bundled into that folder. */
export const BUILT: string = fileURLToPath(new URL('.', import.meta.url));
export const SOURCES: string = fileURLToPath(new URL('../../test/bench/programs/', import.meta.url));

export const MAXIMUM_LENGTHS = [16_384, 131_072] as const;

/** A DCMTK server; `env` takes itself away, so that its process is the server's. */
function startDcmtk(
  command: string,
  aeTitle: string,
  port: number,
  folder: string,
  args: readonly string[],
  { nagle = false }: Nagle,
): Promise<RealPeer> {
  if (!nagle) return startPeer(command, aeTitle, port, folder, args);
  return startPeer(
    'env',
    aeTitle,
    port,
    folder,
    ['-u', 'TCP_NODELAY', program(command) ?? command, ...args],
    {
      ready: () => accepts(port),
    },
  );
}

export interface StorescpOptions extends Nagle {
  readonly maximumLength?: number;
  /** Files are written; they are dropped by default. */
  readonly keep?: boolean;
}

/** One association after the other, all storage classes and native syntaxes. */
export async function startStorescp(options: StorescpOptions = {}): Promise<RealPeer> {
  const { maximumLength = 131_072, keep = false } = options;
  const [port, folder] = [await freePort(), temporaryFolder()];
  const where = keep ? ['+B', '-od', folder] : ['--ignore'];
  const args = ['+x=', '-pm', ...where, '-pdu', String(maximumLength), '-aet', 'STORESCP', String(port)];
  return startDcmtk('storescp', 'STORESCP', port, folder, args, options);
}

/** A process for each association, so that there may be several at once; what comes is dropped. */
export async function startStorescpForking(options: Nagle = {}): Promise<RealPeer> {
  const [port, folder] = [await freePort(), temporaryFolder()];
  const args = ['+x=', '-pm', '--fork', '--ignore', '-pdu', '131072', '-aet', 'STORESCP', String(port)];
  return startDcmtk('storescp', 'STORESCP', port, folder, args, options);
}

/** DCMTK's archive with this study in it. */
export async function startArchive(folder: string, options: Nagle = {}): Promise<RealPeer> {
  const [base, port] = [temporaryFolder(), await freePort()];
  const { file, storage } = dcmqrscpConfiguration(base, port, []);
  const peer = await startDcmtk('dcmqrscp', 'QRSCP', port, storage, ['-c', file], options);
  await fill(peer, folder);
  return peer;
}

/** Sends a folder there before anything is measured. */
export async function fill({ aeTitle, port }: RealPeer, folder: string): Promise<void> {
  await runWell('storescu', ['+sd', '-aec', aeTitle, LOOPBACK, String(port), folder]);
}

/** The peer that decodes nothing, as a server (programs/bare-scp.ts). */
export async function startBare(folder = '', matches = 0): Promise<RealPeer> {
  const port = await freePort();
  const args = [join(BUILT, 'bare-scp.js'), String(port), folder, String(matches)];
  return startPeer(process.execPath, 'BARE', port, folder, args, { ready: () => accepts(port) });
}

/** A program, and how it starts and does nothing. */
interface Program extends Nagle {
  readonly command: string;
  readonly args: readonly string[];
  readonly idle: readonly string[];
}

/** A contestant that is a program run to its end; `counted` reads from its output what it did. */
function contestant(
  name: string,
  side: Contestant['side'],
  { command, args, idle, nagle = false }: Program,
  counted: (ended: Ended) => Run,
): Contestant {
  return {
    name,
    side,
    idle: async () => (await measured(command, idle)).seconds,
    run: async () => counted(await measured(command, args, { nagle })),
  };
}

export const OURS = 'webdimse';

/** Our command line. */
export function webdimse(args: readonly string[], counted: (ended: Ended) => Run, name = OURS): Contestant {
  const script = join(SOURCES, 'webdimse.mjs');
  const program = { command: process.execPath, args: [script, ...args], idle: [script, '--version'] };
  return contestant(name, 'ours', program, counted);
}

/** The peer that decodes nothing, as a client; without a word of what to do it does nothing. */
export function bareScu(action: string, { port, aeTitle }: RealPeer, what: string): Contestant {
  const script = join(BUILT, 'bare-scu.js');
  const args = [script, action, String(port), aeTitle, what];
  return contestant('bare Node', 'bound', { command: process.execPath, args, idle: [script] }, told);
}

/** A program of the bench over our core: what it did it tells in JSON. */
export function ours(program: string, args: readonly string[]): Contestant {
  const script = join(BUILT, `${program}.js`);
  return contestant(
    OURS,
    'ours',
    { command: process.execPath, args: [script, ...args], idle: [script] },
    told,
  );
}

export const DCMJS = 'dcmjs-dimse +ND';
/** Where all of it would take minutes: so many of it, and rates are compared. */
export const DCMJS_PART = 10;
export const DCMJS_OF_PART = `${DCMJS}, a tenth`;
export const DCMJS_VERSION = '0.3.3';

/** dcmjs-dimse, brought into the bench's own folder before its first run. */
export function dcmjsScu(action: string, { port, aeTitle }: RealPeer, what: string): Contestant {
  const folder = join(BUILT, 'peers');
  const idle = [join(SOURCES, 'dcmjs-dimse.mjs'), folder];
  const args = [...idle, action, String(port), aeTitle, what];
  const program = { command: process.execPath, args, idle };
  return { ...contestant(DCMJS, 'theirs', program, told), before: () => bringDcmjs(folder) };
}

/** It sends a tenth of what the others send. */
export function dcmjsStoringPart(scp: RealPeer, { folder, instances, bytes }: Study): Contestant {
  return {
    ...dcmjsScu('store', scp, folder),
    name: DCMJS_OF_PART,
    expected: { count: instances, bytes },
  };
}

async function bringDcmjs(folder: string): Promise<void> {
  if (existsSync(join(folder, 'node_modules/dcmjs-dimse'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
  await runWell('npm', [...install, `dcmjs-dimse@${DCMJS_VERSION}`], folder);
}

/** A DCMTK client tells by its exit code that all of it succeeded; of how many it says nothing. */
export function dcmtkScu(
  name: string,
  command: string,
  args: readonly string[],
  count: number,
  options: Nagle = {},
): Contestant {
  const program = { command, args, idle: ['--version'], ...options };
  return contestant(name, 'theirs', program, (ended) => ({ ...ended, count }));
}

/** Numbers that a line of output starts with or holds: `500 instances sent`. */
export function numberIn(pattern: RegExp): (ended: Ended) => Run {
  return (ended) => {
    const [, number] = pattern.exec(ended.stdout + ended.stderr) ?? [];
    if (number === undefined) throw new Error(`no count in: ${ended.stdout}${ended.stderr}`);
    return { ...ended, count: Number(number) };
  };
}

/** A contestant that keeps files in a folder of its own: empty before each run, and what lies there afterwards counts. */
export function keeping(folder: string, contestant: Contestant): Contestant {
  return {
    ...contestant,
    async before() {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    },
    async run() {
      const run = await contestant.run();
      return { ...run, ...keptIn(folder) };
    },
  };
}

/** A server as contestant: each run has one of its own that knows nothing yet, and a client that is the same for all. */
export function serving(
  name: string,
  side: Contestant['side'],
  start: () => Promise<RealPeer>,
  client: (server: RealPeer) => Promise<Run>,
): Contestant & { stop(): Promise<void> } {
  let server: RealPeer | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  return {
    name,
    side,
    stop,
    async before() {
      await stop();
      server = await start();
    },
    run: () => served(server!, client),
  };
}

/** What a client does, with the CPU time and the memory of the server that it does it with. */
export async function served(server: RealPeer, client: (server: RealPeer) => Promise<Run>): Promise<Run> {
  const before = cpuSecondsOf(server.pid);
  const run = await client(server);
  return { ...run, cpuSeconds: cpuSecondsOf(server.pid) - before, peakBytes: peakOf(server.pid) };
}
