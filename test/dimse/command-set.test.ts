/** Command sets: golden bytes, a second table of what is mandatory, tolerance, round trip, fuzz (PS3.7 6.3, 9, 10, E). */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, DecodeError, fromHex, toHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import {
  COMMAND_ELEMENTS,
  COMMAND_FIELD,
  commandOf,
  COMMANDS,
  decodeCommandSet,
  encodeCommandSet,
} from '../../core/dimse/index.ts';
import type { CommandKeyword, CommandName, CommandSet } from '../../core/dimse/index.ts';
import { Random } from '../support/random.ts';

const hex = (text: string): string => text.replace(/\s+/g, '');

const GOLDEN: readonly (readonly [string, CommandSet, string])[] = [
  [
    'C-ECHO-RQ',
    {
      AffectedSOPClassUID: '1.2.840.10008.1.1',
      CommandField: 0x0030,
      MessageID: 1,
      CommandDataSetType: 0x0101,
    },
    `00000000 04000000 38000000
     00000200 12000000 312e322e3834302e31303030382e312e3100
     00000001 02000000 3000
     00001001 02000000 0100
     00000008 02000000 0101`,
  ],
  [
    'C-FIND-RQ',
    {
      AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.2.2.1',
      CommandField: 0x0020,
      MessageID: 7,
      Priority: 0,
      CommandDataSetType: 0x0001,
    },
    `00000000 04000000 4c000000
     00000200 1c000000 312e322e3834302e31303030382e352e312e342e312e322e322e3100
     00000001 02000000 2000
     00001001 02000000 0700
     00000007 02000000 0000
     00000008 02000000 0100`,
  ],
  [
    'C-STORE-RQ of a C-MOVE',
    {
      AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      CommandField: 0x0001,
      MessageID: 0xfffe,
      Priority: 2,
      CommandDataSetType: 0x0001,
      AffectedSOPInstanceUID: '1.2.3.4',
      MoveOriginatorApplicationEntityTitle: 'MOVER',
      MoveOriginatorMessageID: 258,
    },
    `00000000 04000000 72000000
     00000200 1a000000 312e322e3834302e31303030382e352e312e342e312e312e3200
     00000001 02000000 0100
     00001001 02000000 feff
     00000007 02000000 0200
     00000008 02000000 0100
     00000010 08000000 312e322e332e3400
     00003010 06000000 4d4f56455220
     00003110 02000000 0201`,
  ],
  [
    'C-GET-RSP with counters',
    {
      AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.2.2.3',
      CommandField: 0x8010,
      MessageIDBeingRespondedTo: 3,
      CommandDataSetType: 0x0101,
      Status: 0xff00,
      NumberOfRemainingSuboperations: 300,
      NumberOfCompletedSuboperations: 2,
      NumberOfFailedSuboperations: 1,
      NumberOfWarningSuboperations: 0,
    },
    `00000000 04000000 74000000
     00000200 1c000000 312e322e3834302e31303030382e352e312e342e312e322e322e3300
     00000001 02000000 1080
     00002001 02000000 0300
     00000008 02000000 0101
     00000009 02000000 00ff
     00002010 02000000 2c01
     00002110 02000000 0200
     00002210 02000000 0100
     00002310 02000000 0000`,
  ],
  [
    'C-CANCEL-RQ',
    { CommandField: 0x0fff, MessageIDBeingRespondedTo: 5, CommandDataSetType: 0x0101 },
    `00000000 04000000 1e000000
     00000001 02000000 ff0f
     00002001 02000000 0500
     00000008 02000000 0101`,
  ],
  [
    'N-GET-RQ with a list of attributes',
    {
      RequestedSOPClassUID: '1.2',
      CommandField: 0x0110,
      MessageID: 1,
      CommandDataSetType: 0x0101,
      RequestedSOPInstanceUID: '1.23',
      AttributeIdentifierList: [0x00100010, 0xfffefffc],
    },
    `00000000 04000000 46000000
     00000300 04000000 312e3200
     00000001 02000000 1001
     00001001 02000000 0100
     00000008 02000000 0101
     00000110 04000000 312e3233
     00000510 08000000 10001000 fefffcff`,
  ],
];

describe('golden bytes', () => {
  test.each(GOLDEN)('%s', (_, command, bytes) => {
    expect(toHex(encodeCommandSet(command))).toBe(hex(bytes));
    expect(decodeCommandSet(fromHex(bytes))).toEqual(command);
  });
});

/** Typed again from PS3.7 9.3 and 10.3: field, elements marked M (but 0000, 0100 and 0800), data set. */
const MANDATORY: Readonly<Record<CommandName, readonly [number, string, string]>> = {
  'C-STORE-RQ': [0x0001, '0002 0110 0700 1000', 'always'],
  'C-STORE-RSP': [0x8001, '0120 0900', 'never'],
  'C-GET-RQ': [0x0010, '0002 0110 0700', 'always'],
  'C-GET-RSP': [0x8010, '0120 0900', 'may'],
  'C-FIND-RQ': [0x0020, '0002 0110 0700', 'always'],
  'C-FIND-RSP': [0x8020, '0120 0900', 'may'],
  'C-MOVE-RQ': [0x0021, '0002 0110 0600 0700', 'always'],
  'C-MOVE-RSP': [0x8021, '0120 0900', 'may'],
  'C-ECHO-RQ': [0x0030, '0002 0110', 'never'],
  'C-ECHO-RSP': [0x8030, '0120 0900', 'never'],
  'C-CANCEL-RQ': [0x0fff, '0120', 'never'],
  'N-EVENT-REPORT-RQ': [0x0100, '0002 0110 1000 1002', 'may'],
  'N-EVENT-REPORT-RSP': [0x8100, '0120 0900', 'may'],
  'N-GET-RQ': [0x0110, '0003 0110 1001', 'never'],
  'N-GET-RSP': [0x8110, '0120 0900', 'may'],
  'N-SET-RQ': [0x0120, '0003 0110 1001', 'always'],
  'N-SET-RSP': [0x8120, '0120 0900', 'may'],
  'N-ACTION-RQ': [0x0130, '0003 0110 1001 1008', 'may'],
  'N-ACTION-RSP': [0x8130, '0120 0900', 'may'],
  'N-CREATE-RQ': [0x0140, '0002 0110', 'may'],
  'N-CREATE-RSP': [0x8140, '0120 0900', 'may'],
  'N-DELETE-RQ': [0x0150, '0003 0110 1001', 'never'],
  'N-DELETE-RSP': [0x8150, '0120 0900', 'never'],
};

describe('the table of commands', () => {
  const number = (keyword: CommandKeyword): string =>
    COMMAND_ELEMENTS[keyword][0].toString(16).padStart(4, '0');

  test('agrees with a second one', () => {
    const table = Object.fromEntries(
      [...COMMANDS.values()].map(({ name, field, mandatory, dataSet }) => [
        name,
        [field, mandatory.map(number).sort().join(' '), dataSet],
      ]),
    );
    expect(table).toEqual(MANDATORY);
    for (const [field, command] of COMMANDS) {
      expect(command.field).toBe(field);
      expect(COMMAND_FIELD[command.name]).toBe(field);
      expect(command.response).toBe(command.name.endsWith('-RSP'));
    }
  });

  test('has its elements in ascending order, as they are written', () => {
    const numbers = Object.values(COMMAND_ELEMENTS).map(([element]) => element);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers).toHaveLength(24);
  });

  test.each(Object.entries(MANDATORY))(
    '%s lacking any one of its elements is an error that names it',
    (name) => {
      const row = COMMANDS.get(COMMAND_FIELD[name as CommandName])!;
      const whole = sample(row.name);
      expect(commandOf(whole)).toBe(row);
      for (const keyword of row.mandatory) {
        const { [keyword]: _, ...rest } = whole;
        if (keyword === 'Priority') {
          expect(commandOf(rest as CommandSet)).toBe(row); // missing in practice, and not needed
        } else {
          expect(() => commandOf(rest as CommandSet)).toThrow(
            expect.objectContaining({ code: 'COMMAND_INVALID', details: { field: keyword } }),
          );
        }
      }
    },
  );

  test('a request that means nothing without its data set is an error without it', () => {
    for (const row of COMMANDS.values()) {
      const bare = { ...sample(row.name), CommandDataSetType: 0x0101 };
      if (row.dataSet === 'always') {
        expect(() => commandOf(bare)).toThrow(expect.objectContaining({ code: 'COMMAND_INVALID' }));
      } else {
        expect(commandOf(bare)).toBe(row);
      }
    }
  });

  test('an unknown Command Field is an error', () => {
    expect(() => commandOf({ CommandField: 0x7777, CommandDataSetType: 0x0101 })).toThrow(
      expect.objectContaining({ code: 'COMMAND_INVALID', details: { field: 'CommandField' } }),
    );
  });
});

/** All mandatory elements of a command, and its data set. */
function sample(name: CommandName): CommandSet {
  const { field, mandatory } = COMMANDS.get(COMMAND_FIELD[name])!;
  const values = mandatory.map((keyword) => [
    keyword,
    /UID|Destination/.test(keyword) ? '1.2.3' : /List/.test(keyword) ? [0x00100010] : 1,
  ]);
  return { ...Object.fromEntries(values), CommandField: field, CommandDataSetType: 1 };
}

/** One element: number, value. */
function element(number: number, value: string): string {
  const length = hex(value).length / 2;
  const le = (n: number, digits: number): string =>
    toHex(fromHex(n.toString(16).padStart(digits, '0')).reverse());
  return `0000${le(number, 4)}${le(length, 8)}${hex(value)}`;
}

const FIELD = element(0x0100, '3000');
const NO_DATA = element(0x0800, '0101');
const ID = element(0x0110, '0100');
const ECHO = { CommandField: 0x0030, MessageID: 1, CommandDataSetType: 0x0101 };

describe('tolerance', () => {
  test.each([
    ['no group length', FIELD + ID + NO_DATA, ECHO],
    ['a wrong group length', element(0x0000, 'ffffffff') + FIELD + ID + NO_DATA, ECHO],
    ['an empty group length', element(0x0000, '') + FIELD + ID + NO_DATA, ECHO],
    ['elements out of order', NO_DATA + ID + FIELD, ECHO],
    ['unknown elements of the group', FIELD + element(0x5110, '41424344') + ID + NO_DATA, ECHO],
    ['elements of another group', FIELD + ID + NO_DATA + `08001600 02000000 3100`, ECHO],
    ['an element twice: the last counts', element(0x0110, '0900') + FIELD + ID + NO_DATA, ECHO],
    ['an empty number', FIELD + ID + NO_DATA + element(0x0900, ''), ECHO],
    ['a number that is too long', FIELD + element(0x0110, '01000200') + NO_DATA, ECHO],
    [
      'text padded with either',
      FIELD + ID + NO_DATA + element(0x0002, '312e322000') + element(0x0600, '2020 4142 2000'),
      { ...ECHO, AffectedSOPClassUID: '1.2', MoveDestination: 'AB' },
    ],
    ['an empty UID', FIELD + ID + NO_DATA + element(0x1000, ''), { ...ECHO, AffectedSOPInstanceUID: '' }],
    [
      'bytes that are no ASCII',
      FIELD + ID + NO_DATA + element(0x0902, 'e4ff'),
      { ...ECHO, ErrorComment: '\u00e4\u00ff' },
    ],
    [
      'tags cut short',
      FIELD + ID + NO_DATA + element(0x0901, '1000 1000 0800'),
      { ...ECHO, OffendingElement: [0x00100010] },
    ],
    ['Message ID 0 and 65535', FIELD + element(0x0110, 'ffff') + NO_DATA, { ...ECHO, MessageID: 65535 }],
  ])('%s', (_, bytes, expected) => {
    expect(decodeCommandSet(fromHex(bytes))).toEqual(expected);
  });

  test.each([
    ['nothing', ''],
    ['no Command Field', ID + NO_DATA],
    ['no Command Data Set Type', FIELD + ID],
    ['an element cut off in its tag', FIELD + NO_DATA + '0000'],
    ['an element cut off in its length', FIELD + NO_DATA + '00001001 0200'],
    ['a length beyond the end', FIELD + NO_DATA + '00001001 ffffffff 0100'],
    ['a number that is too short', FIELD + NO_DATA + element(0x0110, '01')],
  ])('but not: %s', (_, bytes) => {
    expect(() => decodeCommandSet(fromHex(bytes))).toThrow(
      expect.objectContaining({ code: 'COMMAND_INVALID' }),
    );
  });

  test('text of spaces within takes no longer than any other', () => {
    const text = fromHex('41' + '20'.repeat(60_000) + '42');
    const bytes = concat([fromHex(FIELD + NO_DATA + '00000209 62ea0000'), text]);
    const start = performance.now();
    expect(decodeCommandSet(bytes).ErrorComment).toHaveLength(60_002);
    expect(performance.now() - start).toBeLessThan(500); // quadratic in the spaces it takes seconds
  });
});

describe('what may not be written', () => {
  test.each([
    [{ ErrorComment: '\u4e2d' }],
    [{ MessageID: 65536 }],
    [{ MessageID: -1 }],
    [{ Status: 1.5 }],
    [{ NumberOfRemainingSuboperations: NaN }],
  ])('%o', (fields) => {
    expect(() => encodeCommandSet({ ...ECHO, ...fields })).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID' }),
    );
  });
});

const US = fc.integer({ min: 0, max: 0xffff });
const UI = fc.stringMatching(/^[0-9.]{1,64}$/);
const TEXT = fc.stringMatching(/^[!-~]([ -~]{0,14}[!-~])?$/);
const AT = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 5 });
const OF_VR = { US, UL: fc.integer({ min: 0, max: 0xffffffff }), UI, AE: TEXT, LO: TEXT, AT };

/** Any element with any value; of every command. */
const anyCommand: fc.Arbitrary<CommandSet> = fc
  .tuple(
    fc.constantFrom(...COMMANDS.keys()),
    fc.record(
      Object.fromEntries(
        Object.entries(COMMAND_ELEMENTS)
          .filter(([keyword]) => !keyword.startsWith('Command'))
          .map(([keyword, [, vr]]) => [keyword, OF_VR[vr] as fc.Arbitrary<unknown>]),
      ),
      { requiredKeys: [] },
    ),
    US,
  )
  .map(([CommandField, fields, CommandDataSetType]) => ({ ...fields, CommandField, CommandDataSetType }));

test('round trip of every command with any elements', () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(anyCommand, (command) => {
      seen.add(command.CommandField);
      const bytes = encodeCommandSet(command);
      expect(bytes.length % 2).toBe(0);
      expect(decodeCommandSet(bytes)).toEqual(command);
    }),
    { seed: 20, numRuns: 1000 },
  );
  expect(seen.size).toBe(COMMANDS.size);
});

describe('20,000 mutated command sets', () => {
  test('are an equal value or a typed error, and a third of them values', () => {
    const random = new Random(31);
    const valid = fc.sample(anyCommand, { seed: 21, numRuns: 300 }).map(encodeCommandSet);
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = mutate(random.pick(valid), random);
      let command: CommandSet;
      try {
        command = decodeCommandSet(bytes);
      } catch (error) {
        expect(error, toHex(bytes)).toBeInstanceOf(DecodeError);
        continue;
      }
      accepted++;
      expect(decodeCommandSet(encodeCommandSet(command)), toHex(bytes)).toEqual(command);
    }
    expect(accepted).toBeGreaterThan(20_000 / 3);
  });
});

/** A few bytes changed, cut, put in, doubled, or all of them random. */
function mutate(bytes: Bytes, random: Random): Bytes {
  const at = random.int(bytes.length);
  switch (random.int(6)) {
    case 0: {
      const changed = bytes.slice();
      changed[at] = random.int(256);
      return changed;
    }
    case 1:
      return bytes.slice(0, at);
    case 2:
      return concat([bytes.slice(0, at), random.bytes(1 + random.int(8)), bytes.slice(at)]);
    case 3:
      return concat([bytes, bytes.slice(12)]);
    case 4:
      return bytes;
    default:
      return random.int(4) === 0 ? random.bytes(random.int(64)) : concat([bytes, random.bytes(8)]);
  }
}
