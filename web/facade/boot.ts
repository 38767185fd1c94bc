/**
 * First in each page with a viewer in it: puts the service worker in control, and starts the engine that answers for this
 * page. As a script element it begins by itself, with the options in `data-…`; imported, `boot` begins.
 */
import type { TicketPurpose } from '../../core/transport/index.ts';
import { browserSession } from '../state/browser-session.ts';
import { takeControl } from './control.ts';
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
  /** Gets the ticket of a tunnel from the portal, instead of from the bridge. */
  readonly getTicket?: (purpose: TicketPurpose) => Promise<string | undefined>;
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
  const bridge = new URL(
    options.bridge ?? '..',
    options.bridge === undefined ? import.meta.url : document.baseURI,
  );
  const worker = new URL(options.worker ?? 'worker.js', options.worker ? document.baseURI : import.meta.url);
  const scope = new URL(
    options.scope ?? '..',
    options.scope === undefined ? import.meta.url : document.baseURI,
  );
  const path = new URL('dicomweb/', scope).pathname;
  const engine = startEngine(options, bridge, path);
  const { workerType: type = 'classic' } = options;
  await Promise.all([takeControl(worker, { scope: scope.pathname, type }), engine]);
  return { rootOf: (peer) => new URL(encodeURIComponent(peer), new URL(path, location.href)).href };
}

/** Resolves when it has begun; it is asked by routers from the start. */
function startEngine(
  { callingAETitle = 'WEBSCU', token, getTicket }: BootOptions,
  bridge: URL,
  path: string,
): Promise<void> {
  const engine = new Worker(new URL('./engine.ts', import.meta.url), { type: 'module' });
  const tell = (message: PageMessage, transfer: Transferable[] = []): void =>
    engine.postMessage(message, transfer);
  const session = browserSession(document, bridge);
  const start: EngineStart = {
    kind: 'start',
    bridge: bridge.href,
    path,
    callingAETitle,
    session,
    token,
    givesTickets: getTicket !== undefined,
  };
  tell(start);
  navigator.serviceWorker?.addEventListener(
    'message',
    ({ data, ports }: MessageEvent<Partial<EngineWanted>>) => {
      if (data.webdimse === 'engine wanted') tell({ kind: 'router', router: data.router ?? '' }, [...ports]);
    },
  );
  navigator.serviceWorker?.startMessages();
  return new Promise((resolve, reject) => {
    engine.onerror = ({ message }) =>
      reject(new Error(`The engine of this page does not start. ${message ?? ''}`.trim()));
    engine.onmessage = ({ data }: MessageEvent<EngineMessage>) => {
      if (data.kind === 'started') resolve();
      else
        void ticketFor(data.purpose, getTicket).then((ticket) =>
          tell({ kind: 'ticket', id: data.id, ticket }),
        );
    };
  });
}

/** Without one the bridge says why it opens no tunnel. */
async function ticketFor(
  purpose: TicketPurpose,
  getTicket: BootOptions['getTicket'],
): Promise<string | undefined> {
  return getTicket?.(purpose).catch(() => undefined);
}

const element = [...document.scripts].find(({ src }) => src === import.meta.url);
if (element !== undefined) {
  boot(element.dataset as BootOptions).catch(reportError);
}
