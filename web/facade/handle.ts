/** For a portal that has a service worker already: `addEventListener('fetch', handle)`, before its own listeners. */
import type { RoutedEvent, RouterScope } from './router.ts';
import { Router } from './router.ts';

let router: Router | undefined;

/** Answers a request of DICOMweb; false where it is none, and the worker's other listeners have it. */
export function handle(event: RoutedEvent): boolean {
  router ??= new Router(self as unknown as RouterScope);
  return router.handle(event);
}
