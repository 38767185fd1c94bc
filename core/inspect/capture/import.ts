/** A capture file as records, as if its associations had been watched. */
import type { Bytes } from '../../bytes/index.ts';
import { concat } from '../../bytes/index.ts';
import type { ByteSource } from '../../file/index.ts';
import { readExactly } from '../../file/index.ts';
import type { InspectRecord, PduRecord } from '../record.ts';
import { CapturedConnection } from './connection.ts';
import type { Unnumbered } from './wire-reader.ts';
import type { CapturedPacket } from './packets.ts';
import { packetsOf } from './packets.ts';
import { isKnownLink, tcpSegment } from './segments.ts';

export interface ImportOptions {
  /** Bytes of each message's data set that are kept in memory, 4096 by default; `loadPdu` reads the others. */
  readonly keep?: number;
  /** Ends the import at the next portion of packets. */
  readonly signal?: AbortSignal;
  /** Is told after each portion how many bytes of the file were read. */
  readonly progress?: (bytes: number) => void;
}

export interface Imported {
  readonly packets: number;
  readonly associations: number;
  /** TCP connections of other protocols. */
  readonly others: number;
  /** What could not be read, a sentence each. */
  readonly problems: readonly string[];
}

const KEEP = 4096;
/** Connections that are held before those that were no DICOM so far are let go of: a scan of ports opens millions. */
const MOST_CONNECTIONS = 1 << 16;

/** Reads a pcap or pcapng file once, from its beginning to its end, and gives the records in their order. */
export async function importCapture(
  source: ByteSource,
  take: (record: InspectRecord) => void,
  { keep = KEEP, signal, progress }: ImportOptions = {},
): Promise<Imported> {
  const importer = new Importer(keep, take);
  const portions = packetsOf(source);
  for (;;) {
    signal?.throwIfAborted();
    const { value, done } = await portions.next();
    if (done) return importer.end(value);
    for (const packet of value) importer.packet(packet);
    const last = value.at(-1);
    if (last !== undefined) progress?.(last.at + last.bytes.length);
  }
}

/** All bytes of a PDU that came from this file. @throws DicomError FILE_INVALID where the file has changed. */
export async function loadPdu(source: ByteSource, { bytes, length, ranges }: PduRecord): Promise<Bytes> {
  if (bytes.length === length || ranges === undefined) return bytes;
  const pieces = ranges.map(({ at, length: size }) => readExactly(source, at, at + size));
  return concat(await Promise.all(pieces));
}

class Importer {
  readonly #keep: number;
  readonly #take: (record: InspectRecord) => void;
  /** By both ends, the one that comes first in the alphabet first. */
  readonly #connections = new Map<string, CapturedConnection>();
  /** Those between ends that another connection has now. */
  readonly #former: CapturedConnection[] = [];
  readonly #unknownLinks = new Set<number>();
  #sweepAt = MOST_CONNECTIONS;
  /** Connections of other protocols that were let go of. */
  #others = 0;
  #packets = 0;
  #records = 0;
  #associations = 0;

  constructor(keep: number, take: (record: InspectRecord) => void) {
    this.#keep = keep;
    this.#take = take;
  }

  packet({ link, bytes, at, time }: CapturedPacket): void {
    this.#packets++;
    if (!isKnownLink(link)) this.#unknownLinks.add(link);
    const segment = tcpSegment(link, bytes);
    if (segment === undefined) return;
    const { from, to, payload } = segment;
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    let connection = this.#connections.get(key);
    if (connection?.isAnother(segment)) {
      if (connection.isDicom) this.#former.push(connection);
      else this.#others++;
      connection = undefined;
    }
    if (connection === undefined) {
      if (this.#connections.size >= this.#sweepAt) this.#sweep();
      connection = new CapturedConnection(segment, this.#keep, this.#numbered());
      this.#connections.set(key, connection);
    }
    connection.segment(segment, at + payload.byteOffset - bytes.byteOffset, time);
  }

  end(problem: string): Imported {
    const all = [...this.#former, ...this.#connections.values()];
    for (const connection of all) connection.end();
    const dicom = all.filter(({ isDicom }) => isDicom);
    const problems = [problem, this.#links(), ...problemsOf(dicom, problem !== '')].filter(
      (one) => one !== '',
    );
    const others = this.#others + all.length - dicom.length;
    return { packets: this.#packets, associations: this.#associations, others, problems };
  }

  /** One of them that turns out to be DICOM all the same is found again, as from the middle of a capture. */
  #sweep(): void {
    const { size } = this.#connections;
    for (const [key, { isDicom }] of this.#connections) if (!isDicom) this.#connections.delete(key);
    this.#others += size - this.#connections.size;
    this.#sweepAt = Math.max(MOST_CONNECTIONS, 2 * this.#connections.size);
  }

  #links(): string {
    const links = [...this.#unknownLinks].join(', ');
    return links === '' ? '' : `Packets of link type ${links} cannot be read.`;
  }

  /** Gives the records of one connection their numbers; its association has one as soon as it is known to be DICOM. */
  #numbered(): (record: Unnumbered) => void {
    let association = 0;
    return (record) => {
      association ||= ++this.#associations;
      this.#take({ ...record, id: ++this.#records, association } as InspectRecord);
    };
  }
}

/** `cut`: that the file ends early is told, and with it that PDUs may lack their ends. */
function problemsOf(connections: readonly CapturedConnection[], cut: boolean): string[] {
  const missing = connections.reduce((sum, one) => sum + one.missing, 0);
  const lost = connections.reduce((sum, one) => sum + one.lost, 0);
  const open = connections.filter((one) => one.open).length;
  return [
    missing > 0 ? `${missing} bytes of associations were not captured.` : '',
    lost > 0 ? `${lost} bytes belong to no PDU that can be read.` : '',
    open > 0 && !cut
      ? `In ${open} ${open === 1 ? 'association' : 'associations'} the capture ends in the middle of a PDU.`
      : '',
  ];
}
