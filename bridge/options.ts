/** What a bridge is started with, and what it is while it runs. */
import type { Server } from 'node:http';
import type { Authorize, Rights } from './access/access.ts';
import type { AllowedTarget } from './dial/addresses.ts';
import type { CallablePeer } from './dial/dial.ts';
import type { TlsServer } from './dial/tls.ts';
import type { MetricsText, Route } from './http/routes.ts';
import type { BridgeLimits } from './limits.ts';
import type { ListenerSettings } from './listening/listening.ts';
import type { BridgeEvent } from './record/events.ts';
import type { TunnelCounts } from './tunnel/tunnel.ts';

/** What may change while the bridge runs. */
export interface BridgeSettings {
  readonly peers: readonly CallablePeer[];
  /** Where it is seen from outside; a GET by another of its names is sent there. */
  readonly publicUrl?: string | undefined;
  /** Further names by which it may be called, exact values of Host. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Origins of other pages that may use it, exact. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Origins of portals that may show the page in a frame. */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Who may read the metrics, where users sign in; without sign-in everybody who comes in. */
  readonly metricsUsers?: readonly string[] | undefined;
  /** Where may be called without a name, by whom `targets` is allowed. */
  readonly allowTargets?: readonly AllowedTarget[] | undefined;
  /** Tells users apart; without it nobody signs in, which is for loopback. */
  readonly authorize?: Authorize | undefined;
  /** What a user may now, asked again while something of his is open; without it, what he may stays. */
  readonly rightsOf?: ((rights: Rights) => Rights | undefined) | undefined;
  /** To speak https and wss itself; certificates may change while it runs, not whether there are any. */
  readonly tls?: TlsServer | undefined;
  /** Opens a DICOM port for pages; its address is that of the start, the rest may change. */
  readonly listener?: ListenerSettings | undefined;
  /** The others are as usual; without any they stay as they are. How long headers may be is that of the start. */
  readonly limits?: Partial<BridgeLimits> | undefined;
}

/** What holds as long as a bridge runs, wherever it stands. */
export interface LastingOptions extends BridgeSettings {
  /** Be reachable without sign-in or TLS all the same. */
  readonly insecure?: boolean | undefined;
  /** Folder of the built page; without it there is none. */
  readonly webRoot?: string | undefined;
  /**
   * Answers what is none of the bridge's own paths, instead of the files of `webRoot`.
   * @internal
   */
  readonly site?: ((path: string) => Route) | undefined;
  /**
   * Runs already in this process: its DICOM port is that of our pages, too.
   * @internal
   */
  readonly beside?: Bridge | undefined;
  /** Folder of the built elements, served below `/elements/` to pages of the origins that may use the bridge. */
  readonly elementsRoot?: string | undefined;
  /** Answers `/metrics`, as `Metrics` does. */
  readonly metrics?: MetricsText | undefined;
  readonly onEvent?: ((event: BridgeEvent) => void) | undefined;
}

/** A bridge with a server of its own. */
export interface BridgeOptions extends LastingOptions {
  /** The address to bind to: a loopback address, unless users sign in over TLS. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** A bridge on a server that is there; its limits of HTTP and its certificates are its own. */
export interface MountOptions extends Omit<LastingOptions, 'tls'> {
  /** Listens already. What it does with requests stays as it is, but for those below `path`. */
  readonly server: Server;
  /** What the bridge lies below: `/dicom`. */
  readonly path: string;
}

/** A bridge that runs. */
export interface Bridge {
  /** Where the page is: `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly port: number;
  /** Of the DICOM port; undefined where there is none. */
  readonly dicomPort: number | undefined;
  /** What every open tunnel has moved, and holds. */
  tunnels(): readonly TunnelCounts[];
  /**
   * Takes other settings; what they do not allow any more ends, what they do goes on.
   * @throws DicomError USAGE: they would open it to others, as at the start; those before stay.
   */
  reconfigure(settings: BridgeSettings): void;
  /**
   * Takes nothing new, lets open tunnels go on until they end or `drainTime` is over, then closes. Pages that hold a
   * title go on being called meanwhile, and for 2 s behind the last tunnel. New WebSockets are
   * told 4503, requests 503.
   */
  drain(): Promise<void>;
  /** Tells every page, resets every peer, and resolves when nothing is open any more (2 s at most). */
  close(): Promise<void>;
}
