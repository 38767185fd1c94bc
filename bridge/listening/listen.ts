/** The DICOM port of the bridge: who may call, and whom. It reads 74 bytes, and all else is the page's. */
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Dialed } from '../dial/dial.ts';
import type { BridgeEvent, TurnedAway } from '../record/events.ts';
import { Greeter } from './greeter.ts';
import { Caller } from './inbound.ts';
import type { BridgeLimits } from '../limits.ts';
import { listenError } from './listen-error.ts';
import type { Reception } from './reception.ts';
import type { Sources } from './sources.ts';
import type { TlsServer } from '../dial/tls.ts';

export interface DicomPortOptions {
  readonly limits: BridgeLimits;
  readonly sources: Sources;
  readonly reception: Reception;
  /** Takes callers by TLS only, which ends here. */
  readonly tls?: TlsServer | undefined;
  emit(event: BridgeEvent): void;
}

export class DicomPort {
  readonly #options: DicomPortOptions;
  readonly #server: Server;
  /** Made with the first certificate, and kept for those that it still greets where there is none any more. */
  #greeter: Greeter | undefined;
  #secure = false;
  /** Who has not got to a page yet. */
  readonly #callers = new Set<Caller>();
  /** The addresses of those that have not said whom they call. */
  readonly #silent = new Map<Caller, string>();
  /** What it is bound to, where it is. */
  bound: AddressInfo | undefined;

  constructor(options: DicomPortOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#called(socket));
    this.tls = options.tls;
  }

  /** By which TLS the next callers are taken; none: without. */
  set tls(tls: TlsServer | undefined) {
    this.#secure = tls !== undefined;
    if (tls === undefined) return;
    const heed = (dialed: Dialed): void => this.#heed(dialed);
    if (this.#greeter !== undefined) this.#greeter.renew(tls);
    else this.#greeter = new Greeter(tls, heed, (_, remote) => this.#turnedAway('no TLS', remote));
  }

  /** @throws DicomError USAGE, `details.reason` the system's code. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(error, host, port)));
      this.#server.listen(port, host, () => {
        this.bound = this.#server.address() as AddressInfo;
        this.#server.removeAllListeners('error').on('error', () => {}); // a failed accept concerns that caller only
        resolve();
      });
    });
  }

  /** Takes no more calls, and cuts off who has not got to a page. */
  close(): void {
    this.bound = undefined;
    this.#server.close();
    this.#greeter?.close();
    for (const caller of this.#callers) caller.drop();
  }

  #called(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (!this.#options.sources.admits(address)) return this.#close(socket, 'source not allowed');
    if (this.#full(address)) return this.#close(socket, 'too many callers');
    if (this.#secure) this.#greeter?.greet(socket);
    else this.#heed({ socket, tls: undefined });
  }

  #heed({ socket, tls }: Dialed): void {
    const caller = new Caller(socket, tls);
    this.#callers.add(caller);
    void caller.gone.then(() => this.#callers.delete(caller));
    void this.#look(caller, socket.remoteAddress ?? '');
  }

  #full(address: string): boolean {
    const { callers, peeks, peeksPerSource } = this.#options.limits;
    const { greeting = 0 } = this.#greeter ?? {};
    const silent = this.#silent.size + greeting;
    const own = [...this.#silent.values()].filter((each) => each === address).length;
    const ownGreeting = this.#greeter?.from(address) ?? 0;
    return this.#callers.size + greeting >= callers || silent >= peeks || own + ownGreeting >= peeksPerSource;
  }

  async #look(caller: Caller, address: string): Promise<void> {
    this.#silent.set(caller, address);
    const words = await caller.peek(this.#options.limits.peekTime);
    this.#silent.delete(caller);
    if (typeof words === 'object') this.#options.reception.call(caller, words);
    else {
      caller.drop();
      this.#turnedAway(words, caller.remote);
    }
  }

  #close(socket: Socket, why: TurnedAway): void {
    const remote = socket.remoteAddress ?? 'unknown';
    socket.on('error', () => {}).destroy();
    this.#turnedAway(why, remote);
  }

  #turnedAway(outcome: TurnedAway, remote: string): void {
    this.#options.emit({ type: 'turned away', outcome, remote });
  }
}
