/** An SCP with faults. */
import { serve } from '../service/index.ts';
import type { Handlers, ServeOptions, Server } from '../service/index.ts';
import type { Listener } from '../transport/index.ts';
import { faultyListener } from './connection.ts';
import { faultyHandlers } from './handlers.ts';
import type { Fault } from './types.ts';

/** As `serve`, with these faults; without any it is `serve`. */
export function serveWithFaults(
  listener: Listener,
  handlers: Handlers,
  options: ServeOptions,
  faults: readonly Fault[],
): Server {
  if (faults.length === 0) return serve(listener, handlers, options);
  const lenient = faults.some(({ name }) => name === 'lenient');
  const { aeTitle, ...rest } = options;
  return serve(faultyListener(listener, faults, options.clock), faultyHandlers(handlers, faults), {
    ...rest,
    ...(aeTitle !== undefined && !lenient && { aeTitle }),
  });
}
