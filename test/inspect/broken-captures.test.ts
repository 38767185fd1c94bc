/** Captures that are broken anywhere: what can be read is read, and a sentence says what cannot. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { bytesSource } from '../../core/file/index.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { importCapture, Timeline } from '../../core/inspect/index.ts';
import { captured } from '../pdu/sessions.ts';
import { Random } from '../support/random.ts';
import { framesOf, pcap } from './captures.ts';

interface Read {
  readonly pdus: readonly string[];
  readonly problems: readonly string[];
}

/** Of each PDU its association, sender, type and length; the timeline has to take whatever comes. */
async function read(file: Bytes): Promise<Read> {
  const timeline = new Timeline();
  const pdus: string[] = [];
  const take = (record: InspectRecord): void => {
    timeline.take(record);
    if (record.kind !== 'pdu') return;
    pdus.push(`${record.association} ${record.sender} ${record.pdu} ${record.length}`);
  };
  const { problems } = await importCapture(bytesSource(file), take);
  return { pdus, problems };
}

const ECHO = pcap(framesOf(captured('echo')));

async function pcapng(): Promise<Bytes> {
  const records: InspectRecord[] = [];
  await importCapture(bytesSource(ECHO), (record) => records.push(record));
  const pieces: Bytes[] = [];
  for await (const piece of captureOf(records)) pieces.push(piece);
  return concat(pieces);
}

describe.each([
  ['pcap', async () => ECHO],
  ['pcapng', pcapng],
] as const)('a %s file', (_, file) => {
  it('cut off anywhere gives the PDUs in front of the cut, and at most one sentence', async () => {
    const whole = await file();
    const { pdus } = await read(whole);
    expect(pdus).toHaveLength(captured('echo').length);
    let told = 0;
    for (let end = 0; end < whole.length; end++) {
      const found = await read(whole.subarray(0, end));
      expect(found.pdus, `cut at ${end}`).toEqual(pdus.slice(0, found.pdus.length));
      expect(found.problems.length, `cut at ${end}`).toBeLessThanOrEqual(1);
      told += found.problems.length;
    }
    expect(told).toBeGreaterThan(0.9 * whole.length); // a cut between packets is none
  });

  it.each([
    ['zeros', 0x00],
    ['ones', 0xff],
  ])('with four %s anywhere is read to its end, or to where it is broken', async (_name, byte) => {
    const whole = await file();
    for (let at = 0; at + 4 <= whole.length; at += 3) {
      const broken = whole.slice();
      broken.fill(byte, at, at + 4);
      const found = await read(broken);
      const before = (await read(whole.subarray(0, at))).pdus;
      expect(found.pdus.slice(0, before.length), `at ${at}`).toEqual(before);
      for (const problem of found.problems) expect(problem).toMatch(/^[A-Z\d].*\.$/);
    }
  });

  it('followed or replaced by garbage is told', async () => {
    const whole = await file();
    const random = new Random(3);
    for (let round = 0; round < 50; round++) {
      const garbage = random.bytes(200 + random.int(2000));
      const behind = await read(concat([whole, garbage]));
      expect(behind.pdus.slice(0, captured('echo').length)).toEqual((await read(whole)).pdus);
      expect((await read(garbage)).problems).toEqual([expect.stringMatching(/^This is no capture/)]);
    }
  });
});

it('packets of no length, and of lengths that cannot be, are passed over or told', async () => {
  const empty = pcap([
    new Uint8Array(0),
    new Uint8Array(0),
    ...framesOf(captured('echo')),
    new Uint8Array(0),
  ]);
  expect(await read(empty)).toEqual({ pdus: (await read(ECHO)).pdus, problems: [] });
  for (const length of [0x7fffffff, 0xffffffff, (2 << 20) + 1]) {
    const huge = ECHO.slice();
    new DataView(huge.buffer).setUint32(24 + 8, length, true);
    expect(await read(huge)).toEqual({
      pdus: [],
      problems: ['The file is broken at byte 24: what stands there is no packet.'],
    });
  }
});
