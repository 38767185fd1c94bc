/** SIGHUP: the configuration is read again, and what cannot change while it runs is told. */
import { asError } from '../../core/bytes/index.ts';
import type { BridgeLimits } from '../limits.ts';
import { DEFAULT_BRIDGE_LIMITS } from '../limits.ts';
import type { ListenerSettings } from '../listening/listening.ts';
import type { TlsServer } from '../dial/tls.ts';
import type { Output } from './output.ts';

/** What a bridge has from its start on, whatever is configured later. */
export interface Lasting {
  readonly host: string;
  readonly port: number;
  readonly pacsPort: number;
  readonly listener: ListenerSettings | undefined;
  readonly tls: TlsServer | undefined;
  readonly limits: Partial<BridgeLimits> | undefined;
}

/** The same by the names of the configuration. */
function named({ host, port, pacsPort, listener, tls, limits }: Lasting): Readonly<Record<string, unknown>> {
  return {
    host,
    port,
    pacsPort,
    dicomHost: listener?.host,
    dicomPort: listener?.port,
    'whether there is tls': tls !== undefined,
    'whether tls has a ca': tls?.options().requestCert === true,
    'limits.headerBytes': { ...DEFAULT_BRIDGE_LIMITS, ...limits }.headerBytes,
  };
}

/** Says in a line what is configured now and would take a new start; nothing where nothing is. */
export function noteLasting(start: Lasting, now: Lasting, output: Output): void {
  const [before, after] = [named(start), named(now)];
  const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return;
  output.note(`These stay as they were at the start, until the next: ${changed.join(', ')}.`);
}

/** On SIGHUP takes the configuration anew; where there is a mistake in it, goes on with what there was. */
export function onReload(reload: () => Promise<void>, output: Output): () => void {
  let last = Promise.resolve();
  const listener = (): void => {
    // One behind the other, so that what was read last is what holds.
    last = last.then(reload).then(
      () => output.note('The configuration was read again.'),
      (error: unknown) => output.note(`The configuration stays as it was: ${asError(error).message}`),
    );
  };
  process.on('SIGHUP', listener);
  return () => void process.off('SIGHUP', listener);
}
