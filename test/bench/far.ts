/** Servers that are far away: by the kernel's netem in a network namespace, or by a relay where it has none. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { missing, program } from '../support/needs.ts';
import { acceptsInside, inside } from '../support/peers-namespace.ts';
import { LOOPBACK, accepts, freePort } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startPeer } from '../support/peers.ts';
import type { Contestant, Run } from './bench.ts';
import type { Ended } from './measured.ts';
import { loopbackBytes, measured } from './measured.ts';
import { BUILT } from './peers.ts';

/** The loopback interface holds each packet back, to and fro (tc-netem(8)). Its queue is long enough for what is under way. */
const delay = (milliseconds: number): string =>
  `ip link set lo up && tc qdisc add dev lo root netem delay ${milliseconds}ms limit 1000000`;

let known: boolean | undefined;
/** Whether the kernel can, and we may. */
function hasNetem(): boolean {
  known ??=
    missing('network delays (as root)').length === 0 &&
    spawnSync('unshare', ['--net', 'sh', '-c', delay(1)]).status === 0;
  return known;
}

/** What a round trip is and how it was made, for below the table. */
export function farNote(roundTrip: number): string {
  const by = hasNetem()
    ? 'by netem on the loopback interface of a network namespace'
    : 'by a relay that holds bytes back, since this kernel has no netem: a window of TCP is no limit there';
  return `${roundTrip} ms of round trip ${by}.`;
}

/** How clients call a server there, and what else has to be stopped. */
export interface Far {
  readonly address: string;
  readonly port: number;
  readonly aeTitle: string;
  /** How often each byte passes the network that is counted. */
  readonly hops: number;
  /** `idle`: as what it starts and does nothing. */
  contestant(
    name: string,
    side: Contestant['side'],
    command: string,
    args: readonly string[],
    counted: (ended: Ended) => Run,
    idle?: readonly string[],
  ): Contestant;
  stop(): Promise<void>;
}

/** Starts `server` far away; `start` is given its port. */
export async function startFar(
  aeTitle: string,
  roundTrip: number,
  command: string,
  args: (port: number) => readonly string[],
): Promise<Far> {
  const port = await freePort();
  if (!hasNetem()) {
    const server = await startPeer(command, aeTitle, port, '', args(port), { ready: () => accepts(port) });
    return relayed(server, roundTrip);
  }
  const setUp = `${delay(roundTrip / 2)} && exec "$@"`;
  const path = program(command) ?? command;
  const far = ['--net', 'sh', '-c', setUp, 'sh', path, ...args(port)];
  const ready = (pid: number): Promise<boolean> => acceptsInside(pid, port);
  return withNetem(await startPeer('unshare', aeTitle, port, '', far, { ready }));
}

function withNetem(server: RealPeer): Far {
  const { address, port, aeTitle, pid } = server;
  return {
    address,
    port,
    aeTitle,
    hops: 1,
    contestant(name, side, command, args, counted, idle) {
      const [first, ...rest] = inside(pid, program(command) ?? command, args);
      const run = async (): Promise<Run> => counted(await measured(first, rest));
      return { name, side, ...starting(command, idle), carried: () => loopbackBytes(pid), run };
    },
    stop: () => server.stop(),
  };
}

/** Puts a relay before a server that runs, at this port or any; it ends with it. */
export async function relayed(server: RealPeer, roundTrip: number, where?: number): Promise<Far> {
  const { aeTitle } = server;
  const port = where ?? (await freePort());
  const args = [join(BUILT, 'relay.js'), String(port), String(server.port), String(roundTrip / 2)];
  const relay = await startPeer(process.execPath, aeTitle, port, '', args);
  return {
    address: `${aeTitle}@${LOOPBACK}:${port}`,
    port,
    aeTitle,
    hops: 2,
    contestant(name, side, command, args, counted, idle) {
      const run = async (): Promise<Run> => counted(await measured(command, args));
      return { name, side, ...starting(command, idle), run };
    },
    async stop() {
      await relay.stop();
      await server.stop();
    },
  };
}

function starting(command: string, idle: readonly string[] | undefined): Pick<Contestant, 'idle'> {
  return idle === undefined ? {} : { idle: async () => (await measured(command, idle)).seconds };
}
