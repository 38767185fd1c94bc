/** The viewer that `serve` brings beside the page, on a port of its own. Without `--viewer` none of this is loaded. */
import { parseAccess } from '../config/access.ts';
import { checkExposure } from '../http/exposure.ts';
import type { BridgeEvent } from '../record/events.ts';
import type { Bridge, BridgeSettings } from '../server.ts';
import { startBridge } from '../server.ts';
import { kept, userCache } from '../viewer/kept.ts';
import { OHIF } from '../viewer/ohif.ts';
import { viewerSite } from '../viewer/site.ts';
import type { Call } from './command.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import type { Configured } from './peers.ts';
import { freePortAdvice, serveWith } from './serving.ts';

const PORT = 8081;

export interface ViewerStart {
  readonly host: string;
  readonly insecure: boolean;
  /** The page's bridge, whose DICOM port is the viewer's, too. */
  readonly beside: Bridge;
  /** Of the page's bridge; the viewer's has the same users, peers and certificates. */
  readonly settings: BridgeSettings;
  readonly limits: Configured['limits'];
  readonly onEvent: (event: BridgeEvent) => void;
  readonly webRoot: string;
}

/** The bridge of the viewer's origin, from the settings of the page's. */
export interface Viewer extends Pick<Bridge, 'url' | 'drain' | 'close'> {
  /** Whether it may have these settings, before the page's bridge takes them: both do or none. @throws DicomError USAGE */
  check(settings: BridgeSettings): void;
  /** As `Bridge.reconfigure`, with the settings that the page's bridge takes. */
  reconfigure(settings: BridgeSettings): void;
}

/** @throws DicomError where the viewer cannot be fetched, or its port is taken */
export async function startViewer(
  { settings, webRoot, ...shared }: ViewerStart,
  { flags, output, signal }: Call,
): Promise<Viewer> {
  const port = flags.int('viewer-port', 0, 65535) ?? PORT;
  const check = (fresh: BridgeSettings): BridgeSettings => checked(viewerSettings(fresh, flags), shared);
  const own = check(settings); // what is wrong in them is told before anything is fetched
  const note = (sentence: string): void => output.note(`webdimse serve: ${sentence}`);
  const folder = await kept(OHIF, { cache: userCache(), signal, note });
  const site = await viewerSite({ viewer: OHIF, folder, webRoot });
  const bridge = await freePortAdvice(
    startBridge({ ...own, ...shared, port, site }),
    port,
    serveWith(`--viewer ohif --viewer-port ${port + 1}`),
    " (the viewer's stored data belongs to its port)",
  );
  return {
    url: bridge.url,
    drain: () => bridge.drain(),
    close: () => bridge.close(),
    check,
    reconfigure: (fresh) => bridge.reconfigure(viewerSettings(fresh, flags)),
  };
}

/** @throws DicomError USAGE where others could reach it who should not, as `startBridge` and `reconfigure` would */
function checked(
  settings: BridgeSettings,
  { host, insecure }: Pick<ViewerStart, 'host' | 'insecure'>,
): BridgeSettings {
  const { publicUrl, authorize, tls } = settings;
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  const [signIn, secure] = [authorize !== undefined, tls !== undefined];
  checkExposure({ host, insecure, publicUrl: url, signIn, secure });
  return settings;
}

/**
 * As those of the page's bridge, with an address of its own, and for no page of another origin.
 * @throws DicomError USAGE where `--viewer-url` is none, or has a path: OHIF's own addresses begin at the root
 */
function viewerSettings(settings: BridgeSettings, flags: Flags): BridgeSettings {
  const { publicUrl } = parseAccess({ publicUrl: flags.text('viewer-url') });
  if (publicUrl !== undefined && new URL(publicUrl).pathname !== '/')
    throw usage('--viewer-url has no path: the viewer has an origin of its own');
  return { ...settings, publicUrl, allowOrigins: [] };
}
