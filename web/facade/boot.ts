/**
 * First in each page with a viewer in it: puts the service worker in control, and starts the engine that answers for this
 * page. As a script element it begins by itself, with the options in `data-…`; imported, `boot` begins.
 */
import type { Peer, TicketPurpose } from '../../core/transport/index.ts';
import { answerTickets } from '../engine/portal-tickets.ts';
import { browserSession } from '../state/browser-session.ts';
import { takeControl } from './control.ts';
import { dataOptions } from './data-options.ts';
import type { EngineMessage, EngineStart, EngineWanted, PageMessage } from './messages.ts';

export interface BootOptions {
  /** Where the bridge is; by default the folder above this script. */
  readonly bridge?: string;
  /** The service worker, of this page's origin; by default `worker.js` beside this script. */
  readonly worker?: string;
  /** `module` where the worker imports ours, instead of `importScripts`. */
  readonly workerType?: WorkerType;
  /** Path of the pages that it controls; by default that of the folder above this script. The facade is `dicomweb/` below it. */
  readonly scope?: string;
  /** As which AE we call; WEBSCU by default. */
  readonly callingAETitle?: string;
  /** Of a person who signs in with one; a portal's cookie needs none. */
  readonly token?: string;
  /**
   * Gets the ticket of a tunnel from the portal, instead of from the bridge. Where it rejects, gives none or takes longer
   * than 8 s, requests are answered by 403 or 504 with its message.
   */
  readonly getTicket?: (purpose: TicketPurpose) => Promise<string | undefined>;
  /** Who is signed in at a portal that gets the tickets: the archive is of this user. */
  readonly user?: string;
  /** The peers that may be called, where the portal does not let the page ask the bridge for them. */
  readonly peers?: readonly Peer[];
}

export interface Booted {
  /** Root of the DICOMweb of a peer, as the bridge names it: what a viewer is configured with. */
  rootOf(peer: string): string;
}

let booted: Promise<Booted> | undefined;

/**
 * Resolves when requests of this page are answered. Further calls wait for the first one.
 * @throws Error with a sentence where the browser has no service workers here, or does not let ours take control
 */
export function boot(options: BootOptions = {}): Promise<Booted> {
  booted ??= begin(options);
  return booted;
}

async function begin(options: BootOptions): Promise<Booted> {
  const worker = urlOf(options.worker, 'worker.js');
  const scope = urlOf(options.scope, '..');
  const path = new URL('dicomweb/', scope).pathname;
  const engine = startEngine(options, path);
  const { workerType: type = 'classic' } = options;
  await Promise.all([takeControl(worker, { scope: scope.pathname, type }), engine]);
  return { rootOf: (peer) => new URL(path + encodeURIComponent(peer), scope).href };
}

/** As the page means it; else relative to this script. */
function urlOf(given: string | undefined, usual: string): URL {
  return given === undefined ? new URL(usual, import.meta.url) : new URL(given, document.baseURI);
}

/** Resolves when it has begun; it is asked by routers from the start. */
function startEngine(options: BootOptions, path: string): Promise<void> {
  const { bridge, callingAETitle = 'WEBSCU', token, getTicket, user, peers } = options;
  const engine = new Worker(new URL('./engine.ts', import.meta.url), { type: 'module' });
  const tell = (message: PageMessage, transfer: Transferable[] = []): void =>
    engine.postMessage(message, transfer);
  const start: EngineStart = {
    kind: 'start',
    bridge: urlOf(bridge, '..').href,
    path,
    callingAETitle,
    session: browserSession(document, location.protocol),
    token,
    user,
    peers,
    tickets: getTicket && answerTickets(() => getTicket),
  };
  tell(start, start.tickets && [start.tickets]);
  navigator.serviceWorker?.addEventListener(
    'message',
    ({ data, ports }: MessageEvent<Partial<EngineWanted> | null>) => {
      if (data?.webdimse === 'engine wanted') tell({ kind: 'router', router: data.router ?? '' }, [...ports]);
    },
  );
  navigator.serviceWorker?.startMessages();
  return new Promise((resolve, reject) => {
    engine.onerror = ({ message }) => reject(new Error(`${NO_ENGINE} ${message ?? ''}`.trim()));
    engine.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
      if (data.kind === 'started') resolve();
    };
  });
}

const NO_ENGINE = 'The engine of this page does not start; its script or the policy of this page may be why.';

const element = [...document.scripts].find(({ src }) => src === import.meta.url);
if (element !== undefined) {
  boot(dataOptions(element.dataset) as BootOptions).catch(reportError);
}
