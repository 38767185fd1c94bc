/** Associations in both roles against a scripted peer, bytes delivered in every way (PS3.8 7, 9.2). */
import { describe, expect, test } from 'vitest';
import { AssociationAbortedError, concat, fromHex } from '../../core/bytes/index.ts';
import type { SinkEvent } from '../../core/bytes/index.ts';
import type { Pdv } from '../../core/pdu/index.ts';
import { negotiated } from '../../core/ul/index.ts';
import type { PduHappening } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock, ownClock } from '../support/fake-clock.ts';
import { AC, dataPdv, pData, RQ } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import { established, meet, RELEASE_RP, RELEASE_RQ } from './meeting.ts';

ownClock();

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
    // What sends a PDU is told with the PDU.
    expect(steps.map((step) => (step as { event?: string }).event)).toEqual(['Evt1']);
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
