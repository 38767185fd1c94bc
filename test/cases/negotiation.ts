/** Cases 38 to 51: A-ASSOCIATE-RQ and -AC that depart from the letter (PS3.8 9.3.2, 9.3.3). */
import { expect } from 'vitest';
import { concat, fromHex, fromLatin1 } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { AnsweredContext } from '../../core/pdu/index.ts';
import { CT_IMAGE, IMPLICIT, STUDY_FIND, VERIFICATION } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import type { Case } from './case.ts';
import {
  aborts,
  ACCEPT,
  deviations,
  early,
  either,
  EXPLICIT,
  listening,
  scp,
  scu,
  STUDY_GET,
  usable,
} from './scene.ts';
import type { Requested, Scene, Side } from './scene.ts';

const accept = (id: number, transferSyntax: string = IMPLICIT): AnsweredContext => ({
  id,
  result: 0,
  transferSyntax,
});

async function answered(how: Split, ...contexts: AnsweredContext[]): Promise<Requested> {
  return await scu(how, { ac: { contexts } });
}

const ids = ({ association }: Requested): number[] => [...association.contexts.keys()];
const refused = ({ association }: Requested): (readonly [number, number | undefined])[] =>
  association.refused.map(({ id, result }) => [id, result]);

/** The bytes of an item, by hand: not everything that we read may be encoded. */
function item(type: number, ...content: (string | Bytes)[]): Bytes {
  const bytes = concat(content.map((part) => (typeof part === 'string' ? fromLatin1(part) : part)));
  return concat([Uint8Array.of(type, 0, bytes.length >> 8, bytes.length & 255), bytes]);
}

const APPLICATION = item(0x10, '1.2.840.10008.3.1.1.1');
const USER = item(0x50, item(0x51, fromHex('00004000')), item(0x52, '1.2.3'));
const PROPOSED = item(0x20, fromHex('01000000'), item(0x30, VERIFICATION), item(0x40, IMPLICIT));
const ANSWERED = item(0x21, fromHex('01000000'), item(0x40, IMPLICIT));

/** A-ASSOCIATE-RQ, or -AC for our SCU, of these items. */
function associatePdu(side: Side, ...items: Bytes[]): Bytes {
  const fixed = concat([
    fromHex('00010000'),
    fromLatin1('PEER'.padEnd(16) + 'US'.padEnd(16)),
    new Uint8Array(32),
  ]);
  const body = concat([fixed, ...items]);
  return concat([Uint8Array.of(side === 'C' ? 2 : 1, 0, 0, 0, body.length >> 8, body.length & 255), body]);
}

const context = (side: Side): Bytes => (side === 'C' ? ANSWERED : PROPOSED);

async function associated(side: Side, how: Split, ...items: Bytes[]): Promise<Scene> {
  const bytes = associatePdu(side, ...items);
  return await either(side, how, { ac: bytes, rq: bytes });
}

/** Bytes that are no A-ASSOCIATE: AA-8 in Sta5, AA-1 in Sta2. */
async function malformed(side: Side, how: Split, ...items: Bytes[]): Promise<void> {
  const setting = await early(side, how);
  await setting.peer.send(associatePdu(side, ...items));
  await (side === 'C' ? aborts(setting, 2, 6) : aborts(setting, 0, 0));
}

/** What our SCP rejects with. */
async function rejection(how: Split, ...items: Bytes[]): Promise<readonly number[]> {
  const { peer } = await listening(how);
  await peer.send(associatePdu('S', ...items));
  const { result, source, reason } = await peer.expect('A-ASSOCIATE-RJ');
  await peer.ended();
  return [result, source, reason];
}

const proposed = (id: number, abstractSyntax: string, ...transferSyntaxes: string[]): Bytes =>
  item(
    0x20,
    Uint8Array.of(id, 0, 0, 0),
    item(0x30, abstractSyntax),
    ...transferSyntaxes.map((uid) => item(0x40, uid)),
  );

export const NEGOTIATION: readonly Case[] = [
  {
    case: 38,
    side: 'C',
    situation: 'a rejected context with no transfer syntax, or an empty one',
    async run(_, how) {
      const bare = item(0x21, fromHex('03000300'));
      const empty = item(0x21, fromHex('05000400'), item(0x40));
      const setting = await scu(how, { ac: associatePdu('C', APPLICATION, ANSWERED, bare, empty, USER) });
      expect(ids(setting)).toEqual([1]);
      expect(refused(setting)).toEqual([
        [3, 3],
        [5, 4],
        [7, undefined],
      ]);
      await usable(setting);
    },
  },
  {
    case: 39,
    side: 'C',
    situation: 'fewer contexts than proposed',
    async run(_, how) {
      const setting = await answered(how, accept(1));
      expect(refused(setting).map(([id]) => id)).toEqual([3, 5, 7]);
      expect(deviations(setting)).toEqual(Array(3).fill('CONTEXT_UNANSWERED'));
    },
  },
  {
    case: 40,
    side: 'C',
    situation: 'a context that was not proposed',
    async run(_, how) {
      const setting = await answered(how, ...ACCEPT.contexts, accept(99));
      expect(ids(setting)).toEqual([1, 3, 5, 7]);
      expect(deviations(setting)).toEqual(['CONTEXT_UNKNOWN']);
      await usable(setting);
    },
  },
  {
    case: 41,
    side: 'C',
    situation: 'contexts in another order',
    async run(_, how) {
      const setting = await answered(how, accept(7), accept(5), accept(1), accept(3));
      const classes = [1, 3, 5, 7].map((id) => setting.association.contexts.get(id)?.abstractSyntax);
      expect(classes).toEqual([VERIFICATION, STUDY_FIND, CT_IMAGE, STUDY_GET]);
      await usable(setting);
    },
  },
  {
    case: 42,
    side: 'C',
    situation: 'a transfer syntax that was not proposed',
    async run(_, how) {
      const setting = await answered(how, accept(1), accept(3, EXPLICIT), accept(5), accept(7));
      expect(ids(setting)).toEqual([1, 5, 7]);
      expect(deviations(setting)).toEqual(['SYNTAX_NOT_PROPOSED']);
    },
  },
  {
    case: 43,
    side: 'C',
    situation: 'several transfer syntaxes in one answer',
    async run(_, how) {
      const several = item(0x21, fromHex('01000000'), item(0x40, IMPLICIT), item(0x40, EXPLICIT));
      const setting = await scu(how, { ac: associatePdu('C', APPLICATION, several, USER) });
      expect(setting.association.contexts.get(1)?.transferSyntax).toBe(IMPLICIT);
      expect(deviations(setting)).toContain('ITEM_DUPLICATE');
    },
  },
  {
    case: 44,
    side: 'C',
    situation: 'echoed fields with garbage, NULs or other titles',
    async run(_, how) {
      const bytes = encodePdu(ACCEPT);
      bytes.fill(0xf7, 10, 26).fill(0x00, 26, 42).fill(0x5a, 42, 74);
      await usable(await scu(how, { ac: bytes }));
    },
  },
  {
    case: 45,
    side: 'B',
    situation: 'UIDs padded with NUL or space',
    async run(side, how) {
      const padded = (uid: string): string => `${uid}\0`;
      const contexts =
        side === 'C'
          ? item(0x21, fromHex('01000000'), item(0x40, `${IMPLICIT} `))
          : proposed(1, padded(VERIFICATION), padded(IMPLICIT));
      const setting = await associated(
        side,
        how,
        item(0x10, padded('1.2.840.10008.3.1.1.1')),
        contexts,
        USER,
      );
      await usable(setting);
      expect(deviations(setting)).toContain('UID_PADDED');
    },
  },
  {
    case: 46,
    side: 'B',
    situation: 'unknown items and sub-items, and those of the other direction',
    async run(side, how) {
      const other = item(side === 'C' ? 0x57 : 0x59, fromHex('0000'));
      const user = item(0x50, item(0x51, fromHex('00004000')), item(0x52, '1.2.3'), other, item(0x7a, 'x'));
      const setting = await associated(side, how, APPLICATION, item(0x77, 'what'), context(side), user);
      await usable(setting);
      expect(deviations(setting)).toEqual(expect.arrayContaining(['ITEM_UNKNOWN', 'ITEM_MISPLACED']));
    },
  },
  {
    case: 47,
    side: 'B',
    situation: 'an item that reaches beyond its container',
    async run(side, how) {
      await malformed(side, how, APPLICATION, context(side), fromHex('50000005 51'));
      await malformed(side, how, APPLICATION, item(0x50, fromHex('51000005 00004000')));
    },
  },
  {
    case: 48,
    side: 'B',
    situation: 'extended negotiation whose UID is longer than the item',
    run: (side, how) =>
      malformed(side, how, APPLICATION, context(side), item(0x50, item(0x56, fromHex('0009'), '1.2'))),
  },
  {
    case: 49,
    side: 'S',
    situation: 'no user information, no application context, another one',
    async run(_, how) {
      await usable(await scp(how, { rq: associatePdu('S', APPLICATION, PROPOSED) }));
      expect(await rejection(how, PROPOSED, USER)).toEqual([1, 1, 2]);
      expect(await rejection(how, item(0x10, '1.2.3'), PROPOSED, USER)).toEqual([1, 1, 2]);
    },
  },
  {
    case: 50,
    side: 'S',
    situation: 'no contexts, or one without transfer syntax',
    async run(_, how) {
      expect(await rejection(how, APPLICATION, USER)).toEqual([1, 1, 1]);
      expect(await rejection(how, APPLICATION, proposed(1, VERIFICATION), USER)).toEqual([1, 1, 1]);
    },
  },
  {
    case: 51,
    side: 'S',
    situation: 'identifiers twice, 200 contexts, ID 0, even IDs',
    async run(_, how) {
      const contexts = Array.from({ length: 200 }, (_, i) => proposed(i & 0xff, VERIFICATION, IMPLICIT));
      const { peer } = await listening(how);
      await peer.send(associatePdu('S', APPLICATION, ...contexts, proposed(1, STUDY_FIND, IMPLICIT), USER));
      const { contexts: answers } = await peer.expect('A-ASSOCIATE-AC');
      expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i + 1));
      expect(answers.every(({ result }) => result === 0)).toBe(true);
    },
  },
];
