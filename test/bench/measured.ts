/** A program run to its end, and what that cost. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { program } from '../support/needs.ts';
import type { Run } from './bench.ts';

/** How long a run may take, in milliseconds: a stock peer that stalls at each message takes minutes. */
const LONGEST_MS = 300_000;
/** How often the memory of a run is looked at, in milliseconds; the kernel keeps the most of it. */
const LOOK_MS = 20;

export interface Ended extends Omit<Run, 'count'> {
  readonly stdout: string;
  readonly stderr: string;
}

/** With TCP_NODELAY=1 as the tests run DCMTK, or as it is installed. */
export function environment(nagle: boolean): NodeJS.ProcessEnv {
  const { TCP_NODELAY: _, ...rest } = process.env;
  return nagle ? rest : { ...rest, TCP_NODELAY: '1' };
}

/**
 * Runs a program, from the moment it is started until it is gone: starting up is part of it.
 * @throws Error where it does not end well, or not in time.
 */
export async function measured(
  command: string,
  args: readonly string[],
  { nagle = false }: { readonly nagle?: boolean } = {},
): Promise<Ended> {
  const cpuBefore = childrenCpuSeconds();
  const started = performance.now();
  const child = spawn(program(command) ?? command, args, { env: environment(nagle), stdio: 'pipe' });
  child.stdin.end();
  let [stdout, stderr, peakBytes] = ['', '', 0];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString('latin1')));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString('latin1')));
  const look = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid))), LOOK_MS);
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  let milliseconds = 0;
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => (milliseconds = performance.now() - started));
    child.once('close', resolve);
  }).finally(() => {
    clearInterval(look);
    clearTimeout(late);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${reasonIn(stderr || stdout)}`);
  const cpuSeconds = childrenCpuSeconds() - cpuBefore;
  return { seconds: milliseconds / 1000, cpuSeconds, peakBytes, stdout, stderr };
}

/**
 * Starts a server and stops the time when it says what is waited for, and has answered what it is asked then; it is ended.
 * `ask` gives how many answers there were.
 * @throws Error where it ends before.
 */
export async function untilReady(
  command: string,
  args: readonly string[],
  said: RegExp,
  ask: () => Promise<number> = () => Promise.resolve(1),
): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { env: environment(false), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  let output = '';
  try {
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer): void => {
        output += text.toString();
        if (said.test(output)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject).once('close', () => reject(new Error(`it ended: ${lastLine(output)}`)));
    });
    const count = await ask();
    const seconds = (performance.now() - started) / 1000;
    return { seconds, count, cpuSeconds: cpuSecondsOf(child.pid ?? 0), peakBytes: peakOf(child.pid) };
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
    await ended;
  }
}

/** What a program of ours says of itself in its last line of output, as JSON. */
export function told(ended: Ended): Run {
  const { count, bytes, seconds } = JSON.parse(lastLine(ended.stdout)) as Partial<Run>;
  if (count === undefined) throw new Error(`it told no count: ${ended.stdout}`);
  return {
    ...ended,
    ...(seconds !== undefined && { seconds }),
    count,
    ...(bytes !== undefined && { bytes }),
  };
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/** Node says what went wrong above where it was. */
function reasonIn(text: string): string {
  return text.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? lastLine(text);
}

/** The most that was resident of a process, in bytes; 0 where it is gone. */
export function peakOf(pid: number | undefined): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Of a process and of those that it waited for: fields 14 to 17 of proc(5), behind the name in parentheses. */
export function cpuSecondsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  return fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Of all programs that this process started and that are gone. */
function childrenCpuSeconds(): number {
  const fields = read('/proc/self/stat')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  return ((fields[13] ?? 0) + (fields[14] ?? 0)) / TICKS_PER_SECOND;
}

/** Bytes that the loopback interface has carried, of this network namespace or of that of a process. */
export function loopbackBytes(pid: number | 'self' = 'self'): number {
  return Number(/^\s*lo:\s*(\d+)/m.exec(read(`/proc/${pid}/net/dev`))?.[1] ?? Number.NaN);
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
