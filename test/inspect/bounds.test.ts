/** What a record holds, and how long it takes to tell it, whatever a peer or the writer of a file is up to. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat, Writer } from '../../core/bytes/index.ts';
import { bytesSource } from '../../core/file/index.ts';
import { deidentifyRecords } from '../../core/inspect/capture/deidentify.ts';
import { fileHeader, packetBlock } from '../../core/inspect/capture/pcapng.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { dcmtkLog, detailsOf, importCapture, rowOf } from '../../core/inspect/index.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import { captured } from '../pdu/sessions.ts';
import { commandSet } from '../support/messages.ts';
import { commandPdv, dataPdv, pData, RQ } from '../support/parrot.ts';
import { framesOf, ipv4, LINKS, pcap, tcp } from './captures.ts';
import { recordOf, timelineOf } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EMPTY = new Uint8Array(0);
const STUDY_ROOT_FIND = '1.2.840.10008.5.1.4.1.2.2.1';

const storeCommand = (): Bytes =>
  commandSet('C-STORE-RQ', { MessageID: 8, AffectedSOPClassUID: CT, AffectedSOPInstanceUID: '1.2' }, true);

/** A P-DATA-TF of so many fragments of nothing. */
function fragmentsOfNothing(count: number, last = false): Bytes {
  const to = new Writer();
  to.u8(4);
  to.u8(0);
  to.u32(6 * count);
  for (let i = 1; i <= count; i++) {
    to.u32(2);
    to.u8(1);
    to.u8(last && i === count ? 2 : 0);
  }
  return to.finish();
}

/** Empty elements in Implicit VR Little Endian. */
function manyElements(count: number): Bytes {
  const to = new Writer();
  for (let i = 0; i < count; i++) {
    to.u16LE(0x0011 + 2 * Math.floor(i / 0xf000));
    to.u16LE(0x1000 + (i % 0xf000));
    to.u32LE(0);
  }
  return to.finish();
}

describe('a message', () => {
  it('of a hundred thousand fragments in one PDU is told at once', () => {
    const count = 100_000;
    const { entries } = timelineOf([
      recordOf(pData(commandPdv(1, storeCommand())), 'requestor', 1),
      recordOf(fragmentsOfNothing(count, true), 'requestor', 2),
    ]);
    const { parts, moreParts } = rowOf(entries[1]!);
    expect([parts.length, moreParts]).toEqual([16, count - 16]);
    expect(parts[0]!.message).toMatchObject({ fragments: count + 1, dataSetLength: 0, complete: true });
  });

  it('has no fragment that is longer than its PDU: what is written of it would be gigabytes', async () => {
    const pdu = pData(dataPdv(1, new Uint8Array(40)));
    new DataView(pdu.buffer).setUint32(6, 0xd9000002);
    const record = recordOf(pdu.slice(), 'requestor', 1);
    expect(timelineOf([record]).entries[0]!.parts).toEqual([]);
    const lengths: number[] = [];
    for await (const told of deidentifyRecords([record])) lengths.push(told.kind === 'pdu' ? told.length : 0);
    expect(lengths).toEqual([pdu.length]);
  });

  it('of which one PDU begins very many is told of the first ones', () => {
    const { entries } = timelineOf([recordOf(fragmentsOfNothing(100_000), 'requestor', 1)]);
    const { messages, problem } = detailsOf(entries[0]!);
    expect(messages).toHaveLength(64);
    expect(problem).toBe('It carries parts of 100000 messages: the first 64 are told.');
  });

  it('without end is counted, and held as far as there are bounds', () => {
    const records = Array.from({ length: 4 }, (_, i) =>
      recordOf(fragmentsOfNothing(100_000, i === 3), 'requestor', i + 2),
    );
    const { entries } = timelineOf([
      recordOf(pData(commandPdv(1, storeCommand())), 'requestor', 1),
      ...records,
    ]);
    const { message } = entries.at(-1)!.parts.at(-1)!;
    expect(message).toMatchObject({ fragments: 400_001, complete: true });
    expect(message.parts.length).toBe(1 << 18);
  });

  it('with more elements than a call takes arguments is told in as many lines', () => {
    const count = 200_000;
    const find = commandSet(
      'C-FIND-RQ',
      { MessageID: 1, AffectedSOPClassUID: STUDY_ROOT_FIND, Priority: 0 },
      true,
    );
    const { entries } = timelineOf([
      recordOf(pData(commandPdv(1, find)), 'requestor', 1),
      recordOf(pData(dataPdv(1, manyElements(count))), 'requestor', 2),
    ]);
    expect(dcmtkLog(entries, { level: 'v' }).length).toBeGreaterThan(count);
  });

  it('of many fragments is de-identified, or left out, as others', async () => {
    const kept: InspectRecord[] = [];
    const records = [
      recordOf(pData(commandPdv(1, storeCommand())), 'requestor', 1),
      recordOf(fragmentsOfNothing(150_000, true), 'requestor', 2),
    ];
    for await (const record of deidentifyRecords(records)) kept.push(record);
    expect(kept.length).toBeGreaterThan(1);
  });

  it('whose answer never comes is let go of behind a thousand others', () => {
    const find = (MessageID: number): Bytes =>
      commandSet('C-FIND-RQ', { MessageID, AffectedSOPClassUID: STUDY_ROOT_FIND, Priority: 0 });
    const answer = (MessageIDBeingRespondedTo: number): Bytes =>
      commandSet('C-FIND-RSP', { MessageIDBeingRespondedTo, Status: 0 });
    const asked = Array.from({ length: 1500 }, (_, i) =>
      recordOf(pData(commandPdv(1, find(i + 1))), 'requestor', i + 1),
    );
    const answers = [1, 1500].map((id) => recordOf(pData(commandPdv(1, answer(id))), 'acceptor', 2000 + id));
    const { entries } = timelineOf([...asked, ...answers]);
    const found = entries.slice(-2).map(({ parts }) => parts[0]!.message.request?.command?.MessageID);
    expect(found).toEqual([undefined, 1500]);
  });
});

it('a request of more contexts than anybody reads is told to be none', () => {
  const good = encodePdu(RQ);
  const context = new Uint8Array([0x20, 0, 0, 4, 1, 0, 0, 0]);
  const bytes = concat([good, ...Array.from({ length: 100_000 }, () => context)]);
  new DataView(bytes.buffer).setUint32(2, bytes.length - 6);
  const { entries } = timelineOf([{ ...recordOf(bytes, 'requestor', 1), pdu: 'A-ASSOCIATE-RQ' }]);
  expect(entries[0]!.pdu).toBeUndefined();
  expect(entries[0]!.problem).toMatch(/limit|items/);
});

describe('a capture', () => {
  const read = async (
    file: Bytes,
  ): Promise<{ records: InspectRecord[]; others: number; problems: readonly string[] }> => {
    const records: InspectRecord[] = [];
    const { others, problems } = await importCapture(bytesSource(file), (record) => records.push(record));
    return { records, others, problems };
  };

  it('of times that no calendar has is read', async () => {
    const packets = framesOf(captured('echo')).map((frame) => {
      const block = packetBlock(0, frame).slice();
      block.fill(0xff, 12, 20); // both halves of the time
      return block;
    });
    const header = fileHeader('test').slice();
    const { records, problems } = await read(concat([inSeconds(header), ...packets]));
    expect(problems).toEqual([]);
    expect(records.length).toBeGreaterThan(captured('echo').length);
    for (const { time } of records) expect(new Date(time).toISOString()).toMatch(/^\+275760/);
  });

  it('that is packed is told to be', async () => {
    const { problems } = await read(new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]));
    expect(problems).toEqual([expect.stringMatching(/unpack it first/)]);
  });

  it('that became shorter while it is read ends there', async () => {
    const whole = pcap(framesOf(captured('echo')));
    const { read: readWhole } = bytesSource(whole.subarray(0, whole.length - 10));
    const source = { size: whole.length, read: readWhole };
    const { problems } = await importCapture(source, () => {});
    expect(problems).toEqual([expect.stringMatching(/^The file is cut off/)]);
  });

  it('of two connections between the same ports, the end of the first one missing, tells of two associations', async () => {
    const echo = captured('echo');
    const frames = [...framesOf(echo.slice(0, -2)), ...framesOf(echo, { first: 0x90000000 })];
    const { records, problems } = await read(pcap(frames));
    const pdus = (of: number): number =>
      records.filter(({ kind, association }) => kind === 'pdu' && association === of).length;
    expect([pdus(1), pdus(2), problems]).toEqual([echo.length - 2, echo.length, []]);
  });

  it('of a scan of ports holds few of its connections, and finds the one that is DICOM', async () => {
    const [, frame] = LINKS['Ethernet']!;
    const scan = Array.from({ length: 80_000 }, (_, i) => {
      const port = { requestor: i % 60_000, acceptor: 200 + Math.floor(i / 60_000) };
      return frame(ipv4(tcp({ from: 'requestor', bytes: EMPTY, flags: 2 }, 1, port), true));
    });
    const { records, others } = await read(pcap([...scan, ...framesOf(captured('echo'))]));
    expect(records.filter(({ kind }) => kind === 'pdu')).toHaveLength(captured('echo').length);
    expect(others).toBe(scan.length);
  });
});

/** The header of a file with times in seconds. */
function inSeconds(header: Bytes): Bytes {
  const description = header.length - 20;
  const to = new Writer();
  to.put(header.subarray(0, description));
  to.u32LE(1);
  to.u32LE(28);
  to.put(header.subarray(description + 8, description + 16));
  to.u16LE(9); // if_tsresol
  to.u16LE(1);
  to.u32LE(0);
  to.u32LE(28);
  return to.finish();
}
