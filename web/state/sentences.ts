/**
 * Every failure as sentences: what happened, why as far as known, what to do next. The one place where codes and
 * statuses are given to the sentences of `strings/`.
 */
import { statusOf, statusText } from '../../core/dict/index.ts';
import { hexNumber } from '../../core/bytes/index.ts';
import type { ErrorCode } from '../../core/bytes/index.ts';
import type { Failure } from '../engine/protocol.ts';
import { EngineError, failureOf } from '../engine/protocol.ts';
import type { Service, Situation } from '../strings/index.ts';
import { failures } from '../strings/failures.ts';
import { t } from '../strings/index.ts';
import { bytes, seconds } from './format.ts';
import { localNetwork } from './local-network.ts';

void localNetwork.look(); // it is told with a failure, which does not wait for it then

export { localNetwork } from './local-network.ts';
export type { Service, Situation } from '../strings/index.ts';

type Writer = (failure: Failure, situation: Situation) => string;

/** One writer per code; the compiler sees to it that none is missing. */
const BY_CODE: Record<ErrorCode | 'UNEXPECTED', Writer> = {
  CONNECT_FAILED: connectFailed,
  NOT_DICOM: notDicom,
  CONNECTION_LOST: connectionLost,
  PEER_UNKNOWN: (_, s) => failures.peerUnknown(s),
  NOT_ALLOWED: notAllowed,
  TUNNEL_PROTOCOL: () => failures.tunnelProtocol,
  ASSOCIATION_REJECTED: rejected,
  ASSOCIATION_ABORTED: aborted,
  ASSOCIATION_ENDED: (_, s) => failures.associationEnded(s),
  CONTEXT_REFUSED: (_, s) => failures.contextRefused(s),
  TIMEOUT: timedOut,
  STATUS_FAILURE: statusFailure,
  CANCELLED: (_, s) => failures.cancelled(s),
  STORE_FULL: (_, s) => failures.storeFull(s.apart === true),
  STORE_FAILED: (f, s) => failures.storeFailed(bare(f.message), s.apart === true),
  FILE_INVALID: fileInvalid,
  TRANSFER_SYNTAX_UNSUPPORTED: (f) => `${sentenceCase(bare(f.message))}.`,
  IMAGE_INVALID: (f) => failures.imageUnshown(sentenceCase(bare(f.message))),
  IMAGE_UNSUPPORTED: (f) => failures.imageUnshown(sentenceCase(bare(f.message))),
  CODEC_BLOCKED: () => t.viewer.codecBlocked,
  CODEC_FAILED: (f) => failures.codecFailed(sentenceCase(bare(f.message))),
  USAGE: (f) => failures.usage(bare(f.message)),
  VALUE_INVALID: (f) => failures.valueInvalid(bare(f.message)),
  BYTES_TRUNCATED: unreadable,
  LIMIT_EXCEEDED: unreadable,
  PDU_UNRECOGNIZED: unreadable,
  PDU_INVALID: unreadable,
  COMMAND_INVALID: unreadable,
  MESSAGE_INVALID: unreadable,
  DATASET_INVALID: unreadable,
  UNEXPECTED: (f, s) => failures.unexpected(s, bare(f.message)),
};

/** What was thrown, in sentences. */
export function explain(thrown: unknown, situation: Situation): string {
  const failure = thrown instanceof EngineError ? thrown.failure : failureOf(thrown);
  return BY_CODE[failure.code](failure, situation);
}

/** Something of the page itself failed, with no peer in it. */
export function explainLocal(thrown: unknown): string {
  const failure = failureOf(thrown);
  return failure.code === 'CANCELLED'
    ? failures.cancelledHere
    : failures.storeFailed(bare(failure.message), false);
}

/** What people meet often is told in their language, the rest as core says it. */
function fileInvalid({ message, details }: Failure): string {
  const { missing, diagnosis } = details;
  if (typeof missing === 'number') return failures.cutOff(bytes(missing));
  return entry(failures.files, diagnosis) ?? `${sentenceCase(bare(message))}.`;
}

function unreadable(failure: Failure, situation: Situation): string {
  return failures.unreadable(situation, bare(failure.message));
}

/** Close codes of the tunnel that mean the bridge itself: not there, gone, shutting down. */
const BRIDGE_GONE: ReadonlySet<unknown> = new Set([1001, 1006, 4503]);

/** The page around an element has none to give. */
const NO_TICKET = 'no-ticket';

/** The browser keeps this page from the network that the bridge is in. */
export function localNetworkSentence(): string {
  return failures.localNetwork;
}

/** A refused permission looks the same: whoever calls this the first time has looked for it before. */
function bridgeGone(): string {
  return localNetwork.refused ? localNetworkSentence() : failures.noBridge;
}

/** The bridge said no, and by its close code why. */
function notAllowed({ details, message }: Failure, situation: Situation): string {
  const { closeCode, httpStatus, reason } = details;
  if (closeCode === 4401 || httpStatus === 401) return failures.signedOut;
  if (closeCode === 4429 || httpStatus === 429) return failures.noRoom(situation, String(reason ?? message));
  if (reason === NO_TICKET) return failures.noTicket(String(details['why']));
  if (reason === 'calling AE title not allowed') return failures.titleNotAllowed(situation);
  return failures.notAllowed(situation);
}

function connectFailed({ message, details }: Failure, situation: Situation): string {
  if (BRIDGE_GONE.has(details['closeCode'])) return bridgeGone();
  // What TLS says is said in full by whoever called; ECONNRESET and the like mean something else there.
  const tls = details['diagnosis'] === 'tls-failed';
  const known = tls ? undefined : entry(failures.connect, details['reason']);
  return known?.(situation) ?? failures.noConnection(situation, bare(message));
}

function notDicom({ details }: Failure, situation: Situation): string {
  if (details['diagnosis'] === 'tls') return failures.wantsTls(situation);
  const { speakers, notDicom: write } = failures;
  return write(situation, entry(speakers, details['diagnosis']) ?? speakers.text);
}

function connectionLost({ details }: Failure, situation: Situation): string {
  if (BRIDGE_GONE.has(details['closeCode'])) return bridgeGone();
  const closed = details['diagnosis'] === 'closed';
  return closed ? failures.closedAtOnce(situation) : failures.connectionLost(situation);
}

function rejected({ details }: Failure, situation: Situation): string {
  const { result, source, reason } = details;
  const { rejections, sources, rejectedForNow, rejectedForGood, rejectedOddly } = failures;
  const who = entry(sources, source) ?? sources.unknown;
  const why = entry<(s: Situation) => string>(rejections, `${source}.${reason}`);
  if (why === undefined) return rejectedOddly(situation, who, String(reason));
  // PS3.8 Table 9-21: 1 rejected-permanent, 2 rejected-transient.
  return (result === 2 ? rejectedForNow : rejectedForGood)(situation, why(situation), who);
}

function aborted({ details }: Failure, situation: Situation): string {
  if (details['by'] === 'us') return failures.abortedByUs(situation);
  if (details['refused'] === true) return failures.abortedAtOnce(situation);
  // PS3.8 Table 9-26: 0 service-user, 2 service-provider.
  const { abortedByProvider, abortedByUser } = failures;
  return (details['source'] === 2 ? abortedByProvider : abortedByUser)(situation);
}

function timedOut(failure: Failure, situation: Situation): string {
  const { details } = failure;
  if (details['reason'] === NO_TICKET) return notAllowed(failure, situation);
  const { itsTime, phases, silent, timedOut: write } = failures;
  const milliseconds = Number(details['milliseconds']);
  const waited = Number.isFinite(milliseconds) ? seconds(milliseconds) : itsTime;
  if (details['diagnosis'] === 'silent') return silent(situation, waited);
  return write(situation, waited, entry(phases, details['phase']) ?? phases.response);
}

function statusFailure(failure: Failure, situation: Situation): string {
  const status = Number(failure.details['status']);
  return statusSentence(status, situation) + says(failure.details['comment']);
}

function statusSentence(status: number, situation: Situation): string {
  const hex = hexNumber(status, 4);
  const { service } = situation;
  const { statuses, status: write } = failures;
  const keys = [
    `${service} ${hex}`,
    `${service} ${hex.slice(0, 2)}xx`,
    `${service} ${hex.slice(0, 1)}xxx`,
    hex,
  ];
  const known = keys.map((key) => entry(statuses, key)).find((writer) => writer !== undefined);
  return known?.(situation) ?? write(situation, meaningOf(service, status), statusText(status));
}

/** A C-STORE that was answered with a warning status: stored, but not as it was sent. */
export function storeWarning(status: number, situation: Situation, comment?: string): string {
  return failures.storeWarning(situation, meaningOf('C-STORE', status), statusText(status)) + says(comment);
}

/** The Error Comment of a peer, behind a sentence of ours. */
function says(comment: unknown): string {
  const told = typeof comment === 'string' ? comment.trim() : '';
  return told === '' ? '' : t.outcomes.says(told);
}

function meaningOf(service: Service, status: number): string {
  const { name, meaning } = statusOf(service, status);
  return bare(meaning === '' ? name : meaning);
}

/** What a table has under a word that came from elsewhere. */
function entry<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return Object.hasOwn(table, String(key)) ? table[String(key)] : undefined;
}

function bare(message: string): string {
  return message.trim().replace(/\.$/, '');
}

function sentenceCase(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
