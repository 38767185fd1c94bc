/** Refusals and aborts as errors whose messages say what to do. */
import { AssociationAbortedError, AssociationRejectedError } from '../bytes/index.ts';
import { abortText, rejectText } from '../pdu/index.ts';
import type { Abort, AssociateRJ, AssociateRQ } from '../pdu/index.ts';

/** What helps, by source and reason of A-ASSOCIATE-RJ (PS3.8 Table 9-21). */
const ADVICE: Readonly<Record<string, (rq: AssociateRQ) => string | undefined>> = {
  // The table has no reason of its own for users; servers give either of these.
  '1/1': aboutUser,
  '2/1': aboutUser,
  '1/3': (rq) =>
    `It does not know the calling AE title ${rq.callingAETitle}: ask its administrator to add it, or change yours.`,
  '1/7': (rq) =>
    `It does not answer to the called AE title ${rq.calledAETitle}: check the title of the peer.`,
  '1/2': () => 'It does not speak DICOM as defined in PS3.7.',
  '2/2': () => 'It speaks another version of the Upper Layer protocol.',
  '3/1': () => 'It is busy: try again later.',
  '3/2': () => 'It has as many associations as it takes: try again later, or use fewer at once.',
};

function aboutUser({ userInformation }: AssociateRQ): string | undefined {
  return userInformation.userIdentity && 'It may not know the user, or not take the proof: check both.';
}

export function rejectionError(rq: AssociateRQ, rj: AssociateRJ): AssociationRejectedError {
  const { result, source, reason } = rejectText(rj.result, rj.source, rj.reason);
  const advice = ADVICE[`${rj.source}/${rj.reason}`]?.(rq) ?? 'Its log or administrator knows why.';
  return new AssociationRejectedError(
    `${rq.calledAETitle} refused the association (${result}, ${source}: ${reason}). ${advice}`,
    rj.result,
    rj.source,
    rj.reason,
  );
}

export function abortError(abort: Abort): AssociationAbortedError {
  const { source, reason } = abortText(abort.source, abort.reason);
  return new AssociationAbortedError(
    `The peer aborted the association (${source}${abort.source === 0 ? '' : `: ${reason}`}). Its log or administrator knows why.`,
    'peer',
    abort.source,
    abort.reason,
  );
}

/** The peer's A-ABORT where an answer to the first request was due: Orthanc, for one, refuses so what a title may not do. */
export function refusalError(abort: Abort, peer: string, calling: string): AssociationAbortedError {
  return new AssociationAbortedError(
    `${peer} accepted the association and aborted it at the first request. Most likely that is refused by policy: ask its administrator what it allows the calling AE title ${calling}.`,
    'peer',
    abort.source,
    abort.reason,
    undefined,
    { refused: true },
  );
}
