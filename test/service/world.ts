/** A mini-PACS, its neighbour and a caller in one process, over memory. */
import { Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Bytes, SinkEvent } from '../../core/bytes/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { parseFaults, serveWithFaults } from '../../core/fault/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import type { Handlers, OutgoingInstance, Server } from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { Dialer } from '../../core/transport/index.ts';
import { splitting } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

/** Data set of a small instance: study, series and number say which. */
export function instanceBytes(
  study: number,
  series: number,
  number: number,
  pixels = 64,
  sopInstanceUID = `2.25.${study}.${series}.${number}`,
): Bytes {
  return writeDataSet(
    {
      ...dataSet({
        SpecificCharacterSet: 'ISO_IR 192',
        SOPClassUID: CT_IMAGE_STORAGE,
        SOPInstanceUID: sopInstanceUID,
        StudyDate: `2026010${study}`,
        Modality: series === 1 ? 'CT' : 'MR',
        PatientName: study === 1 ? 'Yamada^Tarou=山田^太郎' : 'Doe^Jane',
        PatientID: `P${study}`,
        StudyInstanceUID: `2.25.${study}`,
        SeriesInstanceUID: `2.25.${study}.${series}`,
        InstanceNumber: String(number),
      }),
      '7FE00010': { vr: 'OW', InlineBinary: btoa('x'.repeat(pixels)) },
    },
    EXPLICIT_VR_LITTLE_ENDIAN,
  );
}

export function instance(study: number, series: number, number: number, pixels?: number): OutgoingInstance {
  return {
    sopClassUID: CT_IMAGE_STORAGE,
    sopInstanceUID: `2.25.${study}.${series}.${number}`,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    open: () => instanceBytes(study, series, number, pixels),
  };
}

export interface World {
  readonly network: MemoryNetwork;
  readonly dialer: Dialer;
  readonly pacs: PeerAddress;
  readonly neighbour: PeerAddress;
  readonly store: MemoryStore;
  readonly neighbourStore: MemoryStore;
  readonly events: SinkEvent[];
  readonly errors: Error[];
  /** `faults` are what the SCP does wrong, as core/fault writes it. */
  serve(port: number, handlers: Handlers, aeTitle?: string, faults?: string): Server;
  close(): Promise<void>;
}

/** PACS at pacs:104 with the given instances, NEIGHBOUR at neighbour:104, empty; each knows the other. */
export async function world(how: Split, instances: readonly OutgoingInstance[] = []): Promise<World> {
  const network = new MemoryNetwork();
  const dialer = splitting(network, how);
  const events: SinkEvent[] = [];
  const errors: Error[] = [];
  const store = new MemoryStore();
  const neighbourStore = new MemoryStore();
  for (const { open, ...info } of instances) {
    const sink = store.put({ ...info, callingAETitle: 'TEST' });
    await (await sink).write((await open()) as Bytes);
    await (await sink).commit();
  }
  const destination = (aeTitle: string): { aeTitle: string; host: string; port: number } | undefined =>
    ({
      PACS: { aeTitle, host: 'pacs', port: 104 },
      NEIGHBOUR: { aeTitle, host: 'neighbour', port: 104 },
      NOBODY: { aeTitle, host: 'nobody', port: 104 },
    })[aeTitle];
  const servers: Server[] = [];
  const begin = (host: string, port: number, handlers: Handlers, aeTitle?: string, faults = ''): Server => {
    const server = serveWithFaults(
      network.listen(host, port),
      { onError: (error) => errors.push(error), ...handlers },
      { dialer, sink: (event) => events.push(event), ...(aeTitle && { aeTitle }) },
      parseFaults(faults),
    );
    servers.push(server);
    return server;
  };
  begin('pacs', 104, archiveHandlers(await Archive.open(store), { aeTitle: 'PACS', destination }), 'PACS');
  const neighbourArchive = await Archive.open(neighbourStore);
  begin(
    'neighbour',
    104,
    archiveHandlers(neighbourArchive, { aeTitle: 'NEIGHBOUR', destination }),
    'NEIGHBOUR',
  );
  const address = (host: string, aeTitle: string): PeerAddress => ({
    dialer,
    target: { host, port: 104 },
    aeTitle,
    callingAETitle: 'WEBSCU',
    sink: (event) => events.push(event),
  });
  return {
    network,
    dialer,
    pacs: address('pacs', 'PACS'),
    neighbour: address('neighbour', 'NEIGHBOUR'),
    store,
    neighbourStore,
    events,
    errors,
    serve: (port, handlers, aeTitle, faults) => begin('test', port, handlers, aeTitle, faults),
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

export async function collected<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}
