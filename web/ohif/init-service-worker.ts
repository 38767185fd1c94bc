/**
 * In the place of OHIF's script of this name, which would unregister the service worker that answers its requests: starts
 * that worker and the engine of this page instead. OHIF's configuration waits for `ready`.
 */
import type { DoorAnswer, PeerList } from '../../core/transport/index.ts';
import { DOOR_PATH, PEERS_PATH } from '../../core/transport/index.ts';
import type * as Boot from '../facade/boot.ts';
import { signIn } from './sign-in.ts';

/** Of whom OHIF may ask. */
export interface Source {
  readonly name: string;
  /** Where the DICOMweb of this peer is. */
  readonly root: string;
}

const BOOT = '/dicomweb/boot.js';

/** Rejects with a sentence where OHIF would get no answers. */
export const ready: Promise<readonly Source[]> = begin();
ready.catch(() => {}); // told by the configuration

async function begin(): Promise<readonly Source[]> {
  const token = await tokenFor(await ask<DoorAnswer>(DOOR_PATH));
  const { boot } = (await import(/* @vite-ignore */ BOOT)) as typeof Boot;
  const [{ rootOf }, { peers }] = await Promise.all([
    boot(token === undefined ? {} : { token }),
    ask<PeerList>(PEERS_PATH, token),
  ]);
  if (peers.length === 0)
    throw new Error('The bridge names no peers: start it with --peer NAME=AET@host:port.');
  return peers.map(({ name }) => ({ name, root: rootOf(name) }));
}

/** Of who has to sign in and did not, as by a portal's cookie. It is kept nowhere, and asked for again at the next visit. */
async function tokenFor({ ticket, user }: DoorAnswer): Promise<string | undefined> {
  if (!ticket || user !== null) return undefined;
  return signIn(isKnown);
}

/** Rejects where nobody says so: a proxy may have no bridge behind it. */
async function isKnown(token: string): Promise<boolean> {
  if (!/^[\x21-\x7e]+$/.test(token)) return false; // no header carries it
  const { ok, status } = await answerTo(PEERS_PATH, token);
  if (!ok && status !== 401 && status !== 403) throw new Error(`HTTP ${status}`);
  return ok;
}

function answerTo(path: string, token?: string): Promise<Response> {
  const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`/${path}`, { headers });
}

async function ask<T>(path: string, token?: string): Promise<T> {
  const response = await answerTo(path, token);
  if (!response.ok) throw new Error((await response.text()).trim());
  return (await response.json()) as T;
}
