/** What the first bytes of a connection tell where they are no PDU: who really speaks there. */
import { ConnectionError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { CLOSE } from '../transport/index.ts';

/** As many bytes as the header of a PDU: with these the decoder knows that it is none. */
export const FIRST_BYTES = 6;

interface Speaker {
  /** Stable: `details.diagnosis` of the error. */
  readonly word: string;
  /** As Latin-1; the longest is `FIRST_BYTES` long. */
  readonly starts: readonly string[];
  /** Where we called. */
  readonly answers: string;
  /** Where we were called. */
  readonly calls: string;
}

const CHECK_PORT = 'Check the port: DICOM is often at 104, 11112 or 4242.';
const SPEAK_DICOM = 'It speaks DICOM only: correct the port at the caller.';

const SPEAKERS: readonly Speaker[] = [
  {
    word: 'http',
    starts: [
      'HTTP/',
      'GET ',
      'HEAD ',
      'POST ',
      'PUT ',
      'PATCH ',
      'DELETE',
      'OPTION',
      'CONNEC',
      'TRACE ',
      'PRI * ',
    ],
    answers: `A web server (HTTP) answers there, not a DICOM server. ${CHECK_PORT}`,
    calls: `A browser or another HTTP client called this port. ${SPEAK_DICOM}`,
  },
  {
    word: 'tls',
    starts: ['\x15\x03', '\x16\x03'], // alert and handshake (RFC 8446 5.1)
    answers:
      'This port speaks TLS, and we called it without. Switch TLS on for this peer, or use a port without TLS.',
    calls: 'A caller began TLS on this port, which speaks DICOM without TLS. Switch TLS off at the caller.',
  },
  {
    word: 'ssh',
    starts: ['SSH-'],
    answers: `An SSH server answers there, not a DICOM server. ${CHECK_PORT}`,
    calls: `An SSH client called this port. ${SPEAK_DICOM}`,
  },
  {
    word: 'ftp-or-smtp',
    starts: ['220 ', '220-'],
    answers: `An FTP or mail server answers there, not a DICOM server. ${CHECK_PORT}`,
    calls: `What called this port greets as FTP and mail servers do. ${SPEAK_DICOM}`,
  },
];

const TEXT: Omit<Speaker, 'starts'> = {
  word: 'text',
  answers: `A server that speaks in text answers there, not a DICOM server. ${CHECK_PORT}`,
  calls: `A caller sent text to this port. ${SPEAK_DICOM}`,
};

/**
 * Who speaks, from the first bytes that were no PDU, at most `FIRST_BYTES` of them; undefined where they tell
 * nothing. The error's `details.diagnosis` is http, tls, ssh, ftp-or-smtp or text.
 */
export function notDicom(
  first: Bytes,
  role: 'requestor' | 'acceptor',
  cause: unknown,
): ConnectionError | undefined {
  const latin1 = String.fromCharCode(...first);
  const known = SPEAKERS.find(({ starts }) => starts.some((start) => latin1.startsWith(start)));
  const speaker = known ?? (/^[\t\n\r -~]+$/.test(latin1) ? TEXT : undefined);
  if (speaker === undefined) return undefined;
  const sentence = role === 'requestor' ? speaker.answers : speaker.calls;
  return new ConnectionError('NOT_DICOM', sentence, { diagnosis: speaker.word }, cause);
}

/** The peer closed or reset the connection instead of answering A-ASSOCIATE-RQ; diagnosis `closed`. */
export function closedAtOnce(cause: Error | undefined): ConnectionError {
  const lost = cause instanceof ConnectionError ? cause : undefined;
  const { closeCode, diagnosis } = lost?.details ?? {};
  // Other ends of a tunnel are the bridge's, and what is no PDU or TLS to blame for has been diagnosed already.
  const others = diagnosis !== undefined || (closeCode !== undefined && closeCode !== CLOSE.RESET);
  if (lost && (lost.code !== 'CONNECTION_LOST' || others)) return lost;
  return new ConnectionError(
    'CONNECTION_LOST',
    'The peer closed the connection instead of answering the association request. It may take calls from known ' +
      'addresses only, expect TLS or another certificate, or be no DICOM server: check the port, and ask its administrator.',
    { ...lost?.details, diagnosis: 'closed' },
    cause,
  );
}
