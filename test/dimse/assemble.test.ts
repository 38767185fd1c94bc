/** Messages from fragments, as strange as peers cut them (PS3.8 Annex E). */
import { describe, expect, test } from 'vitest';
import { concat, DEFAULT_LIMITS, DicomError, EMPTY, fromHex } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { Assembler, collect } from '../../core/dimse/index.ts';
import type { CommandSet } from '../../core/dimse/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { Pdv } from '../../core/pdu/index.ts';
import { commandSet } from '../support/messages.ts';
import { commandPdv, dataPdv, pData } from '../support/parrot.ts';
import { Random } from '../support/random.ts';
import { split, SPLITS } from '../support/splits.ts';

interface Whole {
  readonly command: CommandSet;
  readonly data: Bytes | undefined;
}

const ECHO = commandSet('C-ECHO-RQ', { AffectedSOPClassUID: '1.2.840.10008.1.1', MessageID: 1 });
const FIND = commandSet('C-FIND-RQ', { AffectedSOPClassUID: '1.2', MessageID: 2, Priority: 0 }, true);
const FIND_COMMAND = { CommandField: 0x0020, AffectedSOPClassUID: '1.2', MessageID: 2, Priority: 0 };
const DATA = fromHex('00010203 04050607 08090a0b');

/** Reads whole messages out of PDUs; contexts 1 and 3 are accepted. */
function read(bytes: Bytes, how: (typeof SPLITS)[number] = 'whole'): Whole[] {
  const decoder = new PduDecoder();
  const assembler = new Assembler(DEFAULT_LIMITS, (id) => id === 1 || id === 3);
  const messages: Whole[] = [];
  let command: CommandSet | undefined;
  let data: Bytes[] = [];
  for (const chunk of split(bytes, how, 5)) {
    for (const { pdu } of decoder.push(chunk)) {
      if (pdu.type !== 'P-DATA-TF') throw new Error(pdu.type);
      for (const pdv of pdu.pdvs) {
        const assembled = assembler.push(pdv);
        if (assembled?.kind === 'command') {
          command = assembled.command;
          if (command.CommandDataSetType === 0x0101) messages.push({ command, data: undefined });
        } else if (assembled?.kind === 'data') {
          data.push(assembled.data.slice());
          if (!assembled.last) continue;
          messages.push({ command: command!, data: concat(data) }); // the assembler takes no data without one
          data = [];
        }
      }
    }
  }
  return messages;
}

/** PDVs of these lengths, the last one marked as such. */
function cut(bytes: Bytes, lengths: readonly number[], make: (data: Bytes, last: boolean) => Pdv): Pdv[] {
  let at = 0;
  return lengths.map((length, i) => {
    const part = bytes.slice(at, (at += length));
    return make(part, i === lengths.length - 1);
  });
}

const command = (data: Bytes, last = true): Pdv => commandPdv(1, data, last);
const data = (bytes: Bytes, last = true): Pdv => dataPdv(1, bytes, last);
const ones = (length: number): number[] => Array.from({ length }, () => 1);

describe.each(SPLITS)('fragments with bytes %s', (how) => {
  const reads = (bytes: Bytes): void => {
    expect(read(bytes, how)).toEqual([{ command: { ...FIND_COMMAND, CommandDataSetType: 1 }, data: DATA }]);
  };

  test('in PDUs of their own', () => reads(concat([pData(command(FIND)), pData(data(DATA))])));

  test('command and data in one PDU', () => reads(pData(command(FIND), data(DATA))));

  test('of unequal size, many in one PDU', () =>
    reads(pData(...cut(FIND, [2, 30, FIND.length - 32], command), ...cut(DATA, [8, 2, 2], data))));

  test('of one byte, one a PDU', () =>
    reads(
      concat(
        [...cut(FIND, ones(FIND.length), command), ...cut(DATA, ones(DATA.length), data)].map((pdv) =>
          pData(pdv),
        ),
      ),
    ));

  test('of no byte: first, between and last', () =>
    reads(
      pData(...cut(FIND, [0, 10, 0, FIND.length - 10, 0], command), ...cut(DATA, [0, 4, 0, 8, 0], data)),
    ));

  test('with the bits set that mean nothing', () => {
    const bytes = concat([pData(command(FIND)), pData(data(DATA))]);
    bytes[11]! |= 0xfc;
    bytes[12 + FIND.length + 11]! |= 0xfc;
    reads(bytes);
  });

  test('of several messages, on several contexts', () => {
    const messages = read(
      concat([
        pData(command(ECHO), command(FIND)),
        pData(data(DATA), commandPdv(3, ECHO)),
        pData(commandPdv(3, FIND), dataPdv(3, EMPTY)),
      ]),
      how,
    );
    expect(messages.map(({ command, data }) => [command.CommandField, data?.length])).toEqual([
      [0x0030, undefined],
      [0x0020, 12],
      [0x0030, undefined],
      [0x0020, 0],
    ]);
  });
});

test.each([0x0000, 0x0001, 0x0102, 0xfefe])('Command Data Set Type %i says that data follow', (type) => {
  const set = FIND.slice();
  new DataView(set.buffer).setUint16(set.length - 2, type, true);
  const [message] = read(pData(command(set), data(DATA)));
  expect(message!.data).toEqual(DATA);
});

describe('no message', () => {
  const half = FIND.slice(0, 20);
  test.each<[string, Pdv[]]>([
    ['data before any command', [data(DATA)]],
    ['data behind a command that has none', [command(ECHO), data(DATA)]],
    ['data behind a command that has none, in the middle of it', [command(half, false), data(DATA)]],
    ['a command where data should follow', [command(FIND), command(ECHO)]],
    ['a command between two fragments of data', [command(FIND), data(DATA, false), command(ECHO)]],
    ['another context within a command', [command(half, false), commandPdv(3, FIND.slice(20))]],
    ['data on another context than its command', [command(FIND), dataPdv(3, DATA)]],
    ['another context within the data', [command(FIND), data(DATA, false), dataPdv(3, DATA)]],
    ['a context that was not proposed', [commandPdv(99, ECHO)]],
    ['a context that was refused', [commandPdv(5, ECHO)]],
    ['an even context', [commandPdv(2, ECHO)]],
    ['context 0', [commandPdv(0, ECHO)]],
    ['another command within a fragmented one', [command(half, false), command(ECHO)]],
  ])('%s', (_, pdvs) => {
    expect(() => read(pData(...pdvs))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(MESSAGE|COMMAND)_INVALID$/) }),
    );
  });
});

describe('what has no end', () => {
  test('a command set is bounded', () => {
    const assembler = new Assembler(DEFAULT_LIMITS, () => true);
    const piece = command(new Uint8Array(1000), false);
    let pieces = 0;
    expect(() => {
      for (; ; pieces++) assembler.push(piece);
    }).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    expect(pieces).toBe(65);
  });

  test('fragments of nothing are not kept', () => {
    const assembler = new Assembler(DEFAULT_LIMITS, () => true);
    const piece = command(EMPTY, false);
    expect(
      grown(() => {
        for (let i = 0; i < 500_000; i++) assembler.push(piece);
      }),
    ).toBeLessThan(16);
    expect(assembler.push(command(ECHO))).toMatchObject({ kind: 'command' });
  });

  test('a data set held whole is bounded, and costs its own size however it is cut', () => {
    let whole: Bytes | undefined;
    const receiver = collect(1 << 20, (bytes) => void (whole = bytes));
    const piece = fromHex('2a');
    expect(
      grown(() => {
        for (let i = 0; i < 1 << 20; i++) void receiver.write(piece);
      }),
    ).toBeLessThan(16);
    expect(() => receiver.write(piece)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    void receiver.end();
    expect(whole).toHaveLength(1 << 20);
  });
});

/** MiB that were taken and are still held, or not collected yet. */
function grown(work: () => void): number {
  const used = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  work();
  return (used() - before) / (1 << 20);
}

test('20,000 random sequences of fragments are messages or typed errors', () => {
  const random = new Random(77);
  let accepted = 0;
  for (let i = 0; i < 20_000; i++) {
    const pdvs = Array.from({ length: 1 + random.int(4) }, () => anyPdv(random));
    const legal =
      random.int(2) === 0 ? [command(FIND), ...cut(DATA, [random.int(13), 12], data)] : [command(ECHO)];
    const assembler = new Assembler(DEFAULT_LIMITS, (id) => id === 1);
    try {
      for (const pdv of random.int(2) === 0 ? legal : [...legal, ...pdvs]) assembler.push(pdv);
      accepted++;
    } catch (error) {
      expect(error).toBeInstanceOf(DicomError);
    }
  }
  expect(accepted).toBeGreaterThan(20_000 / 3);
});

function anyPdv(random: Random): Pdv {
  return {
    contextId: random.pick([1, 1, 1, 3]),
    command: random.int(2) === 0,
    last: random.int(2) === 0,
    data: random.pick([EMPTY, ECHO, FIND, random.bytes(random.int(40))]),
  };
}
