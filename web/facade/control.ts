/** Puts a service worker in control of this page. */

/** How long a worker that runs may take to claim the page, in milliseconds, before the page is loaded anew. */
const CLAIM_MS = 3000;
/** Remembers for this tab that it was loaded anew. */
const RELOADED = 'webdimse-reloaded';

/**
 * Resolves when requests of this page go through the worker. A page that was loaded past it (Shift+reload), or that another
 * worker of its origin has, is claimed; where that does not help it is loaded anew, once.
 * @throws Error with a sentence where it cannot be
 */
export async function takeControl(worker: URL, options: RegistrationOptions): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) throw new Error(window.isSecureContext ? NONE : INSECURE);
  const registration = await container.register(worker, { ...options, updateViaCache: 'none' });
  if (container.controller?.scriptURL !== worker.href) {
    const controlled = new Promise<boolean>((resolve) =>
      container.addEventListener('controllerchange', () => resolve(true), { once: true }),
    );
    await active(registration);
    registration.active?.postMessage({ webdimse: 'claim' });
    const late = new Promise<boolean>((resolve) => void setTimeout(resolve, CLAIM_MS, false));
    if (!(await Promise.race([controlled, late]))) return reloadOnce();
  }
  mark(undefined);
}

/** Waits until the worker runs: at the first visit it is being installed. */
async function active({ installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (coming === null) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (coming.state === 'activated' || coming.state === 'redundant') resolve();
    };
    coming.addEventListener('statechange', look);
    look();
  });
}

/** Never resolves where the page is left. */
function reloadOnce(): Promise<void> {
  if (!mark('yes')) throw new Error(STUCK);
  location.reload();
  return new Promise(() => {});
}

/** False where it was marked before, or cannot be. */
function mark(value: string | undefined): boolean {
  try {
    const before = sessionStorage.getItem(RELOADED);
    if (value === undefined) sessionStorage.removeItem(RELOADED);
    else sessionStorage.setItem(RELOADED, value);
    return before === null;
  } catch {
    return false; // the browser withholds storage: then nothing would end a circle
  }
}

const INSECURE =
  'Service workers need https, or an address of this machine: the viewer gets no answers here.';
const NONE =
  'This browser offers no service workers here, as some do in private windows: the viewer gets no answers.';
const STUCK =
  'The service worker does not take control of this page. Close its other tabs and open it again.';
