/** Cases 1 to 15: PDUs in the stream of bytes (PS3.8 9.3). */
import { expect } from 'vitest';
import { concat, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { expectMessage } from '../support/messages.ts';
import type { Split } from '../support/splits.ts';
import type { Case } from './case.ts';
import {
  aborts,
  ACCEPT,
  deviations,
  early,
  echoRequest,
  echoResponse,
  either,
  findRequest,
  findResponse,
  finding,
  IDENTIFIER_BYTES,
  listening,
  REQUEST,
  requesting,
  scp,
  scu,
  settled,
  usable,
} from './scene.ts';
import type { Side } from './scene.ts';

/** In data transfer these bytes are answered with A-ABORT of the provider. */
function refused(reason: number, ...hex: string[]): NonNullable<Case['run']> {
  return async (side, how) => {
    for (const bytes of hex) {
      const setting = await either(side, how);
      await setting.peer.send(fromHex(bytes));
      await aborts(setting, 2, reason);
    }
  };
}

/** A PDU with more bytes behind its four. */
const longer = (type: number, body: string): Bytes =>
  fromHex(`${type.toString(16).padStart(2, '0')}00 0000000a ${body} 010203040506`);

async function inPieces(side: Side, how: Split, cut: (bytes: Bytes) => Bytes[]): Promise<void> {
  const setting = await either(side, how);
  const matches = 'association' in setting ? await finding(setting) : undefined;
  const bytes = matches
    ? concat([findResponse(0xff00, IDENTIFIER_BYTES), findResponse(0)])
    : concat([findRequest(1), findRequest(2)]);
  for (const piece of cut(bytes)) await setting.peer.send(piece);
  if (matches) {
    let count = 0;
    for await (const _ of matches) count++;
    expect(count).toBe(1);
    return;
  }
  for (const id of [1, 2]) {
    expect((await expectMessage(setting.peer)).command).toMatchObject({
      MessageIDBeingRespondedTo: id,
      Status: 0,
    });
  }
}

export const FRAMING: readonly Case[] = [
  {
    case: 1,
    side: 'B',
    situation: 'a PDU cut at every byte',
    run: (side, how) => inPieces(side, how, (bytes) => Array.from(bytes, (_, i) => bytes.slice(i, i + 1))),
  },
  {
    case: 2,
    side: 'B',
    situation: 'several PDUs in one chunk',
    async run(side, how) {
      if (side === 'C') {
        const { peer, attempt, events } = await requesting(how);
        await peer.expect('A-ASSOCIATE-RQ');
        await peer.send(ACCEPT, echoResponse(9), echoRequest(3), { type: 'A-RELEASE-RQ' });
        await attempt;
        expect((await expectMessage(peer)).command).toMatchObject({
          MessageIDBeingRespondedTo: 3,
          Status: 0x0211,
        });
        await peer.expect('A-RELEASE-RP');
        expect(events.filter(({ type }) => type === 'stray')).toHaveLength(1);
        return;
      }
      const { peer } = await listening(how);
      await peer.send(REQUEST, echoRequest(1), echoRequest(2), { type: 'A-RELEASE-RQ' });
      await peer.expect('A-ASSOCIATE-AC');
      for (const id of [1, 2]) expect((await expectMessage(peer)).command.MessageIDBeingRespondedTo).toBe(id);
      await peer.expect('A-RELEASE-RP');
    },
  },
  {
    case: 3,
    side: 'B',
    situation: 'a PDU header split 5 + 1',
    run: (side, how) =>
      inPieces(side, how, (bytes) => [bytes.slice(0, 5), bytes.slice(5, 6), bytes.slice(6)]),
  },
  { case: 4, side: 'B', situation: 'an unknown PDU type in Sta6', run: refused(1, '5500 00000004 00000000') },
  {
    case: 5,
    side: 'S',
    situation: 'HTTP instead of an A-ASSOCIATE-RQ',
    async run(_, how) {
      const setting = await listening(how);
      await setting.peer.send(fromLatin1('GET / HTTP/1.1\r\nHost: us\r\n\r\n'));
      await aborts(setting, 0, 0); // AA-1 in Sta2
      await settled();
      expect(setting.errors.length).toBeLessThanOrEqual(1);
    },
  },
  {
    case: 6,
    side: 'B',
    situation: 'an association PDU of 4 GiB',
    async run(side, how) {
      const setting = await early(side, how);
      await setting.peer.send(fromHex(side === 'C' ? '0200 ffffffff' : '0100 ffffffff'));
      await (side === 'C' ? aborts(setting, 2, 6) : aborts(setting, 0, 0)); // AA-8 in Sta5, AA-1 in Sta2
    },
  },
  { case: 7, side: 'B', situation: 'a P-DATA-TF of 4 GiB', run: refused(6, '0400 ffffffff') },
  {
    case: 8,
    side: 'B',
    situation: 'a P-DATA-TF longer than our maximum length, below the cap',
    async run(side, how) {
      const maximumLength = 20;
      const setting = await either(side, how, { associate: { maximumLength }, serve: { maximumLength } });
      await usable(setting); // the command set alone is longer
      expect(deviations(setting)).toContain('PDU_OVER_MAXIMUM');
    },
  },
  {
    case: 9,
    side: 'B',
    situation: 'a P-DATA-TF of 0 to 5 bytes',
    run: refused(6, '0400 00000000', '0400 00000001 00', '0400 00000005 0000000101'),
  },
  {
    case: 10,
    side: 'B',
    situation: 'a PDV of length 0 or 1',
    run: refused(6, '0400 00000006 00000000 0103', '0400 00000006 00000001 0103'),
  },
  {
    case: 11,
    side: 'B',
    situation: 'a PDV that reaches beyond its PDU',
    run: refused(6, '0400 00000006 00000003 0103', '0400 00000006 ffffffff 0103'),
  },
  {
    case: 12,
    side: 'B',
    situation: 'one to three bytes behind the last PDV',
    run: refused(6, ...[1, 2, 3].map((left) => `0400 0000000${6 + left} 00000002 0101 ${'00'.repeat(left)}`)),
  },
  {
    case: 13,
    side: 'B',
    situation: 'short PDUs with bodies of more than four bytes',
    async run(side, how) {
      const released = await either(side, how);
      await released.peer.send(longer(5, '00000000'));
      await released.peer.expect('A-RELEASE-RP');
      const aborted = await either(side, how);
      await aborted.peer.send(longer(7, '00000000'));
      await aborted.peer.ended();
      if (side === 'S') return;
      const { peer, attempt } = await requesting(how);
      await peer.send(longer(3, '00010107'));
      await expect(attempt).rejects.toMatchObject({ result: 1, source: 1, reason: 7 });
      const { association, peer: other } = await scu(how);
      const release = association.release();
      await other.expect('A-RELEASE-RQ');
      await other.send(longer(6, '00000000'));
      await release;
      expect(association.end).toEqual({ kind: 'released' });
    },
  },
  {
    case: 14,
    side: 'B',
    situation: 'reserved bytes that are not zero',
    async run(side, how) {
      const dirty = (bytes: Bytes): Bytes => {
        bytes[1] = 0xff;
        bytes.fill(0xff, 8, 10);
        bytes.fill(0xff, 42, 74);
        return bytes;
      };
      const setting =
        side === 'C'
          ? await scu(how, { ac: dirty(encodePdu(ACCEPT)) })
          : await scp(how, { rq: dirty(encodePdu(REQUEST)) });
      await usable(setting);
      await setting.peer.send(fromHex('05ff 00000004 ffffffff'));
      await setting.peer.expect('A-RELEASE-RP');
      expect(deviations(setting)).toContain('RESERVED_NOT_ZERO');
    },
  },
  {
    case: 15,
    side: 'B',
    situation: 'a PDU length that is too short, so that the next PDU seems to begin inside',
    run: refused(1, '0400 00000008 00000004 01010000 ffff 0600 0000'),
  },
];
