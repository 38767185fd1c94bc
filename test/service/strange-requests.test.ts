/** Requests that a server gets and should not: each has its answer, and leaves nothing behind. */
import { afterEach, describe, expect, test } from 'vitest';
import type { InstanceSink } from '../../core/file/index.ts';
import { IDENTIFIER_BYTES, leave, scp, storeRequest, usable } from '../cases/scene.ts';
import { ownClock } from '../support/fake-clock.ts';
import { expectMessage, message } from '../support/messages.ts';
import { dataPdv, pData, STUDY_FIND } from '../support/parrot.ts';
import { SPLITS } from '../support/splits.ts';
import { turns } from '../support/streams.ts';

ownClock();
afterEach(leave); // before the clock is looked at

describe.each(SPLITS)('bytes delivered %s', (how) => {
  test.each([
    ['C-FIND-RQ', 5],
    ['C-GET-RQ', 3],
    ['C-GET-RQ', 1],
    ['C-FIND-RQ', 7],
  ] as const)('%s on context %i, which is for something else, is answered 0122', async (name, contextId) => {
    const setting = await scp(how);
    const fields = { MessageID: 1, AffectedSOPClassUID: STUDY_FIND, Priority: 0 };
    await setting.peer.send(message(contextId, name, fields, IDENTIFIER_BYTES));
    expect((await expectMessage(setting.peer)).command.Status).toBe(0x0122);
    expect(setting.errors).toEqual([]);
    await usable(setting);
  });

  test('a sink that failed is given up once, though the association ends behind it', async () => {
    let given = 0;
    const sink: InstanceSink = {
      write: () => {
        throw new Error('the disk is full');
      },
      commit: () => Promise.reject(new Error('never')),
      abort: () => Promise.resolve(void given++),
    };
    const { peer } = await scp(how, { handlers: { store: () => sink } });
    const emptyDataSet = 12;
    const command = storeRequest(1, '1.2.3', new Uint8Array(0)).slice(0, -emptyDataSet);
    await peer.send(command, pData(dataPdv(5, new Uint8Array(8), false)));
    await turns(3);
    expect(given).toBe(1);
    peer.cut();
    await turns(3);
    expect(given).toBe(1);
  });
});
