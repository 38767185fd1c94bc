/** Who lives, told by Web Locks: neither a service worker nor a page says goodbye, and a port to nobody tells nothing. */
import type { Locks } from '../engine/slots.ts';
import { taken } from '../engine/slots.ts';

/** A name of its own, held until whoever holds it is gone. */
export async function liveAs(locks: Locks, kind: 'router' | 'engine'): Promise<string> {
  const name = `dicomweb-${kind}:${crypto.randomUUID()}`;
  await taken(locks, name, {});
  return name;
}

/** Resolves when the holder of `name` is gone; the function stops waiting for it. */
export function endOf(locks: Locks, name: string): { readonly ended: Promise<void>; forget(): void } {
  const enough = new AbortController();
  const ended = taken(locks, name, { signal: enough.signal }).then((free) => free?.());
  ended.catch(() => undefined); // forgotten
  return { ended, forget: () => enough.abort() };
}
