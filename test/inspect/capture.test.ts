/** Captures: ours as tshark reads them, and those of others as records. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { bytesSource } from '../../core/file/source.ts';
import type { Imported, InspectRecord, PduRecord } from '../../core/inspect/index.ts';
import { CaptureWriter, importCapture, loadPdu } from '../../core/inspect/index.ts';
import { VERIFICATION } from '../../core/service/index.ts';
import { captured } from '../pdu/sessions.ts';
import { instance } from '../service/world.ts';
import { describeWith, program } from '../support/needs.ts';
import { Random } from '../support/random.ts';
import type { Sent } from './captures.ts';
import { connection, framesOf, ipv4, ipv6, LINKS, pcap } from './captures.ts';
import { emptyArchive, recorded } from './recorded.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';

async function imported(file: Bytes): Promise<Imported & { records: InspectRecord[]; pdus: PduRecord[] }> {
  const records: InspectRecord[] = [];
  const result = await importCapture(bytesSource(file), (record) => records.push(record), { keep: 512 });
  return { ...result, records, pdus: records.filter((record) => record.kind === 'pdu') };
}

const told = (pdus: readonly PduRecord[]): string[] =>
  pdus.map(({ association, sender, pdu, length }) => `${association} ${sender} ${pdu} ${length}`);

/** The records of an echo and a store of 100 kB, of which 1000 bytes were kept. */
async function conversation(keep = 1000): Promise<InspectRecord[]> {
  const { associate, records } = recorded(await emptyArchive(), { keep });
  const association = await associate({
    maximumLength: 4096,
    contexts: [
      { abstractSyntax: VERIFICATION, transferSyntaxes: ['1.2.840.10008.1.2'] },
      { abstractSyntax: CT, transferSyntaxes: ['1.2.840.10008.1.2.1'] },
    ],
  });
  await association.echo();
  await association.store(instance(1, 1, 1, 100_000));
  await association.release();
  return records;
}

function exported(records: readonly InspectRecord[]): Bytes {
  const writer = new CaptureWriter();
  return concat([writer.header(), ...records.flatMap((record) => writer.take(record))]);
}

const pdusOf = (records: readonly InspectRecord[]): PduRecord[] =>
  records.filter((record) => record.kind === 'pdu');

describe('a capture of ours', () => {
  it('reads back as the same PDUs, bytes that were not kept as zeros', async () => {
    const records = await conversation();
    const file = exported(records);
    const { pdus, problems, associations, others } = await imported(file);
    expect({ problems, associations, others }).toEqual({ problems: [], associations: 1, others: 0 });
    const before = pdusOf(records);
    const numbered = before.map((record) => ({ ...record, association: 1 }));
    expect(told(pdus)).toEqual(told(numbered));
    for (const [i, pdu] of pdus.entries()) {
      const whole = await loadPdu(bytesSource(file), pdu);
      const { bytes, length, time } = before[i]!;
      expect(whole).toEqual(concat([bytes, new Uint8Array(length - bytes.length)]));
      expect(Math.abs(pdu.time - time)).toBeLessThan(1);
    }
    expect(pdus.some(({ bytes, length }) => bytes.length < length)).toBe(true);
  });
});

describeWith(['tshark'], 'tshark', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'webdimse-capture-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const tshark = (file: Bytes, ...more: string[]): string[] => {
    const path = join(folder, 'capture.pcapng');
    writeFileSync(path, file);
    const output = execFileSync(program('tshark')!, ['-r', path, ...more], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\n').filter((line) => line !== '');
  };

  it('decodes our capture with no setting: the same PDUs, no bad checksum, no lost segment', async () => {
    const records = await conversation();
    const file = exported(records);
    const lines = tshark(file, '-Y', 'dicom', '-T', 'fields', '-e', 'dicom.pdu.type', '-e', 'dicom.pdu.len');
    const found = lines.flatMap((line) => {
      const [types, lengths] = line.split('\t').map((cell) => cell.split(','));
      return types!.map((type, i) => `${Number(type)} ${Number(lengths![i]) + 6}`);
    });
    expect(found).toEqual(pdusOf(records).map(({ bytes, length }) => `${bytes[0]} ${length}`));
    const faults = 'tcp.analysis.flags || ip.checksum.status == 0 || tcp.checksum.status == 0';
    const checked = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', '-Y', faults];
    expect(tshark(file, ...checked)).toEqual([]);
    expect(tshark(file, '-Y', 'frame.comment contains "zeros here"').length).toBeGreaterThan(0);
  });
});

describe('a capture of others', () => {
  const session: readonly Sent[] = captured('echo');
  const expected = session.map(({ from, bytes }) => `1 ${from} ${bytes.length}`);
  const lengths = (pdus: readonly PduRecord[]): string[] =>
    pdus.map(({ association, sender, length }) => `${association} ${sender} ${length}`);

  it.each(Object.entries(LINKS))('is read in %s', async (_name, [link, frame]) => {
    const frames = connection(session).map(({ from, segment }) => frame(ipv4(segment, from === 'requestor')));
    const { pdus, problems } = await imported(pcap(frames, { link }));
    expect(lengths(pdus)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it('is read over IPv6, with a header in front', async () => {
    const [, frame] = LINKS['SLL']!;
    const frames = connection(session).map(({ from, segment }) => {
      const sll = frame(ipv6(segment, from === 'requestor'));
      sll.set([0x86, 0xdd], 14);
      return sll;
    });
    expect(lengths((await imported(pcap(frames, { link: 113 }))).pdus)).toEqual(expected);
  });

  it.each([{ littleEndian: false }, { nanoseconds: true }, { littleEndian: false, nanoseconds: true }])(
    'is read as %o',
    async (form) => {
      const { pdus, records } = await imported(pcap(framesOf(session), form));
      expect(lengths(pdus)).toEqual(expected);
      expect(records[0]!.time).toBe(1_700_000_000_002);
    },
  );

  it('is read whatever the segments: byte by byte, out of order, repeated, across the end of numbers', async () => {
    const random = new Random(4);
    for (let round = 0; round < 50; round++) {
      const first = random.pick([1000, 2 ** 32 - 100]);
      const next = { requestor: first, acceptor: first };
      const pieces = session.flatMap(({ from, bytes }) => {
        const cut: Sent[] = [];
        for (let at = 0; at < bytes.length;) {
          const length = Math.min(bytes.length - at, 1 + random.int(round === 0 ? 1 : 90));
          cut.push({ from, bytes: bytes.subarray(at, at + length), sequence: next[from] + at });
          at += length;
        }
        next[from] += bytes.length;
        for (let i = 1; i < cut.length; i++)
          if (random.int(3) === 0) [cut[i - 1], cut[i]] = [cut[i]!, cut[i - 1]!];
        return cut.flatMap((one) => (random.int(5) === 0 ? [one, one] : [one]));
      });
      const { pdus, problems } = await imported(pcap(framesOf(pieces, { first })));
      expect(lengths(pdus)).toEqual(expected);
      expect(problems).toEqual([]);
      for (const [i, pdu] of pdus.entries())
        expect(pdu.bytes).toEqual(session[i]!.bytes.subarray(0, pdu.bytes.length));
    }
  });

  it('that begins in the middle of a PDU goes on at the next one', async () => {
    const [request, ...rest] = session;
    const cut = { ...request!, bytes: request!.bytes.subarray(40) };
    const { pdus, problems } = await imported(pcap(framesOf([cut, ...rest], { syn: false })));
    expect(lengths(pdus)).toEqual(expected.slice(1));
    expect(problems).toEqual([`${request!.bytes.length - 40} bytes belong to no PDU that can be read.`]);
  });

  it('that misses a segment tells so, and goes on behind it', async () => {
    const sent = session.map((one, i) => ({ ...one, missing: i === 2 }));
    const { pdus, records, problems } = await imported(pcap(framesOf(sent)));
    expect(lengths(pdus)).toEqual([...expected.slice(0, 2), ...expected.slice(3)].sort(byPlace(pdus)));
    expect(records.filter((record) => record.kind === 'transport' && record.event === 'gap')).toHaveLength(1);
    expect(problems).toEqual([`${session[2]!.bytes.length} bytes of associations were not captured.`]);
  });

  /** What follows a gap is known to follow it at the end only: the order is that of the records. */
  const byPlace =
    (pdus: readonly PduRecord[]) =>
    (a: string, b: string): number =>
      lengths(pdus).indexOf(a) - lengths(pdus).indexOf(b);

  it('ignores other traffic, and pieces of fragmented packets', async () => {
    const [, frame] = LINKS['Ethernet']!;
    const http: Sent[] = [{ from: 'requestor', bytes: new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n') }];
    const other = connection(http).map(({ segment }) => {
      const moved = segment.slice();
      moved.set([0x1f, 0x90], 2);
      return frame(ipv4(moved, true));
    });
    const udp = frame(ipv4(new Uint8Array(8), true, { protocol: 17 }));
    const piece = frame(ipv4(connection(session)[2]!.segment, true, { fragment: 0x2000 }));
    const arp = new Uint8Array(42);
    const { pdus, others, problems } = await imported(
      pcap([arp, udp, piece, ...other, ...framesOf(session)]),
    );
    expect(lengths(pdus)).toEqual(expected);
    expect(problems).toEqual([]);
    expect(others).toBeGreaterThan(0);
  });

  it('that is cut off, broken, empty or none gives what can be read, and one sentence', async () => {
    const whole = pcap(framesOf(session));
    const cut = await imported(whole.subarray(0, whole.length - 5));
    expect(lengths(cut.pdus)).toEqual(expected.slice(0, -1));
    expect(cut.problems).toEqual([expect.stringMatching(/^The file is cut off/)]);
    const broken = concat([whole, new Uint8Array(64).fill(0xff)]);
    const read = await imported(broken);
    expect(lengths(read.pdus)).toEqual(expected);
    expect(read.problems).toEqual([
      `The file is broken at byte ${whole.length}: what stands there is no packet.`,
    ]);
    for (const nothing of [new Uint8Array(0), new Uint8Array(100), whole.subarray(0, 10)])
      expect((await imported(nothing)).problems).toEqual([expect.stringMatching(/^This is no capture/)]);
  });

  it('never fails, whatever the bytes', async () => {
    const random = new Random(11);
    const files = [pcap(framesOf(session)), exported(await conversation(64))];
    for (let round = 0; round < 300; round++) {
      const bytes = random.pick(files).slice();
      for (let change = 0; change < 20; change++) bytes[random.int(bytes.length)] = random.int(256);
      const { problems } = await imported(bytes);
      expect(Array.isArray(problems)).toBe(true);
    }
  });
});
