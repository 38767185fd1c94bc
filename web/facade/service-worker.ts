/**
 * The service worker of a page with a viewer in it. A portal's own is one line, `importScripts('…/dicomweb/worker.js')`,
 * or `import` of the same in a module.
 */
import type { ClaimMe } from './messages.ts';
import type { RoutedEvent, RouterScope } from './router.ts';
import { Router } from './router.ts';

interface Extendable {
  waitUntil(promise: Promise<unknown>): void;
}

/** What else of its global scope is used here; TypeScript has no library for it beside that of pages. */
interface WorkerScope extends RouterScope {
  skipWaiting(): Promise<void>;
  readonly clients: RouterScope['clients'] & { claim(): Promise<void> };
  addEventListener(type: 'fetch', listener: (event: RoutedEvent) => void): void;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'message', listener: (event: Extendable & { readonly data: unknown }) => void): void;
}

const scope = self as unknown as WorkerScope;
const router = new Router(scope);

scope.addEventListener('fetch', (event) => void router.handle(event));
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', (event) => {
  if ((event.data as Partial<ClaimMe> | null)?.webdimse === 'claim') event.waitUntil(scope.clients.claim());
});
