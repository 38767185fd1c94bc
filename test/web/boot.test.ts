/** The boot script, in a page that a test pretends. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Booted, BootOptions } from '../../web/facade/boot.ts';
import { takeControl } from '../../web/facade/control.ts';
import type { EngineMessage, EngineStart, PageMessage } from '../../web/facade/messages.ts';

const WORKER = new URL('http://portal.test/dicomweb/worker.js');

/** Service workers of an origin, one of which is in control. */
class Container extends EventTarget {
  controller: { readonly scriptURL: string } | null;
  claims = 0;

  constructor(scriptURL: string | undefined) {
    super();
    this.controller = scriptURL === undefined ? null : { scriptURL };
  }

  async register(worker: URL): Promise<object> {
    const postMessage = (): void => {
      this.claims++;
      this.controller = { scriptURL: worker.href };
      this.dispatchEvent(new Event('controllerchange'));
    };
    return { installing: null, waiting: null, active: { postMessage } };
  }

  startMessages(): void {}
}

/** The engine's end of a page. */
class FakeWorker {
  static last: FakeWorker | undefined;
  readonly told: PageMessage[] = [];
  onmessage: ((event: { readonly data: EngineMessage }) => void) | undefined;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(message: PageMessage): void {
    this.told.push(message);
    if (message.kind === 'start') queueMicrotask(() => this.onmessage?.({ data: { kind: 'started' } }));
  }
}

function page(container: Container): void {
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('window', { isSecureContext: true });
  vi.stubGlobal('location', { reload: () => {} });
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem() {}, removeItem() {} });
  vi.stubGlobal('document', { scripts: [], cookie: '', baseURI: 'http://portal.test/viewer' });
  vi.stubGlobal('Worker', FakeWorker);
}

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

async function boot(container: Container, options: BootOptions): Promise<Booted> {
  page(container);
  const script = await import('../../web/facade/boot.ts');
  return script.boot({ bridge: '/', worker: WORKER.href, scope: '/', ...options });
}

it.each([undefined, 'http://portal.test/another.js'])('takes the page from the worker %s', async (before) => {
  const container = new Container(before);
  page(container);
  await takeControl(WORKER, { scope: '/' });
  expect(container.controller?.scriptURL).toBe(WORKER.href);
});

it('takes nothing where it is in control', async () => {
  const container = new Container(WORKER.href);
  page(container);
  await takeControl(WORKER, { scope: '/' });
  expect(container.claims).toBe(0);
});

it('names the roots of peers, and hands routers to the engine, whatever else workers say', async () => {
  const container = new Container(WORKER.href);
  const { rootOf } = await boot(container, {});
  expect(rootOf('MAIN PACS')).toBe('http://portal.test/dicomweb/MAIN%20PACS');
  for (const data of [null, 'hello', { webdimse: 'engine wanted', router: 'r' }]) {
    container.dispatchEvent(new MessageEvent('message', { data }));
  }
  expect(FakeWorker.last!.told.slice(1)).toEqual([{ kind: 'router', router: 'r' }]);
});

it.each([
  [async () => 'ticket', { ticket: 'ticket' }],
  [() => Promise.reject(new Error('no session')), { problem: 'no session' }],
  [
    () => {
      throw new Error('no session');
    },
    { problem: 'no session' },
  ],
])(
  'answers the engine, which waits for a ticket, also where the page has none: %#',
  async (getTicket, answer) => {
    await boot(new Container(WORKER.href), { getTicket });
    const { tickets } = FakeWorker.last!.told[0] as EngineStart;
    const heard = new Promise((resolve) => (tickets!.onmessage = ({ data }) => resolve(data)));
    tickets!.postMessage({ id: 3, purpose: { peer: 'PACS' } });
    expect(await heard).toEqual({ id: 3, ...answer });
    tickets!.close();
  },
);
