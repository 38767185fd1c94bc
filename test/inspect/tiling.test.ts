/**
 * The byte tables that the inspector shows cover every byte once: of what was captured, and of more than
 * 10,000 random valid PDUs, command sets and data sets.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { writeDataSet } from '../../core/data/index.ts';
import { COMMANDS, encodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandSet } from '../../core/dimse/index.ts';
import type { ByteRow } from '../../core/inspect/byte-rows.ts';
import type { ByteTable } from '../../core/inspect/byte-table.ts';
import { fragmented, whole } from '../../core/inspect/capture/rewritten-message.ts';
import { detailsOf } from '../../core/inspect/details.ts';
import type { Details } from '../../core/inspect/details.ts';
import { Conversation } from '../../core/inspect/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { dataSets, SYNTAXES, writeUndefinedLengths } from '../data/samples.ts';
import { pdu } from '../pdu/arbitrary.ts';
import { captured, SESSIONS } from '../pdu/sessions.ts';
import { Random } from '../support/random.ts';
import { expectTiled } from '../support/tiling.ts';
import { recordOf } from './recorded.ts';

/** Rows as the spans they were made of. */
function treeOf(rows: readonly ByteRow[]): FieldSpan[] {
  const roots: FieldSpan[] = [];
  const open: FieldSpan[][] = [roots];
  for (const { depth, offset, length, name } of rows) {
    const children: FieldSpan[] = [];
    open[depth]!.push({ name, offset, length, children });
    open[depth + 1] = children;
  }
  return roots;
}

function expectWhole({ rows, more, length, problem }: ByteTable): void {
  expect([more, problem]).toEqual([0, '']);
  if (rows.some(({ name }) => name === 'Not decoded')) throw new Error('a field is not decoded');
  expectTiled(treeOf(rows), length);
}

/** How many tables a record has; all of them tile. */
function expectTables({ pdu: table, messages }: Details): number {
  const tables = messages.flatMap((message) => (message.complete ? [message.command, message.dataSet] : []));
  const all = [table, ...tables].filter((one) => one !== undefined);
  for (const one of all) expectWhole(one);
  return all.length;
}

it('of every PDU, command set and data set that was captured', () => {
  let tables = 0;
  for (const session of SESSIONS) {
    const conversation = new Conversation(1, undefined);
    const entries = captured(session).map(({ from, bytes }) => conversation.take(recordOf(bytes, from, 1)));
    for (const entry of entries) tables += expectTables(detailsOf(entry));
  }
  expect(tables).toBeGreaterThan(35);
});

it('of 4,000 random PDUs', () => {
  fc.assert(
    fc.property(pdu, (each) => {
      const entry = new Conversation(1, undefined).take(recordOf(encodePdu(each), 'requestor', 1));
      expectWhole(detailsOf(entry).pdu!);
    }),
    { numRuns: 4000, seed: 51 },
  );
});

const us = fc.nat(0xffff);
const uid = fc.stringMatching(/^[12](\.[1-9]\d{0,5}){1,8}$/);
const title = fc.stringMatching(/^[A-Z]{1,16}$/);

/** Any command with any of the elements that a command may have. */
const commandSets: fc.Arbitrary<CommandSet> = fc.record(
  {
    CommandField: fc.constantFrom(...COMMANDS.keys()),
    AffectedSOPClassUID: uid,
    RequestedSOPClassUID: uid,
    MessageID: us,
    MessageIDBeingRespondedTo: us,
    MoveDestination: title,
    Priority: us,
    Status: us,
    ErrorComment: fc.stringMatching(/^[ -[\]-~]{0,64}$/),
    ErrorID: us,
    AffectedSOPInstanceUID: uid,
    RequestedSOPInstanceUID: uid,
    EventTypeID: us,
    ActionTypeID: us,
    NumberOfRemainingSuboperations: us,
    MoveOriginatorApplicationEntityTitle: title,
    MoveOriginatorMessageID: us,
  },
  { requiredKeys: ['CommandField'] },
) as fc.Arbitrary<CommandSet>;

/** A message with a data set, in fragments of any length: the entry of its last one. */
function told(command: CommandSet, data: Bytes, syntax: string, fragment: number): Details {
  const conversation = new Conversation(1, undefined);
  const contexts = [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [syntax] }];
  const titles = {
    protocolVersion: 1,
    calledAETitle: 'A',
    callingAETitle: 'B',
    applicationContext: '1.2.840.10008.3.1.1.1',
    userInformation: { maximumLength: 0, implementationClassUID: '1.2.3' },
  };
  const answers = [{ id: 1, result: 0, transferSyntax: syntax }];
  const bytes = encodeCommandSet({ ...command, CommandDataSetType: 1 });
  const pdus = [
    ...fragmented(whole(bytes), { contextId: 1, command: true }, fragment),
    ...fragmented(whole(data), { contextId: 1, command: false }, fragment),
  ];
  conversation.take(recordOf(encodePdu({ type: 'A-ASSOCIATE-RQ', ...titles, contexts }), 'requestor', 1));
  conversation.take(
    recordOf(encodePdu({ type: 'A-ASSOCIATE-AC', ...titles, contexts: answers }), 'acceptor', 1),
  );
  return detailsOf(pdus.map((one) => conversation.take(recordOf(one.bytes, 'requestor', 1))).at(-1)!);
}

/** Every random data set in each of these: explicit or implicit, sequences of defined length or not. */
const FORMS = SYNTAXES.flatMap((syntax) =>
  [false, true].map((undefinedLengths) => ({ syntax, undefinedLengths })),
);

it('of 4,000 random messages: the last PDU, the command set and the data set put together', () => {
  const random = new Random(53);
  const commands = fc.sample(commandSets, { numRuns: 4000, seed: 52 });
  for (const each of fc.sample(dataSets, { numRuns: 1000, seed: 54 })) {
    for (const { syntax, undefinedLengths } of FORMS) {
      const data = undefinedLengths ? writeUndefinedLengths(each, syntax) : writeDataSet(each, syntax);
      const details = told(commands.pop()!, data, syntax, 16 + 2 * random.int(200));
      expect(expectTables(details)).toBe(data.length > 0 ? 3 : 2);
    }
  }
});
