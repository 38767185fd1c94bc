/** Why something failed, in English: what happened, why as far as known, what to do next. Loaded with the first failure. */
import type { Service, Situation } from './situation.ts';

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

export type FailureStrings = typeof failuresEn;

export const failuresEn = {
  noBridge:
    'The bridge of this page does not answer. Start it again where it ran (npm start), then try again.',
  localNetwork:
    'The browser keeps this page from the local network, and so from the bridge. Allow it access to the local network ' +
    'beside the address of the page, then try again; a page within another needs that other to pass the permission on.',
  noTicket: (why: string) =>
    `This page has no ticket for the bridge (${why}). Sign in again where you came from, then try again.`,
  peerUnknown: (s: Situation) =>
    `The bridge knows no peer named ${s.peer} any more. Reload the page to see the peers it knows now.`,
  tunnelProtocol:
    'The bridge and this page do not understand each other: they are probably of different versions. ' +
    'Reload the page; if that does not help, restart the bridge.',
  associationEnded: (s: Situation) =>
    `${s.peer} ended the association before ${WHAT[s.service]} was complete. Try again.`,
  contextRefused: (s: Situation) =>
    `${s.peer} accepted the association, but nothing of what ${WHAT[s.service]} needs: it does not offer us ` +
    `${OFFER[s.service]}. ${INSTEAD[s.service]}`,
  cancelled: (s: Situation) => `You cancelled ${WHAT[s.service]}.`,
  cancelledHere: 'You cancelled it.',
  storeFull: (apart: boolean) =>
    `There is no room left in this page. ${apart ? 'Ask who runs the site how to make room' : 'Save what you need under Received, remove it there'}, then try again.`,
  storeFailed: (why: string, apart: boolean) =>
    `The page could not keep a file: ${why}. ${apart ? 'Ask who runs the site how to make room' : 'Remove some received files'} and try again.`,
  imageUnshown: (why: string) => `${why}. The file can be saved as it is.`,
  codecFailed: (why: string) => `${why}. Try again, or reload the page. The file can be saved as it is.`,
  usage: (why: string) => `This cannot be done: ${why}. Check what was typed.`,
  valueInvalid: (why: string) => `A value cannot be sent as it is: ${why}. Check what was typed.`,
  unreadable: (s: Situation, why: string) =>
    `${s.peer} sent something that contradicts the standard, so ${WHAT[s.service]} was stopped: ${why}. ` +
    'Tell its vendor, with this sentence.',
  unexpected: (s: Situation, why: string) =>
    `Something went wrong in this page during ${WHAT[s.service]}: ${why}. Reload the page and try again; ` +
    'if it happens again, please report it.',

  signedOut: 'Your sign-in at the bridge has ended. Reload the page and sign in again.',
  noRoom: (s: Situation, why: string) =>
    `The bridge has no room for another connection to ${s.peer} (${why}). Wait until one ends, then try again.`,
  titleNotAllowed: (s: Situation) =>
    `The bridge does not let you call as ${s.callingAETitle}. Choose a title of yours, or ask who runs the bridge.`,
  notAllowed: (s: Situation) =>
    `The bridge does not allow you a connection to ${s.peer}. Ask who runs the bridge.`,

  /** The system's word for why no connection came about. */
  connect: {
    ECONNREFUSED: (s: Situation) =>
      `${s.peer} refused the connection: nothing listens at ${s.address}. Check that it runs, and its port.`,
    ECONNRESET: (s: Situation) =>
      `${s.peer} at ${s.address} closed the connection at once. It may allow only known addresses; ask its administrator.`,
    ETIMEDOUT: (s: Situation) =>
      `${s.peer} did not answer at ${s.address}: the address is wrong, it is switched off, or a firewall swallows ` +
      'the connection. Check the address, then ask who runs the network.',
    EHOSTUNREACH: (s: Situation) =>
      `There is no way to ${s.address} (${s.peer}). Check the network and the address.`,
    ENETUNREACH: (s: Situation) =>
      `There is no way to the network of ${s.address} (${s.peer}). Check the network of the bridge.`,
    ENOTFOUND: (s: Situation) =>
      `The host name of ${s.peer} (${s.address}) does not exist. Check how it is written.`,
    EAI_AGAIN: (s: Situation) =>
      `The host name of ${s.peer} (${s.address}) cannot be looked up now. Check the network.`,
  },
  noConnection: (s: Situation, why: string) =>
    `No connection to ${s.peer} (${s.address}) came about: ${why}. ` +
    'Its log, and that of the bridge, may tell more.',
  wantsTls: (s: Situation) =>
    `${s.peer} expects TLS at ${s.address}, and was called without. Switch TLS on where the peer is named ` +
    '("tls" in the config file), or name a port without TLS.',
  /** Who speaks where DICOM was expected, by the word of the diagnosis. */
  speakers: {
    http: 'a web server (HTTP)',
    ssh: 'an SSH server',
    'ftp-or-smtp': 'an FTP or mail server',
    text: 'something that speaks in text',
  },
  notDicom: (s: Situation, speaker: string) =>
    `At ${s.address} (${s.peer}) answers ${speaker}, not a DICOM server. ` +
    'Correct the port where the peer is named (--peer or the config file); DICOM is often at 104, 11112 or 4242.',
  closedAtOnce: (s: Situation) =>
    `${s.peer} at ${s.address} closed the connection instead of answering. It may take calls from known addresses ` +
    'only, expect TLS or another certificate, or be no DICOM server. Check the port, and ask its administrator.',
  connectionLost: (s: Situation) =>
    `The connection to ${s.peer} broke during ${WHAT[s.service]}: it or the network between cut it off. ` +
    'Try again; if it happens at the same point again, look at its log.',

  /** PS3.8 Table 9-21: `source.reason`. */
  rejections: {
    '1.1': () =>
      'it gave no reason. Its log may tell; often the calling AE title or our address is not in its list.',
    '1.2': () => 'it does not know the DICOM application context. It is probably not a DICOM server.',
    '1.3': (s: Situation) =>
      `it does not know the calling AE title ${s.callingAETitle}. Ask its administrator to add it, or change yours above.`,
    '1.7': (s: Situation) =>
      `it does not go by the called AE title ${s.calledAETitle}. Correct the title where the peer is named (--peer or the config file).`,
    '2.1': () => 'its protocol layer gave no reason. Its log may tell.',
    '2.2': () => 'it does not support this version of the protocol. It is probably not a DICOM server.',
    '3.1': () => 'it is too busy now. Try again in a moment.',
    '3.2': () => 'it has no room for another association now. Try again in a moment.',
  },
  sources: {
    '1': 'Its application',
    '2': 'Its association layer',
    '3': 'Its presentation layer',
    unknown: 'An unknown part of it',
  },
  rejectedForNow: (s: Situation, why: string, source: string) =>
    `${s.peer} refused the association: ${why} (${source} refused, for now.)`,
  rejectedForGood: (s: Situation, why: string, source: string) =>
    `${s.peer} refused the association: ${why} (${source} refused, for good.)`,
  rejectedOddly: (s: Situation, source: string, reason: string) =>
    `${s.peer} refused the association for a reason the standard does not define. ${source} gave the number ${reason}. ` +
    'Its log may tell.',

  abortedByUs: (s: Situation) =>
    `This page ended the association with ${s.peer}, because what came during ${WHAT[s.service]} was not understood. Try again.`,
  abortedAtOnce: (s: Situation) =>
    `${s.peer} accepted the association and aborted it at the first request: most likely its policy refuses ` +
    `${WHAT[s.service]} to ${s.callingAETitle}. Ask its administrator what that AE title may do.`,
  abortedByProvider: (s: Situation) =>
    `${s.peer} aborted ${WHAT[s.service]}: it did not understand what we sent. Its log may tell why; try again.`,
  abortedByUser: (s: Situation) =>
    `${s.peer} aborted ${WHAT[s.service]}: it ended the association on its own. Its log may tell why; try again.`,

  phases: {
    connect: 'to open a connection',
    associate: 'to answer the association request',
    response: 'to answer',
    progress: 'to go on',
    'move-progress': 'to go on',
    release: 'to end the association',
    cancel: 'to stop what was cancelled',
  },
  files: {
    empty: 'The file is empty.',
    'not-dicom': 'It is not a DICOM file: "DICM" is not at byte 128.',
  },
  cutOff: (missing: string) =>
    `The file is cut off: ${missing} or more are missing at its end. Get it again from where it came from.`,
  itsTime: 'its time',
  silent: (s: Situation, time: string) =>
    `${s.peer} timed out: it took the connection at ${s.address}, but had ${time} to answer the ` +
    'association request and stayed silent. It may be no DICOM server, expect TLS, or be overloaded. ' +
    'Check the port, then look at its log.',
  timedOut: (s: Situation, time: string, phase: string) =>
    `${s.peer} timed out: it had ${time} ${phase} and stayed silent. ` +
    `It may be overloaded, or something between swallows the traffic. ${
      s.service === 'C-ECHO' ? 'Try again later.' : 'Try again, echo it, or give it more time under "About".'
    }`,

  /** Statuses whose cause can be told better than by their name; `xx` stands for any low byte. */
  statuses: {
    'C-MOVE A801': (s: Situation) =>
      `${s.peer} does not know the destination ${s.destination ?? ''}, so it cannot send there. ` +
      `Ask its administrator to add ${s.destination ?? ''} with its address and port, or choose another destination.`,
    'C-MOVE Cxxx': (s: Situation) =>
      `${s.peer} could not move. Most often that means that it does not know the destination ` +
      `${s.destination ?? ''}: ask its administrator to add that AE title with its address and port. Else its log tells.`,
    'C-MOVE A702': (s: Situation) =>
      `${s.peer} could send nothing to ${s.destination ?? 'the destination'}: it did not reach it, or it was refused ` +
      'there. Check that the destination runs and is known there with the right address and port.',
    'C-GET A702': (s: Situation) =>
      `${s.peer} could send nothing: it refused every instance, or found no transfer syntax in common. Use Move instead.`,
    'C-STORE A7xx': (s: Situation) =>
      `${s.peer} is out of room or memory. Ask its administrator, then send again.`,
    'C-STORE A9xx': (s: Situation) =>
      `${s.peer} found that the file is not what it says it is (its SOP class). It was not stored.`,
    'C-STORE Cxxx': (s: Situation) =>
      `${s.peer} did not understand the file and did not store it. Its log tells more.`,
    'C-FIND A700': (s: Situation) => `${s.peer} is out of resources. Try again later, or search for less.`,
    'C-FIND Cxxx': (s: Situation) =>
      `${s.peer} could not do the search. Try fewer fields, or the other query model.`,
    'C-FIND A900': (s: Situation) =>
      `${s.peer} found the search not to fit its query model. Try the other query model.`,
    '0122': (s: Situation) =>
      `${s.peer} does not offer ${OFFER[s.service]} (status 0x0122). ${INSTEAD[s.service]}`,
    '0124': (s: Situation) =>
      `${s.peer} does not allow us ${WHAT[s.service]}: ${s.callingAETitle} has no right to it. Ask its administrator.`,
    '0213': (s: Situation) => `${s.peer} is out of resources. Try again later.`,
  },
  status: (s: Situation, meaning: string, status: string) =>
    `${s.peer} failed ${WHAT[s.service]}: ${meaning} (status ${status}). Its log may tell more.`,
  storeWarning: (s: Situation, meaning: string, status: string) =>
    `${s.peer} stored it with a warning: ${meaning} (status ${status}).`,
};
