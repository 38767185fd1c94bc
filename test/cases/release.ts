/** Cases 65 to 79: release, abort, close, silence (PS3.8 9.2). */
import { expect } from 'vitest';
import { fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { DEFAULT_DEADLINES } from '../../core/service/index.ts';
import { STATES, step } from '../../core/ul/index.ts';
import type { State } from '../../core/ul/index.ts';
import { failure } from '../support/failure.ts';
import { clock } from '../support/fake-clock.ts';
import { commandSet, message } from '../support/messages.ts';
import { commandPdv, CT_IMAGE, dataPdv, IMPLICIT, pData, VERIFICATION } from '../support/parrot.ts';
import { turns } from '../support/streams.ts';
import { ABORT, established, RELEASE_RP, RELEASE_RQ } from '../ul/meeting.ts';
import type { Case } from './case.ts';
import {
  either,
  finding,
  findResponse,
  getResponse,
  getting,
  IDENTIFIER_BYTES,
  image,
  listening,
  requesting,
  scu,
  settled,
  storeRequest,
} from './scene.ts';
import type { Side } from './scene.ts';

const ROLES = { C: 'requestor', S: 'acceptor' } as const;
const DATA = pData(dataPdv(1, fromHex('0102')));

/** The states in which a peer that speaks first can meet us, and how we get there. */
const REACHED: Readonly<Record<Side, Partial<Record<State, readonly ('release' | 'release request')[]>>>> = {
  C: { Sta6: [], Sta7: ['release'], Sta11: ['release', 'release request'] },
  S: { Sta6: [], Sta7: ['release'], Sta10: ['release', 'release request'], Sta13: ['release request'] },
};

/** PS3.8 Table 9-10, Evt16: by state, what is told. */
const ON_ABORT: Readonly<Partial<Record<State, string>>> = { Sta2: 'AA-2', Sta13: 'AA-2' };

export const RELEASE: readonly Case[] = [
  {
    case: 65,
    side: 'B',
    situation: 'an abort in each state from Sta2 to Sta13',
    async run(side, how) {
      const role = ROLES[side];
      for (const state of Object.keys(STATES) as State[]) {
        if (state === 'Sta1' || state === 'Sta4') continue; // no PDU can come
        const transition = step({ state, role }, { name: 'Evt16', pdu: ABORT })!;
        expect(transition.action, state).toBe(ON_ABORT[state] ?? 'AA-3');
        expect(transition.machine.state).toBe('Sta1');
      }
      for (const steps of Object.values(REACHED[side])) {
        const { association, peer, ends } = await established(role, how);
        for (const one of steps) {
          if (one === 'release') void association.release();
          else await peer.send(RELEASE_RQ);
          await settled();
        }
        await peer.send(ABORT);
        await association.closed;
        await turns(2);
        expect(ends).toHaveLength(1); // told once
      }
    },
  },
  {
    case: 66,
    side: 'B',
    situation: 'an abort with source 1 and reason 200',
    async run(side, how) {
      const { association, peer } = await established(ROLES[side], how);
      await peer.send({ type: 'A-ABORT', source: 1, reason: 200 });
      const { kind, error } = await association.ended;
      expect(kind).toBe('aborted');
      expect(error).toMatchObject({ by: 'peer', source: 1, reason: 200 });
      await association.closed;
    },
  },
  {
    case: 67,
    side: 'B',
    situation: 'two aborts that cross',
    async run(side, how) {
      const { association, peer, ends } = await established(ROLES[side], how);
      association.abort();
      await peer.send(ABORT).catch(() => undefined); // may find the connection closed already
      await association.closed;
      await turns(2);
      expect(ends).toEqual(['aborted']);
      expect(association.end!.error).toMatchObject({ by: 'us' });
    },
  },
  {
    case: 68,
    side: 'B',
    situation: 'a release collision',
    async run(side, how) {
      const { association, peer, ends } = await established(ROLES[side], how);
      const released = association.release();
      await peer.expect('A-RELEASE-RQ');
      await peer.send(RELEASE_RQ);
      if (side === 'C') await peer.expect('A-RELEASE-RP'); // the requestor answers first
      await settled();
      expect(ends).toEqual([]);
      await peer.send(RELEASE_RP);
      if (side === 'S') await peer.expect('A-RELEASE-RP');
      await released;
      if (side === 'S') peer.close();
      await association.closed;
      expect(association.end).toEqual({ kind: 'released' });
    },
  },
  {
    case: 69,
    side: 'C',
    situation: 'data, or an N-EVENT-REPORT, behind our A-RELEASE-RQ',
    async run(_, how) {
      const { association, peer } = await scu(how);
      const released = association.release();
      await peer.expect('A-RELEASE-RQ');
      const report = { AffectedSOPClassUID: VERIFICATION, AffectedSOPInstanceUID: '1.2', EventTypeID: 1 };
      await peer.send(
        message(1, 'N-EVENT-REPORT-RQ', { MessageID: 1, ...report }),
        storeRequest(2, '1.2.3.4'),
      );
      await peer.send(RELEASE_RP);
      await released;
      expect(association.end).toEqual({ kind: 'released' });
    },
  },
  {
    case: 70,
    side: 'C',
    situation: 'a peer that closes instead of answering A-RELEASE-RQ',
    async run(_, how) {
      for (const act of ['close', 'cut'] as const) {
        const { association, peer } = await scu(how);
        const released = association.release();
        await peer.expect('A-RELEASE-RQ');
        peer[act]();
        await released;
        expect(association.end).toEqual({ kind: 'released' });
      }
    },
  },
  {
    case: 71,
    side: 'C',
    situation: 'no A-RELEASE-RP',
    async run(_, how) {
      const { association, peer } = await scu(how);
      const released = association.release();
      await peer.expect('A-RELEASE-RQ');
      await clock.advance(DEFAULT_DEADLINES.release);
      await released;
      expect(association.end).toMatchObject({
        error: { code: 'TIMEOUT', phase: 'release', milliseconds: 5000 },
      });
    },
  },
  {
    case: 72,
    side: 'C',
    situation: 'a peer that leaves the connection open behind A-RELEASE-RP, A-ABORT or A-ASSOCIATE-RJ',
    async run(_, how) {
      for (const pdu of [RELEASE_RP, ABORT] as const) {
        const { association, peer } = await scu(how);
        if (pdu === RELEASE_RP) {
          void association.release();
          await peer.expect('A-RELEASE-RQ');
        }
        await peer.send(pdu);
        await peer.ended();
      }
      const { peer } = await requesting(how);
      await peer.expect('A-ASSOCIATE-RQ');
      await peer.send({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 });
      await peer.ended();
    },
  },
  {
    case: 73,
    side: 'B',
    situation: 'a reset in Sta5 or Sta3, and in Sta6 with an operation open',
    async run(side, how) {
      if (side === 'S') {
        const { peer, store, errors } = await either(side, how);
        await peer.send(pData(storeCommand()), pData(dataPdv(5, image('1.2.3.4'), false)));
        await settled();
        peer.cut();
        await settled();
        expect([store.used, errors]).toEqual([0, []]);
        return;
      }
      const opening = await requesting(how);
      await opening.peer.expect('A-ASSOCIATE-RQ');
      opening.peer.cut();
      expect(await failure(opening.attempt)).toMatchObject({ code: 'CONNECTION_LOST' });
      const setting = await scu(how);
      const responses = await getting(setting);
      await setting.peer.send(getResponse(0xff00, { Remaining: 7, Completed: 1, Failed: 0, Warning: 0 }));
      const steps = responses[Symbol.asyncIterator]();
      expect((await steps.next()).value).toMatchObject({ remaining: 7, completed: 1 }); // the counts so far
      setting.peer.cut();
      expect(await failure(steps.next())).toMatchObject({ code: 'CONNECTION_LOST' });
      expect(await steps.next()).toEqual({ done: true, value: undefined });
      expect(await failure(responses.result)).toMatchObject({ code: 'CONNECTION_LOST' });
    },
  },
  {
    case: 74,
    side: 'C',
    situation: 'data behind our own abort: read until the peer closes, and ignored',
    async run(_, how) {
      const { association, peer, received } = await established('requestor', how);
      await peer.send(fromHex('5500 00000000'), DATA, RELEASE_RQ, DATA);
      expect(await peer.expect('A-ABORT')).toMatchObject({ source: 2, reason: 1 });
      await association.closed;
      expect([received, association.end!.kind]).toEqual([[], 'aborted']);
    },
  },
  {
    case: 75,
    side: 'S',
    situation: 'a connection on which nothing comes',
    async run(_, how) {
      const { peer, errors } = await listening(how);
      await settled();
      await clock.advance(DEFAULT_DEADLINES.artim);
      await peer.ended();
      expect(errors.filter((error) => !/without asking/.test(error.message))).toEqual([]);
    },
  },
  {
    case: 77,
    side: 'C',
    situation: 'a response that comes before the request has been sent to its end',
    async run(_, how) {
      const { association, peer } = await scu(how);
      let goOn!: () => void;
      const pause = new Promise<void>((resolve) => (goOn = resolve));
      const slow = async function* (): AsyncGenerator<Bytes> {
        yield new Uint8Array(100_000);
        await pause;
        yield new Uint8Array(100_000);
      };
      const stored = association.store({
        sopClassUID: CT_IMAGE,
        sopInstanceUID: '1.2.3.4',
        transferSyntaxUID: IMPLICIT,
        open: slow,
      });
      await settled();
      await peer.send(message(5, 'C-STORE-RSP', { MessageIDBeingRespondedTo: 1, Status: 0xa700 }));
      await settled();
      goOn();
      expect(await stored).toMatchObject({ status: 0xa700 });
      await settled();
      await clock.advance(10 * DEFAULT_DEADLINES.response);
      expect(association.end).toBeUndefined(); // nothing waited for a response that had come
    },
  },
  {
    case: 78,
    side: 'B',
    situation: 'the WebSocket dies while the TCP connection lives, and the reverse',
    later: 'over the bridge: test/bridge/tunnel.test.ts, test/bridge/listen.test.ts',
  },
  {
    case: 79,
    side: 'C',
    situation: 'a release while a C-FIND is pending',
    async run(_, how) {
      const setting = await scu(how);
      const { association, peer } = setting;
      const matches = await finding(setting);
      await peer.send(findResponse(0xff00, IDENTIFIER_BYTES));
      const released = association.release();
      await settled();
      const reads = peer.reads;
      await settled();
      expect(peer.reads).toBe(reads); // no A-RELEASE-RQ yet
      await peer.send(findResponse(0));
      expect(await matches.result).toMatchObject({ status: 0 });
      await peer.expect('A-RELEASE-RQ');
      await peer.send(RELEASE_RP);
      await released;
    },
  },
];

function storeCommand() {
  const fields = {
    MessageID: 1,
    AffectedSOPClassUID: CT_IMAGE,
    AffectedSOPInstanceUID: '1.2.3.4',
    Priority: 0,
  };
  return commandPdv(5, commandSet('C-STORE-RQ', fields, true));
}
