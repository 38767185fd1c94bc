/** Programs in the network namespace of a process, for servers that must not reach the machine's network. */
import { LOOPBACK, run } from './peers-process.ts';

/** The command line that runs a program in the network namespace of a process. */
export function inside(pid: number, command: string, args: readonly string[]): [string, ...string[]] {
  return ['nsenter', '--target', String(pid), '--net', command, ...args];
}

/** The command line that runs a program in a new network namespace with a loopback interface and no other. */
export function alone(command: string, args: readonly string[]): [string, ...string[]] {
  return ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', command, ...args];
}

/** Whether something accepts connections there. */
export async function acceptsInside(pid: number, port: number): Promise<boolean> {
  const connecting = [`: <>/dev/tcp/${LOOPBACK}/${port}`];
  const [command, ...args] = inside(pid, 'bash', ['-c', ...connecting]);
  return (await run(command, args)).code === 0;
}
