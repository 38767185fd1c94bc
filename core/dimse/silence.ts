/** Notices that a peer fell silent, without setting a timer anew at each sign of life. */
import type { Clock, TimeoutError, TimeoutPhase } from '../bytes/index.ts';
import { timeoutError } from '../ul/index.ts';
import type { Deadlines } from '../ul/index.ts';

/** How long a phase may take, in milliseconds. */
export interface Deadline {
  readonly phase: TimeoutPhase;
  readonly milliseconds: number;
}

/** When there was something to see last. */
export interface Pulse {
  readonly clock: Clock;
  /** When the association last showed a sign of life, by `clock`: now, while what came is being digested. */
  lastActivity(): number;
}

/**
 * Calls `silent` once, as soon as nothing came for as long as `allowed` says, which is asked anew at least
 * every `step` milliseconds. Silence before the call does not count. Returns how to stop.
 */
export function watchSilence(
  { clock, lastActivity }: Pulse,
  step: number,
  allowed: (begun: number) => Deadline,
  silent: (exceeded: Deadline) => void,
): () => void {
  const begun = clock.now();
  let stop = clock.after(step, look);
  function look(): void {
    const deadline = allowed(begun);
    const quiet = clock.now() - Math.max(begun, lastActivity());
    if (quiet >= deadline.milliseconds) return silent(deadline);
    stop = clock.after(Math.max(1, Math.min(deadline.milliseconds - quiet, step)), look);
  }
  return () => stop();
}

/** What an operation is allowed. A C-MOVE may be silent before its first response as well: its instances go elsewhere. */
export function silenceAllowed(
  deadlines: Deadlines,
  progress: 'progress' | 'moveProgress',
): { readonly response: Deadline; readonly progress: Deadline } {
  if (progress === 'moveProgress') {
    const move: Deadline = { phase: 'move-progress', milliseconds: deadlines.moveProgress };
    return { response: move, progress: move };
  }
  return {
    response: { phase: 'response', milliseconds: deadlines.response },
    progress: { phase: 'progress', milliseconds: deadlines.progress },
  };
}

/** A peer that stops in the middle of a message must not hold for ever what we keep of it. */
export class MessageWatch {
  readonly #start: () => () => void;
  #stop: (() => void) | undefined;

  constructor(pulse: Pulse, milliseconds: number, silent: (error: TimeoutError) => void) {
    const deadline: Deadline = { phase: 'progress', milliseconds };
    const tooLong = (): void => silent(timeoutError('progress', milliseconds, 'a message'));
    this.#start = () => watchSilence(pulse, milliseconds, () => deadline, tooLong);
  }

  /** Tells after everything that came whether a message has begun and lacks its end. */
  update(open: boolean): void {
    if (open) {
      this.#stop ??= this.#start();
    } else {
      this.#stop?.();
      this.#stop = undefined;
    }
  }
}
