/** Whether PACS can send to this page, and as what. */
import type { ListeningAt } from '../../core/transport/peers.ts';
import type { Engine } from '../engine/client.ts';
import { IN_PAGE_HOST } from '../engine/in-page-host.ts';
import type { ReceivingAt } from '../engine/protocol.ts';
import { EngineError } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';

/** Stands for every address of the bridge's machine. */
const EVERYWHERE = ['0.0.0.0', '::'];

export class Receiving {
  readonly #engine: Engine;
  readonly #listening: () => ListeningAt | undefined;
  readonly #bridgeHost: string;
  #at = $state.raw<ReceivingAt | undefined>();
  #echoFrom = $state.raw<string | undefined>();
  #on = $state.raw(false);
  #problem = $state.raw('');
  #stop = new AbortController();
  #started: Promise<ReceivingAt> | undefined;

  /** `listening` tells what the bridge offers, `bridgeHost` the name it is called by here. */
  constructor(engine: Engine, listening: () => ListeningAt | undefined, bridgeHost: string) {
    this.#engine = engine;
    this.#listening = listening;
    this.#bridgeHost = bridgeHost;
  }

  /** Whether the bridge has a title for this page. */
  get available(): boolean {
    return Object.values(this.#listening()?.pools ?? {}).some((titles) => titles.length > 0);
  }

  /** Whether only the AEs within this page can send to it. */
  get inPage(): boolean {
    return this.#listening()?.host === IN_PAGE_HOST;
  }

  get on(): boolean {
    return this.#on;
  }

  /** Where a PACS calls this page; undefined while it cannot. */
  get at(): ReceivingAt | undefined {
    const at = this.#at;
    return at && { ...at, host: EVERYWHERE.includes(at.host) ? this.#bridgeHost : at.host };
  }

  /** Who echoed to this page last, by calling AE title. */
  get echoFrom(): string | undefined {
    return this.#echoFrom;
  }

  /** Why it stopped, in a sentence; empty where nothing went wrong. */
  get problem(): string {
    return this.#problem;
  }

  /** `Receiving as WEB01 (port 11112)`. */
  get summary(): string {
    const { at } = this;
    if (at !== undefined) return t.receiving.at(at.aeTitle, String(at.port));
    return this.#on && !this.inPage ? t.receiving.asking : '';
  }

  /** Takes an AE title of the bridge, and keeps what comes for it. Rejects where there is none to be had. */
  start(): Promise<ReceivingAt> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  stop(): void {
    this.#stop.abort();
  }

  toggle(): void {
    if (this.#on) this.stop();
    else this.start().catch(() => {}); // `problem` says why
  }

  #begin(): Promise<ReceivingAt> {
    this.#stop = new AbortController();
    this.#on = true;
    this.#problem = '';
    return new Promise((resolve, reject) => {
      this.#receive(resolve)
        .catch((thrown: unknown) => {
          this.#problem = thrown instanceof EngineError ? thrown.failure.message : String(thrown);
          reject(thrown);
        })
        .finally(() => {
          this.#at = undefined;
          this.#on = false;
          this.#started = undefined;
          reject(new Error(t.receiving.stopped)); // without effect where it had begun
        });
    });
  }

  async #receive(begun: (at: ReceivingAt) => void): Promise<void> {
    const call = this.#engine.receive({ signal: this.#stop.signal, inPage: this.inPage });
    for await (const steps of call) {
      for (const step of steps) {
        if ('echoFrom' in step) this.#echoFrom = step.echoFrom;
        else begun((this.#at = step));
      }
    }
    await call.result;
  }
}
