import { fileURLToPath } from 'node:url';
import type { Peer } from '../../core/transport/index.ts';
import type { CallablePeer } from '../dial/dial.ts';
import type { ListenerSettings } from '../listening/listening.ts';
import { startBridge } from '../server.ts';
import { ACCESS_FLAGS, bridgeSettings } from './access.ts';
import type { Call, Command } from './command.ts';
import { EXIT } from './command.ts';
import { DICOM_PORT_FLAGS, destinationsOf, dicomPortText, listenerSettings } from './dicom-port.ts';
import { FAULT_FLAG, faultsOf } from './faults.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import { markAtOnce } from './garbage.ts';
import { LOG_FLAG, observers } from './observers.ts';
import type { Output } from './output.ts';
import type { Configured } from './peers.ts';
import { PEER_FLAGS, addressText, configOf } from './peers.ts';
import { noteLasting, onReload } from './reload.ts';
import { DEFAULT_HOST, freePortAdvice, serveWith, untilStopped, WORKLIST_FLAG } from './serving.ts';
import type { Viewer, ViewerStart } from './serve-viewer.ts';
import { VIEWER_FLAGS, viewerWanted } from './viewer-flags.ts';
import { TIMEOUT_FLAGS } from './timeouts.ts';
import { LISTEN_TLS_FLAGS } from './tls.ts';
import { CONQUEST_FLAG } from './verbose.ts';
import { version } from './version.ts';

const PORT = 8080;
const PACS_PORT = 11112;

export const serveCommand: Command = {
  words: '',
  flags: {
    host: { value: 'H', help: `${DEFAULT_HOST} by default; others need sign-in and TLS` },
    port: { value: 'N', help: `of the page, ${PORT} by default; 0 takes a free one` },
    'pacs-port': {
      value: 'N',
      help: `of the first mini-PACS, ${PACS_PORT} by default; the second takes the next`,
    },
    'no-pacs': { help: 'without the mini-PACS' },
    worklist: WORKLIST_FLAG,
    ...CONQUEST_FLAG,
    fault: { ...FAULT_FLAG.fault, help: `of the first mini-PACS, ${FAULT_FLAG.fault.help}` },
    ...VIEWER_FLAGS,
    insecure: { help: 'be reachable by others without sign-in or without TLS' },
    ...DICOM_PORT_FLAGS,
    ...LOG_FLAG,
    ...ACCESS_FLAGS,
    ...LISTEN_TLS_FLAGS,
    ...TIMEOUT_FLAGS,
    ...PEER_FLAGS,
  },
  examples: [
    'webdimse serve',
    'webdimse serve --dicom-port 11114',
    'webdimse serve --peer ORTHANC=ORTHANC@10.0.0.5:104 --no-pacs',
    'webdimse serve --viewer ohif',
  ],

  async run(call) {
    const { flags, output, signal } = call;
    flags.only(0);
    markAtOnce();
    const faults = faultsOf(flags);
    if (faults.length > 0 && flags.on('no-pacs'))
      throw usage('--fault is of the first mini-PACS, which --no-pacs leaves out');
    const config = await configOf(flags, output);
    const { host, port, pacsPort } = placeOf(flags, config);
    const insecure = flags.on('insecure');
    const withViewer = viewerWanted(flags);
    const peers: CallablePeer[] = [...config.peers];
    let known: readonly Peer[] = peers;
    const beside = observers(flags, output, (name) => known.some((peer) => peer.name === name));
    const listener = await listenerSettings(call, config);
    const pages: CallablePeer[] = [];
    const destinations = (): readonly CallablePeer[] => [...peers, ...pages];
    const archives = flags.on('no-pacs')
      ? []
      : await (
          await import('./serve-archives.ts')
        ).startArchives(host, pacsPort, { peers, destinations }, faults, call);
    const embedded = peers.slice(0, archives.length);
    try {
      const settings = await bridgeSettings(call, { ...config, peers });
      const webRoot = fileURLToPath(new URL('../../dist/web', import.meta.url));
      const elementsRoot = fileURLToPath(new URL('../../dist/elements', import.meta.url));
      const { metrics, onEvent } = beside;
      const watched = { metrics, onEvent, limits: config.limits };
      const bridge = await freePortAdvice(
        freePortAdvice(
          startBridge({ ...settings, ...watched, host, port, insecure, webRoot, elementsRoot, listener }),
          port,
          serveWith(`--port ${port + 1}`),
          " (the page's stored data belongs to its port)",
        ),
        listener?.port ?? 0,
        serveWith(`--dicom-port ${(listener?.port ?? 0) + 1}`),
      );
      const dicom = listener && { ...listener, port: bridge.dicomPort ?? 0 };
      if (dicom) pages.push(...destinationsOf(dicom));
      const shared = { host, insecure, limits: config.limits, onEvent, webRoot, beside: bridge };
      const viewer = withViewer ? await viewerBeside({ ...shared, settings }, call) : undefined;
      await announce({ url: bridge.url, viewer: viewer?.url }, peers, dicom, beside.output);
      beside.metrics.watch(bridge); // not before: loading what counts would hold up what is said
      if (insecure && !bridge.url.startsWith('https:')) output.note(WITHHELD);
      const start = { host, port, pacsPort, listener, tls: settings.tls, limits: config.limits };
      const stopReloading = onReload(async () => {
        beside.reopen();
        const fresh = await configOf(flags, output);
        const settings = await bridgeSettings(call, { ...fresh, peers: [...embedded, ...fresh.peers] });
        const reloaded = await listenerSettings(call, fresh);
        viewer?.check(settings);
        bridge.reconfigure({ ...settings, listener: reloaded, limits: fresh.limits ?? {} });
        viewer?.reconfigure({ ...settings, limits: fresh.limits ?? {} });
        const now = { ...placeOf(flags, fresh), listener: reloaded, tls: settings.tls, limits: fresh.limits };
        noteLasting(start, now, output);
        const here = dicom && { host: dicom.host, port: dicom.port };
        const found = here && reloaded ? destinationsOf({ ...reloaded, ...here }) : [];
        pages.splice(0, pages.length, ...found);
        known = settings.peers;
      }, output);
      const how = await untilStopped(signal);
      // Who types Ctrl+C waits for it; a service manager, that wants to go on elsewhere, waits for the pages.
      const bridges = viewer === undefined ? [bridge] : [bridge, viewer];
      await Promise.all(bridges.map((each) => (how === 'terminated' ? each.drain() : each.close())));
      stopReloading(); // not before: a SIGHUP that nobody listens to ends the process, and the tunnels that drain
    } finally {
      beside.close();
      await Promise.all(archives.map((archive) => archive.close()));
    }
    return EXIT.ok;
  },
};

/** Where it listens; what is typed counts before what is configured. @throws DicomError USAGE */
function placeOf(flags: Flags, config: Configured): { host: string; port: number; pacsPort: number } {
  return {
    host: flags.text('host') ?? config.host ?? DEFAULT_HOST,
    port: flags.int('port', 0, 65535) ?? config.port ?? PORT,
    pacsPort: flags.int('pacs-port', 0, 65534) ?? config.pacsPort ?? PACS_PORT,
  };
}

/** Secure Contexts, as browsers keep it. */
const WITHHELD =
  'Without TLS, as told: what passes can be read on the way, sign-ins too. Called by any name but that of its ' +
  'own machine, browsers will withhold from the page: locks between tabs (navigator.locks), storage for files ' +
  '(navigator.storage, OPFS), the clipboard (navigator.clipboard), crypto.subtle and randomUUID, service workers. ' +
  'It works without them, and says so.';

/** A viewer that cannot be started takes the bridge of the page along. */
async function viewerBeside(start: ViewerStart, call: Call): Promise<Viewer> {
  const { startViewer } = await import('./serve-viewer.ts');
  try {
    return await startViewer(start, call);
  } catch (error) {
    await start.beside.close();
    throw error;
  }
}

async function announce(
  { url, viewer }: { readonly url: string; readonly viewer: string | undefined },
  peers: readonly Peer[],
  dicom: ListenerSettings | undefined,
  output: Output,
): Promise<void> {
  const width = Math.max(0, ...peers.map(({ name }) => name.length));
  const lines = [
    `webdimse ${version()}`,
    '',
    `  Page   ${url}`,
    ...(viewer ? [`  OHIF   ${viewer}`] : []),
    ...(dicom ? [`  DICOM  ${dicomPortText(dicom)}`] : []),
    '',
    ...peers.map(
      (peer, i) => `  ${i === 0 ? 'Peers' : '     '}  ${peer.name.padEnd(width)}  ${addressText(peer)}`,
    ),
    ...(peers.length === 0 ? ['  Peers  none yet'] : []),
    '',
    `  Add a peer with "${serveWith('--peer NAME=AET@host:port')}", or several with --config FILE. Ctrl+C stops.`,
  ];
  for (const line of lines) await output.line(line);
  const { host, port, pools } = dicom ?? {};
  await output.record({
    type: 'listening',
    url,
    peers,
    ...(viewer && { viewer }),
    ...(dicom && { dicom: { host, port, pools } }),
  });
}
