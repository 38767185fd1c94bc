/** What the parts of the facade say to each other: viewer's page, its engine, and the router in the service worker. */
import type { Peer } from '../../core/transport/index.ts';

/**
 * Router to a page, with a port for its engine. `router` is a lock that the router holds for its life, so that whoever
 * works for it learns of its end.
 */
export interface EngineWanted {
  readonly webdimse: 'engine wanted';
  readonly router: string;
}

/** Page to a router that does not control it, as after Shift+reload. */
export interface ClaimMe {
  readonly webdimse: 'claim';
}

/** Engine to router, as the first thing on the port that came with `EngineWanted`. `engine` is a lock, too. */
export interface EngineIsHere {
  readonly engine: string;
}

/** Router to engine, with a port of its own for each request, on which `RequestMessage` and `AnswerMessage` go. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly hasBody: boolean;
}

/** Of whoever reads a body: `pull` asks for about so many bytes, `cancel` for no more. */
export type Pulling = { readonly kind: 'pull'; readonly bytes: number } | { readonly kind: 'cancel' };

/** Of whoever has a body: chunks, then `served` for each pull, or the end. */
export type Giving =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'served' }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

/** Engine to router, before the body. */
export interface Head {
  readonly kind: 'head';
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly hasBody: boolean;
}

/** Router to engine: whoever asked has gone. */
export interface Abort {
  readonly kind: 'abort';
}

export type RequestMessage = Pulling | Giving | Abort | Head;

/** The part of a MessagePort that is used. */
export interface FacadePort {
  postMessage(message: RequestMessage, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: RequestMessage }) => void): void;
  start(): void;
  close(): void;
}

/** How an engine begins. */
export interface EngineStart {
  readonly kind: 'start';
  /** Address of the bridge, with a slash at its end. */
  readonly bridge: string;
  /** Path before the peer, with slashes around it. */
  readonly path: string;
  readonly callingAETitle: string;
  readonly session: string;
  /** Of whom the portal knows what the bridge would have to be asked for. */
  readonly user: string | undefined;
  readonly peers: readonly Peer[] | undefined;
  /** What a person signed in with, where the portal's cookie does not do. */
  readonly token: string | undefined;
  /** Where the page is asked for tickets, instead of the bridge. */
  readonly tickets: MessagePort | undefined;
}

/** Page to engine; `router` comes with the port of a router. */
export type PageMessage = EngineStart | { readonly kind: 'router'; readonly router: string };

/** Engine to page, once it takes routers. */
export interface EngineMessage {
  readonly kind: 'started';
}
