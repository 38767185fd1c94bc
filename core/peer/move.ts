/** Retrieve by C-MOVE: the peer sends to a third AE, and tells how far it is (PS3.4 C.4.2). */
import { DicomError, StatusError, SYSTEM_CLOCK } from '../bytes/index.ts';
import { associate, NATIVE_SYNTAXES, QUERY_RETRIEVE } from '../service/index.ts';
import type { Association, RetrieveRequest } from '../service/index.ts';
import { withAssociation } from './open.ts';
import { withSlot } from './slots.ts';
import { task } from './task.ts';
import type { Reporter } from './task.ts';
import type { PeerAddress, RetrieveOutcome, RetrieveProgress, Task } from './types.ts';

/** Has the peer send to the AE title `destination`, which it must know. */
export function move(
  peer: PeerAddress,
  request: RetrieveRequest,
  destination: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Task<RetrieveProgress, RetrieveOutcome> {
  const contexts = [
    { abstractSyntax: QUERY_RETRIEVE[request.model].MOVE, transferSyntaxes: NATIVE_SYNTAXES },
  ];
  return task(signal, 'latest', (reporter) => {
    const moving = (association: Association): Promise<RetrieveOutcome> =>
      follow(association, request, destination, reporter);
    const { signal } = reporter;
    return withSlot(peer.slots, signal, () =>
      withAssociation(associate, peer, contexts, signal, moving, true),
    );
  });
}

async function follow(
  association: Association,
  request: RetrieveRequest,
  destination: string,
  reporter: Reporter<RetrieveProgress>,
): Promise<RetrieveOutcome> {
  const start = SYSTEM_CLOCK.now();
  const responses = association.move(request, { destination, signal: reporter.signal });
  try {
    for await (const progress of responses)
      void reporter.step({ ...progress, received: undefined, bytes: 0 });
  } catch (error) {
    if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'The move was cancelled.');
    // A failure status still tells counts; anything else means that there is no final response.
    if (!(error instanceof StatusError)) throw error;
  }
  const milliseconds = SYSTEM_CLOCK.now() - start;
  return { ...(await responses.result), received: undefined, bytes: 0, milliseconds };
}
