/** Where a lesson plays: two PACS and a caller on a network of their own in memory, and a record of what they say. */
import { addSamples, Archive, archiveHandlers, MemoryStore } from '../../core/archive/index.ts';
import type { Sink } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import { parseFaults, serveWithFaults } from '../../core/fault/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import { recordingSink, requestorsOnly } from '../../core/inspect/recording.ts';
import type { InspectRecord } from '../../core/inspect/record.ts';
import { associate } from '../../core/service/index.ts';
import type {
  Association,
  ContextProposal,
  Deadlines,
  MoveDestination,
  OutgoingInstance,
  Server,
} from '../../core/service/index.ts';
import { MemoryNetwork } from '../../core/transport/index.ts';
import type { Connection, Dialer } from '../../core/transport/index.ts';
import { IN_PAGE_PEERS } from '../engine/in-page-peers.ts';

const [PACS, ARCHIVE] = IN_PAGE_PEERS;

/** How the PACS behaves. */
export interface StageSettings {
  /** As `core/fault` writes them. */
  readonly faults?: string;
  /** Of the second AE. */
  readonly archiveFaults?: string;
  /** The longest P-DATA-TF that it takes, in bytes. */
  readonly maximumLength?: number;
}

/** How the caller calls. */
export interface Call {
  readonly calling?: string;
  readonly called?: string;
  readonly contexts: readonly ContextProposal[];
  readonly deadlines?: Partial<Deadlines>;
}

/** The synthetic studies: made with the first lesson, and only read. */
let samples: Promise<Archive> | undefined;

async function sampleArchive(): Promise<Archive> {
  const store = new MemoryStore();
  await addSamples(store);
  return Archive.open(store);
}

/** Reads only: a request of nobody in particular. */
const NOBODY = { callingAETitle: '', calledAETitle: '', remote: '', association: 0 };

export class Stage {
  readonly records: InspectRecord[] = [];
  readonly #archive: Archive;
  readonly #network = new MemoryNetwork();
  readonly #connections: Connection[] = [];
  readonly #taken = new MemoryStore();
  readonly #servers: readonly Server[];
  readonly #sink: Sink;

  private constructor(full: Archive, empty: Archive, settings: StageSettings, also: Sink) {
    this.#archive = full;
    const record = recordingSink((one) => this.records.push(one));
    this.#sink = requestorsOnly((event) => {
      record(event);
      also(event);
    });
    const { faults = '', archiveFaults = '', maximumLength } = settings;
    this.#servers = [
      this.#serve(PACS, full, faults, maximumLength),
      this.#serve(ARCHIVE, empty, archiveFaults, undefined),
    ];
  }

  /** `also` is told everything, too. */
  static async open(settings: StageSettings, also: Sink): Promise<Stage> {
    const full = await (samples ??= sampleArchive());
    return new Stage(full, await Archive.open(new MemoryStore()), settings, also);
  }

  associate({ calling = 'WEBSCU', called = PACS.aeTitle, contexts, deadlines }: Call): Promise<Association> {
    const { host, port } = PACS;
    return associate(
      this.#dialer,
      { host, port },
      {
        callingAETitle: calling,
        calledAETitle: called,
        contexts,
        sink: this.#sink,
        ...(deadlines && { deadlines }),
      },
    );
  }

  /** The instances of a sample patient, as the PACS has them. */
  async instances(patientId: string): Promise<OutgoingInstance[]> {
    const { get } = archiveHandlers(this.#archive, { aeTitle: '', destination });
    const request = {
      model: 'PATIENT',
      level: 'PATIENT',
      keys: dataSet({ PatientID: patientId }),
    } as const;
    const { instances } = await get(request, NOBODY, new AbortController().signal);
    const list: OutgoingInstance[] = [];
    for await (const instance of instances) list.push(instance);
    return list;
  }

  /** The UID of a study of a sample patient. */
  studyOf(patientId: string): string {
    const keys = dataSet({ PatientID: patientId, StudyInstanceUID: '' });
    const [study] = this.#archive.find({ model: 'PATIENT', level: 'STUDY', keys });
    return study ? text(study, 'StudyInstanceUID') : '';
  }

  /** Waits until every connection has ended, and its end is recorded. */
  async close(): Promise<void> {
    await Promise.all(this.#connections.map(({ closed }) => closed));
    await Promise.all(this.#servers.map((server) => server.close()));
    await new Promise((resolve) => setTimeout(resolve));
  }

  get #dialer(): Dialer {
    return {
      connect: (target, options) => {
        const connection = this.#network.connect(target, options);
        this.#connections.push(connection);
        return connection;
      },
    };
  }

  #serve(
    { aeTitle, host, port }: typeof PACS,
    archive: Archive,
    faults: string,
    maximumLength: number | undefined,
  ): Server {
    const handlers = {
      ...archiveHandlers(archive, { aeTitle, destination }),
      // The samples stay as they are: what is sent is kept elsewhere, until the lesson ends.
      store: (info: InstanceInfo) => this.#taken.put(info),
    };
    const options = {
      aeTitle,
      dialer: this.#dialer,
      sink: this.#sink,
      ...(maximumLength !== undefined && { maximumLength }),
    };
    return serveWithFaults(this.#network.listen(host, port), handlers, options, parseFaults(faults));
  }
}

function destination(aeTitle: string): MoveDestination | undefined {
  return IN_PAGE_PEERS.find((peer) => peer.aeTitle === aeTitle);
}
