/**
 * Every failure as sentences: what happened, why as far as known, what to do next. The one place where
 * codes and statuses become words for people.
 */
import { statusOf, statusText } from '../../core/dict/index.ts';
import { hexNumber } from '../../core/bytes/index.ts';
import type { ErrorCode } from '../../core/bytes/index.ts';
import type { Failure } from '../engine/protocol.ts';
import { EngineError, failureOf } from '../engine/protocol.ts';

/** What was being done, to whom. */
export interface Situation {
  readonly service: Service;
  readonly peer: string;
  /** `10.0.0.5:104`. */
  readonly address: string;
  readonly calledAETitle: string;
  readonly callingAETitle: string;
  /** Of a C-MOVE. */
  readonly destination?: string;
}
export type Service = 'C-ECHO' | 'C-FIND' | 'C-GET' | 'C-MOVE' | 'C-STORE';

const WHAT: Record<Service, string> = {
  'C-ECHO': 'the echo',
  'C-FIND': 'the search',
  'C-GET': 'the retrieve',
  'C-MOVE': 'the move',
  'C-STORE': 'the sending',
};

/** What the peer would have to offer. */
const OFFER: Record<Service, string> = {
  'C-ECHO': 'the echo (Verification)',
  'C-FIND': 'searching (Query, C-FIND)',
  'C-GET': 'retrieving over the same connection (C-GET)',
  'C-MOVE': 'moving (C-MOVE)',
  'C-STORE': 'storage of these kinds of images',
};

const INSTEAD: Record<Service, string> = {
  'C-ECHO': 'Ask its administrator whether it allows us this service.',
  'C-FIND': 'Ask its administrator to allow it for us, or try the other query model.',
  'C-GET': 'Use Move instead: many archives offer only that.',
  'C-MOVE': 'Ask its administrator to allow it for us, or use Retrieve.',
  'C-STORE': 'Ask its administrator which kinds of images and transfer syntaxes it takes.',
};

type Writer = (failure: Failure, situation: Situation) => string;

/** One writer per code; the compiler sees to it that none is missing. */
const BY_CODE: Record<ErrorCode | 'UNEXPECTED', Writer> = {
  CONNECT_FAILED: (failure, situation) => connectFailed(failure, situation),
  NOT_DICOM: (failure, situation) => notDicom(failure, situation),
  CONNECTION_LOST: (failure, situation) => connectionLost(failure, situation),
  PEER_UNKNOWN: (_, s) =>
    `The bridge knows no peer named ${s.peer} any more. Reload the page to see the peers it knows now.`,
  NOT_ALLOWED: (failure, situation) => notAllowed(failure, situation),
  TUNNEL_PROTOCOL: () =>
    'The bridge and this page do not understand each other: they are probably of different versions. ' +
    'Reload the page; if that does not help, restart the bridge.',
  ASSOCIATION_REJECTED: (failure, situation) => rejected(failure, situation),
  ASSOCIATION_ABORTED: (failure, situation) => aborted(failure, situation),
  ASSOCIATION_ENDED: (_, s) =>
    `${s.peer} ended the association before ${WHAT[s.service]} was complete. Try again.`,
  CONTEXT_REFUSED: (_, s) =>
    `${s.peer} accepted the association, but nothing of what ${WHAT[s.service]} needs: it does not offer us ` +
    `${OFFER[s.service]}. ${INSTEAD[s.service]}`,
  TIMEOUT: (failure, situation) => timedOut(failure, situation),
  STATUS_FAILURE: (failure, situation) => statusFailure(failure, situation),
  CANCELLED: (_, s) => `You cancelled ${WHAT[s.service]}.`,
  STORE_FULL: () =>
    'The memory of this page is full (1 GiB). Save what you need under Received, remove it there, then try again.',
  STORE_FAILED: (f) =>
    `The page could not keep a file: ${bare(f.message)}. Remove some received files and try again.`,
  FILE_INVALID: (f) => `${sentenceCase(bare(f.message))}.`,
  TRANSFER_SYNTAX_UNSUPPORTED: (f) => `${sentenceCase(bare(f.message))}.`,
  IMAGE_INVALID: (f) => `${sentenceCase(bare(f.message))}. The file can be saved as it is.`,
  IMAGE_UNSUPPORTED: (f) => `${sentenceCase(bare(f.message))}. The file can be saved as it is.`,
  USAGE: (f) => `This cannot be done: ${bare(f.message)}. Check what was typed.`,
  VALUE_INVALID: (f) => `A value cannot be sent as it is: ${bare(f.message)}. Check what was typed.`,
  BYTES_TRUNCATED: unreadable,
  LIMIT_EXCEEDED: unreadable,
  PDU_UNRECOGNIZED: unreadable,
  PDU_INVALID: unreadable,
  COMMAND_INVALID: unreadable,
  MESSAGE_INVALID: unreadable,
  DATASET_INVALID: unreadable,
  UNEXPECTED: (f, s) =>
    `Something went wrong in this page during ${WHAT[s.service]}: ${bare(f.message)}. Reload the page and try again; ` +
    'if it happens again, please report it.',
};

/** What was thrown, in sentences. */
export function explain(thrown: unknown, situation: Situation): string {
  const failure = thrown instanceof EngineError ? thrown.failure : failureOf(thrown);
  return BY_CODE[failure.code](failure, situation);
}

/** Something of the page itself failed, with no peer in it. */
export function explainLocal(thrown: unknown): string {
  const failure = failureOf(thrown);
  if (failure.code === 'CANCELLED') return 'You cancelled it.';
  return BY_CODE.STORE_FAILED(failure, NOBODY);
}

const NOBODY: Situation = {
  service: 'C-STORE',
  peer: '',
  address: '',
  calledAETitle: '',
  callingAETitle: '',
};

function unreadable(failure: Failure, situation: Situation): string {
  return (
    `${situation.peer} sent something that contradicts the standard, so ${WHAT[situation.service]} was stopped: ` +
    `${bare(failure.message)}. Tell its vendor, with this sentence.`
  );
}

/** The system's word for why no connection came about. */
const CONNECT: Record<string, (situation: Situation) => string> = {
  ECONNREFUSED: (s) =>
    `${s.peer} refused the connection: nothing listens at ${s.address}. Check that it runs, and its port.`,
  ECONNRESET: (s) =>
    `${s.peer} at ${s.address} closed the connection at once. It may allow only known addresses; ask its administrator.`,
  ETIMEDOUT: (s) =>
    `${s.peer} did not answer at ${s.address}: the address is wrong, it is switched off, or a firewall swallows ` +
    'the connection. Check the address, then ask who runs the network.',
  EHOSTUNREACH: (s) => `There is no way to ${s.address} (${s.peer}). Check the network and the address.`,
  ENETUNREACH: (s) =>
    `There is no way to the network of ${s.address} (${s.peer}). Check the network of the bridge.`,
  ENOTFOUND: (s) => `The host name of ${s.peer} (${s.address}) does not exist. Check how it is written.`,
  EAI_AGAIN: (s) => `The host name of ${s.peer} (${s.address}) cannot be looked up now. Check the network.`,
};

/** Close codes of the tunnel that mean the bridge itself: not there, gone, shutting down. */
const BRIDGE_GONE: ReadonlySet<unknown> = new Set([1001, 1006, 4503]);
const NO_BRIDGE =
  'The bridge that this page came from does not answer. Start it again where it ran (npm start), then try again.';

/** The bridge said no, and by its close code why. */
function notAllowed({ details, message }: Failure, { peer, callingAETitle }: Situation): string {
  const { closeCode, httpStatus, reason } = details;
  if (closeCode === 4401 || httpStatus === 401)
    return 'Your sign-in at the bridge has ended. Reload the page and sign in again.';
  if (closeCode === 4429 || httpStatus === 429) {
    return `The bridge has no room for another connection to ${peer} (${String(reason ?? message)}). Wait until one ends, then try again.`;
  }
  if (reason === 'calling AE title not allowed') {
    return `The bridge does not let you call as ${callingAETitle}. Choose a title of yours, or ask who runs the bridge.`;
  }
  return `The bridge does not allow you a connection to ${peer}. Ask who runs the bridge.`;
}

function connectFailed({ message, details }: Failure, situation: Situation): string {
  if (BRIDGE_GONE.has(details['closeCode'])) return NO_BRIDGE;
  // What TLS says is said in full by whoever called; ECONNRESET and the like mean something else there.
  const known = details['diagnosis'] === 'tls-failed' ? undefined : CONNECT[String(details['reason'])];
  if (known !== undefined) return known(situation);
  return (
    `No connection to ${situation.peer} (${situation.address}) came about: ${bare(message)}. ` +
    'Its log, and that of the bridge, may tell more.'
  );
}

/** Who speaks where DICOM was expected, by the word of the diagnosis. */
const SPEAKERS: Record<string, string> = {
  http: 'a web server (HTTP)',
  ssh: 'an SSH server',
  'ftp-or-smtp': 'an FTP or mail server',
};

function notDicom({ details }: Failure, { peer, address }: Situation): string {
  if (details['diagnosis'] === 'tls') {
    return (
      `${peer} expects TLS at ${address}, and was called without. Switch TLS on where the peer is named ` +
      '("tls" in the config file), or name a port without TLS.'
    );
  }
  const speaker = SPEAKERS[String(details['diagnosis'])] ?? 'something that speaks in text';
  return (
    `At ${address} (${peer}) answers ${speaker}, not a DICOM server. ` +
    'Correct the port where the peer is named (--peer or the config file); DICOM is often at 104, 11112 or 4242.'
  );
}

function connectionLost({ details }: Failure, { peer, address, service }: Situation): string {
  if (BRIDGE_GONE.has(details['closeCode'])) return NO_BRIDGE;
  if (details['diagnosis'] === 'closed') {
    return (
      `${peer} at ${address} closed the connection instead of answering. It may take calls from known addresses only, ` +
      'expect TLS or another certificate, or be no DICOM server. Check the port, and ask its administrator.'
    );
  }
  return (
    `The connection to ${peer} broke during ${WHAT[service]}: it or the network between cut it off. ` +
    'Try again; if it happens at the same point again, look at its log.'
  );
}

/** PS3.8 Table 9-21: `source.reason`. */
const REJECTION: Record<string, (situation: Situation) => string> = {
  '1.1': () =>
    'it gave no reason. Its log may tell; often the calling AE title or our address is not in its list.',
  '1.2': () => 'it does not know the DICOM application context. It is probably not a DICOM server.',
  '1.3': (s) =>
    `it does not know the calling AE title ${s.callingAETitle}. Ask its administrator to add it, or change yours above.`,
  '1.7': (s) =>
    `it does not go by the called AE title ${s.calledAETitle}. Correct the title where the peer is named (--peer or the config file).`,
  '2.1': () => 'its protocol layer gave no reason. Its log may tell.',
  '2.2': () => 'it does not support this version of the protocol. It is probably not a DICOM server.',
  '3.1': () => 'it is too busy now. Try again in a moment.',
  '3.2': () => 'it has no room for another association now. Try again in a moment.',
};
const REJECTION_SOURCE: Record<string, string> = {
  '1': 'its application',
  '2': 'its association layer',
  '3': 'its presentation layer',
};

function rejected({ details }: Failure, situation: Situation): string {
  const { source, reason } = details;
  const why = REJECTION[`${source}.${reason}`];
  const who = REJECTION_SOURCE[String(source)] ?? 'an unknown part of it';
  const kind = details['result'] === 2 ? 'for now' : 'for good';
  const start = `${situation.peer} refused the association`;
  if (why !== undefined) return `${start}: ${why(situation)} (${sentenceCase(who)} refused, ${kind}.)`;
  return `${start} for a reason the standard does not define (${who}, number ${reason}). Its log may tell.`;
}

function aborted({ details }: Failure, situation: Situation): string {
  const what = WHAT[situation.service];
  if (details['by'] === 'us') {
    return `This page ended the association with ${situation.peer}, because what came during ${what} was not understood. Try again.`;
  }
  if (details['refused'] === true) {
    return (
      `${situation.peer} accepted the association and aborted it at the first request: most likely its policy refuses ${what} ` +
      `to ${situation.callingAETitle}. Ask its administrator what that AE title may do.`
    );
  }
  const who =
    details['source'] === 2 ? 'did not understand what we sent' : 'ended the association on its own';
  return `${situation.peer} aborted ${what}: it ${who}. Its log may tell why; try again.`;
}

const PHASE: Record<string, string> = {
  connect: 'to open a connection',
  associate: 'to answer the association request',
  response: 'to answer',
  progress: 'to go on',
  'move-progress': 'to go on',
  release: 'to end the association',
  cancel: 'to stop what was cancelled',
};

function timedOut({ details }: Failure, situation: Situation): string {
  const milliseconds = Number(details['milliseconds']);
  const waited = Number.isFinite(milliseconds) ? `${Math.round(milliseconds / 1000)} s` : 'its time';
  if (details['diagnosis'] === 'silent') {
    return (
      `${situation.peer} timed out: it took the connection at ${situation.address}, but had ${waited} to answer the ` +
      'association request and stayed silent. It may be no DICOM server, expect TLS, or be overloaded. ' +
      'Check the port, then look at its log.'
    );
  }
  const next = situation.service === 'C-ECHO' ? 'Try again later.' : 'Try again, or echo it.';
  const toDo = PHASE[String(details['phase'])] ?? 'to answer';
  return (
    `${situation.peer} timed out: it had ${waited} ${toDo} and stayed silent. ` +
    `It may be overloaded, or something between swallows the traffic. ${next}`
  );
}

/** Statuses whose cause can be told better than by their name; `xx` stands for any low byte. */
const STATUS: Record<string, Writer> = {
  'C-MOVE A801': (_, s) => unknownDestination(s),
  'C-MOVE Cxxx': (_, s) =>
    `${s.peer} could not move. Most often that means that it does not know the destination ` +
    `${s.destination ?? ''}: ask its administrator to add that AE title with its address and port. Else its log tells.`,
  'C-MOVE A702': (_, s) =>
    `${s.peer} could send nothing to ${s.destination ?? 'the destination'}: it did not reach it, or it was refused ` +
    'there. Check that the destination runs and is known there with the right address and port.',
  'C-GET A702': (_, s) =>
    `${s.peer} could send nothing: it refused every instance, or found no transfer syntax in common. Use Move instead.`,
  'C-STORE A7xx': (_, s) => `${s.peer} is out of room or memory. Ask its administrator, then send again.`,
  'C-STORE A9xx': (_, s) =>
    `${s.peer} found that the file is not what it says it is (its SOP class). It was not stored.`,
  'C-STORE Cxxx': (_, s) => `${s.peer} did not understand the file and did not store it. Its log tells more.`,
  'C-FIND A700': (_, s) => `${s.peer} is out of resources. Try again later, or search for less.`,
  'C-FIND Cxxx': (_, s) => `${s.peer} could not do the search. Try fewer fields, or the other query model.`,
  'C-FIND A900': (_, s) =>
    `${s.peer} found the search not to fit its query model. Try the other query model.`,
};
const ANY_SERVICE: Record<string, Writer> = {
  '0122': (_, s) => `${s.peer} does not offer ${OFFER[s.service]} (status 0x0122). ${INSTEAD[s.service]}`,
  '0124': (_, s) =>
    `${s.peer} does not allow us ${WHAT[s.service]}: ${s.callingAETitle} has no right to it. Ask its administrator.`,
  '0213': (_, s) => `${s.peer} is out of resources. Try again later.`,
};

function unknownDestination(situation: Situation): string {
  const { peer, destination = '' } = situation;
  return (
    `${peer} does not know the destination ${destination}, so it cannot send there. ` +
    `Ask its administrator to add ${destination} with its address and port, or choose another destination.`
  );
}

function statusFailure(failure: Failure, situation: Situation): string {
  const status = Number(failure.details['status']);
  const comment = String(failure.details['comment'] ?? '').trim();
  const said = comment === '' ? '' : ` It says: “${comment}”.`;
  return statusSentence(status, situation, failure) + said;
}

function statusSentence(status: number, situation: Situation, failure: Failure): string {
  const hex = hexNumber(status, 4);
  const { service } = situation;
  const writer =
    STATUS[`${service} ${hex}`] ??
    STATUS[`${service} ${hex.slice(0, 2)}xx`] ??
    STATUS[`${service} ${hex.slice(0, 1)}xxx`] ??
    ANY_SERVICE[hex];
  if (writer !== undefined) return writer(failure, situation);
  const { name, meaning } = statusOf(service, status);
  const words = meaning === '' ? name : meaning;
  return `${situation.peer} failed ${WHAT[service]}: ${bare(words)} (status ${statusText(status)}). Its log may tell more.`;
}

/** A C-STORE that was answered with a warning status: stored, but not as it was sent. */
export function storeWarning(status: number, situation: Situation): string {
  const { name, meaning } = statusOf('C-STORE', status);
  return `${situation.peer} stored it with a warning: ${bare(meaning === '' ? name : meaning)} (status ${statusText(status)}).`;
}

function bare(message: string): string {
  return message.trim().replace(/\.$/, '');
}

function sentenceCase(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
