/** A browser with pages, engines and a service worker in it, for the facade: ports, locks and clients as it has them. */
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import type { SlotLocks } from '../../web/engine/slots.ts';
import type { EngineWanted } from '../../web/facade/messages.ts';
import type { RoutedClient, RoutedEvent, RouterScope } from '../../web/facade/router.ts';
import { Router } from '../../web/facade/router.ts';
import type { RouterPort } from '../../web/facade/serve.ts';
import { FacadeServer } from '../../web/facade/serve.ts';
import { browserLocks } from '../support/browser-locks.ts';
import { clock } from '../support/fake-clock.ts';

export const ORIGIN = 'http://portal.test';
export const ROOT = `${ORIGIN}/dicomweb`;

/** Something that holds locks, and lets go of them when it is killed. */
class Mortal {
  #kill = (): void => {};
  readonly #end = new Promise<void>((resolve) => (this.#kill = resolve));
  readonly locks: SlotLocks;

  constructor(shared: SlotLocks) {
    const request: SlotLocks['request'] = (name, options, held) =>
      shared.request(name, options, (lock) => {
        const own = held(lock);
        return own && Promise.race([own, this.#end]);
      });
    this.locks = { query: () => shared.query(), request };
  }

  kill(): void {
    this.#kill();
  }
}

const ports: MessagePort[] = [];

/** After each test: open ports keep the process. */
export function closePorts(): void {
  for (const port of ports.splice(0)) port.close();
}

/** A page, with an engine unless it has not booted. */
export class Tab extends Mortal implements RoutedClient {
  readonly id: string;
  readonly type: string = 'window';
  readonly url: string = `${ORIGIN}/viewer`;
  asked = 0;
  #server: FacadeServer | undefined;

  constructor(shared: SlotLocks, id: string, answer: DicomWeb | undefined) {
    super(shared);
    this.id = id;
    if (answer !== undefined) this.boot(answer);
  }

  boot(answer: DicomWeb): void {
    this.#server = new FacadeServer(answer, this.locks);
  }

  postMessage({ router }: EngineWanted, [port]: Transferable[]): void {
    this.asked++;
    ports.push(port as MessagePort);
    void this.#server?.join(port as unknown as RouterPort, router);
  }
}

export interface Answered {
  readonly response: Promise<Response>;
  /** Whether the worker may end. */
  isOver(): boolean;
}

/** A browser with tabs, and a service worker that can be started anew. */
export class Stage {
  readonly shared = browserLocks();
  readonly clients = new Map<string, { id: string; type: string; url: string } & RoutedClient>();
  #worker = new Mortal(this.shared);
  #router = this.#started();

  tab(id: string, answer?: DicomWeb): Tab {
    const tab = new Tab(this.shared, id, answer);
    this.clients.set(id, tab);
    return tab;
  }

  /** The browser ends the worker, and starts it with the next request. */
  restart(): void {
    this.#worker.kill();
    this.#worker = new Mortal(this.shared);
    this.#router = this.#started();
  }

  close(tab: Tab): void {
    this.clients.delete(tab.id);
    tab.kill();
  }

  fetch(path: string, init: RequestInit = {}, clientId = 'tab'): Answered {
    const request = new Request(ROOT + path, init);
    let isOver = false;
    let response: Promise<Response> | undefined;
    const event: RoutedEvent = {
      request,
      clientId,
      respondWith: (given) => (response = given),
      waitUntil: (end) => void end.then(() => (isOver = true)),
      stopImmediatePropagation: () => {},
    };
    if (!this.#router.handle(event) || response === undefined)
      throw new Error('The router took it for none of its own.');
    return { response, isOver: () => isOver };
  }

  handles(url: string): boolean {
    const request = new Request(url);
    const nothing = (): void => {};
    const event = {
      request,
      clientId: '',
      respondWith: nothing,
      waitUntil: nothing,
      stopImmediatePropagation: nothing,
    };
    return this.#router.handle(event);
  }

  #started(): Router {
    const scope: RouterScope = {
      location: { origin: ORIGIN },
      registration: { scope: `${ORIGIN}/` },
      navigator: this.#worker,
      clients: {
        get: async (id) => this.clients.get(id),
        matchAll: async () => [...this.clients.values()].filter(({ type }) => type === 'window'),
      },
    };
    const navigator = { locks: this.#worker.locks };
    return new Router({ ...scope, navigator }, undefined, clock);
  }
}
