/** Starts the engine: the worker that owns tunnels, associations and what is received. */
import type { TicketPurpose } from '../../core/transport/index.ts';
import { TUNNEL_PATH } from '../../core/transport/index.ts';
import { answerTickets } from '../engine/portal-tickets.ts';
import { Engine } from '../engine/client.ts';
import type { Command, EnginePort, Report } from '../engine/protocol.ts';
import { startWorker } from '../engine/start-worker.ts';
import { browserSession } from '../state/browser-session.ts';
import type { BridgeAddress } from './bridge.ts';
import { bridgeBase, bridgeDoor, webSocketUrl } from './bridge.ts';

/** Which bridge, and where the engine's script is. */
export interface EngineOptions extends BridgeAddress {
  /**
   * The portal's own way to a ticket, in place of asking the bridge for it with `token`. The bridge is not asked then whose
   * page this is either.
   */
  readonly getTicket?: ((purpose: TicketPurpose) => Promise<string>) | undefined;
  /** With `getTicket`: whose archive it is; nobody's in particular by default. */
  readonly user?: string | undefined;
  /**
   * The script of the engine, a copy of `webdimse/engine.js` with the folder `assets` beside it, with `getTicket` of
   * `webdimse/elements/engine.js` and all beside that; by default that of the bridge. Of another origin it is imported by
   * a worker of this one, which the page's policy has to allow (`worker-src blob:`, `script-src` with that origin).
   */
  readonly workerUrl?: string | URL | undefined;
}

/** An engine with its worker. */
export class RunningEngine extends Engine {
  readonly #worker: Worker;
  readonly #options: EngineOptions;

  /** @internal */
  constructor(worker: Worker, options: EngineOptions) {
    super(worker as EnginePort<Command, Report>, webSocketUrl(options, TUNNEL_PATH));
    this.#worker = worker;
    this.#options = options;
    worker.addEventListener('error', ({ message }) =>
      this.fail({ ...LOST, message: message || LOST.message }),
    );
  }

  /**
   * Goes on with another token, or after another sign-in; of another user another archive is opened.
   *
   * @throws ConnectionError NOT_ALLOWED; TypeError of `fetch` where the bridge is not reached.
   */
  async signIn(token?: string): Promise<void> {
    const { bridge, getTicket, user: portalUser = null } = this.#options;
    const { ticket, user } =
      getTicket === undefined ? await bridgeDoor({ bridge, token }) : { ticket: true, user: portalUser };
    const session = browserSession(document, location.protocol);
    await this.access({ tickets: ticket, token, user: user ?? '', session });
  }

  /** Ends the worker: what is under way fails, associations are aborted, and what was received stays. */
  close(): void {
    this.#worker.terminate();
    this.fail({ ...LOST, message: 'The engine was closed.' });
  }
}

const LOST = {
  code: 'UNEXPECTED',
  message:
    'The engine of this page did not start, or broke; its script or the policy of this page may be why.',
  details: {},
} as const;

/**
 * Starts an engine for the page: it calls peers through the bridge, keeps what it receives in the browser's room on the
 * disk, and shares that with the engines of other tabs.
 *
 * ```ts
 * import { startEngine } from 'webdimse/browser';
 *
 * const engine = await startEngine({ bridge: 'http://127.0.0.1:8080/' });
 * const peer = { name: 'WEBDIMSE', aeTitle: 'WEBDIMSE', callingAETitle: 'WEBSCU' };
 * const keys = [{ PatientName: 'Yamada*', StudyInstanceUID: '' }];
 * for await (const matches of engine.find(peer, { model: 'STUDY', level: 'STUDY', keys }, 100)) console.log(matches);
 * ```
 *
 * @throws ConnectionError NOT_ALLOWED where the bridge wants a sign-in; TypeError of `fetch` where it is not reached.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { token } = options;
  const engine = new RunningEngine(workerFor(options), options);
  try {
    await engine.signIn(token);
  } catch (error) {
    engine.close();
    throw error;
  }
  return engine;
}

/** The engine that asks the page for tickets is that of the elements, which waits for the way to ask first. */
function workerFor({ bridge, workerUrl, getTicket }: EngineOptions): Worker {
  const usual = getTicket === undefined ? 'engine.js' : 'elements/engine.js';
  const script = workerUrl ? new URL(workerUrl, document.baseURI) : new URL(usual, bridgeBase(bridge));
  const worker = startWorker(script.href);
  if (getTicket !== undefined) {
    const port = answerTickets(() => getTicket);
    worker.postMessage(port, [port]);
  }
  return worker;
}
