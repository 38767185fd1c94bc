/** A bridge whose memory and resources are its own (bridge-child.ts). */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { bundled } from './bundled.ts';

/** What a bridge holds. */
export interface BridgeState {
  readonly tunnels: number;
  /** Resident memory, with what the engine keeps for later. */
  readonly bytes: number;
  /** What objects take up, garbage not counted. */
  readonly objects: number;
  /** The bytes of buffers. */
  readonly buffers: number;
  /** What keeps it running by kind, `TCPSocketWrap` for each socket, `Timeout` for each timer; its pipes to us left out. */
  readonly resources: readonly string[];
}

export class BridgeProcess {
  readonly pid: number;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.pid = child.pid!;
    this.port = port;
  }

  /** A bridge before this one peer, PACS on loopback. */
  static async start(peerPort: number): Promise<BridgeProcess> {
    const child = fork(await bundled('bridge-child'), [String(peerPort)], { execArgv: ['--expose-gc'] });
    const [port] = (await once(child, 'message')) as [number];
    return new BridgeProcess(child, port);
  }

  /** As `Bridge.url`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** What it holds, garbage not counted. */
  async state(): Promise<BridgeState> {
    this.#child.send('state');
    const [state] = (await once(this.#child, 'message')) as [BridgeState];
    return state;
  }

  stop(): void {
    this.#child.kill();
  }
}
