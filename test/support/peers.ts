/** PACS servers that we did not write, and ours, each on a free port with a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { program } from './needs.ts';
import type { Running } from './peers-process.ts';
import { LOOPBACK, WEBDIMSE, accepts, freePort, start, temporaryFolder } from './peers-process.ts';

/** A server under test, and how to call it. */
export interface RealPeer {
  readonly aeTitle: string;
  readonly port: number;
  /** `AET@host:port`, as our command line takes it. */
  readonly address: string;
  /** Where it keeps its files. */
  readonly folder: string;
  /** The process. */
  readonly pid: number;
  output(): string;
  stop(): Promise<void>;
}

/** Who a server may move to. */
export interface Destination {
  readonly aeTitle: string;
  readonly port: number;
}

async function startPeer(
  command: string,
  aeTitle: string,
  port: number,
  folder: string,
  args: readonly string[],
  ready = (): Promise<boolean> => accepts(port),
): Promise<RealPeer> {
  const { process: child, ...rest }: Running = await start(program(command) ?? command, args, ready);
  return { aeTitle, port, address: `${aeTitle}@${LOOPBACK}:${port}`, folder, pid: child.pid ?? 0, ...rest };
}

/** DCMTK's query/retrieve server. */
export async function startDcmqrscp(destinations: readonly Destination[] = []): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const storage = join(folder, 'db');
  mkdirSync(storage);
  const hosts = destinations.map(({ aeTitle, port: to }, i) => `d${i} = (${aeTitle}, ${LOOPBACK}, ${to})`);
  const config = [
    `NetworkTCPPort = ${port}`,
    'MaxPDUSize = 131072',
    'MaxAssociations = 16',
    'HostTable BEGIN',
    ...hosts,
    'HostTable END',
    'VendorTable BEGIN',
    'VendorTable END',
    'AETable BEGIN',
    `QRSCP ${storage} RW (2000, 2048mb) ANY`,
    'AETable END',
    '',
  ];
  const file = join(folder, 'dcmqrscp.cfg');
  writeFileSync(file, config.join('\n'));
  return startPeer('dcmqrscp', 'QRSCP', port, storage, ['-c', file]);
}

/** Orthanc; what it refuses by default is allowed. */
export async function startOrthanc(destinations: readonly Destination[] = []): Promise<RealPeer> {
  const [folder, port, http] = [temporaryFolder(), await freePort(), await freePort()];
  const config = {
    Name: 'ORTHANC',
    StorageDirectory: join(folder, 'db'),
    IndexDirectory: join(folder, 'db'),
    Plugins: [],
    HttpPort: http,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAet: 'ORTHANC',
    DicomPort: port,
    DicomCheckCalledAet: false,
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowStore: true,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    UnknownSopClassAccepted: true,
    DicomAssociationCloseDelay: 0,
    OverwriteInstances: true,
    DicomModalities: Object.fromEntries(
      destinations.map(({ aeTitle, port: to }, i) => [`d${i}`, [aeTitle, LOOPBACK, to]]),
    ),
  };
  const file = join(folder, 'orthanc.json');
  writeFileSync(file, JSON.stringify(config));
  const ready = async (): Promise<boolean> => {
    const response = await fetch(`http://${LOOPBACK}:${http}/system`).catch(() => undefined);
    return response?.ok === true && (await accepts(port));
  };
  return startPeer('Orthanc', 'ORTHANC', port, folder, [file], ready);
}

/** DCMTK's storage server, every syntax accepted and files written bit by bit: the third party of a C-MOVE. */
export async function startStorescp(aeTitle: string, port?: number): Promise<RealPeer> {
  const [folder, at] = [temporaryFolder(), port ?? (await freePort())];
  const args = ['+xa', '-pm', '+B', '--fork', '-aet', aeTitle, '-od', folder, String(at)];
  return startPeer('storescp', aeTitle, at, folder, args);
}

/** Our own mini-PACS, in a process of its own as people start it. */
export async function startWebdimsePacs(
  destinations: readonly Destination[] = [],
  { aeTitle = 'WEBDIMSE', folder = temporaryFolder(), sample = false, worklist = '' } = {},
): Promise<RealPeer> {
  const port = await freePort();
  const peers = destinations.flatMap((to) => [
    '--peer',
    `${to.aeTitle}=${to.aeTitle}@${LOOPBACK}:${to.port}`,
  ]);
  const args = ['--dir', folder, '--aet', aeTitle, '--port', String(port), ...peers];
  if (sample) args.push('--sample');
  if (worklist !== '') args.push('--worklist', worklist);
  return startPeer(process.execPath, aeTitle, port, folder, [WEBDIMSE, 'pacs', ...args]);
}

/** `webdimse receive`, saying in JSON what arrives. */
export async function startReceive(aeTitle: string): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const args = ['--out', folder, '--aet', aeTitle, '--port', String(port), '--json'];
  return startPeer(process.execPath, aeTitle, port, folder, [WEBDIMSE, 'receive', ...args]);
}

/** The bridge alone, with these peers by their AE titles. `address` is what `--via` takes. */
export async function startBridgeProcess(peers: readonly RealPeer[]): Promise<RealPeer> {
  const port = await freePort();
  const named = peers.flatMap(({ aeTitle, address }) => ['--peer', `${aeTitle}=${address}`]);
  const args = [WEBDIMSE, 'serve', '--no-pacs', '--port', String(port), ...named];
  const bridge = await startPeer(process.execPath, 'BRIDGE', port, '', args);
  return { ...bridge, address: `ws://${LOOPBACK}:${port}` };
}

/** DCMTK's worklist server over these entries, data sets in explicit little endian; its title is the folder's name. */
export async function startWlmscpfs(entries: readonly Uint8Array[]): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const aeTitle = 'WLSCP';
  const files = join(folder, aeTitle);
  mkdirSync(files);
  writeFileSync(join(files, 'lockfile'), '');
  for (const [i, entry] of entries.entries())
    writeFileSync(join(files, `${i}.wl`), worklistFile(entry, i + 1));
  return startPeer('wlmscpfs', aeTitle, port, files, ['-dfr', '-dfp', folder, String(port)]);
}

/** An entry as dump2dcm writes it. */
export function worklistFile(entry: Uint8Array, number: number): Buffer {
  const meta = fileMetaInformation({
    sopClassUID: '1.2.276.0.7230010.3.1.0.1',
    sopInstanceUID: `2.25.1.${number}`,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: '',
  });
  return Buffer.concat([meta, entry]);
}
