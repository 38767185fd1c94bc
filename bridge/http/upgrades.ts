/** From a request for an upgrade to a WebSocket that went in, or to why it did not; and all that are open. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { TUNNEL_PROTOCOL } from '../../core/transport/index.ts';
import type { BridgeLimits } from '../limits.ts';
import { Pings } from '../tunnel/pings.ts';
import { SHUTTING_DOWN } from '../verdict.ts';
import type { Admission, Refusal } from './door.ts';
import type { Entrance } from './entrances.ts';
import { entranceOf, isAccept, protocolsOf } from './entrances.ts';
import { refuseUpgrade, splitUrl } from './http.ts';
import { webSocketServer } from './http-server.ts';

export interface UpgradesOptions {
  readonly limits: BridgeLimits;
  readonly entrances: ReadonlyMap<string, Entrance>;
  /** Takes each WebSocket that comes once `drain` was called. */
  sendAway(webSocket: WebSocket): void;
  refused(refusal: Refusal): void;
  /** A WebSocket answered no ping and was cut off. */
  lost(): void;
}

export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #server: WebSocketServer;
  readonly #pings: Pings;
  /** Of whom it is being found out who they are; they count as those that are open. */
  readonly #entering = new Set<Duplex>();
  #draining = false;
  #closed = false;

  constructor(options: UpgradesOptions) {
    this.#options = options;
    this.#server = webSocketServer(options.refused);
    this.#pings = new Pings(options.limits, options.lost);
  }

  start(): void {
    this.#pings.start();
  }

  /**
   * From now on nobody enters but who comes for a caller: by a close code, which a page can read; of a status it learns
   * nothing.
   */
  drain(): void {
    this.#draining = true;
  }

  /** Tells who is in, and cuts off who is about to enter. */
  close(): void {
    this.#closed = true;
    this.#pings.stop();
    for (const socket of this.#entering) socket.destroy();
    for (const webSocket of this.#server.clients) webSocket.close(SHUTTING_DOWN.code, SHUTTING_DOWN.reason);
  }

  /** Lets a request enter that the door has judged. */
  async take(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    judged: Admission | Refusal,
  ): Promise<void> {
    socket.on('error', () => {});
    const entrance = entranceOf(splitUrl(request).path, this.#options.entrances);
    const refusal = 'status' in judged ? judged : this.#refusal(request, entrance);
    if ('status' in judged || refusal !== undefined || entrance === undefined) {
      this.#options.refused(refusal!);
      refuseUpgrade(socket, refusal!);
      return;
    }
    const enter = await this.#identified(request, socket, entrance(request, judged));
    if (socket.destroyed) return;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#pings.watch(webSocket);
      if (this.#draining && !isAccept(splitUrl(request).path)) this.#options.sendAway(webSocket);
      else enter(webSocket);
    });
  }

  /** An upgrade has left the HTTP server, and with it the server's deadlines. */
  async #identified<T>(request: IncomingMessage, socket: Duplex, entering: Promise<T>): Promise<T> {
    const tooLate = (): unknown => socket.destroy();
    request.socket.setTimeout(this.#options.limits.bodyTime, tooLate);
    this.#entering.add(socket);
    try {
      return await entering;
    } finally {
      this.#entering.delete(socket);
      request.socket.setTimeout(0).off('timeout', tooLate);
    }
  }

  /** Why a request that came through the door gets no WebSocket. */
  #refusal(request: IncomingMessage, entrance: Entrance | undefined): Refusal | undefined {
    if (entrance === undefined) return { status: 404, cause: 'path', reason: 'Nothing is here.' };
    if (!protocolsOf(request).includes(TUNNEL_PROTOCOL)) {
      return {
        status: 400,
        cause: 'protocol',
        reason: `The WebSocket subprotocol here is ${TUNNEL_PROTOCOL}.`,
      };
    }
    const full = this.#server.clients.size + this.#entering.size >= this.#options.limits.webSockets;
    if (this.#closed || full) {
      return { status: 503, cause: 'overloaded', reason: 'The bridge is shutting down or overloaded.' };
    }
    return undefined;
  }
}
