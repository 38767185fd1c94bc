/** Cases 94 to 108: retrieves, their C-STORE sub-operations, and instances that come to us (PS3.4 B, C.4). */
import { expect } from 'vitest';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import { failure } from '../support/failure.ts';
import { commandSet, expectMessage, message } from '../support/messages.ts';
import { commandPdv, CT_IMAGE, dataPdv, IMPLICIT, pData, VERIFICATION } from '../support/parrot.ts';
import { readAll } from '../support/streams.ts';
import type { Case } from './case.ts';
import {
  deviations,
  EXPLICIT,
  finding,
  findResponse,
  getResponse,
  getting,
  IDENTIFIER,
  image,
  receiving,
  REQUEST,
  scp,
  scu,
  settled,
  storeAnswer,
  stored,
  storeRequest,
  usable,
} from './scene.ts';

const STUDY_MOVE = '1.2.840.10008.5.1.4.1.2.2.2';
const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

export const SUB_OPERATIONS: readonly Case[] = [
  {
    case: 94,
    side: 'C',
    situation: 'an unknown move destination: A801, C000 or A702',
    async run(_, how) {
      const contexts = [{ abstractSyntax: STUDY_MOVE, transferSyntaxes: [IMPLICIT] }];
      for (const status of [0xa801, 0xc000, 0xa702]) {
        const setting = await scu(how, {
          associate: { contexts },
          ac: { contexts: [{ id: 1, result: 0, transferSyntax: IMPLICIT }] },
        });
        const request = {
          model: 'STUDY',
          level: 'STUDY',
          keys: dataSet({ StudyInstanceUID: '1.2.3' }),
        } as const;
        const responses = setting.association.move(request, { destination: 'NOWHERE' });
        await expectMessage(setting.peer);
        await setting.peer.send(message(1, 'C-MOVE-RSP', { MessageIDBeingRespondedTo: 1, Status: status }));
        const error = await failure(responses[Symbol.asyncIterator]().next());
        expect(error).toMatchObject({ code: 'STATUS_FAILURE', status });
        expect(error.message).toMatch(/destination NOWHERE/);
      }
    },
  },
  {
    case: 95,
    side: 'C',
    situation: 'counters that are missing, run backwards, or stand at 65535',
    async run(_, how) {
      const setting = await scu(how);
      const responses = (await getting(setting))[Symbol.asyncIterator]();
      const steps = [];
      for (const counters of [
        {},
        { Remaining: 1, Completed: 65535 },
        { Remaining: 3, Completed: 2, Failed: 9 },
      ]) {
        await setting.peer.send(getResponse(0xff00, counters));
        steps.push((await responses.next()).value);
      }
      expect(steps).toMatchObject([
        { remaining: undefined, completed: undefined },
        { remaining: 1, completed: 65535, failed: undefined },
        { remaining: 3, completed: 2, failed: 9 },
      ]);
      expect(deviations(setting)).toEqual(['COUNTERS_ODD']);
    },
  },
  {
    case: 96,
    side: 'C',
    situation: 'a sub-operation with the Message ID of our own C-GET',
    async run(_, how) {
      const setting = await scu(how);
      const responses = await getting(setting); // Message ID 1
      expect(await stored(setting, '1.2.3.4', undefined, 1)).toBe(0);
      await setting.peer.send(getResponse(0, { Completed: 1 }));
      expect(await responses.result).toMatchObject({ status: 0, completed: 1 });
    },
  },
  {
    case: 97,
    side: 'C',
    situation: 'a sub-operation of a class that its context is not for; on a refused context see case 35',
    async run(_, how) {
      const setting = await receiving('C', how);
      const fields = { AffectedSOPClassUID: MR_IMAGE, AffectedSOPInstanceUID: '1.2.3.4', Priority: 0 };
      await setting.peer.send(message(5, 'C-STORE-RQ', { MessageID: 1, ...fields }, image('1.2.3.4')));
      expect(await storeAnswer(setting, 1)).toBe(0x0122);
      expect(await stored(setting, '1.2.3.5', undefined, 2)).toBe(0);
    },
  },
  {
    case: 98,
    side: 'C',
    situation: 'an instance that was not asked for, and one that comes twice',
    async run(_, how) {
      const setting = await scu(how);
      const keys = dataSet({
        StudyInstanceUID: '1',
        SeriesInstanceUID: '1.2',
        SOPInstanceUID: ['1.2.3.4', '1.2.3.5'],
      });
      await getting(setting, { model: 'STUDY', level: 'IMAGE', keys });
      expect(await stored(setting, '1.2.3.4')).toBe(0);
      expect(deviations(setting)).toEqual([]);
      expect(await stored(setting, '1.2.3.9')).toBe(0);
      expect(await stored(setting, '1.2.3.4')).toBe(0);
      expect(deviations(setting)).toEqual(['INSTANCE_NOT_REQUESTED', 'INSTANCE_TWICE']);
    },
  },
  {
    case: 99,
    side: 'C',
    situation: 'a SOP Instance UID that is a path, too long, or empty',
    async run(_, how) {
      const setting = await receiving('C', how);
      for (const uid of ['../../x', '..', '1'.repeat(66), '', 'a/b', 'C:x']) {
        expect(await stored(setting, uid, uid === '' ? image('') : undefined), uid).toBe(0xc000);
      }
      expect(await stored(setting, '1.2.3.4', image('../../x'))).toBe(0xc000); // in the data set
      expect(setting.store.used).toBe(0);
    },
  },
  {
    case: 100,
    side: 'C',
    situation: 'a command with another SOP Instance UID than the data set',
    async run(_, how) {
      const setting = await receiving('C', how);
      expect(await stored(setting, '1.2.3.4', image('1.2.3.5'))).toBe(0);
      expect([await setting.store.has('1.2.3.4'), await setting.store.has('1.2.3.5')]).toEqual([false, true]);
      expect(await readAll((await setting.store.open('1.2.3.5')).dataSet)).toEqual(image('1.2.3.5'));
      expect(deviations(setting)).toEqual(['INSTANCE_UID_DIFFERS']);
    },
  },
  {
    case: 101,
    side: 'C',
    situation: 'a data set in another syntax than its context: explicit on implicit',
    async run(_, how) {
      const setting = await receiving('C', how);
      expect(await stored(setting, '1.2.3.4', image('1.2.3.4', EXPLICIT))).toBe(0);
      expect((await setting.store.open('1.2.3.4')).info.transferSyntaxUID).toBe(EXPLICIT);
      expect(deviations(setting)).toEqual(['DATA_SET_SYNTAX']);
      const asking = await scu(how);
      const matches = await finding(asking);
      await asking.peer.send(findResponse(0xff00, writeDataSet(IDENTIFIER, EXPLICIT)), findResponse(0));
      expect((await matches[Symbol.asyncIterator]().next()).value).toEqual(IDENTIFIER);
      expect(deviations(asking)).toEqual(['DATA_SET_SYNTAX']);
    },
  },
  {
    case: 102,
    side: 'C',
    situation: 'an instance that the server decodes for a context without its own syntax',
    async run(_, how) {
      const setting = await receiving('C', how); // stored as JPEG 2000, sent as the context says
      expect(await stored(setting, '1.2.3.4')).toBe(0);
      expect((await setting.store.open('1.2.3.4')).info.transferSyntaxUID).toBe(IMPLICIT);
      expect(deviations(setting)).toEqual([]);
    },
  },
  {
    case: 104,
    side: 'S',
    situation: 'a C-MOVE that pushes to our listener with wrong originators, over several associations',
    async run(_, how) {
      const setting = await scp(how);
      const other = await setting.connect();
      await other.send({ ...REQUEST, callingAETitle: 'ANOTHER' });
      await other.expect('A-ASSOCIATE-AC');
      for (const [i, peer] of [setting.peer, other, setting.peer].entries()) {
        const sopInstanceUID = `1.2.3.4.${i}`;
        const fields = {
          MessageID: 1 + i,
          AffectedSOPClassUID: CT_IMAGE,
          AffectedSOPInstanceUID: sopInstanceUID,
          Priority: 0,
          MoveOriginatorApplicationEntityTitle: 'SOMEBODY ELSE',
          MoveOriginatorMessageID: 40_000,
        };
        const command = pData(commandPdv(5, commandSet('C-STORE-RQ', fields, true)));
        await peer.send(command, pData(dataPdv(5, image(sopInstanceUID))));
        expect(await storeAnswer({ ...setting, peer }, 1 + i)).toBe(0);
        expect(await setting.store.has(sopInstanceUID)).toBe(true);
      }
      expect(deviations(setting)).toEqual([]);
      other.cut();
    },
  },
  {
    case: 105,
    side: 'S',
    situation: 'two instances with the same UID on two associations at once',
    async run(_, how) {
      const setting = await scp(how);
      const other = await setting.connect();
      await other.send(REQUEST);
      await other.expect('A-ASSOCIATE-AC');
      const data = [image('1.2.3.4'), image('1.2.3.4', EXPLICIT)] as const;
      const fields = {
        MessageID: 1,
        AffectedSOPClassUID: CT_IMAGE,
        AffectedSOPInstanceUID: '1.2.3.4',
        Priority: 0,
      };
      const command = pData(commandPdv(5, commandSet('C-STORE-RQ', fields, true)));
      await setting.peer.send(command, pData(dataPdv(5, data[0].slice(0, 20), false)));
      await settled();
      await other.send(command, pData(dataPdv(5, data[1])));
      expect(await storeAnswer({ ...setting, peer: other }, 1)).toBe(0);
      await setting.peer.send(pData(dataPdv(5, data[0].slice(20))));
      expect(await storeAnswer(setting, 1)).toBe(0);
      expect(await readAll((await setting.store.open('1.2.3.4')).dataSet)).toEqual(data[0]); // the last one, whole
      other.cut();
    },
  },
  {
    case: 106,
    side: 'S',
    situation: 'a C-CANCEL for an unknown Message ID',
    async run(_, how) {
      const setting = await scp(how);
      await setting.peer.send(message(3, 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: 9 }));
      await usable(setting);
      expect(deviations(setting)).toEqual(['stray']);
    },
  },
  {
    case: 107,
    side: 'S',
    situation: 'a C-STORE half received, then an abort',
    async run(_, how) {
      const setting = await scp(how);
      const request = storeRequest(1, '1.2.3.4');
      await setting.peer.send(request.slice(0, -30));
      await setting.peer.send({ type: 'A-ABORT', source: 0, reason: 0 }).catch(() => undefined);
      setting.peer.cut();
      await settled();
      const fields = {
        MessageID: 1,
        AffectedSOPClassUID: CT_IMAGE,
        AffectedSOPInstanceUID: '1.2.3.4',
        Priority: 0,
      };
      const aborted = await scp(how);
      await aborted.peer.send(
        pData(commandPdv(5, commandSet('C-STORE-RQ', fields, true))),
        pData(dataPdv(5, image('1.2.3.4').slice(0, 20), false)),
        { type: 'A-ABORT', source: 0, reason: 0 },
      );
      await aborted.peer.ended();
      await settled();
      expect([setting.store.used, aborted.store.used]).toEqual([0, 0]);
    },
  },
  {
    case: 108,
    side: 'S',
    situation: 'an N-EVENT-REPORT to us',
    async run(_, how) {
      const setting = await scp(how);
      const fields = { AffectedSOPClassUID: VERIFICATION, AffectedSOPInstanceUID: '1.2', EventTypeID: 1 };
      for (const data of [undefined, image('1.2.3.4')]) {
        await setting.peer.send(message(1, 'N-EVENT-REPORT-RQ', { MessageID: 5, ...fields }, data));
        expect((await expectMessage(setting.peer)).command).toMatchObject({
          CommandField: 0x8100,
          Status: 0x0211,
        });
      }
      await usable(setting);
    },
  },
];
