/** Release, abort and silence (PS3.8 9.2, Sta7 to Sta13). */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { concat, fromHex, TimeoutError } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { DEFAULT_DEADLINES, UlAssociation } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { dataPdv, pData, RQ } from '../support/parrot.ts';
import type { Parrot } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import {
  ABORT,
  environment,
  established,
  fill,
  meet,
  RELEASE_RP,
  RELEASE_RQ,
  silentConnection,
} from './meeting.ts';

ownClock();

describe('release', () => {
  test('delivers what still comes behind A-RELEASE-RQ', async () => {
    const { association, peer, received } = await established('requestor');
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await peer.send(pData(dataPdv(1, fromHex('0102'))), RELEASE_RP);
    await released;
    expect(received).toEqual([dataPdv(1, fromHex('0102'))]);
    expect(association.end).toEqual({ kind: 'released' });
    await association.closed;
  });

  test('refuses to send behind A-RELEASE-RQ', async () => {
    const { association, peer } = await established('requestor');
    const released = association.release();
    expect(await failure(association.send(pData()))).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RP);
    await released;
    expect(await failure(association.send(pData()))).toMatchObject({ code: 'ASSOCIATION_ENDED' });
    await association.closed;
  });

  test('collides: the requestor answers first, then waits for its own answer', async () => {
    const { association, peer, ends } = await established('requestor');
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RQ);
    await peer.expect('A-RELEASE-RP');
    await turns(2);
    expect(ends).toEqual([]);
    await peer.send(RELEASE_RP);
    await released;
    await peer.ended();
    await association.closed;
    expect(ends).toEqual(['released']);
  });

  test('collides: the acceptor waits for its own answer, then answers', async () => {
    const { association, peer, ends } = await established('acceptor');
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RQ);
    await turns(2);
    expect(ends).toEqual([]);
    await peer.send(RELEASE_RP);
    await peer.expect('A-RELEASE-RP');
    await released;
    peer.close();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['released']);
  });

  test('is done where the peer closes instead of answering', async () => {
    for (const act of [(peer: Parrot) => peer.close(), (peer: Parrot) => peer.cut()]) {
      const { association, peer } = await established('requestor');
      const released = association.release();
      await peer.expect('A-RELEASE-RQ');
      act(peer);
      await released;
      expect(association.end).toEqual({ kind: 'released' });
      await association.closed;
    }
  });

  test('leaves the closing to the requestor; ARTIM bounds the wait', async () => {
    const { association, peer } = await established('acceptor');
    await peer.send(RELEASE_RQ);
    await peer.expect('A-RELEASE-RP');
    let closed = false;
    void association.closed.then(() => (closed = true));
    await clock.advance(DEFAULT_DEADLINES.artim - 1);
    expect(closed).toBe(false);
    await clock.advance(1);
    await peer.ended();
    await association.closed;
  });

  test('asked for twice sends one PDU; asked for after the end it is done', async () => {
    const { association, peer } = await established('requestor');
    const both = Promise.all([association.release(), association.release()]);
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RP);
    await both;
    await association.release();
    await peer.ended();
  });
});

describe('abort', () => {
  test('by us: fails what is open, closes though the peer does not', async () => {
    const { association, peer, ends } = await established('requestor');
    association.abort();
    association.abort();
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    await peer.ended();
    expect(await failure(association.send(pData()))).toMatchObject({ by: 'us', source: 0 });
    await association.release();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['aborted']);
  });

  test('by the peer: says whose it was and why', async () => {
    for (const [source, reason, words] of [
      [0, 0, /The peer aborted the association \(DICOM UL service-user\)\./],
      [2, 2, /The peer aborted the association \(DICOM UL service-provider: unexpected-PDU\)\./],
      [1, 200, /The peer aborted the association \(reserved \(1\)/],
    ] as const) {
      const { association, peer } = await established('acceptor');
      await peer.send({ ...ABORT, source, reason });
      const { kind, error } = await association.ended;
      expect(kind).toBe('aborted');
      expect(error).toMatchObject({ by: 'peer', source, reason });
      expect(error!.message).toMatch(words);
      await peer.ended();
      await association.closed;
    }
  });

  test('by the peer in the place of the first answer: most likely refused by policy', async () => {
    for (const [answers, refused] of [
      [[], true],
      [[pData(dataPdv(1, fromHex('0102')))], undefined],
    ] as const) {
      const { association, peer } = await established('requestor');
      await association.send(pData(dataPdv(1, fromHex('0102'))));
      await peer.expect('P-DATA-TF');
      await peer.send(...answers, ABORT);
      const { error } = await association.ended;
      expect(error).toMatchObject({ code: 'ASSOCIATION_ABORTED', by: 'peer', source: 0 });
      expect(error!.details['refused']).toBe(refused);
      const policy =
        /^\S+ accepted the association and aborted it at the first request\. .* refused by policy: .* \S+\.$/;
      expect(policy.test(error!.message)).toBe(refused === true);
      await association.closed;
    }
  });

  test('by the peer before anything was asked is no refusal', async () => {
    const { association, peer } = await established('requestor');
    await peer.send(ABORT);
    const { error } = await association.ended;
    expect(error!.details['refused']).toBeUndefined();
    await association.closed;
  });

  test('from both sides at once is told once', async () => {
    const { association, peer, ends } = await established('requestor');
    association.abort();
    await peer.send(ABORT);
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    await peer.ended();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['aborted']);
    expect(association.end!.error).toMatchObject({ by: 'us' });
  });

  test('before the request came drops the connection', async () => {
    const { association, peer } = await meet('acceptor');
    const request = failure(association.requested());
    await turns(1);
    association.abort();
    await peer.ended();
    await association.closed;
    expect(await request).toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });

  test('after a release that the peer does not end closes the connection', async () => {
    const { association, peer, ends } = await established('acceptor');
    await peer.send(RELEASE_RQ);
    await peer.expect('A-RELEASE-RP');
    association.abort();
    await peer.ended();
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['released']);
  });

  test('frees who waits for the peer to take bytes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { association } = await established('requestor');
    const stuck = failure(fill(association));
    await turns(2);
    association.abort();
    expect(await stuck).toMatchObject({ by: 'us' });
    await vi.advanceTimersByTimeAsync(2000); // the transport's own grace
    await association.closed;
    await turns(2);
  });

  test('reaches a peer that keeps its end open, and lets go of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const sent: Bytes[] = [];
    const connection = silentConnection(sent);
    connection.confirm({ remote: 'test' });
    const association = new UlAssociation(connection, 'requestor', environment());
    const answer = failure(association.associate(RQ));
    await turns(1);
    association.abort();
    expect(await answer).toMatchObject({ by: 'us' });
    await turns(1);
    expect(concat(sent.slice(1))).toEqual(encodePdu(ABORT));
    await vi.advanceTimersByTimeAsync(2000); // the transport's own grace
    await association.closed;
    await turns(2);
  });
});

describe('silence', () => {
  test('while connecting', async () => {
    const association = new UlAssociation(silentConnection(), 'requestor', environment());
    const answer = failure(association.associate(RQ));
    await clock.advance(DEFAULT_DEADLINES.connect);
    const error = await answer;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: 'connect', milliseconds: 10_000 });
    await association.closed;
  });

  test('after the request', async () => {
    const { association, peer } = await meet('requestor');
    const answer = failure(association.associate(RQ));
    await peer.expect('A-ASSOCIATE-RQ');
    await clock.advance(DEFAULT_DEADLINES.associate);
    expect(await answer).toMatchObject({ code: 'TIMEOUT', phase: 'associate' });
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    await peer.ended();
    await association.closed;
    await turns(2);
  });

  test('after the release request', async () => {
    const { association, peer, ends } = await established('requestor');
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await clock.advance(DEFAULT_DEADLINES.release);
    await released;
    expect(await peer.expect('A-ABORT')).toEqual(ABORT);
    expect(association.end).toMatchObject({ kind: 'aborted', error: { code: 'TIMEOUT', phase: 'release' } });
    await association.closed;
    await turns(2);
    expect(ends).toEqual(['aborted']);
  });

  test('before the request: ARTIM closes, and says so', async () => {
    const { association, peer } = await meet('acceptor');
    const request = failure(association.requested());
    await turns(1);
    await clock.advance(DEFAULT_DEADLINES.artim);
    await peer.ended();
    expect(await request).toMatchObject({ code: 'TIMEOUT', phase: 'artim' });
    await association.closed;
  });

  test('of a peer that takes no bytes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { association } = await established('requestor');
    const stuck = failure(fill(association));
    await turns(2);
    await clock.advance(DEFAULT_DEADLINES.progress);
    expect(await stuck).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
    expect(association.end!.kind).toBe('aborted');
    await vi.advanceTimersByTimeAsync(2000); // the transport's own grace
    await association.closed;
    await turns(2);
  });
});
