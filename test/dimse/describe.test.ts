/** Command sets byte by byte. */
import { expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import type { FieldSpan } from '../../core/pdu/index.ts';
import { COMMAND_FIELD, describeCommandSet, encodeCommandSet } from '../../core/dimse/index.ts';
import { Random } from '../support/random.ts';
import { expectTiled } from '../support/tiling.ts';

const RESPONSE: Bytes = encodeCommandSet({
  AffectedSOPClassUID: '1.2.840.10008.1.1',
  CommandField: COMMAND_FIELD['C-ECHO-RSP'],
  MessageIDBeingRespondedTo: 7,
  CommandDataSetType: 0x0101,
  Status: 0x0122,
});

const leaves = (fields: readonly FieldSpan[]): string[] =>
  fields.flatMap(({ name, offset, length, value, meaning, children }) => [
    `${offset}+${length} ${name}${value === undefined ? '' : ` ${value}`}${meaning === undefined ? '' : `: ${meaning}`}`,
    ...leaves(children ?? []).map((line) => `  ${line}`),
  ]);

it('is the table of PS3.7 E.1, with what values mean', () => {
  expect(leaves(describeCommandSet(RESPONSE, 'C-ECHO'))).toEqual([
    '0+12 CommandGroupLength',
    '  0+4 Tag (0000,0000)',
    '  4+4 Length 4',
    '  8+4 Value (UL) 66',
    '12+26 AffectedSOPClassUID',
    '  12+4 Tag (0000,0002)',
    '  16+4 Length 18',
    '  20+18 Value (UI) 1.2.840.10008.1.1: Verification SOP Class',
    '38+10 CommandField',
    '  38+4 Tag (0000,0100)',
    '  42+4 Length 2',
    '  46+2 Value (US) 32816: C-ECHO-RSP',
    '48+10 MessageIDBeingRespondedTo',
    '  48+4 Tag (0000,0120)',
    '  52+4 Length 2',
    '  56+2 Value (US) 7',
    '58+10 CommandDataSetType',
    '  58+4 Tag (0000,0800)',
    '  62+4 Length 2',
    '  66+2 Value (US) 257: no data set',
    '68+10 Status',
    '  68+4 Tag (0000,0900)',
    '  72+4 Length 2',
    '  76+2 Value (US) 290: Refused: SOP Class Not Supported',
  ]);
});

it('shows elements that no table has, odd lengths, and what is cut off', () => {
  const strange = fromHex(
    '0000 0055 02000000 4142 0000 1001 03000000 010203 0900 0000 00000000 0000 0001 ff000000 30',
  );
  const fields = describeCommandSet(strange);
  expectTiled(fields, strange.length);
  expect(fields.map(({ name }) => name)).toEqual(['(0000,5500)', 'MessageID', '(0009,0000)', 'Not decoded']);
});

it('covers any bytes', () => {
  const random = new Random(9);
  for (let i = 0; i < 10_000; i++) {
    const bytes = concat([RESPONSE.subarray(0, random.int(RESPONSE.length)), random.bytes(random.int(40))]);
    if (bytes.length > 0) bytes[random.int(bytes.length)] = random.int(256);
    expectTiled(describeCommandSet(bytes), bytes.length);
  }
});
