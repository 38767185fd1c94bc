/** Programs beside us: started, waited for, and gone at the end whatever happens. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { build, stale } from '../../bridge/build.mjs';
import { program } from './needs.ts';

export const LOOPBACK = '127.0.0.1';

/** Debian's DCMTK writes header and body of a PDU apart; without this each message stalls 44 ms. */
const ENVIRONMENT = { ...process.env, TCP_NODELAY: '1' };

/** How long a server may take to start, and to end, in milliseconds. */
const START_MS = 15_000;
const STOP_MS = 5_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams together. */
  output(): string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();
/** Behind all other hooks of a test file, and where its process ends in between. */
function leaveNothing(): void {
  for (const child of running) kill(child, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
afterAll(leaveNothing);
process.on('exit', leaveNothing);

/** A new empty folder; gone when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'webdimse-test-'));
  folders.add(folder);
  return folder;
}

let nextPort = 20_000 + (process.pid % 1000) * 10;

/** A free port, below those that the system takes for outgoing connections, so that it stays free until it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = (nextPort = nextPort >= 31_999 ? 20_000 : nextPort + 1);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

/** Starts a server and resolves once `ready`, given its process, says so. Rejects with its output when it ends before. */
export async function start(
  command: string,
  args: readonly string[],
  ready: (pid: number) => Promise<boolean>,
): Promise<Running> {
  await built;
  const child = spawn(command, args, { env: ENVIRONMENT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
    child.once('close', () => resolve());
  });
  void ended.then(() => running.delete(child));
  const stop = async (): Promise<void> => {
    kill(child, 'SIGTERM');
    const late = setTimeout(() => kill(child, 'SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  };
  const deadline = performance.now() + START_MS;
  while (!(await ready(child.pid ?? 0))) {
    if (!running.has(child) || performance.now() > deadline) {
      await stop();
      throw new Error(`${command} did not start:\n${output}`);
    }
    await pause(20);
  }
  return { process: child, output: () => output, stop };
}

/** The whole group: dcmqrscp and storescp fork a child per association. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // it has ended already
  }
}

/** Whether something accepts connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], cwd?: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program(command) ?? command, args, { env: ENVIRONMENT, cwd, stdio: 'pipe' });
    running.add(child);
    child.stdin.end();
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs a program that must succeed; its output is the message otherwise. */
export async function runWell(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

export const WEBDIMSE: string = fileURLToPath(new URL('../../bridge/webdimse.mjs', import.meta.url));

/** What tests start is built before, so that starting it says nothing about building. */
export const built: Promise<void> = build(stale());

/** Runs our command line to its end. */
export async function webdimse(...args: readonly string[]): Promise<Finished> {
  await built;
  return run(process.execPath, [WEBDIMSE, ...args]);
}

/** The JSON lines of a `--json` call. */
export function records(finished: Finished): Record<string, unknown>[] {
  return finished.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
