/** An association with a peer, opened for one task and released after it. */
import { AssociationRejectedError, DicomError, SYSTEM_CLOCK } from '../bytes/index.ts';
import type { Clock } from '../bytes/index.ts';
import { transferSyntax } from '../data/index.ts';
import { DEFAULT_DEADLINES, NATIVE_SYNTAXES } from '../service/index.ts';
import type { AssociateOptions, ContextProposal, FindOptions, OpenAssociation } from '../service/index.ts';
import type { Dialer, Target } from '../transport/index.ts';
import type { PeerAddress } from './types.ts';

/** PS3.8 Table 9-21: rejected-transient, as for temporary-congestion and local-limit-exceeded. */
const TRANSIENT = 2;
/** How long to wait after such a rejection, in milliseconds: twice as long each time, up to the longest. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** How an association is opened: `associate`, or `openAssociation` by those who only ask. */
type Opening<A> = (dialer: Dialer, target: Target, options: AssociateOptions) => Promise<A>;

/**
 * Runs `task` on a new association and releases it behind, whether the task succeeds or throws. With `patient` it asks
 * again where the peer rejects for the moment only, as long as the deadline of the association request allows.
 */
export async function withAssociation<A extends OpenAssociation, T>(
  opening: Opening<A>,
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
  task: (association: A) => Promise<T>,
  patient = false,
): Promise<T> {
  const association = await (patient ? openPatiently : open)(opening, peer, contexts, signal);
  try {
    peer.opened?.(association);
    return await task(association);
  } finally {
    await leave(association, signal);
  }
}

/** How queries to the peer are asked. */
export function findOptions(
  { characterSet, emptyCharacterSet }: PeerAddress,
  signal: AbortSignal,
): FindOptions {
  return {
    signal,
    ...(characterSet !== undefined && { characterSet }),
    ...(emptyCharacterSet !== undefined && { emptyCharacterSet }),
  };
}

/** Who cancelled waits for nothing: what still drains, and the release, go on behind the scenes. */
async function leave(association: OpenAssociation, signal: AbortSignal | undefined): Promise<void> {
  const { busy } = association;
  const released = association.release();
  if (busy || signal?.aborted) return;
  let cancel!: () => void;
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  signal?.addEventListener('abort', cancel, { once: true });
  await Promise.race([released, cancelled]);
  signal?.removeEventListener('abort', cancel);
}

/** What the address asks for in the place of our own choice: one context for each storage class. */
function chosen(
  contexts: readonly ContextProposal[],
  wanted: readonly string[] | undefined,
): ContextProposal[] {
  if (wanted === undefined) return [...contexts];
  const written = wanted.filter((uid) => transferSyntax(uid)?.writable);
  const identifiers = written.length > 0 ? written : NATIVE_SYNTAXES;
  return contexts.flatMap((context, i) => {
    if (context.role === undefined) {
      const ours = context.transferSyntaxes === NATIVE_SYNTAXES;
      return ours ? { ...context, transferSyntaxes: identifiers } : context;
    }
    const first = contexts.findIndex(({ abstractSyntax }) => abstractSyntax === context.abstractSyntax) === i;
    return first ? { ...context, transferSyntaxes: wanted } : [];
  });
}

async function openPatiently<A>(
  opening: Opening<A>,
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<A> {
  const clock = peer.clock ?? SYSTEM_CLOCK;
  const begun = clock.now();
  const { associate: patience } = { ...DEFAULT_DEADLINES, ...peer.deadlines };
  for (let asked = 1, wait = FIRST_WAIT_MS; ; asked++, wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await open(opening, peer, contexts, signal);
    } catch (error) {
      if (!(error instanceof AssociationRejectedError) || error.result !== TRANSIENT) throw error;
      if (clock.now() + wait - begun >= patience) throw stillRejected(error, asked, clock.now() - begun);
    }
    await pause(clock, wait, signal);
  }
}

function stillRejected(last: AssociationRejectedError, asked: number, milliseconds: number): Error {
  if (asked === 1) return last;
  const message = `${last.message} It was asked ${asked} times within ${Math.round(milliseconds / 1000)} s.`;
  return new AssociationRejectedError(message, last.result, last.source, last.reason);
}

/** Rejects with CANCELLED when the signal aborts. */
function pause(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      stop();
      reject(new DicomError('CANCELLED', 'Waiting for the peer was cancelled.'));
    };
    const stop = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    });
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

function open<A>(
  opening: Opening<A>,
  peer: PeerAddress,
  contexts: readonly ContextProposal[],
  signal: AbortSignal | undefined,
): Promise<A> {
  return opening(peer.dialer, peer.target, {
    callingAETitle: peer.callingAETitle,
    calledAETitle: peer.aeTitle,
    contexts: chosen(contexts, peer.transferSyntaxes),
    ...(peer.maximumLength !== undefined && { maximumLength: peer.maximumLength }),
    ...(peer.deadlines && { deadlines: peer.deadlines }),
    ...(peer.extended && { extended: peer.extended }),
    ...(peer.userIdentity && { userIdentity: peer.userIdentity }),
    ...(peer.sink && { sink: peer.sink }),
    ...(peer.clock && { clock: peer.clock }),
    ...(signal && { signal }),
  });
}
