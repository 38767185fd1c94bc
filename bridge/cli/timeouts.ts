/** `--timeout PHASE=SECONDS`. */
import { TIMEOUT_PHASES, TimeoutError } from '../../core/bytes/index.ts';
import type { Timeouts } from '../../core/bytes/index.ts';
import { LONGEST_TIMEOUT } from '../config/config.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';

export const TIMEOUT_FLAGS: FlagTable = {
  timeout: {
    value: 'PHASE=SECONDS',
    multiple: true,
    help: `how long to wait: ${TIMEOUT_PHASES.join(', ')}; may be given several times`,
  },
};

/** What was typed, the last of each phase. @throws DicomError USAGE naming the choices */
export function timeoutsOf(flags: Flags): Timeouts {
  return Object.fromEntries(flags.list('timeout').map(parseTimeout));
}

/** Which flag gives more time, where that is what was lacking. */
export function timeoutAdvice(error: Error): string {
  return error instanceof TimeoutError ? ` (--timeout ${error.phase}=SECONDS changes how long.)` : '';
}

function parseTimeout(text: string): [string, number] {
  const [, phase = '', number = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!TIMEOUT_PHASES.some((each) => each === phase)) {
    throw usage(
      `--timeout is written PHASE=SECONDS, PHASE one of ${TIMEOUT_PHASES.join(', ')}, not "${text}"`,
    );
  }
  const seconds = Number(number);
  if (!/^\d+(\.\d+)?$/.test(number) || seconds <= 0 || seconds > LONGEST_TIMEOUT) {
    throw usage(
      `--timeout ${phase} is a number of seconds above 0, up to ${LONGEST_TIMEOUT}, not "${number}"`,
    );
  }
  return [phase, seconds];
}
