/** How an association is asked for and answered, and what may go wrong (PS3.8 9.2, Sta2 to Sta5). */
import { describe, expect, test } from 'vitest';
import { AssociationRejectedError, fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { UlAssociation } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { ownClock } from '../support/fake-clock.ts';
import { AC, dataPdv, pData, RQ } from '../support/parrot.ts';
import type { Parrot } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import { ABORT, environment, meet, RELEASE_RP, RELEASE_RQ, silentConnection } from './meeting.ts';

ownClock();

describe('the request', () => {
  test.each([
    [{ result: 1, source: 1, reason: 1 }, /rejected-permanent.*no-reason-given.*administrator knows why/],
    [{ result: 1, source: 1, reason: 2 }, /does not speak DICOM as defined in PS3\.7/],
    [{ result: 1, source: 1, reason: 3 }, /does not know the calling AE title US/],
    [{ result: 1, source: 1, reason: 7 }, /does not answer to the called AE title PEER/],
    [{ result: 1, source: 2, reason: 1 }, /no-reason-given.*administrator knows why/],
    [{ result: 1, source: 2, reason: 2 }, /another version of the Upper Layer/],
    [{ result: 2, source: 3, reason: 1 }, /rejected-transient.*busy: try again later/],
    [{ result: 2, source: 3, reason: 2 }, /as many associations as it takes/],
    [{ result: 9, source: 8, reason: 7 }, /reserved \(9\), reserved \(8\): reserved \(7\)/],
  ])('is rejected with %o in words', async (numbers, words) => {
    const { association, peer, ends } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send({ type: 'A-ASSOCIATE-RJ', ...numbers });
    const error = await answer;
    expect(error).toBeInstanceOf(AssociationRejectedError);
    expect(error).toMatchObject(numbers);
    expect(error.message).toMatch(words);
    await peer.ended(); // closed by us, though the peer keeps the connection
    await association.closed;
    expect(ends).toEqual(['rejected']);
  });

  test('that may not be sent fails before anything is', async () => {
    const { association, peer } = await meet('requestor');
    const error = await failure(association.associate({ ...RQ, calledAETitle: 'SEVENTEEN_LETTERS' }));
    expect(error).toMatchObject({ code: 'VALUE_INVALID' });
    await peer.ended();
    await expect(association.ended).resolves.toMatchObject({ kind: 'aborted', error });
    await association.closed;
  });

  test('fails with the abort, the close or the reset that answers it', async () => {
    for (const [act, expected] of [
      [
        (peer: Parrot) => void peer.send({ ...ABORT, source: 2, reason: 1 }),
        { by: 'peer', source: 2, reason: 1 },
      ],
      [(peer: Parrot) => peer.close(), { code: 'CONNECTION_LOST' }],
      [(peer: Parrot) => peer.cut(), { code: 'CONNECTION_LOST' }],
    ] as const) {
      const { association, peer, ends } = await meet('requestor');
      const answer = failure(association.associate(RQ));
      await peer.expect('A-ASSOCIATE-RQ');
      act(peer);
      expect(await answer).toMatchObject(expected);
      await association.closed;
      await turns(2);
      expect(ends).toHaveLength(1);
    }
  });

  test('answered by P-DATA or a release is aborted as unexpected', async () => {
    for (const pdu of [pData(dataPdv(1, fromHex('00'))), RELEASE_RQ, RELEASE_RP, RQ]) {
      const { association, peer } = await meet('requestor');
      const answer = failure(association.associate(RQ));
      await peer.expect('A-ASSOCIATE-RQ');
      await peer.send(pdu);
      expect(await peer.expect('A-ABORT')).toEqual({ type: 'A-ABORT', source: 2, reason: 2 });
      expect(await answer).toMatchObject({ by: 'us', source: 2, reason: 2 });
      await association.closed;
      await turns(2);
    }
  });

  test('is not sent where the connection fails to open', async () => {
    const connection = silentConnection();
    const association = new UlAssociation(connection, 'requestor', environment());
    const answer = failure(association.associate(RQ));
    await turns(1);
    connection.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
    await expect(association.ended).resolves.toMatchObject({ kind: 'lost' });
  });
});

describe('the answer', () => {
  test('rejects, and closes behind the PDU', async () => {
    const { association, peer, ends } = await meet('acceptor');
    await peer.send(RQ);
    await association.requested();
    association.answer({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 });
    expect(await peer.expect('A-ASSOCIATE-RJ')).toMatchObject({ result: 1, source: 1, reason: 7 });
    await peer.ended();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['rejected']);
  });

  test('to another protocol version is a reject by the provider, and the user learns of no request', async () => {
    const { association, peer } = await meet('acceptor');
    const request = failure(association.requested());
    const bytes = encodePdu(RQ);
    bytes[7] = 0x02;
    await peer.send(bytes);
    expect(await peer.expect('A-ASSOCIATE-RJ')).toMatchObject({ result: 1, source: 2, reason: 2 });
    await peer.ended();
    expect(await request).toMatchObject({ code: 'CONNECTION_LOST' });
    await association.closed;
  });

  test('that cannot be encoded aborts instead of leaving the peer without an answer', async () => {
    const { association, peer } = await meet('acceptor');
    await peer.send(RQ);
    await association.requested();
    expect(() => association.answer({ ...AC, contexts: [] })).toThrow(/context/);
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    await expect(association.ended).resolves.toMatchObject({
      kind: 'aborted',
      error: { code: 'VALUE_INVALID' },
    });
    await association.closed;
    await turns(2);
  });

  test('after the end is refused with a typed error', async () => {
    const { association, peer } = await meet('acceptor');
    await peer.send(RQ);
    await association.requested();
    association.abort();
    await peer.expect('A-ABORT');
    expect(() => association.answer(AC)).toThrow(expect.objectContaining({ code: 'ASSOCIATION_ENDED' }));
    await association.closed;
    await turns(2);
  });

  test.each([
    ['A-ABORT', ABORT, undefined],
    ['P-DATA-TF', pData(dataPdv(1, fromHex('00'))), ABORT],
    ['A-RELEASE-RQ', RELEASE_RQ, ABORT],
    ['A-ASSOCIATE-AC', AC, ABORT],
    ['no PDU of DICOM', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n') as Bytes, ABORT],
  ])('never comes where %s is the first PDU', async (_, first, reply) => {
    const { association, peer, ends } = await meet('acceptor');
    const request = failure(association.requested());
    await peer.send(first);
    if (reply) expect(await peer.expect('A-ABORT')).toEqual(reply);
    await peer.ended();
    expect(await request).toMatchObject({
      code: first instanceof Uint8Array && first[0] === 0x47 ? 'NOT_DICOM' : 'CONNECTION_LOST',
    });
    await association.closed;
    expect(ends).toEqual(['lost']);
  });

  test('never comes where the peer closes or resets before it asked', async () => {
    for (const act of [(peer: Parrot) => peer.close(), (peer: Parrot) => peer.cut()]) {
      const { association, peer } = await meet('acceptor');
      const request = failure(association.requested());
      act(peer);
      expect(await request).toMatchObject({ code: 'CONNECTION_LOST' });
    }
  });
});
