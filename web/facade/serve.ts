/** The engine's end of the facade: requests that routers pass on, answered as messages. */
import type { DicomWeb } from '../../core/dicomweb/index.ts';
import type { Locks } from '../engine/slots.ts';
import { giveBody, takeBody } from './bodies.ts';
import { endOf, liveAs } from './lifetimes.ts';
import type { Asked, EngineIsHere, FacadePort } from './messages.ts';

/** A port that a router has given. */
export interface RouterPort {
  postMessage(message: EngineIsHere): void;
  onmessage: ((event: { readonly data: Asked; readonly ports: readonly FacadePort[] }) => void) | null;
}

/** Serves routers by one function. */
export class FacadeServer {
  readonly #answer: DicomWeb;
  readonly #locks: Locks;
  readonly #name: Promise<string>;

  constructor(answer: DicomWeb, locks: Locks) {
    this.#answer = answer;
    this.#locks = locks;
    this.#name = liveAs(locks, 'engine');
  }

  /** Takes a router in until it ends; what it still waits for then is ended, too. `router` is its lock. */
  async join(port: RouterPort, router: string): Promise<void> {
    const waiting = new Set<AbortController>();
    const { ended } = endOf(this.#locks, router);
    void ended.then(() => {
      port.onmessage = null;
      for (const one of waiting) one.abort();
    });
    port.onmessage = ({ data, ports: [way] }) => {
      if (way === undefined) return;
      const stop = new AbortController();
      waiting.add(stop);
      void this.#serve(data, way, stop).finally(() => waiting.delete(stop));
    };
    port.postMessage({ engine: await this.#name });
  }

  async #serve(asked: Asked, port: FacadePort, stop: AbortController): Promise<void> {
    const sent = asked.hasBody ? takeBody(port) : undefined;
    port.addEventListener('message', ({ data }) => {
      if (data.kind === 'abort') stop.abort();
    });
    stop.signal.addEventListener('abort', () => sent?.fail(new TypeError('The request broke off.')));
    port.start();
    const response = await this.#answer(requestOf(asked, sent?.stream, stop.signal));
    const { status, headers, body } = response;
    port.postMessage({ kind: 'head', status, headers: [...headers], hasBody: body !== null });
    if (body !== null) await giveBody(port, body, stop.signal);
  }
}

/** As a server has it. Not every browser takes a stream as the body of a Request. */
function requestOf(
  { url, method, headers }: Asked,
  body: ReadableStream<Uint8Array<ArrayBuffer>> | undefined,
  signal: AbortSignal,
): Request {
  const own = headers.map(([...pair]): [string, string] => pair);
  const request = new Request(url, { method, headers: own, signal });
  if (body !== undefined) Object.defineProperty(request, 'body', { value: body });
  return request;
}
