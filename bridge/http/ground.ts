/** Where the bridge's requests come from: a server of its own, or one that it is a guest of. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { DicomError } from '../../core/bytes/index.ts';
import type { TlsServer } from '../dial/tls.ts';
import type { BridgeLimits } from '../limits.ts';
import { listenError } from '../listening/listen-error.ts';
import type { Refusal } from './door.ts';
import { httpServer, setLimits } from './http-server.ts';

/** Who takes what comes. */
export interface Callee {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Where a bridge stands. */
export interface Ground {
  /** Whether it is reached by https and wss. */
  readonly secure: boolean;
  /** The path that the bridge lies below: `/`, `/dicom/`. */
  readonly path: string;
  /** What it is bound to; undefined while it is not. */
  readonly bound: AddressInfo | undefined;
  /** Lets requests in. */
  open(callee: Callee): Promise<void>;
  setLimits(limits: BridgeLimits): void;
  setCertificates(tls: TlsServer): void;
  /** Lets no more in; resolves when nothing of the bridge's is open any more. */
  close(): Promise<void>;
}

/** What a server of our own needs. */
export interface OwnGroundOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsServer | undefined;
  readonly limits: BridgeLimits;
  refused(refusal: Refusal): void;
}

export class OwnGround implements Ground {
  readonly secure: boolean;
  readonly path = '/';
  readonly #options: OwnGroundOptions;
  readonly #http: Server;

  constructor(options: OwnGroundOptions) {
    this.secure = options.tls !== undefined;
    this.#options = options;
    this.#http = httpServer(options);
  }

  get bound(): AddressInfo | undefined {
    return addressOf(this.#http);
  }

  /** @throws DicomError USAGE: `details.reason` says why it cannot listen. */
  open({ request, upgrade }: Callee): Promise<void> {
    const { host, port } = this.#options;
    this.#http.on('request', request);
    this.#http.on('upgrade', upgrade);
    return new Promise((resolve, reject) => {
      this.#http.once('error', (error) => reject(listenError(error, host, port)));
      this.#http.listen(port, host, () => {
        this.#http.on('error', () => {}); // a failed accept concerns that caller only
        resolve();
      });
    });
  }

  setLimits(limits: BridgeLimits): void {
    setLimits(this.#http, limits);
  }

  setCertificates(tls: TlsServer): void {
    if (this.#http instanceof SecureServer) this.#http.setSecureContext(tls.options());
  }

  async close(): Promise<void> {
    const closed = new Promise<unknown>((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }
}

/** The TCP address of a server; undefined where it does not listen, or on a pipe. */
export function addressOf(server: Server): AddressInfo | undefined {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address : undefined;
}

/** @throws DicomError USAGE: it is no path of whole segments. */
export function checkPath(path: string): string {
  const whole = path.endsWith('/') ? path : `${path}/`;
  if (/^\/(?:[\w.~-]+\/)*$/.test(whole)) return whole;
  const message = 'The path of a bridge begins with "/" and has letters, digits and -._~ between others.';
  throw new DicomError('USAGE', message);
}
