import type { Engine } from './engine/client.ts';

declare global {
  interface Window {
    /** For measurements and tests; see README.md. */
    webdimse?: Pick<Engine, 'stats' | 'pace'>;
  }
}

/** Lets tests and measurements ask the engine from outside. */
export function offerHook(engine: Engine): void {
  window.webdimse = {
    stats: () => engine.stats(),
    pace: (bytesPerSecond) => engine.pace(bytesPerSecond),
  };
}
