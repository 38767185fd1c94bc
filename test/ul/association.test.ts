/** Associations in both roles against a scripted peer, bytes delivered in every way (PS3.8 7, 9.2). */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  AssociationAbortedError,
  AssociationRejectedError,
  concat,
  fromHex,
  TimeoutError,
} from '../../core/bytes/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { Abort, Pdv } from '../../core/pdu/index.ts';
import { WiredConnection } from '../../core/transport/wired.ts';
import type { Connection } from '../../core/transport/index.ts';
import { DEFAULT_DEADLINES, negotiated, UlAssociation } from '../../core/ul/index.ts';
import type { AssociationEnvironment, PduHappening } from '../../core/ul/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { AC, dataPdv, Parrot, pData, RQ, wire } from '../support/parrot.ts';
import { splitConnection } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';

const RELEASE_RQ = { type: 'A-RELEASE-RQ' } as const;
const RELEASE_RP = { type: 'A-RELEASE-RP' } as const;
const ABORT: Abort = { type: 'A-ABORT', source: 0, reason: 0 };
const USER_ABORT = { type: 'A-ABORT', source: 0, reason: 0 };

type Role = 'requestor' | 'acceptor';

let clock: FakeClock;

function environment(extra: Partial<AssociationEnvironment> = {}): AssociationEnvironment {
  return { deadlines: DEFAULT_DEADLINES, maximumLength: 131_072, clock, ...extra };
}

/** An association over an open connection, and the peer at its other end. */
async function meet(
  role: Role,
  how: Split = 'whole',
  extra: Partial<AssociationEnvironment> = {},
): Promise<{ association: UlAssociation; peer: Parrot; ends: string[] }> {
  const { caller, called } = await wire();
  const [ours, theirs] = role === 'requestor' ? [caller, called] : [called, caller];
  const association = new UlAssociation(splitConnection(ours, how, 7), role, environment(extra));
  const ends: string[] = [];
  void association.ended.then(({ kind }) => ends.push(kind));
  return { association, peer: new Parrot(theirs), ends };
}

/** The same with the association established; `received` gathers its P-DATA. */
async function established(
  role: Role,
  how: Split = 'whole',
  extra: Partial<AssociationEnvironment> = {},
): Promise<{ association: UlAssociation; peer: Parrot; received: Pdv[]; ends: string[] }> {
  const met = await meet(role, how, extra);
  const received: Pdv[] = [];
  const take = (pdvs: readonly Pdv[]): void =>
    void received.push(...pdvs.map((pdv) => ({ ...pdv, data: pdv.data.slice() })));
  if (role === 'requestor') {
    const answer = met.association.associate(RQ);
    await met.peer.expect('A-ASSOCIATE-RQ');
    await met.peer.send(AC);
    met.association.establish(RQ, await answer, negotiated(RQ, AC), take);
  } else {
    await met.peer.send(RQ);
    const request = await met.association.requested();
    met.association.answer(AC);
    met.association.establish(request, AC, negotiated(request, AC), take);
    await met.peer.expect('A-ASSOCIATE-AC');
  }
  return { ...met, received };
}

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );
}

/** Sends until the peer, which reads nothing, has enough. */
async function fill(association: UlAssociation): Promise<void> {
  const pdu = pData(dataPdv(1, new Uint8Array(100_000)));
  for (;;) await association.send(pdu);
}

beforeEach(() => {
  clock = new FakeClock();
});

afterEach(() => {
  expect(clock.pending, 'timers left behind').toBe(0);
});

describe.each(SPLITS)('bytes %s', (how) => {
  test('is accepted, carries data both ways, and is released', async () => {
    const { association, peer, received } = await established('requestor', how);
    expect([...association.contexts.keys()]).toEqual([1, 3, 5]);
    expect(association.peer).toMatchObject({ aeTitle: 'PEER', maximumLength: 16384 });
    expect(association.local.aeTitle).toBe('US');
    await association.send(pData(dataPdv(1, fromHex('0102'))));
    expect((await peer.expect('P-DATA-TF')).pdvs).toEqual([dataPdv(1, fromHex('0102'))]);
    await peer.send(pData(dataPdv(1, fromHex('03')), dataPdv(3, fromHex(''), false)));
    await turns(20);
    expect(received).toEqual([dataPdv(1, fromHex('03')), dataPdv(3, fromHex(''), false)]);
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RP);
    await released;
    await peer.ended(); // we close, without waiting for the peer
    await expect(association.ended).resolves.toEqual({ kind: 'released' });
    await association.closed;
  });

  test('accepts, and answers a release', async () => {
    const { association, peer, received } = await established('acceptor', how);
    expect(association.peer.aeTitle).toBe('US');
    expect(association.local.aeTitle).toBe('PEER');
    await peer.send(pData(dataPdv(1, fromHex('0102'))), RELEASE_RQ);
    await peer.expect('A-RELEASE-RP');
    expect(received).toEqual([dataPdv(1, fromHex('0102'))]);
    await expect(association.ended).resolves.toEqual({ kind: 'released' });
    peer.close();
    await association.closed;
    await turns(2);
  });

  test('loses no data that comes with the accept, however late it is established', async () => {
    const { association, peer } = await meet('requestor', how);
    const answer = association.associate(RQ);
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send(AC, pData(dataPdv(1, fromHex('0102'))), pData(dataPdv(3, fromHex('0304'))));
    const accepted = await answer;
    await turns(20);
    const contexts: number[] = [];
    association.establish(RQ, accepted, negotiated(RQ, accepted), (pdvs) => {
      for (const { contextId } of pdvs) contexts.push(contextId);
    });
    await turns(60);
    expect(contexts).toEqual([1, 3]);
    association.abort();
    await association.closed;
    await turns(2);
  });

  test('loses no data that comes with the request', async () => {
    const { association, peer } = await meet('acceptor', how);
    const request = association.requested();
    await peer.send(RQ, pData(dataPdv(1, fromHex('0102'))), RELEASE_RQ);
    const rq = await request;
    await turns(20);
    const received: Pdv[] = [];
    association.answer(AC);
    association.establish(rq, AC, negotiated(rq, AC), (pdvs) => void received.push(...pdvs));
    await peer.expect('A-ASSOCIATE-AC');
    await peer.expect('A-RELEASE-RP');
    expect(received).toEqual([dataPdv(1, fromHex('0102'))]);
    peer.close();
    await association.closed;
    await turns(2);
  });

  test('takes an accept that comes before the request was read', async () => {
    const { association, peer } = await meet('requestor', how);
    await peer.send(AC);
    await turns(2);
    expect((await association.associate(RQ)).type).toBe('A-ASSOCIATE-AC');
    association.abort();
    await association.closed;
    await turns(2);
  });

  test('answers an invalid PDU with A-ABORT of the provider', async () => {
    const { association, peer } = await established('requestor', how);
    await peer.send(fromHex('0400 00000006 000000ff 0103')); // a PDV longer than its PDU
    expect(await peer.expect('A-ABORT')).toEqual({ type: 'A-ABORT', source: 2, reason: 6 });
    const { kind, error } = await association.ended;
    expect(kind).toBe('aborted');
    expect(error).toBeInstanceOf(AssociationAbortedError);
    expect(error).toMatchObject({ by: 'us', source: 2, reason: 6 });
    await association.closed;
    await turns(2);
  });
});

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
    expect(await peer.expect('A-ABORT')).toEqual(USER_ABORT);
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
    ['P-DATA-TF', pData(dataPdv(1, fromHex('00'))), USER_ABORT],
    ['A-RELEASE-RQ', RELEASE_RQ, USER_ABORT],
    ['A-ASSOCIATE-AC', AC, USER_ABORT],
    ['no PDU of DICOM', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n') as Bytes, USER_ABORT],
  ])('never comes where %s is the first PDU', async (_, first, reply) => {
    const { association, peer, ends } = await meet('acceptor');
    const request = failure(association.requested());
    await peer.send(first);
    if (reply) expect(await peer.expect('A-ABORT')).toEqual(reply);
    await peer.ended();
    expect(await request).toMatchObject({
      code: first instanceof Uint8Array && first[0] === 0x47 ? 'PDU_UNRECOGNIZED' : 'CONNECTION_LOST',
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
    expect(await peer.expect('A-ABORT')).toEqual(USER_ABORT);
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

  test('from both sides at once is told once', async () => {
    const { association, peer, ends } = await established('requestor');
    association.abort();
    await peer.send(ABORT);
    expect(await peer.expect('A-ABORT')).toEqual(USER_ABORT);
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
    expect(await peer.expect('A-ABORT')).toEqual(USER_ABORT);
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
    expect(await peer.expect('A-ABORT')).toEqual(USER_ABORT);
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
    expect(await request).toMatchObject({ code: 'TIMEOUT', phase: 'ARTIM' });
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

describe('data', () => {
  test('handled slowly holds the peer back, in order', async () => {
    const { association, peer } = await meet('requestor');
    const answer = association.associate(RQ);
    await peer.expect('A-ASSOCIATE-RQ');
    await peer.send(AC, ...[1, 3, 5].map((id) => pData(dataPdv(id, fromHex('00')))));
    let go!: () => void;
    const seen: number[] = [];
    association.establish(RQ, await answer, negotiated(RQ, AC), ([pdv]) => {
      seen.push(pdv!.contextId);
      return new Promise<void>((resolve) => (go = resolve));
    });
    for (const expected of [[1], [1, 3], [1, 3, 5]]) {
      await turns(2);
      expect(seen).toEqual(expected);
      go();
    }
    association.abort();
    await association.closed;
    await turns(2);
  });

  test('whose handler throws ends the association and the connection', async () => {
    for (const fail of [
      (): never => {
        throw new Error('a mistake');
      },
      async (): Promise<never> => await Promise.reject(new Error('a mistake')),
    ]) {
      const { association, peer, ends } = await meet('requestor');
      const answer = association.associate(RQ);
      await peer.expect('A-ASSOCIATE-RQ');
      await peer.send(AC, pData(dataPdv(1, fromHex('00'))));
      association.establish(RQ, await answer, negotiated(RQ, AC), fail);
      const { error } = await association.ended;
      expect(error!.cause).toMatchObject({ message: 'a mistake' });
      await peer.ended();
      await association.closed;
      expect(ends).toHaveLength(1);
    }
  });

  test('under way when the connection is cut: the end comes behind it', async () => {
    const { association, peer, received, ends } = await established('acceptor');
    await peer.send(pData(dataPdv(1, fromHex('0102'))));
    peer.close();
    await expect(association.ended).resolves.toMatchObject({
      kind: 'lost',
      error: { code: 'CONNECTION_LOST' },
    });
    expect(received).toHaveLength(1);
    expect(ends).toEqual(['lost']);
    expect(await failure(association.send(pData()))).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('sent a thousand times leaves nothing behind on the way', async () => {
    const { association, peer } = await established('requestor');
    const pdu = pData(dataPdv(1, fromHex('0102')));
    for (let i = 0; i < 1000; i++) {
      await association.send(pdu);
      await peer.expect('P-DATA-TF');
    }
    expect(clock.pending).toBe(0);
    association.abort();
    await association.closed;
    await turns(2);
  });
});

describe('the sink', () => {
  test('gets one event a PDU, with the step of the machine', async () => {
    const events: SinkEvent[] = [];
    const { association, peer } = await established('requestor', 'whole', {
      sink: (event) => events.push(event),
    });
    const pdu = pData(dataPdv(1, fromHex('0102')));
    await association.send(concat([pdu, pdu]));
    await peer.expect('P-DATA-TF');
    await peer.expect('P-DATA-TF');
    await peer.send(pdu);
    await turns(2);
    const released = association.release();
    await peer.expect('A-RELEASE-RQ');
    await peer.send(RELEASE_RP);
    await released;
    await association.closed;
    await turns(2);
    const pdus = events.filter((event): event is SinkEvent & PduHappening => event.type === 'pdu');
    expect(
      pdus.map(({ direction, pdu, from, to, event, action, bytes }) => [
        `${direction} ${pdu} ${bytes.length > 6}`,
        `${from} ${event} ${action} ${to}`,
      ]),
    ).toEqual([
      ['sent A-ASSOCIATE-RQ true', 'Sta4 Evt2 AE-2 Sta5'],
      ['received A-ASSOCIATE-AC true', 'Sta5 Evt3 AE-3 Sta6'],
      ['sent P-DATA-TF true', 'Sta6 Evt9 DT-1 Sta6'],
      ['sent P-DATA-TF true', 'Sta6 Evt9 DT-1 Sta6'],
      ['received P-DATA-TF true', 'Sta6 Evt10 DT-2 Sta6'],
      ['sent A-RELEASE-RQ true', 'Sta6 Evt11 AR-1 Sta7'],
      ['received A-RELEASE-RP true', 'Sta7 Evt13 AR-3 Sta1'],
    ]);
    const steps = events.filter(({ type }) => type === 'transition');
    expect(steps.map((step) => (step as { event?: string }).event)).toEqual(['Evt1', 'Evt2', 'Evt11']);
    expect(new Set(events.map(({ association }) => association))).toEqual(new Set([association.number]));
  });

  test('gets an invalid PDU and the abort that answers it', async () => {
    const events: SinkEvent[] = [];
    const sink = (event: SinkEvent): void => void events.push(event);
    const { association, peer } = await established('acceptor', 'whole', { sink, parent: 42 });
    events.length = 0;
    await peer.send(fromHex('5500 00000000'));
    expect(await peer.expect('A-ABORT')).toEqual({ type: 'A-ABORT', source: 2, reason: 1 });
    await association.closed;
    await turns(2);
    const pdus = events.filter(({ type }) => type === 'pdu') as (SinkEvent & PduHappening)[];
    expect(pdus.map(({ direction, pdu, action }) => `${direction} ${pdu} ${action}`)).toEqual([
      'received invalid AA-8',
      'sent A-ABORT AA-8',
    ]);
    expect(pdus[0]!.parent).toBe(42);
  });

  test('that is not there costs no event', async () => {
    const { association } = await established('requestor');
    expect(association.trace).toBeUndefined();
    association.abort();
    await association.closed;
    await turns(2);
  });
});

/** A connection whose wire does nothing: never opened by itself, never answered, bytes only gathered. */
function silentConnection(sent: Bytes[] = []): WiredConnection & Connection {
  return new WiredConnection({
    send: (chunk) => void sent.push(chunk.slice()),
    finish: () => undefined,
    reset: () => undefined,
    release: () => undefined,
    taken: () => undefined,
  });
}
