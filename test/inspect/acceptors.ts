/** Two of each acceptor: a tool of DCMTK that tells what it does, and ours that tells the same as that tool would. */
import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { listenTcp, tcpDialer } from '../../bridge/node/index.ts';
import type { Party, Relay, Witness } from '../../bridge/relay/relay.ts';
import { startRelay } from '../../bridge/relay/relay.ts';
import { WireReader } from '../../core/inspect/capture/wire-reader.ts';
import type { InspectRecord, LiveLogOptions, Side } from '../../core/inspect/index.ts';
import { dcmtkLog, LiveLog, recordingSink } from '../../core/inspect/index.ts';
import type { Handlers } from '../../core/service/index.ts';
import { serve } from '../../core/service/index.ts';
import { LOOPBACK, freePort, temporaryFolder } from '../support/peers-process.ts';
import { dcmqrscpConfiguration, startPeer } from '../support/peers.ts';
import type { Destination } from '../support/peers.ts';
import { ARCHIVE_ONLY, EXCUSED, FILE_READ, UNFILLED } from './dcmtk-excused.ts';
import { timelineOf } from './recorded.ts';

export type Tool = 'storescp' | 'dcmqrscp';
type Level = LiveLogOptions['level'];

/** Calls whoever is at this port. */
export type Call = (port: number) => Promise<void>;

/** Somebody to call, and what is told of the calls. */
export interface Acceptor {
  readonly port: number;
  /** Makes the call and waits until it is told of to its end. */
  take(call: Call): Promise<void>;
  lines(): string[];
  stop(): Promise<void>;
}

/** Nobody connects to find out: that would be a call to tell of. */
async function listens(port: number): Promise<boolean> {
  const socket = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'latin1').includes(socket);
}

const ENDS = /^I: (Association (Release|Aborted)|Refusing Association \(\w+\))$/;

/** Until the end of so many associations was told. */
async function ended(lines: () => readonly string[], associations: number): Promise<void> {
  const ends = (): number => lines().filter((line) => ENDS.test(line)).length;
  await vi.waitFor(() => expect(ends()).toBe(associations), { timeout: 15_000 });
}

export async function startStorage(level: Level): Promise<Acceptor> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const args = [`-${level}`, '-pdu', '131072', '-aet', 'STORE', '-od', folder, String(port)];
  const peer = await startPeer('storescp', 'STORE', port, folder, args, { ready: () => listens(port) });
  return acceptor(port, 'storescp', () => peer.output().split('\n'), peer.stop);
}

/** A process for each call: two would write between one another's lines. */
export async function startArchive(
  level: Level,
  destinations: readonly Destination[] = [],
): Promise<Acceptor> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const { file } = dcmqrscpConfiguration(folder, port, destinations);
  const args = [`-${level}`, '-s', '-c', file];
  const told: string[] = [];
  return {
    port,
    lines: () => told,
    stop: async () => {},
    async take(call) {
      const peer = await startPeer('dcmqrscp', 'QRSCP', port, folder, args, { ready: () => listens(port) });
      const one = acceptor(port, 'dcmqrscp', () => peer.output().split('\n'), peer.stop);
      await one.take(call);
      await one.stop();
      told.push(...one.lines());
    },
  };
}

function acceptor(
  port: number,
  tool: Tool,
  printed: () => readonly string[],
  stop: () => Promise<void>,
): Acceptor {
  let calls = 0;
  const lines = (): string[] => normal(printed(), tool);
  return {
    port,
    lines,
    stop,
    async take(call) {
      await call(port);
      await ended(lines, ++calls);
    },
  };
}

/** Ours, under the tool's title. */
export async function startOurs(tool: Tool, level: Level, handlers: Handlers): Promise<Acceptor> {
  const log = new LiveLog({ level, patients: true, acceptor: tool });
  const lines: string[] = [];
  const listener = await listenTcp({ host: LOOPBACK, port: 0, onRefused: () => {} });
  const server = serve(listener, handlers, {
    aeTitle: tool === 'storescp' ? 'STORE' : 'QRSCP',
    dialer: tcpDialer(),
    sink: recordingSink((record: InspectRecord) => lines.push(...log.take(record))),
  });
  return acceptor(
    listener.port,
    tool,
    () => lines,
    () => server.close(),
  );
}

/** What passes on the way to somebody: the records of it, as a capture has them. */
export class Overheard {
  readonly #records: InspectRecord[] = [];
  readonly #relays: Relay[] = [];
  #associations = 0;

  /** A port that leads there. */
  async before(port: number): Promise<number> {
    const to = { name: 'THERE', host: LOOPBACK, port };
    const opened = (addresses: Readonly<Record<Party, string>>): Witness => this.#witness(addresses);
    const relay = await startRelay({ host: LOOPBACK, port: 0, to, opened, turnedAway: () => {} });
    this.#relays.push(relay);
    return relay.port;
  }

  /** As the tool that was called would tell it. */
  lines(level: Level, acceptor: Tool): string[] {
    const { entries } = timelineOf(this.#records);
    return normal(dcmtkLog(entries, { level, patients: true, acceptor }), acceptor);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.close()));
  }

  #witness({ caller, called }: Readonly<Record<Party, string>>): Witness {
    const association = ++this.#associations;
    const ends = { requestor: caller, acceptor: called };
    const reader = new WireReader({ ends, begun: true, keep: 65_536 }, (record) =>
      this.#records.push({ ...record, id: this.#records.length + 1, association } as InspectRecord),
    );
    const time = Date.now();
    const side = (from: Party): Side => (from === 'caller' ? 'requestor' : 'acceptor');
    return {
      bytes: (from, bytes) => reader.data(side(from), { bytes: bytes.slice(), at: 0, time }),
      finished: (from) => reader.end('closed', side(from), time),
      reset: (from) => reader.end('reset', side(from), time),
      closed: () => {},
    };
  }
}

/** Who answers and where the caller is differs, and nothing else. */
function normal(lines: readonly string[], tool: Tool): string[] {
  const excused = [...EXCUSED.map(([pattern]) => pattern), ...(tool === 'dcmqrscp' ? OF_ARCHIVE : [])];
  return lines
    .filter((line) => line !== '' && !excused.some((pattern) => pattern.test(line)))
    .map((line) =>
      line
        .replaceAll('\0', '') // the byte that makes the length of a UID even
        .replace(/^(D: Our Implementation Class UID: +)\S+/, '$1UID')
        .replace(/^(D: Our Implementation Version Name: +)\S+/, '$1NAME')
        .replace('(localhost:', '('),
    );
}

const OF_ARCHIVE = [FILE_READ, ARCHIVE_ONLY, UNFILLED];
