/** What `serve` keeps beside the bridge for its operator: the connection log, and the metrics. */
import type { BridgeEvent } from '../record/events.ts';
import { Journal, logLine } from '../record/journal.ts';
import { LateMetrics } from '../record/late-metrics.ts';
import { reason } from '../dial/reason.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import type { Output } from './output.ts';

export const LOG_FLAG: FlagTable = {
  log: {
    value: 'FILE',
    help: 'writes a line of JSON for each connection; - is stdout, SIGHUP opens it anew',
  },
};

export interface Observers {
  readonly metrics: LateMetrics;
  /** For people: where stdout is the log, nothing else may stand there. */
  readonly output: Output;
  readonly onEvent: (event: BridgeEvent) => void;
  reopen(): void;
  close(): void;
}

/** @throws DicomError USAGE where the log cannot be opened. */
export function observers(flags: Flags, output: Output, isPeer: (name: string) => boolean): Observers {
  const file = flags.text('log');
  const metrics = new LateMetrics({ isPeer, process: true });
  const journal = file === undefined || file === '-' ? undefined : open(file, output);
  return {
    metrics,
    output: file === '-' ? { ...output, line: async (text) => output.note(text) } : output,
    onEvent(event) {
      metrics.count(event);
      journal?.write(event);
      if (file === '-') process.stdout.write(`${logLine(event, new Date())}\n`);
    },
    reopen: () => journal?.reopen(),
    close: () => journal?.close(),
  };
}

function open(file: string, output: Output): Journal {
  try {
    return new Journal(file, {
      failed: (error) => output.note(`--log: nothing can be written to ${file}: ${reason(error)}`),
    });
  } catch (error) {
    throw usage(`--log: ${file} cannot be opened: ${reason(error)}`);
  }
}
