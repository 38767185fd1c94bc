/** Cases 80 to 91: messages, statuses, responses that never come or never end (PS3.7). */
import { expect } from 'vitest';
import { concat, DEFAULT_LIMITS, fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { statusOf } from '../../core/dict/index.ts';
import { DEFAULT_DEADLINES } from '../../core/service/index.ts';
import { failure } from '../support/failure.ts';
import { clock } from '../support/fake-clock.ts';
import { commandSet, expectMessage, message } from '../support/messages.ts';
import { commandPdv, CT_IMAGE, dataPdv, IMPLICIT, pData, STUDY_FIND } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import type { Case } from './case.ts';
import {
  aborts,
  deviations,
  echoResponse,
  either,
  finding,
  findResponse,
  IDENTIFIER,
  IDENTIFIER_BYTES,
  image,
  scu,
  settled,
  usable,
} from './scene.ts';
import type { Requested, Side } from './scene.ts';

/** A C-ECHO for our SCP, or the answer to ours, its command set as given by `change`. */
async function echoed(side: Side, how: Split, change: (set: Bytes) => Bytes): Promise<void> {
  const setting = await either(side, how);
  if ('association' in setting) {
    const echo = setting.association.echo();
    await expectMessage(setting.peer);
    const set = commandSet('C-ECHO-RSP', { MessageIDBeingRespondedTo: 1, Status: 0 });
    await setting.peer.send(pData(commandPdv(1, change(set))));
    expect(await echo).toMatchObject({ status: 0 });
    return;
  }
  const set = commandSet('C-ECHO-RQ', { MessageID: 1, AffectedSOPClassUID: '1.2.840.10008.1.1' });
  await setting.peer.send(pData(commandPdv(1, change(set))));
  expect((await expectMessage(setting.peer)).command).toMatchObject({
    MessageIDBeingRespondedTo: 1,
    Status: 0,
  });
}

/** A message with an identifier whose Command Data Set Type is `type`. */
function announcing(side: Side, type: number): Bytes {
  return side === 'C'
    ? commandSet('C-FIND-RSP', { CommandDataSetType: type, MessageIDBeingRespondedTo: 1, Status: 0xff00 })
    : commandSet('C-FIND-RQ', {
        CommandDataSetType: type,
        MessageID: 1,
        AffectedSOPClassUID: STUDY_FIND,
        Priority: 0,
      });
}

async function identified(side: Side, how: Split, type: number): Promise<void> {
  const setting = await either(side, how);
  const matches = 'association' in setting ? await finding(setting) : undefined;
  await setting.peer.send(pData(commandPdv(3, announcing(side, type))), pData(dataPdv(3, IDENTIFIER_BYTES)));
  if (matches) expect((await matches[Symbol.asyncIterator]().next()).value).toEqual(IDENTIFIER);
  else expect((await expectMessage(setting.peer)).command).toMatchObject({ Status: 0 });
}

/** Matches until the final response. */
async function matched(
  setting: Requested,
  ...responses: Bytes[]
): Promise<{ matches: number; status: number }> {
  const found = await finding(setting);
  await setting.peer.send(...responses);
  let matches = 0;
  for await (const _ of found) matches++;
  return { matches, status: (await found.result).status };
}

const match = (status = 0xff00): Bytes => findResponse(status, IDENTIFIER_BYTES);

/** What our SCU makes of a status in a C-STORE response. */
async function storeResponse(setting: Requested, messageId: number, Status: number): Promise<number> {
  const { association, peer } = setting;
  const instance = { sopClassUID: CT_IMAGE, sopInstanceUID: '1.2.3.4', transferSyntaxUID: IMPLICIT };
  const stored = association.store({ ...instance, open: () => image('1.2.3.4') });
  await expectMessage(peer);
  await peer.send(message(5, 'C-STORE-RSP', { MessageIDBeingRespondedTo: messageId, Status }));
  return (await stored).status;
}

export const DIMSE: readonly Case[] = [
  {
    case: 80,
    side: 'B',
    situation:
      'a command set without group length, with a wrong one, in another order, with unknown elements',
    async run(side, how) {
      const behind = (set: Bytes): Bytes => set.slice(12);
      await echoed(side, how, behind);
      await echoed(side, how, (set) => concat([fromHex('0000 0000 04000000 ffffff00'), behind(set)]));
      await echoed(side, how, (set) => concat([set.slice(-10), set.slice(0, -10)])); // (0000,0800), or the status, first
      await echoed(side, how, (set) => concat([set, fromHex('0000 0052 02000000 4142 0800 0500 00000000')]));
    },
  },
  {
    case: 81,
    side: 'B',
    situation: 'Command Data Set Type 0000, 0001, 0102, FEFE: a data set follows',
    async run(side, how) {
      for (const type of [0x0000, 0x0001, 0x0102, 0xfefe]) await identified(side, how, type);
    },
  },
  {
    case: 82,
    side: 'B',
    situation: 'a data set is announced, and a command comes, or nothing',
    async run(side, how) {
      for (const next of ['command', 'nothing']) {
        const setting = await either(side, how);
        const failed = 'association' in setting ? failure((await finding(setting)).result) : undefined;
        await setting.peer.send(pData(commandPdv(3, announcing(side, 1))));
        if (next === 'command') await setting.peer.send(pData(commandPdv(3, announcing(side, 1))));
        await settled();
        if (next === 'nothing') await clock.advance(2 * DEFAULT_DEADLINES.progress);
        if (next === 'nothing' && failed) await expectMessage(setting.peer); // C-CANCEL, before the message is given up
        await aborts(setting, 0, 0);
        if (failed)
          expect(await failed).toMatchObject({ code: next === 'command' ? 'MESSAGE_INVALID' : 'TIMEOUT' });
      }
    },
  },
  {
    case: 83,
    side: 'C',
    situation: 'no data set is announced, and one comes',
    async run(_, how) {
      const setting = await scu(how);
      const failed = failure((await finding(setting)).result);
      await setting.peer.send(findResponse(0xff00), pData(dataPdv(3, IDENTIFIER_BYTES)));
      await aborts(setting, 0, 0); // an abort of the user of the Upper Layer: AA-1 has source 0
      expect(await failed).toMatchObject({ code: 'MESSAGE_INVALID' });
    },
  },
  {
    case: 84,
    side: 'C',
    situation: 'a response to an unknown Message ID',
    async run(_, how) {
      const setting = await scu(how);
      const stray = { MessageIDBeingRespondedTo: 78, Status: 0xff00 };
      await setting.peer.send(echoResponse(77), message(3, 'C-FIND-RSP', stray, IDENTIFIER_BYTES));
      await usable(setting);
      expect(deviations(setting)).toEqual(['stray', 'stray']);
    },
  },
  {
    case: 85,
    side: 'C',
    situation: 'a final response that never comes: C-CANCEL, and an abort behind the grace',
    async run(_, how) {
      for (const heeds of [false, true]) {
        const setting = await scu(how);
        const { association, peer } = setting;
        const matches = await finding(setting);
        const failed = failure(matches.result);
        await peer.send(match());
        await settled();
        await clock.advance(DEFAULT_DEADLINES.progress);
        expect(await failed).toMatchObject({ code: 'TIMEOUT', phase: 'progress' }); // the caller is free
        const { contextId, command } = await expectMessage(peer);
        expect({ contextId, ...command }).toMatchObject({ contextId: 3, CommandField: 0x0fff });
        expect(association.end).toBeUndefined();
        if (heeds) {
          await peer.send(findResponse(0xfe00));
          await usable(setting);
        } else {
          await clock.advance(DEFAULT_DEADLINES.cancelGrace);
          await aborts(setting, 0, 0);
        }
      }
    },
  },
  {
    case: 86,
    side: 'C',
    situation: 'thousands of pending responses behind our cancel',
    async run(_, how) {
      const many = how === 'whole' ? 3000 : 100;
      for (const drained of [many, many - 1]) {
        const setting = await scu(how, { associate: { limits: { ...DEFAULT_LIMITS, drained } } });
        const stop = new AbortController();
        const matches = await finding(setting, undefined, stop.signal);
        stop.abort();
        expect(await failure(matches[Symbol.asyncIterator]().next())).toMatchObject({ code: 'CANCELLED' });
        expect((await expectMessage(setting.peer)).command).toMatchObject({ CommandField: 0x0fff });
        const ended = failure(matches.result);
        for (let i = 0; i < many; i++) await setting.peer.send(match());
        if (drained === many) await clock.advance(DEFAULT_DEADLINES.cancelGrace);
        expect(await ended).toMatchObject({ code: drained === many ? 'TIMEOUT' : 'LIMIT_EXCEEDED' });
        await aborts(setting, 0, 0);
      }
    },
  },
  {
    case: 87,
    side: 'C',
    situation: 'FE00 with a data set, 0000 with the last identifier again',
    async run(_, how) {
      for (const status of [0xfe00, 0x0000]) {
        const setting = await scu(how);
        expect(await matched(setting, match(), findResponse(status, IDENTIFIER_BYTES))).toEqual({
          matches: 1,
          status,
        });
        await usable(setting);
      }
    },
  },
  {
    case: 88,
    side: 'C',
    situation: 'FF01 all the way',
    async run(_, how) {
      const responses = [match(0xff01), match(0xff01), findResponse(0)];
      expect(await matched(await scu(how), ...responses)).toEqual({ matches: 2, status: 0 });
    },
  },
  {
    case: 89,
    side: 'C',
    situation: 'pending without an identifier',
    async run(_, how) {
      const setting = await scu(how);
      expect(await matched(setting, findResponse(0xff00), match(), findResponse(0))).toEqual({
        matches: 1,
        status: 0,
      });
      expect(deviations(setting)).toEqual(['IDENTIFIER_MISSING']);
    },
  },
  {
    case: 90,
    side: 'C',
    situation: 'statuses that no table names',
    async run(_, how) {
      const classes = { 0x1234: 'failure', 0xb123: 'warning', 0xc0de: 'failure' } as const;
      for (const [code, category] of Object.entries(classes)) {
        const status = Number(code);
        expect(statusOf('C-FIND', status).category).toBe(category);
        const ended = matched(await scu(how), match(), findResponse(status));
        if (category === 'warning') expect(await ended).toEqual({ matches: 1, status });
        else expect(await failure(ended)).toMatchObject({ code: 'STATUS_FAILURE', status });
      }
    },
  },
  {
    case: 91,
    side: 'C',
    situation: 'C-STORE answered with B000, B006, B007: stored, with a warning',
    async run(_, how) {
      const setting = await scu(how);
      for (const [i, status] of [0xb000, 0xb006, 0xb007].entries()) {
        expect(await storeResponse(setting, i + 1, status)).toBe(status);
        expect(statusOf('C-STORE', status).category).toBe('warning');
      }
    },
  },
];
