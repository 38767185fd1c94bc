/** PACS servers that we did not write, and ours, each on a free port with a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { ORTHANC_WORKLIST_PLUGIN, program } from './needs.ts';
import { acceptsInside, inside } from './peers-namespace.ts';
import type { Running } from './peers-process.ts';
import { LOOPBACK, WEBDIMSE, accepts, freePort, run, start, temporaryFolder } from './peers-process.ts';

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

interface StartOptions {
  /** Whether it is ready, given its process; by default when its port accepts connections. */
  readonly ready?: (pid: number) => Promise<boolean>;
  /** Who it shares a network namespace with; by default ours. */
  readonly beside?: RealPeer | undefined;
}

/** Starts a server of that title which listens on that port. */
export async function startPeer(
  command: string,
  aeTitle: string,
  port: number,
  folder: string,
  args: readonly string[],
  { beside, ready = beside ? (pid) => acceptsInside(pid, port) : () => accepts(port) }: StartOptions = {},
): Promise<RealPeer> {
  const path = program(command) ?? command;
  const [first, ...rest] = beside ? inside(beside.pid, path, args) : [path, ...args];
  const { process: child, ...running }: Running = await start(first, rest, ready);
  return {
    aeTitle,
    port,
    address: `${aeTitle}@${LOOPBACK}:${port}`,
    folder,
    pid: child.pid ?? 0,
    ...running,
  };
}

/** DCMTK's query/retrieve server, with further flags. */
export async function startDcmqrscp(
  destinations: readonly Destination[] = [],
  flags: readonly string[] = [],
): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const { file, storage } = dcmqrscpConfiguration(folder, port, destinations);
  return startPeer('dcmqrscp', 'QRSCP', port, storage, ['-c', file, ...flags]);
}

/** Written into the folder: QRSCP on this port, which keeps what it is sent in `storage`. */
export function dcmqrscpConfiguration(
  folder: string,
  port: number,
  destinations: readonly Destination[],
): { readonly file: string; readonly storage: string } {
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
    `QRSCP ${storage} RW (500, 1024mb) ANY`,
    'AETable END',
    '',
  ];
  const file = join(folder, 'dcmqrscp.cfg');
  writeFileSync(file, config.join('\n'));
  return { file, storage };
}

/** Orthanc is told what to do by HTTP. */
export interface Orthanc extends RealPeer {
  /** Where its HTTP server is, without a slash at its end. */
  readonly url: string;
  /** Asks its REST API, with a body by POST unless told otherwise, and gives what it answers. */
  rest(path: string, body?: unknown, method?: 'POST' | 'PUT' | 'DELETE'): Promise<unknown>;
}

/** Orthanc; what it refuses by default is allowed. `settings` stand in the place of ours. `nagle`: its sockets are as it is installed. */
export async function startOrthanc(
  destinations: readonly Destination[] = [],
  settings: Readonly<Record<string, unknown>> = {},
  { nagle = false }: { readonly nagle?: boolean } = {},
): Promise<Orthanc> {
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
    ...settings,
  };
  const file = join(folder, 'orthanc.json');
  writeFileSync(file, JSON.stringify(config));
  const url = `http://${LOOPBACK}:${http}`;
  const ready = async (): Promise<boolean> => {
    const response = await fetch(`${url}/system`).catch(() => undefined);
    return response?.ok === true && (await accepts(port));
  };
  const rest: Orthanc['rest'] = async (path, body, method = 'POST') => {
    const request = body === undefined ? {} : { method, body: JSON.stringify(body) };
    const response = await fetch(url + path, request);
    const answer = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  };
  // `env` takes itself away: its process is Orthanc's.
  const [command, ...args] = nagle
    ? (['env', '-u', 'TCP_NODELAY', program('Orthanc') ?? 'Orthanc', file] as const)
    : (['Orthanc', file] as const);
  return { ...(await startPeer(command, 'ORTHANC', port, folder, args, { ready })), url, rest };
}

interface PlaceOptions {
  /** Arguments beside ours. */
  readonly more?: readonly string[];
  /** Who it shares a network namespace with, and the port that was chosen there. */
  readonly beside?: RealPeer;
  readonly port?: number;
}

/** DCMTK's storage server, every syntax accepted and files written bit by bit: the third party of a C-MOVE. */
export async function startStorescp(aeTitle: string, options: PlaceOptions = {}): Promise<RealPeer> {
  const { more = [], beside, port = await freePort() } = options;
  const folder = temporaryFolder();
  const args = ['+xa', '-pm', '+B', '--fork', '-aet', aeTitle, '-od', folder, ...more, String(port)];
  return startPeer('storescp', aeTitle, port, folder, args, { beside });
}

/** CTN's storage server, native syntaxes only. It ends when a caller hangs up without an association: it is asked by echo. */
export async function startCtnStorage(): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const ready = async (): Promise<boolean> =>
    (await run('dicom_echo', ['-c', 'CTN', LOOPBACK, String(port)])).code === 0;
  return startPeer('simple_storage', 'CTN', port, folder, ['-s', '-x', folder, String(port)], { ready });
}

/** Our own mini-PACS, in a process of its own as people start it. */
export async function startWebdimsePacs(
  destinations: readonly Destination[] = [],
  {
    aeTitle = 'WEBDIMSE',
    folder = temporaryFolder(),
    sample = false,
    worklist = '',
    more = [] as readonly string[],
  } = {},
): Promise<RealPeer> {
  const port = await freePort();
  const peers = destinations.flatMap((to) => [
    '--peer',
    `${to.aeTitle}=${to.aeTitle}@${LOOPBACK}:${to.port}`,
  ]);
  const args = ['--dir', folder, '--aet', aeTitle, '--port', String(port), ...peers, ...more];
  if (sample) args.push('--sample');
  if (worklist !== '') args.push('--worklist', worklist);
  return startPeer(process.execPath, aeTitle, port, folder, [WEBDIMSE, 'pacs', ...args]);
}

/** `webdimse receive`, saying in JSON what arrives. */
export async function startReceive(aeTitle: string, options: PlaceOptions = {}): Promise<RealPeer> {
  const { more = [], beside, port = await freePort() } = options;
  const folder = temporaryFolder();
  const args = ['receive', '--out', folder, '--aet', aeTitle, '--port', String(port), '--json', ...more];
  return startPeer(process.execPath, aeTitle, port, folder, [WEBDIMSE, ...args], { beside });
}

/** The bridge alone, with these peers by their AE titles. `address` is what `--via` takes. */
export async function startBridgeProcess(
  peers: readonly RealPeer[],
  more: readonly string[] = [],
): Promise<RealPeer> {
  const port = await freePort();
  const named = peers.flatMap(({ aeTitle, address }) => ['--peer', `${aeTitle}=${address}`]);
  const args = [WEBDIMSE, 'serve', '--no-pacs', '--port', String(port), ...named, ...more];
  const bridge = await startPeer(process.execPath, 'BRIDGE', port, '', args);
  return { ...bridge, address: `ws://${LOOPBACK}:${port}` };
}

/** The files of a worklist, as wlmscpfs and Orthanc's plugin read them. */
function writeWorklist(folder: string, entries: readonly Uint8Array[]): void {
  mkdirSync(folder);
  for (const [i, entry] of entries.entries()) {
    writeFileSync(join(folder, `${i}.wl`), worklistFile(entry, i + 1));
  }
}

/** DCMTK's worklist server over these entries, data sets in explicit little endian; its title is the folder's name. */
export async function startWlmscpfs(entries: readonly Uint8Array[]): Promise<RealPeer> {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const aeTitle = 'WLSCP';
  const files = join(folder, aeTitle);
  writeWorklist(files, entries);
  writeFileSync(join(files, 'lockfile'), '');
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

/** Orthanc with its worklist plugin over these entries. */
export async function startOrthancWorklist(entries: readonly Uint8Array[]): Promise<RealPeer> {
  const folder = join(temporaryFolder(), 'worklist');
  writeWorklist(folder, entries);
  return startOrthanc([], {
    Plugins: [ORTHANC_WORKLIST_PLUGIN],
    DicomAlwaysAllowFindWorklist: true,
    Worklists: { Enable: true, Database: folder },
  });
}

/** The man in the middle, with its page. */
export interface Proxy extends RealPeer {
  readonly pagePort: number;
}

/** `webdimse proxy` in front of a peer; who calls its port calls that one. */
export async function startProxy(to: string, more: readonly string[] = []): Promise<Proxy> {
  const [port, pagePort] = [await freePort(), await freePort()];
  const args = ['proxy', '--listen', String(port), '--port', String(pagePort), '--to', to, ...more];
  // Its page opens last; to try the other port would be a connection to tell of.
  const ready = (): Promise<boolean> => accepts(pagePort);
  const proxy = await startPeer(process.execPath, 'ANY', port, '', [WEBDIMSE, ...args], { ready });
  return { ...proxy, pagePort };
}
