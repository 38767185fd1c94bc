import { TimeoutError } from '../bytes/index.ts';
import type { TimeoutPhase, Timeouts } from '../bytes/index.ts';

/** How long each phase may take, in milliseconds. Real peers go silent in every one of them. */
export interface Deadlines {
  /** Until the transport connection is open. */
  readonly connect: number;
  /** From A-ASSOCIATE-RQ to its answer; the standard has no timer for Sta5. */
  readonly associate: number;
  /** From a request to its first response. */
  readonly response: number;
  /** Between two signs of life of a C-FIND or C-GET. */
  readonly progress: number;
  /** The same for a C-MOVE, whose instances go elsewhere while we hear nothing. */
  readonly moveProgress: number;
  /** From a request for storage commitment to its report, which may come on another association (PS3.4 J.3.3). */
  readonly report: number;
  /** From A-RELEASE-RQ to A-RELEASE-RP; the standard has no timer for Sta7. */
  readonly release: number;
  /** From C-CANCEL to the final response. */
  readonly cancelGrace: number;
  /** ARTIM (PS3.8 9.1.5). */
  readonly artim: number;
}

/** The deadlines where no others are passed in. */
export const DEFAULT_DEADLINES: Deadlines = Object.freeze({
  connect: 10_000,
  associate: 30_000,
  response: 60_000,
  progress: 60_000,
  moveProgress: 300_000,
  report: 60_000,
  release: 5_000,
  cancelGrace: 5_000,
  artim: 30_000,
});

const BY_PHASE: Readonly<Record<TimeoutPhase, keyof Deadlines>> = {
  connect: 'connect',
  associate: 'associate',
  response: 'response',
  progress: 'progress',
  'move-progress': 'moveProgress',
  report: 'report',
  release: 'release',
  cancel: 'cancelGrace',
  artim: 'artim',
};

/** Seconds by phase, as they are typed and configured, as deadlines. */
export function deadlinesOf(timeouts: Timeouts): Partial<Deadlines> {
  const given = Object.entries(timeouts) as [TimeoutPhase, number | undefined][];
  return Object.fromEntries(
    given.flatMap(([phase, seconds]) => (seconds === undefined ? [] : [[BY_PHASE[phase], seconds * 1000]])),
  );
}

/** What happened in each phase, and what to do; `operation` is what the peer was doing: `C-FIND`. */
const MESSAGES: Readonly<Record<TimeoutPhase, (seconds: number, operation: string) => string>> = {
  connect: (s) => `No connection within ${s} s. Is the host right and reachable?`,
  associate: (s) =>
    `The peer is connected but did not answer the association request within ${s} s. Is it a DICOM server? Check the port, and whether it expects TLS.`,
  response: (s, operation) =>
    `The peer did not answer ${operation} for ${s} s, and was given up. Ask for less, look at its log, or allow it more time.`,
  progress: (s, operation) =>
    `The peer sent nothing for ${s} s during ${operation}, and was given up. Try again, look at its log, or allow it more time.`,
  'move-progress': (s, operation) =>
    `The peer sent nothing for ${s} s during ${operation}, and was given up. It may still be sending: look at the destination, or allow it more time.`,
  report: (s) =>
    `The peer took the request for storage commitment and did not report for ${s} s. Does it know where to call our AE title? Ask again later, or allow it more time.`,
  release: (s) =>
    `The peer did not answer A-RELEASE-RQ for ${s} s; the association was aborted. What was done before is not concerned.`,
  cancel: (s, operation) =>
    `${operation} went on for ${s} s after it was cancelled; the association was aborted. Open another to go on.`,
  artim: (s) =>
    `The peer was connected for ${s} s without asking for an association. Does it speak DICOM, and without TLS?`,
};

/** The error of a phase that took longer than its deadline of so many milliseconds. */
export function timeoutError(phase: TimeoutPhase, milliseconds: number, operation = ''): TimeoutError {
  const details = phase === 'associate' ? { diagnosis: 'silent' } : {};
  return new TimeoutError(phase, milliseconds, MESSAGES[phase](milliseconds / 1000, operation), details);
}
