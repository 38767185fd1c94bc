/** What is sent: one PDV a PDU, even lengths, few writes (PS3.8 Annex E and D.1). */
import { describe, expect, test } from 'vitest';
import { concat, equals } from '../../core/bytes/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { Fragmenter, fragmentLength, WRITE_SIZE, WriteMemory } from '../../core/dimse/index.ts';
import { PduDecoder } from '../../core/pdu/index.ts';
import type { Pdv } from '../../core/pdu/index.ts';
import { commandSet } from '../support/messages.ts';
import { Random } from '../support/random.ts';

const COMMAND = commandSet('C-STORE-RQ', { MessageID: 1, AffectedSOPClassUID: '1.2' }, true);

/** The writes of one message, its data set given in pieces. */
async function sent(maximum: number, command: Bytes, pieces?: readonly Bytes[]): Promise<Bytes[]> {
  const writes: Bytes[] = [];
  const fragmenter = new Fragmenter(5, maximum, async (pdus) => void writes.push(pdus), new WriteMemory());
  await fragmenter.command(command);
  for (const piece of pieces ?? []) await fragmenter.data(piece);
  if (pieces) await fragmenter.endData();
  await fragmenter.flush();
  return writes;
}

/** The PDVs in what was written; every PDU is read by the decoder, has one PDV and an even length. */
function pdvsOf(writes: readonly Bytes[], maximum: number): Pdv[] {
  const pdvs: Pdv[] = [];
  const decoder = new PduDecoder();
  for (const write of writes) {
    let whole = 0;
    for (const { pdu, bytes, deviations } of decoder.push(write)) {
      if (pdu.type !== 'P-DATA-TF') throw new Error(pdu.type);
      const fits = maximum === 0 || bytes.length - 6 <= maximum;
      const found = [deviations.length, pdu.pdvs.length, bytes.length % 2, pdu.pdvs[0]!.contextId, fits];
      if (`${found}` !== '0,1,0,5,true') throw new Error(`a PDU is not as it should be: ${found}`);
      pdvs.push(pdu.pdvs[0]!);
      whole += bytes.length;
    }
    expect(whole, 'a write ends where a PDU ends').toBe(write.length);
  }
  return pdvs;
}

const MAXIMA = [0, 8, 9, 13, 20, 101, 4096, 16384, 65536, 131072, 131073, 1 << 24, 0xffffffff];

describe.each(MAXIMA)('a peer that takes %i bytes', (maximum) => {
  const sizes = maximum > 0 && maximum < 64 ? [0, 1, 2, 500] : [0, 1, 2, 16378, 131_067, 300_001];

  test.each(sizes)('gets a data set of %i bytes whole, padded to even length', async (size) => {
    const data = new Random(size).bytes(size);
    const random = new Random(maximum);
    const pieces: Bytes[] = [];
    for (let at = 0; at < size;) {
      const length = Math.min(size - at, random.int(Math.max(2, size >> 2)));
      pieces.push(data.slice(at, (at += length)));
    }
    const pdvs = pdvsOf(await sent(maximum, COMMAND, pieces), maximum);
    const commands = pdvs.filter(({ command }) => command);
    const rest = pdvs.slice(commands.length);
    expect(rest.some(({ command }) => command)).toBe(false);
    expect(concat(commands.map(({ data }) => data))).toEqual(COMMAND);
    const padded = size % 2 === 0 ? data : concat([data, new Uint8Array(1)]);
    expect(equals(concat(rest.map(({ data }) => data)), padded)).toBe(true);
    for (const part of [commands, rest]) {
      expect(part.map(({ last }) => last)).toEqual(part.map((_, i) => i === part.length - 1));
      const longest = fragmentLength(maximum);
      for (const { data } of part.slice(0, -1)) expect(data.length).toBe(longest);
    }
    expect(rest.length).toBe(Math.max(1, Math.ceil(padded.length / fragmentLength(maximum))));
  });
});

test.each([1, 2, 7])('a peer that takes %i bytes can be sent nothing', async (maximum) => {
  expect(() => fragmentLength(maximum)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  await expect(sent(maximum, COMMAND)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

describe('writes', () => {
  test('a message without data set, and one with a small one, take one', async () => {
    expect(await sent(16384, COMMAND)).toHaveLength(1);
    expect(await sent(16384, COMMAND, [new Uint8Array(30_000)])).toHaveLength(1);
    expect(await sent(0, COMMAND, [new Uint8Array(100_000)])).toHaveLength(1);
  });

  test.each([16384, 65536, 131072, 0])(
    'a large one takes as few as fit, to a peer that takes %i',
    async (maximum) => {
      const size = 4 << 20;
      const pieces = Array.from({ length: 64 }, () => new Uint8Array(size / 64));
      const writes = await sent(maximum, COMMAND, pieces);
      expect(Math.max(...writes.map(({ length }) => length))).toBeLessThanOrEqual(WRITE_SIZE);
      const pdu = fragmentLength(maximum) + 12;
      const perWrite = Math.floor(WRITE_SIZE / pdu);
      expect(perWrite * pdu).toBeGreaterThan(0.75 * WRITE_SIZE);
      const pdus = Math.ceil(size / fragmentLength(maximum));
      expect(writes.length).toBeLessThanOrEqual(Math.ceil(pdus / perWrite) + 1); // the command goes with the first
    },
  );

  test('what was written is not written into again before it was taken', async () => {
    const writes: Bytes[] = [];
    const copies: Bytes[] = [];
    const write = async (pdus: Bytes): Promise<void> => {
      writes.push(pdus);
      copies.push(pdus.slice());
    };
    const fragmenter = new Fragmenter(1, 4096, write, new WriteMemory());
    await fragmenter.command(COMMAND);
    for (let i = 0; i < 100; i++) await fragmenter.data(new Random(i).bytes(40_000));
    await fragmenter.endData();
    await fragmenter.flush();
    expect(writes.length).toBeGreaterThan(3);
    expect(writes.every((write, i) => equals(write, copies[i]!))).toBe(true);
  });

  test('the memory of what was taken is used for what follows, message after message', async () => {
    const [memory, used, whole] = [new WriteMemory(), new Set<ArrayBuffer>(), [] as Bytes[]];
    const write = async (pdus: Bytes, taken: () => void): Promise<void> => {
      used.add(pdus.buffer);
      whole.push(pdus.slice());
      taken();
    };
    const data = new Random(1).bytes(2_500_000);
    for (let message = 0; message < 3; message++) {
      const fragmenter = new Fragmenter(5, 16384, write, memory);
      await fragmenter.command(COMMAND);
      await fragmenter.data(data);
      await fragmenter.endData();
      await fragmenter.flush();
    }
    expect(used.size).toBe(1);
    const sets = pdvsOf(whole, 16384).filter(({ command }) => !command);
    expect(equals(concat(sets.map((pdv) => pdv.data)), concat([data, data, data]))).toBe(true);
  });

  test('no more memory is kept than a few associations need that send at once', () => {
    const memory = new WriteMemory();
    const used = new Set(Array.from({ length: 100 }, () => memory.take()));
    for (const one of used) memory.giveBack(one);
    const again = Array.from({ length: 100 }, () => memory.take());
    expect(again.filter((one) => used.has(one))).toHaveLength(8);
  });

  test('that are held back hold the source back', async () => {
    const writes: (() => void)[] = [];
    const write = (): Promise<void> => new Promise((resolve) => writes.push(resolve));
    const fragmenter = new Fragmenter(1, 0, write, new WriteMemory());
    await fragmenter.command(COMMAND);
    let done = false;
    const given = Promise.resolve(fragmenter.data(new Uint8Array(2.5 * WRITE_SIZE))).then(
      () => (done = true),
    );
    for (let i = 1; i <= 2; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect([writes.length, done]).toEqual([i, false]);
      writes.at(-1)!();
    }
    await Promise.race([given, new Promise((resolve) => setImmediate(resolve))]);
  });
});
