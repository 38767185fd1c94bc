/** Cases 16 to 37: fragments of messages (PS3.8 Annex E), and sending them. */
import { expect } from 'vitest';
import { concat, DEFAULT_LIMITS, EMPTY } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { WRITE_SIZE } from '../../core/dimse/fragment.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { Pdv, UserInformation } from '../../core/pdu/index.ts';
import { DEFAULT_DEADLINES } from '../../core/service/index.ts';
import { failure } from '../support/failure.ts';
import { clock } from '../support/fake-clock.ts';
import { commandSet, expectMessage } from '../support/messages.ts';
import { commandPdv, CT_IMAGE, dataPdv, IMPLICIT, pData, STUDY_FIND } from '../support/parrot.ts';
import type { Split } from '../support/splits.ts';
import { turns } from '../support/streams.ts';
import type { Case } from './case.ts';
import { aborts, ACCEPT, either, finding, IDENTIFIER, IDENTIFIER_BYTES, REQUEST, scu } from './scene.ts';
import type { Requested, Side } from './scene.ts';

/** The command set of a message with an identifier: a C-FIND response for our SCU, a request for our SCP. */
function command(side: Side): Bytes {
  return side === 'C'
    ? commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo: 1, Status: 0xff00 }, true)
    : commandSet('C-FIND-RQ', { MessageID: 1, AffectedSOPClassUID: STUDY_FIND, Priority: 0 }, true);
}

const ECHO = commandSet('C-ECHO-RQ', { MessageID: 2, AffectedSOPClassUID: '1.2.840.10008.1.1' });

/** One message, its command set and data set delivered as `cut` says, is understood. */
async function understood(
  side: Side,
  how: Split,
  cut: (command: Bytes, data: Bytes) => readonly Bytes[],
): Promise<void> {
  const setting = await either(side, how);
  const matches = 'association' in setting ? await finding(setting) : undefined;
  await setting.peer.send(...cut(command(side), IDENTIFIER_BYTES));
  if (matches) {
    expect(await matches[Symbol.asyncIterator]().next()).toEqual({ done: false, value: IDENTIFIER });
    return;
  }
  expect((await expectMessage(setting.peer)).command).toMatchObject({ Status: 0 });
  const { '00080052': _, ...keys } = IDENTIFIER;
  expect(setting.queries).toEqual([{ model: 'STUDY', level: 'STUDY', keys }]);
}

/** Our abort at the message level is the user's (AA-1): the Upper Layer has nothing against these PDUs. */
async function broken(side: Side, how: Split, ...sequences: (readonly Pdv[])[]): Promise<void> {
  for (const pdvs of sequences) {
    const setting = await either(side, how);
    const matches = 'association' in setting ? await finding(setting) : undefined;
    const failed = matches && failure(matches.result);
    await setting.peer.send(...pdvs.map((pdv) => pData(pdv)));
    await aborts(setting, 0, 0);
    if (failed) expect(await failed).toMatchObject({ code: expect.stringMatching(/INVALID|LIMIT/) });
    expect(setting.queries).toEqual([]);
  }
}

function pieces(bytes: Bytes, length: number): Bytes[] {
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, i) => bytes.slice(i * length, (i + 1) * length));
}

const fragments = (bytes: Bytes, length: number, pdv: (data: Bytes, last: boolean) => Pdv): Pdv[] =>
  pieces(bytes, length).map((piece, i, all) => pdv(piece, i === all.length - 1));

const ofCommand = (data: Bytes, last = true): Pdv => commandPdv(3, data, last);
const ofData = (data: Bytes, last = true): Pdv => dataPdv(3, data, last);

async function* piecewise(...parts: readonly Bytes[]): AsyncGenerator<Bytes> {
  yield* parts;
}

/** Has our SCU send one instance, and gives the PDVs as they came, a list a PDU. */
async function sent(setting: Requested, dataSetPieces: readonly Bytes[]): Promise<(readonly Pdv[])[]> {
  const { association, peer } = setting;
  const store = association.store({
    sopClassUID: CT_IMAGE,
    sopInstanceUID: '1.2.3.4',
    transferSyntaxUID: IMPLICIT,
    open: () => piecewise(...dataSetPieces),
  });
  const pdus: (readonly Pdv[])[] = [];
  for (;;) {
    const { pdvs } = await peer.expect('P-DATA-TF');
    pdus.push(pdvs.map((pdv) => ({ ...pdv, data: pdv.data.slice() })));
    const last = pdvs.at(-1)!;
    if (last.last && !last.command) break;
  }
  await peer.send(
    pData(commandPdv(5, commandSet('C-STORE-RSP', { MessageIDBeingRespondedTo: 1, Status: 0 }))),
  );
  await store;
  return pdus;
}

/** Either side announces a maximum length; what we send then stays below it, in even fragments. */
async function bounded(side: Side, how: Split, user: UserInformation, most: number): Promise<void> {
  const userInformation = { implementationClassUID: '1.2.3', ...user };
  const setting = await either(side, how, { ac: { userInformation }, rq: { userInformation } });
  const lengths: number[] = [];
  const note = (pdv: Pdv): void => void lengths.push(pdv.data.length);
  if ('association' in setting) (await sent(setting, [new Uint8Array(most + 1)])).flat().forEach(note);
  else {
    await setting.peer.send(pData(commandPdv(1, ECHO)));
    for (let done = false; !done;) {
      const [pdv] = (await setting.peer.expect('P-DATA-TF')).pdvs;
      note(pdv!);
      done = pdv!.last;
    }
  }
  expect(lengths.every((length) => length % 2 === 0 && length <= most)).toBe(true);
  if (side === 'C') expect(Math.max(...lengths)).toBe(most);
}

/** 51H with too little room for anything: an error at once, and no PDU. */
async function unusable(side: Side, how: Split, maximumLength: number): Promise<void> {
  const userInformation = { maximumLength, implementationClassUID: '1.2.3' };
  const setting = await either(side, how, { ac: { userInformation }, rq: { userInformation } });
  if ('association' in setting) {
    expect(await failure(setting.association.echo())).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    void setting.association.release();
    await setting.peer.expect('A-RELEASE-RQ');
    await setting.peer.send({ type: 'A-RELEASE-RP' });
    return;
  }
  await setting.peer.send(pData(commandPdv(1, ECHO)));
  await aborts(setting, 0, 0);
}

const contextsTwice = (side: Side): Pdv[] => [ofCommand(command(side)), dataPdv(5, IDENTIFIER_BYTES)];

export const PDVS: readonly Case[] = [
  {
    case: 16,
    side: 'C',
    situation: 'command and data set in one PDU, received',
    run: (side, how) => understood(side, how, (set, data) => [pData(ofCommand(set), ofData(data))]),
  },
  {
    case: 17,
    side: 'C',
    situation: 'command and data set in one PDU: never sent',
    async run(_, how) {
      const pdus = await sent(await scu(how), [new Uint8Array(10), new Uint8Array(50_000)]);
      expect(pdus.every((pdvs) => new Set(pdvs.map((pdv) => pdv.command)).size === 1)).toBe(true);
    },
  },
  {
    case: 18,
    side: 'B',
    situation: 'many PDVs of unequal size in one PDU, received',
    run: (side, how) =>
      understood(side, how, (set, data) => [
        pData(...fragments(set, 7, ofCommand), ...fragments(data, 10, ofData)),
      ]),
  },
  {
    case: 19,
    side: 'C',
    situation: 'several PDVs in one PDU: never sent, in no mode',
    async run(_, how) {
      const pdus = await sent(await scu(how), [new Uint8Array(2), new Uint8Array(4), new Uint8Array(40_000)]);
      expect(pdus.every((pdvs) => pdvs.length === 1)).toBe(true);
      const pdvs = [ofData(EMPTY, false), ofData(EMPTY)];
      expect(() => encodePdu({ type: 'P-DATA-TF', pdvs })).toThrow(
        expect.objectContaining({ code: 'VALUE_INVALID' }),
      );
    },
  },
  {
    case: 20,
    side: 'B',
    situation: 'fragments of one byte',
    run: (side, how) =>
      understood(side, how, (set, data) =>
        [...fragments(set, 1, ofCommand), ...fragments(data, 1, ofData)].map((pdv) => pData(pdv)),
      ),
  },
  {
    case: 21,
    side: 'B',
    situation: 'fragments of two bytes, one a PDU',
    run: (side, how) =>
      understood(side, how, (set, data) =>
        [...fragments(set, 2, ofCommand), ...fragments(data, 2, ofData)].map((pdv) => pData(pdv)),
      ),
  },
  {
    case: 22,
    side: 'B',
    situation: 'empty fragments: first, in the middle, last',
    run: (side, how) =>
      understood(side, how, (set, data) => {
        const around = (bytes: Bytes, pdv: (part: Bytes, last: boolean) => Pdv): Pdv[] =>
          [EMPTY, bytes.slice(0, 8), EMPTY, bytes.slice(8), EMPTY].map((part, i) => pdv(part, i === 4));
        return [...around(set, ofCommand), ...around(data, ofData)].map((pdv) => pData(pdv));
      }),
  },
  {
    case: 23,
    side: 'C',
    situation: 'a data set of odd length to send',
    async run(_, how) {
      const pdus = await sent(await scu(how), [new Uint8Array(33).fill(1), new Uint8Array(10).fill(1)]);
      const data = concat(
        pdus
          .flat()
          .filter((pdv) => !pdv.command)
          .map((pdv) => pdv.data),
      );
      expect(data).toEqual(concat([new Uint8Array(43).fill(1), new Uint8Array(1)]));
    },
  },
  {
    case: 24,
    side: 'B',
    situation: 'a maximum length that is odd',
    run: (side, how) => bounded(side, how, { maximumLength: 101 }, 94),
  },
  {
    case: 25,
    side: 'B',
    situation: 'a maximum length of 0: unlimited, up to our own',
    run: (side, how) => bounded(side, how, { maximumLength: 0 }, 131_060),
  },
  {
    case: 26,
    side: 'B',
    situation: 'maximum lengths of 1, 7, 13 and 20',
    async run(side, how) {
      for (const maximum of [1, 7]) await unusable(side, how, maximum);
      await bounded(side, how, { maximumLength: 13 }, 6);
      await bounded(side, how, { maximumLength: 20 }, 14);
    },
  },
  {
    case: 27,
    side: 'B',
    situation: 'no maximum length: 16384 assumed',
    run: (side, how) => bounded(side, how, {}, 16_378),
  },
  {
    case: 28,
    side: 'B',
    situation: 'bits 2 to 7 of the message control header set',
    run: (side, how) =>
      understood(side, how, (set, data) =>
        [pData(ofCommand(set)), pData(ofData(data))].map((pdu) => {
          pdu[11]! |= 0xfc;
          return pdu;
        }),
      ),
  },
  {
    case: 29,
    side: 'B',
    situation: 'a data set without a last fragment',
    async run(side, how) {
      const limits = { ...DEFAULT_LIMITS, identifier: 1000 };
      const setting = await either(side, how, { associate: { limits }, serve: { limits } });
      const failed = 'association' in setting ? failure((await finding(setting)).result) : undefined;
      await setting.peer.send(pData(ofCommand(command(side))));
      for (let i = 0; i < 11; i++) await setting.peer.send(pData(ofData(new Uint8Array(100), false)));
      await aborts(setting, 0, 0);
      if (failed) expect(await failed).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    },
  },
  {
    case: 30,
    side: 'B',
    situation: 'a command set of more than 64 KiB',
    run: (side, how) =>
      broken(
        side,
        how,
        fragments(new Uint8Array(66_000), 16_000, (data) => ofCommand(data, false)),
      ),
  },
  {
    case: 31,
    side: 'B',
    situation: 'a data set fragment before any command',
    run: (side, how) => broken(side, how, [ofData(IDENTIFIER_BYTES)]),
  },
  {
    case: 32,
    side: 'B',
    situation: 'a command that interrupts a data set',
    run: (side, how) =>
      broken(side, how, [ofCommand(command(side)), ofData(IDENTIFIER_BYTES, false), commandPdv(1, ECHO)]),
  },
  {
    case: 33,
    side: 'B',
    situation: 'fragments that change their context inside a message',
    run: (side, how) =>
      broken(
        side,
        how,
        [ofCommand(command(side).slice(0, 20), false), commandPdv(5, command(side).slice(20))],
        [
          ofCommand(command(side)),
          ofData(IDENTIFIER_BYTES.slice(0, 8), false),
          dataPdv(5, IDENTIFIER_BYTES.slice(8)),
        ],
      ),
  },
  {
    case: 34,
    side: 'B',
    situation: 'a data set on another accepted context',
    run: (side, how) => broken(side, how, contextsTwice(side)),
  },
  {
    case: 35,
    side: 'B',
    situation: 'a PDV on a context that is unknown, rejected, even or 0',
    async run(side, how) {
      await broken(side, how, ...[99, 2, 0].map((id) => [commandPdv(id, ECHO)]));
      const contexts = ACCEPT.contexts.map((context) => (context.id === 1 ? { id: 1, result: 3 } : context));
      const rejected = await either(side, how, {
        ac: { contexts },
        rq: {
          contexts: [
            { ...REQUEST.contexts[0]!, abstractSyntax: '1.2.840.10008.5.1.1.9' },
            ...REQUEST.contexts.slice(1),
          ],
        },
      });
      await rejected.peer.send(pData(commandPdv(1, ECHO)));
      await aborts(rejected, 0, 0);
    },
  },
  {
    case: 36,
    side: 'C',
    situation: 'a send that times out half-way, and a retry on the same association',
    async run(_, how) {
      const setting = await scu(how);
      const { retry } = await stuck(setting);
      expect(await retry).toMatchObject({ code: 'TIMEOUT', phase: 'progress' });
      expect(setting.association.end).toMatchObject({ kind: 'aborted' });
    },
  },
  {
    case: 37,
    side: 'C',
    situation: 'a peer that stops reading',
    async run(_, how) {
      const { taken, failed } = await stuck(await scu(how));
      // Of a source without an end: one write is under way, one is filled, and the reader of the file is held back.
      expect((taken - 1) * PIECE).toBeLessThan(2 * WRITE_SIZE);
      expect(failed).toMatchObject({ code: 'TIMEOUT', phase: 'progress', milliseconds: 60_000 });
    },
  },
];

/** Bytes that an endless instance is read by. */
const PIECE = 100_000;

/** Sends an endless instance to a peer that reads nothing, until the deadline. */
async function stuck({
  association,
  peer,
}: Requested): Promise<{ taken: number; failed: Error; retry: Promise<Error> }> {
  let taken = 0;
  const endless = async function* (): AsyncGenerator<Bytes> {
    for (;;) {
      taken++;
      yield new Uint8Array(PIECE);
    }
  };
  const instance = {
    sopClassUID: CT_IMAGE,
    sopInstanceUID: '1.2.3.4',
    transferSyntaxUID: IMPLICIT,
    open: endless,
  };
  const failed = failure(association.store(instance));
  await turns(30);
  await clock.advance(DEFAULT_DEADLINES.progress);
  const error = await failed;
  const retry = failure(association.echo());
  peer.cut();
  return { taken, failed: error, retry };
}
