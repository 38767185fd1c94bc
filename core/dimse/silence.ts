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

/**
 * A peer that stops in the middle of a message must not hold for ever what we keep of it. Most messages end before
 * anybody looks: the timer of one serves those behind it, until it finds none open.
 */
export class MessageWatch {
  readonly #pulse: Pulse;
  readonly #milliseconds: number;
  readonly #silent: (error: TimeoutError) => void;
  /** When the open message began. */
  #begun: number | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(pulse: Pulse, milliseconds: number, silent: (error: TimeoutError) => void) {
    this.#pulse = pulse;
    this.#milliseconds = milliseconds;
    this.#silent = silent;
  }

  /** Tells after everything that came whether a message has begun and lacks its end. */
  update(open: boolean): void {
    if (!open) this.#begun = undefined;
    else if (this.#begun === undefined) {
      this.#begun = this.#pulse.clock.now();
      if (this.#stopTimer === undefined) this.#lookIn(this.#milliseconds);
    }
  }

  /** The association has ended. */
  stop(): void {
    this.#begun = undefined;
    this.#stopTimer?.();
  }

  #lookIn(milliseconds: number): void {
    this.#stopTimer = this.#pulse.clock.after(milliseconds, () => {
      this.#stopTimer = undefined;
      this.#look();
    });
  }

  #look(): void {
    if (this.#begun === undefined) return;
    const { clock, lastActivity } = this.#pulse;
    const left = this.#milliseconds - (clock.now() - Math.max(this.#begun, lastActivity()));
    if (left > 0) this.#lookIn(left);
    else this.#silent(timeoutError('progress', this.#milliseconds, 'a message'));
  }
}
