/** Conversations over memory with the records that one side's sink made of them. */
import { onTestFinished } from 'vitest';
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes, Sink } from '../../core/bytes/index.ts';
import type { Entry, InspectRecord, PduRecord } from '../../core/inspect/index.ts';
import { recordingSink, Timeline } from '../../core/inspect/index.ts';
import type { RecordingOptions } from '../../core/inspect/index.ts';
import type { PduName } from '../../core/pdu/index.ts';
import type { Association, AssociateOptions, Handlers } from '../../core/service/index.ts';
import { associate, serve } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';

export interface Recorded {
  readonly records: InspectRecord[];
  readonly network: MemoryNetwork;
  associate(options: Omit<AssociateOptions, 'callingAETitle' | 'calledAETitle'>): Promise<Association>;
  /** What the records mean. */
  timeline(): Timeline;
}

/** A peer at pacs:104, seen from its caller, or with `of` from the peer itself. */
export function recorded(
  handlers: Handlers,
  options: RecordingOptions & { readonly of?: 'requestor' | 'acceptor' } = {},
): Recorded {
  const records: InspectRecord[] = [];
  const sink: Sink = recordingSink((record) => records.push(record), options);
  const network = new MemoryNetwork();
  const watched = options.of === 'acceptor' ? { sink } : {};
  const server = serve(network.listen('pacs', 104), handlers, {
    aeTitle: 'PACS',
    dialer: network,
    ...watched,
  });
  onTestFinished(() => server.close());
  return {
    records,
    network,
    associate: (more) =>
      associate(
        network,
        { host: 'pacs', port: 104 },
        {
          ...more,
          callingAETitle: 'WEBSCU',
          calledAETitle: 'PACS',
          ...(options.of === 'acceptor' ? {} : { sink }),
        },
      ),
    timeline: () => timelineOf(records),
  };
}

export function timelineOf(records: readonly InspectRecord[]): Timeline {
  const timeline = new Timeline();
  for (const record of records) timeline.take(record);
  return timeline;
}

export async function emptyArchive(): Promise<Handlers> {
  return archiveHandlers(await Archive.open(new MemoryStore()), {
    aeTitle: 'PACS',
    destination: () => undefined,
  });
}

/** `Sta6 Evt9 DT-1 Sta6` of each step of a side, in order. */
export function path(entries: readonly Entry[], side: 'requestor' | 'acceptor'): string[] {
  return entries
    .flatMap(({ steps }) => steps.filter((step) => step.side === side))
    .map(({ from, event, action, to }) => `${from} ${event} ${action} ${to}`);
}

/** As a sink tells of a PDU, or a capture. */
export function recordOf(bytes: Bytes, sender: 'requestor' | 'acceptor', id: number): PduRecord {
  const pdu = PDU_NAMES[(bytes[0] ?? 0) - 1] ?? 'invalid';
  const own = { kind: 'pdu', id, time: 0, association: 1 } as const;
  return { ...own, sender, pdu, bytes, length: bytes.length, deviations: [] };
}

/** By PDU type (PS3.8 9.3.1). */
const PDU_NAMES: readonly PduName[] = [
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'P-DATA-TF',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
  'A-ABORT',
];
