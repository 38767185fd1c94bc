import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { asError } from '../../core/bytes/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import { echo } from '../../core/peer/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { TlsInfo } from '../../core/transport/index.ts';
import { hostAndPort } from '../../core/transport/index.ts';
import { checkExposure } from '../http/exposure.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { tcpDialer } from '../node/index.ts';
import { bridgeSettings } from './access.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { watchedConnection } from './connection.ts';
import { DICOM_PORT_FLAGS, dicomPortOf } from './dicom-port.ts';
import { usage } from './flags.ts';
import { printable } from './output.ts';
import type { Configured } from './peers.ts';
import { PEER_FLAGS, addressText, aeTitle, configOf } from './peers.ts';
import { facing } from './receiver.ts';
import { CALLING_AE_TITLE } from './scu.ts';
import { DEFAULT_HOST } from './serving.ts';
import { table } from './table.ts';
import { TIMEOUT_FLAGS, timeoutsOf } from './timeouts.ts';

/** What was looked at, and how it stands. */
interface Finding {
  readonly what: string;
  /** Its address, or what else tells it apart. */
  readonly where: string;
  /** Null where it does not matter. */
  readonly works: boolean | null;
  /** What it turned out to be, for the table. */
  readonly result: string;
  /** Why it does not work, and what to do. */
  readonly problem?: string;
  /** For programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export const checkCommand: Command = {
  words: '',
  flags: {
    calling: { value: 'AET', help: `our AE title for the echoes, ${CALLING_AE_TITLE} by default` },
    ...DICOM_PORT_FLAGS,
    ...TIMEOUT_FLAGS,
    ...PEER_FLAGS,
  },
  examples: ['webdimse check --config webdimse.json', 'webdimse check --peer PACS=ARCHIVE@10.0.0.5:104'],

  async run(call) {
    const { flags, output } = call;
    flags.only(0);
    const config = await configOf(flags, output);
    if (config.peers.length === 0 && flags.text('config') === undefined) {
      throw usage('what shall be checked? Give --config FILE, or --peer NAME=AET@host:port');
    }
    const findings: Finding[] = [await bridgeFinding(call, config)];
    for (const peer of config.peers) findings.push(await peerFinding(call, peer));
    findings.push(...(await listenerFindings(call, config)));
    return report(call, findings);
  },
};

/** Whether `webdimse serve` would start with it. */
async function bridgeFinding(call: Call, config: Configured): Promise<Finding> {
  const host = config.host ?? DEFAULT_HOST;
  const base = { what: 'bridge', where: config.publicUrl ?? host };
  try {
    const { publicUrl, authorize, tls } = await bridgeSettings(call, config);
    checkExposure({
      host,
      publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl),
      signIn: authorize !== undefined,
      secure: tls !== undefined,
      insecure: false,
    });
    return { ...base, works: true, result: authorize ? 'users sign in' : 'for this machine, no sign-in' };
  } catch (error) {
    return { ...base, works: false, result: 'would not start', problem: asError(error).message };
  }
}

/** Resolves the peer's name, agrees on TLS where that is configured, and echoes. */
async function peerFinding({ flags, signal, sink }: Call, peer: CallablePeer): Promise<Finding> {
  const { aeTitle: called, host, port, tls } = peer;
  const base = { what: peer.name, where: addressText(peer) };
  const address: PeerAddress = {
    dialer: tcpDialer({ tls: () => tls }),
    target: { host, port },
    aeTitle: called,
    callingAETitle: aeTitle(flags.text('calling') ?? CALLING_AE_TITLE, '--calling'),
    deadlines: deadlinesOf({ ...peer.timeouts, ...timeoutsOf(flags) }),
    ...(sink && { sink }),
  };
  const watched = watchedConnection(address);
  const resolved = await resolvedAddresses(host);
  try {
    const { milliseconds, implementation } = await echo(watched.peer, { signal });
    const info = await watched.info();
    const parts = [`echo in ${Math.round(milliseconds[0] ?? 0)} ms`, implementation, tlsText(info?.tls)];
    const result = parts.filter((part) => part !== '').join(', ');
    return { ...base, works: true, result, details: { resolved, implementation, tls: info?.tls ?? null } };
  } catch (error) {
    const problem = asError(error).message;
    const opened = (await watched.info()) !== undefined;
    const result = opened ? 'connects, but no echo' : 'no connection';
    return { ...base, works: false, result, problem, details: { resolved } };
  }
}

function tlsText(tls: TlsInfo | undefined): string {
  if (tls === undefined) return '';
  return `${tls.protocol}${tls.expires === '' ? '' : ` until ${tls.expires.slice(0, 10)}`}`;
}

async function resolvedAddresses(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

/**
 * Connects to the port that PACS call, by every address of this machine. Which of them the PACS reaches only a
 * C-MOVE shows; most likely it is the one that leads to it from here.
 */
async function listenerFindings({ flags }: Call, config: Configured): Promise<Finding[]> {
  const listener = dicomPortOf(flags, config);
  if (listener === undefined) return [];
  const advised = new Set<string>();
  for (const { host, port } of config.peers) {
    advised.add(await facing({ host, port }).catch(() => DEFAULT_HOST));
  }
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return Promise.all(
    addresses
      .filter(({ scopeid }) => scopeid === undefined || scopeid === 0) // link-local ones need a zone that a PACS cannot give
      .map(({ address }) => portFinding(address, listener.port, advised.has(address))),
  );
}

async function portFinding(host: string, port: number, advised: boolean): Promise<Finding> {
  const connection = tcpDialer().connect({ host, port });
  const base = { what: 'DICOM port', where: hostAndPort(host, port), details: { advised } };
  try {
    await connection.opened;
    connection.abort();
    const result = advised ? 'answers; give the PACS this address' : 'answers';
    return { ...base, works: true, result };
  } catch (error) {
    if (!advised) return { ...base, works: null, result: 'does not answer; no peer is reached by it' };
    const problem = `${asError(error).message} Start the bridge, and let it listen on this address.`;
    return { ...base, works: false, result: 'does not answer', problem };
  }
}

async function report({ output }: Call, findings: readonly Finding[]): Promise<number> {
  const rows = findings.map(({ what, where, works, result }) => [
    works === null ? '-' : works ? 'ok' : 'NO',
    printable(what),
    where,
    printable(result),
  ]);
  for (const line of table(rows)) await output.line(line);
  for (const { what, where, problem } of findings) {
    if (problem !== undefined) await output.line(`\n${printable(what)} (${where}): ${printable(problem)}`);
  }
  for (const { details, ...finding } of findings) {
    await output.record({ type: 'finding', ...finding, ...details });
  }
  const failed = findings.filter(({ works }) => works === false).length;
  await output.record({ type: 'result', checked: findings.length, failed });
  return failed === 0 ? EXIT.ok : EXIT.failed;
}
