/** Cases 52, 55, 76, 92, 93, 103: what page and command line make of associations and retrieves, by core/peer. */
import { expect } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes, StatusError } from '../../core/bytes/index.ts';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import { send } from '../../core/peer/index.ts';
import type { RetrieveReport } from '../../core/peer/index.ts';
import type { AssociateRJ } from '../../core/pdu/index.ts';
import { DEFAULT_DEADLINES } from '../../core/service/index.ts';
import type { Responses, RetrieveResult } from '../../core/service/index.ts';
import { failure } from '../support/failure.ts';
import { clock } from '../support/fake-clock.ts';
import { CT_IMAGE, IMPLICIT } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import type { Case } from './case.ts';
import {
  aborts,
  getResponse,
  getting as invoking,
  image,
  requesting,
  scu,
  settled,
  STUDY,
  stored,
} from './scene.ts';
import { getting, inTime, scripted, uids } from './scripted.ts';
import type { Final, Script } from './scripted.ts';

import { expectMessage } from '../support/messages.ts';
/** A C-GET that ends with this response at once. */
async function got(how: Split, response: Bytes): Promise<Responses<unknown, RetrieveResult>> {
  const setting = await scu(how);
  const responses = await invoking(setting);
  await setting.peer.send(response);
  return responses;
}

/** The status that iterating fails with; undefined where it does not. */
async function failing(responses: AsyncIterable<unknown>): Promise<number | undefined> {
  try {
    for await (const _ of responses);
    return undefined;
  } catch (error) {
    return (error as StatusError).status;
  }
}

function failedList(uids: readonly string[]): Bytes {
  return writeDataSet(dataSet({ FailedSOPInstanceUIDList: uids }), IMPLICIT);
}

/** A get of three instances of which so many come, with this final response to it. */
async function claimed(how: Split, come: number, final: Final): Promise<RetrieveReport> {
  const holds = { '1.2.3.1': uids(3) };
  const sends: Script['sends'] = (_, found) => found.filter((uid) => uids(come).includes(uid));
  const peer = scripted(how, { holds, sends, final });
  return await inTime(getting(peer).task.result);
}

const busy = (source: number, reason: number): AssociateRJ => ({
  type: 'A-ASSOCIATE-RJ',
  result: 2,
  source,
  reason,
});
const FORTY = { '1.2.3.1': uids(20), '1.2.3.2': uids(20, '1.2.3.2') };

const items = uids(20).map((sopInstanceUID) => ({
  label: sopInstanceUID,
  sopClassUID: CT_IMAGE,
  sopInstanceUID,
  transferSyntaxUID: IMPLICIT,
  open: () => image(sopInstanceUID),
}));

export const TASKS: readonly Case[] = [
  {
    case: 52,
    side: 'C',
    situation: 'more than 128 contexts',
    async run(_, how) {
      const contexts = Array.from({ length: 129 }, () => ({
        abstractSyntax: CT_IMAGE,
        transferSyntaxes: [IMPLICIT],
      }));
      const refused = requesting('whole', { associate: { contexts } });
      await expect(refused).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        details: { limit: 128, wanted: 129 },
      });
      const classes = new Map(uids(150).map((uid, i) => [uid, `2.25.999.${i}`]));
      const peer = scripted(
        how,
        {
          holds: { '1.2.3.1': uids(150) },
          sopClassOf: (uid) => classes.get(uid)!, // it holds no others
        },
        { associations: 1 },
      );
      expect(await inTime(getting(peer).task.result)).toMatchObject({ verdict: 'complete', received: 150 });
      expect(peer.requests.map((rq) => rq.contexts.length)).toEqual([1, 128, 128]); // the query's, and those of C-GET
    },
  },
  {
    case: 55,
    side: 'C',
    situation:
      'local-limit-exceeded, temporary-congestion or an abort for one of several associations, or for the first',
    async run(_, how) {
      const answers: [label: string, answer: NonNullable<Script['answer']>][] = [
        ['limit', ({ number }) => (number > 2 ? busy(3, 2) : undefined)],
        ['congestion', ({ number }) => (number > 1 ? busy(3, 1) : undefined)],
        ['abort', ({ number }) => (number > 1 ? { type: 'A-ABORT', source: 2, reason: 0 } : undefined)],
      ];
      for (const [label, answer] of answers) {
        const peer = scripted(how, { holds: FORTY, answer });
        const report = await inTime(getting(peer).task.result);
        expect(report, label).toMatchObject({ verdict: 'complete', received: 40, duplicates: 0 });
        expect(report, label).not.toHaveProperty('error');
        expect(peer.requests, label).toHaveLength(5); // one asks, four were to fetch
        const outcome = await inTime(send(scripted(how, { answer }).address, items).result);
        expect(outcome, label).toMatchObject({ sent: 20, failed: 0, untried: 0 });
        expect(outcome, label).not.toHaveProperty('error');
      }
      // The first one waits, 0.5 s, then twice as long each time, within the deadline of the association request.
      const patient = scripted(how, {
        holds: FORTY,
        answer: ({ number }) => (number < 4 ? busy(3, 2) : undefined),
      });
      const began = clock.now();
      expect(await inTime(getting(patient).task.result)).toMatchObject({ verdict: 'complete', received: 40 });
      expect(clock.now() - began).toBeGreaterThanOrEqual(500 + 1000 + 2000 + 4000);
      for (const settings of [{}, { deadlines: { associate: 2000 } }]) {
        const full = scripted(how, { answer: () => busy(3, 2) }, settings);
        const begun = clock.now();
        const error = await failure(inTime(send(full.address, items).result));
        expect(error).toMatchObject({ code: 'ASSOCIATION_REJECTED', result: 2, source: 3, reason: 2 });
        const limit = settings.deadlines?.associate ?? DEFAULT_DEADLINES.associate;
        expect(clock.now() - begun).toBeLessThanOrEqual(limit);
        expect(full.requests.length).toBe(limit === 2000 ? 3 : 7);
        expect(error.message).toContain(`asked ${full.requests.length} times`);
      }
      const known = scripted(how, { answer: () => ({ ...busy(1, 7), result: 1 }) });
      expect(await failure(inTime(getting(known).task.result))).toMatchObject({ result: 1 });
      expect(known.requests).toHaveLength(1); // rejected for good
    },
  },
  {
    case: 76,
    side: 'C',
    situation: 'an idle association that the server ends',
    async run(_, how) {
      const { association, peer } = await scu(how);
      peer.close();
      expect(await association.ended).toMatchObject({ kind: 'lost', error: { code: 'CONNECTION_LOST' } });
      expect(await failure(association.echo())).toMatchObject({ code: 'CONNECTION_LOST' });
      await association.release(); // nothing left to release
      // Page and command line keep none idle: each is released as soon as its work is done, and the next one is new.
      const server = scripted(how, { holds: { '1.2.3.1': uids(20) } });
      const first = await inTime(getting(server).task.result);
      const again = await inTime(getting(server).task.result);
      expect([first.verdict, again.verdict]).toEqual(['complete', 'complete']);
      for (let i = 0; i < 100 && server.ends.includes('open'); i++) await settled();
      expect(server.ends).toEqual(Array(server.requests.length).fill('released'));
    },
  },
  {
    case: 92,
    side: 'C',
    situation: 'a C-GET whose status and counters do not agree, with and without the list of what failed',
    async run(_, how) {
      const lie = await got(how, getResponse(0x0000, { Completed: 0, Failed: 3, Warning: 0 }));
      expect(await failing(lie)).toBeUndefined();
      expect(await lie.result).toMatchObject({ status: 0, completed: 0, failed: 3 }); // the counters are there to see
      const bare = await got(how, getResponse(0xa702, { Completed: 0, Failed: 2, Warning: 0 }));
      expect(await failing(bare)).toBe(0xa702);
      expect(await bare.result).toMatchObject({ failed: 2, failedSOPInstanceUIDs: [] });
      const listed = await got(how, getResponse(0xa702, { Failed: 2 }, failedList(['1.2.3.4', '1.2.3.5'])));
      expect(await listed.result).toMatchObject({ failedSOPInstanceUIDs: ['1.2.3.4', '1.2.3.5'] });
      const warned = await got(
        how,
        getResponse(0xb000, { Completed: 1, Failed: 0, Warning: 1 }, failedList([])),
      );
      expect(await failing(warned)).toBeUndefined();
      expect(await warned.result).toMatchObject({ failed: 0, warning: 1, failedSOPInstanceUIDs: [] });
      // What arrived is counted, and compared with what the peer listed.
      const all = { Completed: 3, Failed: 0, Warning: 0 };
      expect(await claimed(how, 0, { status: 0x0000, counters: all })).toMatchObject({
        verdict: 'failed',
        failed: 3,
      });
      expect(await claimed(how, 2, { status: 0x0000, counters: all })).toMatchObject({
        verdict: 'partial',
        failed: 1,
      });
      expect(await claimed(how, 3, { status: 0xa702, counters: { Failed: 3 } })).toMatchObject({
        verdict: 'complete',
      });
      const warnings = { status: 0xb000, counters: { Completed: 0, Failed: 0, Warning: 3 } };
      expect(await claimed(how, 3, warnings)).toMatchObject({
        verdict: 'complete',
        status: 0xb000,
        warning: 3,
      });
      const some = { status: 0xa702, counters: { Failed: 1 }, identifier: failedList(['1.2.3.1.3']) };
      const report = await claimed(how, 2, some);
      expect(report).toMatchObject({ verdict: 'partial', missing: ['1.2.3.1.3'] });
      expect(report.failedSOPInstanceUIDs).toEqual(['1.2.3.1.3']);
    },
  },
  {
    case: 93,
    side: 'C',
    situation: 'a C-GET that matches nothing: 0000 or C000',
    async run(_, how) {
      const nothing = await got(how, getResponse(0x0000, { Completed: 0, Failed: 0, Warning: 0 }));
      expect(await failing(nothing)).toBeUndefined();
      expect(await nothing.result).toMatchObject({ status: 0, completed: 0, failed: 0 });
      expect(await failing(await got(how, getResponse(0xc000)))).toBe(0xc000);
      const none = { Completed: 0, Failed: 0, Warning: 0 };
      const empty = async (final: Final): Promise<RetrieveReport> => {
        const peer = scripted(how, { final });
        return await inTime(getting(peer).task.result);
      };
      expect(await empty({ status: 0x0000, counters: none })).toMatchObject({
        verdict: 'nothing matched',
        promised: 0,
      });
      expect(await empty({ status: 0xc000 })).toMatchObject({ verdict: 'failed', status: 0xc000 });
      expect(await empty({ status: 0x0000, counters: { ...none, Failed: 2 } })).toMatchObject({
        verdict: 'failed',
      });
    },
  },
  {
    case: 103,
    side: 'C',
    situation: 'no room left in the middle of a C-GET: A700, C-CANCEL, an abort behind the grace',
    async run(_, how) {
      const setting = await scu(how);
      const full = new MemoryStore({ capacity: 10 });
      const put = (info: Parameters<MemoryStore['put']>[0]) => full.put(info);
      const responses = setting.association.get(STUDY, { store: put });
      const ended = failure(responses[Symbol.asyncIterator]().next());
      await expectMessage(setting.peer);
      expect(await stored(setting, '1.2.3.1')).toBe(0xa700);
      expect((await expectMessage(setting.peer)).command).toMatchObject({ CommandField: 0x0fff });
      expect(await ended).toMatchObject({ code: 'STORE_FULL' });
      expect(await stored(setting, '1.2.3.2', undefined, 2)).toBe(0xa700); // until the peer heeds it
      expect(full.used).toBe(0);
      await clock.advance(DEFAULT_DEADLINES.cancelGrace);
      await aborts(setting, 0, 0);
      for (const heeds of [true, false]) {
        const room = 3 * image('1.2.3.1.1').length + 10;
        const store = new MemoryStore({ capacity: room });
        const peer = scripted(how, { holds: FORTY, ...(!heeds && { final: 'none' }) }, { associations: 1 });
        const report = await inTime(getting(peer, { store }).task.result);
        expect(report).toMatchObject({
          verdict: 'partial',
          received: 3,
          failed: 37,
          error: { code: 'STORE_FULL' },
        });
        expect(peer.statuses).toEqual([0, 0, 0, 0xa700]);
        expect(peer.commands.slice(-2)).toEqual(['C-STORE-RSP', 'C-CANCEL-RQ']);
        expect(await store.has('1.2.3.1.3')).toBe(true);
        if (!heeds) await clock.advance(DEFAULT_DEADLINES.cancelGrace);
        for (let i = 0; i < 100 && peer.ends.at(-1) === 'open'; i++) await settled();
        expect(peer.ends.at(-1)).toBe(heeds ? 'released' : 'aborted');
      }
    },
  },
];
