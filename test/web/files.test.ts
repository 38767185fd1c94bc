import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, fromHex } from '../../core/bytes/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import { sendItems } from '../../web/engine/files.ts';
import { Intake } from '../../web/engine/intake.ts';
import { Pace } from '../../web/engine/pace.ts';
import { pieces } from '../../web/engine/outgoing.ts';
import type { SendStep } from '../../web/engine/protocol.ts';
import { Random } from '../support/random.ts';

const INFO: InstanceInfo = {
  sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
  sopInstanceUID: '1.2.3',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  callingAETitle: 'PACS',
};
afterEach(() => void vi.restoreAllMocks());

const NEVER = new AbortController().signal;
/** (0008,0060) CS "OT". */
const DATA_SET = fromHex('08006000 4353 0200 4f54');

async function storeOf(...uids: string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const sopInstanceUID of uids) {
    const sink = store.put({ ...INFO, sopInstanceUID });
    sink.write(DATA_SET);
    await sink.commit();
  }
  return store;
}

describe('files to send', () => {
  it('are instances by their index; the others are left out with a reason', async () => {
    const pixels = new Random(1).bytes(3_000_000);
    const file = concat([fileMetaInformation(INFO), DATA_SET, pixels]);
    const skipped: SendStep[] = [];
    const files = [new Blob(['notes']), new Blob([file]), new Blob([])].map((blob) => ({
      path: 'x',
      file: blob,
    }));
    const items = await sendItems(await storeOf(), files, (step) => skipped.push(step), NEVER);
    expect(items.map(({ label, sopInstanceUID }) => [label, sopInstanceUID])).toEqual([['1', '1.2.3']]);
    expect(skipped.map(({ index, outcome, failure }) => [index, outcome, failure?.code])).toEqual([
      [0, 'skipped', 'FILE_INVALID'],
      [2, 'skipped', 'FILE_INVALID'],
    ]);
    const read: Uint8Array[] = [];
    for await (const piece of (await items[0]!.open()) as AsyncIterable<Uint8Array>) read.push(piece);
    expect(read.length).toBeGreaterThan(1); // never held whole
    expect(Buffer.compare(Buffer.concat(read), Buffer.concat([DATA_SET, pixels]))).toBe(0);
  });
});

/** Blobs that tell how they are read. */
class Watched extends Blob {
  readonly told: string[];

  constructor(bytes: Bytes, told: string[]) {
    super([bytes]);
    this.told = told;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.told.push('whole');
    return super.arrayBuffer();
  }

  override slice(start?: number, end?: number): Blob {
    this.told.push(`${start} to ${end}`);
    return super.slice(start, end);
  }
}

describe('many files to send', () => {
  const pixels = fromHex('e07f1000 4f570000 30750000');
  const fileOf = (i: number): Bytes =>
    concat([
      fileMetaInformation({ ...INFO, sopInstanceUID: `1.2.${i}` }),
      DATA_SET,
      pixels,
      new Random(i).bytes(10_000),
      new Uint8Array(20_000).fill(i),
    ]);
  const DAMAGED = 7;

  async function itemsOf(told: string[][]) {
    const skipped: number[] = [];
    const files = Array.from({ length: 20 }, (_, i) => {
      const bytes = i === DAMAGED ? fileOf(i).subarray(0, 25_000) : fileOf(i);
      return { path: `${i}`, file: new Watched(bytes, (told[i] ??= [])) };
    });
    const items = await sendItems(await storeOf(), files, ({ index }) => skipped.push(index), NEVER);
    return { items, skipped };
  }

  it('keep their order, and of each the head is read once and the rest once', async () => {
    const told: string[][] = [];
    const requests = vi.spyOn(Blob.prototype, 'arrayBuffer');
    const { items, skipped } = await itemsOf(told);
    const others = [...Array(20).keys()].filter((i) => i !== DAMAGED);
    expect(skipped).toEqual([DAMAGED]);
    expect(items.map(({ label }) => Number(label))).toEqual(others);
    for (const [at, i] of others.entries()) {
      const read: Uint8Array[] = [];
      for await (const piece of (await items[at]!.open()) as AsyncIterable<Uint8Array>) read.push(piece);
      const { length } = fileMetaInformation({ ...INFO, sopInstanceUID: `1.2.${i}` });
      expect(Buffer.concat(read).equals(fileOf(i).subarray(length))).toBe(true);
      expect(told[i]).toEqual(['0 to 20480']); // a part of what is read, and then the whole, each with others
    }
    expect(requests.mock.calls.length).toBe(2);
  });

  it('are read alone where one of them cannot be read, which alone is said to have failed', async () => {
    const gone = new Watched(fileOf(1), []);
    gone.slice = () => gone;
    gone.arrayBuffer = () => Promise.reject(new DOMException('it was moved', 'NotReadableError'));
    const joint = vi.spyOn(Blob.prototype, 'arrayBuffer').mockImplementationOnce(gone.arrayBuffer);
    const skipped: SendStep[] = [];
    const files = [fileOf(0), undefined, fileOf(2)].map((bytes, i) => ({
      path: `${i}`,
      file: bytes === undefined ? gone : new Blob([bytes]),
    }));
    const items = await sendItems(await storeOf(), files, (step) => skipped.push(step), NEVER);
    expect(items.map(({ label }) => label)).toEqual(['0', '2']);
    expect(skipped).toMatchObject([{ index: 1, failure: { code: 'FILE_INVALID' } }]);
    expect(joint.mock.calls.length).toBeGreaterThanOrEqual(3); // together, and then each
  });

  it('can be opened again', async () => {
    const { items } = await itemsOf([]);
    for (let time = 0; time < 2; time++) {
      const read: Uint8Array[] = [];
      for await (const piece of (await items[3]!.open()) as AsyncIterable<Uint8Array>) read.push(piece);
      expect(Buffer.concat(read).length).toBe(DATA_SET.length + pixels.length + 30_000);
    }
  });
});

describe('instances of the archive to send', () => {
  it('go as they were stored, and what is gone meanwhile says so', async () => {
    const store = await storeOf('1.2.3', '1.2.4');
    const kept = (sopInstanceUID: string) => ({ path: 'x', sopInstanceUID, bytes: DATA_SET.length });
    const failed: SendStep[] = [];
    const wanted = [kept('1.2.3'), kept('1.2.5'), kept('1.2.4')];
    const items = await sendItems(store, wanted, (step) => failed.push(step), NEVER);
    expect(items.map(({ label, sopInstanceUID }) => [label, sopInstanceUID])).toEqual([
      ['0', '1.2.3'],
      ['2', '1.2.4'],
    ]);
    expect(failed).toMatchObject([{ index: 1, outcome: 'failed', failure: { code: 'STORE_FAILED' } }]);
    const read: Uint8Array[] = [];
    for await (const piece of (await items[0]!.open()) as AsyncIterable<Uint8Array>) read.push(piece);
    expect(Buffer.concat(read)).toEqual(Buffer.from(DATA_SET));
  });

  it('are let go of where they are not read to the end', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Bytes>({
      pull: (controller) => controller.enqueue(DATA_SET),
      cancel: () => void (cancelled = true),
    });
    for await (const piece of pieces(stream)) {
      expect(piece).toEqual(DATA_SET);
      break;
    }
    expect(cancelled).toBe(true);
  });
});

describe('a file that is cut off', () => {
  it('is not sent, and said to have failed', async () => {
    const pixels = fromHex('e07f1000 4f420000 00010000');
    const file = concat([fileMetaInformation(INFO), DATA_SET, pixels, new Uint8Array(255)]);
    const steps: SendStep[] = [];
    const items = await sendItems(
      await storeOf(),
      [{ path: 'x', file: new Blob([file]) }],
      (step) => steps.push(step),
      NEVER,
    );
    expect(items).toEqual([]);
    expect(steps).toMatchObject([
      { index: 0, outcome: 'failed', sopInstanceUID: '1.2.3', failure: { code: 'FILE_INVALID' } },
    ]);
  });
});

describe('the intake', () => {
  it('notices that the store is full', async () => {
    const intake = new Intake(new MemoryStore({ capacity: 4 }), new Pace());
    const sink = await intake.put(INFO);
    expect(() => sink.write(new Uint8Array(5))).toThrow('full');
    await sink.abort();
    expect(intake.full).toBe(true);
  });

  it('is as fast as the store without a pace, and slower with one', async () => {
    const pace = new Pace();
    const intake = new Intake(new MemoryStore(), pace);
    const sink = await intake.put(INFO);
    expect(sink.write(new Uint8Array(1000))).toBeUndefined();
    pace.set(50_000);
    const start = performance.now();
    await sink.write(new Uint8Array(1000)); // 20 ms
    expect(performance.now() - start).toBeGreaterThan(15);
    pace.set(undefined);
    expect(sink.write(new Uint8Array(1000))).toBeUndefined();
    await sink.abort();
  });
});
