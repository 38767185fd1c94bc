/** What is told where something else than DICOM speaks: by the first bytes, in both roles. */
import { describe, expect, test } from 'vitest';
import { ConnectionError, fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { closedAtOnce, DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { AC, RQ } from '../support/parrot.ts';
import type { Parrot } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import { ABORT, established, meet } from './meeting.ts';

ownClock();

const latin1 = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What servers really say first, and the diagnosis. */
const ANSWERS: [diagnosis: string, bytes: Bytes, words: RegExp][] = [
  ['http', latin1('HTTP/1.1 400 Bad Request\r\n'), /web server \(HTTP\) answers there, .*Check the port/],
  ['http', latin1('HTTP/1.0 505 \r\n'), /web server/],
  ['tls', fromHex('15 03 01 00 02 02 28'), /speaks TLS, and we called it without/],
  ['tls', fromHex('15 03 03 00 02 02 46'), /speaks TLS/],
  ['ssh', latin1('SSH-2.0-OpenSSH_9.6\r\n'), /An SSH server answers/],
  ['ftp-or-smtp', latin1('220 (vsFTPd 3.0.5)\r\n'), /An FTP or mail server answers/],
  ['ftp-or-smtp', latin1('220-mail.example.org ESMTP\r\n'), /An FTP or mail server answers/],
  ['text', latin1('* OK IMAP4rev1 ready\r\n'), /speaks in text/],
  ['text', latin1('\r\nlogin: '), /speaks in text/],
];

const CALLS: typeof ANSWERS = [
  ['http', latin1('GET / HTTP/1.1\r\n'), /A browser or another HTTP client called/],
  ['http', latin1('PRI * HTTP/2.0\r\n'), /HTTP client/],
  ['http', latin1('OPTIONS * HTTP/1.1\r\n'), /HTTP client/],
  ['tls', fromHex('16 03 01 02 00 01 00 01 fc 03 03'), /began TLS on this port.*Switch TLS off/],
  ['ssh', latin1('SSH-2.0-OpenSSH_9.6\r\n'), /An SSH client called/],
  ['text', latin1('hello there\r\n'), /sent text/],
];

describe.each(SPLITS)('bytes %s', (how) => {
  test.each(ANSWERS)('%s answers instead of a DICOM server', async (diagnosis, bytes, words) => {
    const { association, peer, ends } = await meet('requestor', how);
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send(bytes);
    const error = await answer;
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'NOT_DICOM', details: { diagnosis } });
    expect(error.message).toMatch(words);
    expect(await peer.expect('A-ABORT')).toEqual({ type: 'A-ABORT', source: 2, reason: 1 });
    await peer.ended();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['aborted']);
  });

  test.each(CALLS)('%s calls instead of a DICOM client', async (diagnosis, bytes, words) => {
    const { association, peer } = await meet('acceptor', how);
    const request = failure(association.requested());
    await peer.send(bytes);
    const error = await request;
    expect(error).toMatchObject({ code: 'NOT_DICOM', details: { diagnosis } });
    expect(error.message).toMatch(words);
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    await association.closed;
    await turns(2);
  });
});

describe('not enough to tell', () => {
  test('a banner shorter than the header of a PDU is told at the end of the connection', async () => {
    const { association, peer } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send(latin1('no\r\n'));
    peer.close();
    expect(await answer).toMatchObject({ code: 'NOT_DICOM', details: { diagnosis: 'text' } });
    await association.closed;
    await turns(2);
  });

  test('bytes that are neither text nor known are told as what they are: no PDU', async () => {
    const { association, peer } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send(fromHex('ff fe 00 01 02 03'));
    const error = await answer;
    expect(error).toMatchObject({ code: 'ASSOCIATION_ABORTED', details: { source: 2, reason: 1 } });
    expect(error.message).toMatch(/FFH is the type of no PDU/);
    await association.closed;
    await turns(2);
  });

  test('text behind a first PDU is no stranger', async () => {
    const { association, peer } = await established('requestor');
    await peer.send(latin1('HTTP/1.1 '));
    await peer.expect('A-ABORT');
    expect(association.end?.error).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
    await association.closed;
    await turns(2);
  });
});

describe('no byte at all', () => {
  test.each<[string, (peer: Parrot) => void]>([
    ['closes', (peer) => peer.close()],
    ['resets', (peer) => peer.cut()],
  ])('a peer that %s at once', async (_, act) => {
    const { association, peer } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    act(peer);
    const error = await answer;
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', details: { diagnosis: 'closed' } });
    expect(error.message).toMatch(/closed the connection instead of answering.*known addresses.*TLS/);
    await association.closed;
    await turns(2);
  });

  test('a peer that stays silent', async () => {
    const { association, peer } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await clock.advance(DEFAULT_DEADLINES.associate);
    expect(await answer).toMatchObject({
      code: 'TIMEOUT',
      phase: 'associate',
      details: { diagnosis: 'silent' },
    });
    await association.closed;
    await turns(2);
  });

  test('an established association that is lost has no diagnosis', async () => {
    const { association, peer } = await established('requestor');
    peer.cut();
    await association.closed;
    await turns(2);
    expect(association.end?.error).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(association.end?.error?.details).not.toHaveProperty('diagnosis');
  });

  test('a bridge that goes away is told as itself; a reset that it passes on is the peer', () => {
    const gone = new ConnectionError('CONNECTION_LOST', 'The bridge broke.', { closeCode: 1006 });
    expect(closedAtOnce(gone)).toBe(gone);
    const refused = new ConnectionError('NOT_ALLOWED', 'No.', { closeCode: 4403 });
    expect(closedAtOnce(refused)).toBe(refused);
    const reset = new ConnectionError('CONNECTION_LOST', 'Cut off.', {
      closeCode: 4499,
      reason: 'ECONNRESET',
    });
    expect(closedAtOnce(reset)).toMatchObject({ details: { diagnosis: 'closed', reason: 'ECONNRESET' } });
    expect(closedAtOnce(undefined)).toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

test('an answer of DICOM is no stranger, one byte at a time', async () => {
  const { association, peer } = await meet('requestor', 'one at a time');
  const answer = association.associate(RQ);
  await peer.expect('A-ASSOCIATE-RQ');
  await peer.send(AC);
  expect(await answer).toMatchObject({ type: 'A-ASSOCIATE-AC' });
  association.abort();
  await association.closed;
  await turns(2);
});
