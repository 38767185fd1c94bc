/** A full cycle with Orthanc as it went over the wire: what we read in the capture, and record of our own, beside tshark. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendItem } from '../../bridge/cli/files.ts';
import { tcpDialer } from '../../bridge/node/index.ts';
import { MemoryStore } from '../../core/archive/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../core/data/index.ts';
import { bytesSource } from '../../core/file/index.ts';
import { captureOf } from '../../core/inspect/capture/save.ts';
import type { InspectRecord, PduRecord, Side } from '../../core/inspect/index.ts';
import { importCapture, recordingSink } from '../../core/inspect/index.ts';
import type { Association, ContextProposal, Query } from '../../core/service/index.ts';
import { associate, VERIFICATION } from '../../core/service/index.ts';
import { describeWith, program } from '../support/needs.ts';
import type { Running } from '../support/peers-process.ts';
import { LOOPBACK, accepts, runWell, start, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startOrthanc, startStorescp } from '../support/peers.ts';
import { asDicom } from '../support/tshark.ts';
import { FILES, PATIENT, SERIES, STUDY } from './instances.ts';

/** One PDU: of the how manieth association, from whom, and how long, header included. */
type Told = string;

const told = (association: number, sender: Side, type: number, length: number): Told =>
  `#${association} ${sender} ${type} ${length}`;

describeWith(['capturing (as root)', 'tshark', 'dcmtk', 'orthanc', 'pydicom'], 'with Orthanc', () => {
  const folder = temporaryFolder();
  let third: RealPeer;
  let orthanc: RealPeer;

  beforeAll(async () => {
    third = await startStorescp('MOVEDST');
    orthanc = await startOrthanc([third]);
  });
  afterAll(async () => {
    await Promise.all([orthanc, third].map((each) => each?.stop()));
  });

  /** Captures what goes over loopback to and from either server while `cycle` runs. */
  async function captured(name: string, cycle: () => Promise<void>): Promise<string> {
    const file = join(folder, `${name}.pcapng`);
    const filter = `tcp port ${orthanc.port} or tcp port ${third.port}`;
    const begun = async (): Promise<boolean> => {
      await accepts(orthanc.port);
      return existsSync(file) && (await read(file)).packets > 0;
    };
    const args = ['-q', '-i', 'lo', '-B', '64', '-f', filter, '-w', file];
    const capture: Running = await start(program('dumpcap')!, args, begun);
    try {
      await cycle();
      await runWell('echoscu', ['-aet', 'LASTCALL', ...to()]);
      // Packets are written in their order, and some time behind the wire.
      const whole = async (): Promise<boolean> =>
        readFileSync(file).includes('LASTCALL') && (await read(file)).pdus.at(-1)?.pdu === 'A-RELEASE-RP';
      await expect.poll(whole, { timeout: 10_000 }).toBe(true);
    } finally {
      await capture.stop();
    }
    return file;
  }

  const to = (): string[] => ['-aec', orthanc.aeTitle, LOOPBACK, String(orthanc.port)];

  /** Echo, store 20, find at all levels, get and move by the tools of DCMTK. */
  async function byDcmtk(): Promise<void> {
    await runWell('echoscu', to());
    await runWell('storescu', [...to(), ...FILES]);
    for (const args of LEVELS) await runWell('findscu', ['-P', ...args, ...to()]);
    const study = ['-S', '-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${STUDY}`];
    await runWell('getscu', [...study, '-od', temporaryFolder(), ...to()]);
    await runWell('movescu', [...study, '-aem', third.aeTitle, ...to()]);
  }

  /** The same by our own associations, with all that they sent and received. */
  async function byUs(): Promise<InspectRecord[]> {
    const records: InspectRecord[] = [];
    const sink = recordingSink((one) => records.push(one), { keep: Infinity });
    const asking = async (
      contexts: readonly ContextProposal[],
      use: (association: Association) => Promise<unknown>,
    ): Promise<void> => {
      const { port, aeTitle: calledAETitle } = orthanc;
      const options = { callingAETitle: 'WEBSCU', calledAETitle, contexts, sink };
      const association = await associate(tcpDialer(), { host: LOOPBACK, port }, options);
      await use(association);
      await association.release();
    };
    await asking([context(VERIFICATION)], (association) => association.echo());
    await asking(IMAGES.map(context), async (association) => {
      for (const file of FILES) await association.store((await sendItem(file)).item);
    });
    for (const query of QUERIES)
      await asking([context(QUERY[query.model].find)], (association) => all(association.find(query)));
    const study = { model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: STUDY }) } as const;
    const role = { scu: false, scp: true };
    const store = new MemoryStore();
    await asking(
      [context(QUERY.STUDY.get), ...IMAGES.map((uid) => ({ ...context(uid), role }))],
      (association) => all(association.get(study, { store: (info) => store.put(info) })),
    );
    await asking([context(QUERY.STUDY.move)], (association) =>
      all(association.move(study, { destination: third.aeTitle })),
    );
    return records;
  }

  /** What tshark decodes; of a record of ours without any setting. */
  function byTshark(file: string, settings: readonly string[] = []): Told[] {
    const fields = ['tcp.stream', 'tcp.dstport', 'dicom.pdu.type', 'dicom.pdu.len'];
    const output = execFileSync(
      program('tshark')!,
      ['-r', file, ...settings, '-Y', 'dicom', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const streams: string[] = [];
    return output
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => {
        const [stream, port, types, lengths] = line.split('\t') as [string, string, string, string];
        if (!streams.includes(stream)) streams.push(stream);
        const known = [orthanc.port, third.port, DOCUMENTED_PORT].includes(Number(port));
        const sizes = lengths.split(',').map(Number);
        return types
          .split(',')
          .map((type, i) =>
            told(
              streams.indexOf(stream) + 1,
              known ? 'requestor' : 'acceptor',
              Number(type),
              sizes[i]! + PDU_HEADER,
            ),
          );
      });
  }

  it('a cycle of DCMTK is the same PDUs to us as to tshark: type, length, order, association', async () => {
    const file = await captured('dcmtk', byDcmtk);
    const { pdus, problems } = await read(file);
    const ours = pdus.map(({ association, sender, bytes, length }) =>
      told(association, sender, bytes[0]!, length),
    );
    const theirs = byTshark(file, asDicom(orthanc.port, third.port));
    expect(ours).toEqual(theirs);
    expect(problems).toEqual([]);
    const requests = theirs.filter((one) => one.includes(' requestor 1 '));
    expect(requests.length).toBeGreaterThanOrEqual(10); // one a tool, and that of the move
    expect(theirs.length).toBeGreaterThan(200);
  });

  it('a cycle of ours is the same PDUs in our record as on the wire, as tshark decodes both', async () => {
    let records: InspectRecord[] = [];
    const onWire = await captured('wire', async () => void (records = await byUs()));
    const wire = byTshark(onWire, asDicom(orthanc.port, third.port));
    const file = join(folder, 'ours.pcapng');
    for await (const piece of captureOf(records)) appendFileSync(file, piece);
    const ours = byTshark(file);
    const kept = records.filter((record) => record.kind === 'pdu');
    const first = Math.min(...kept.map(({ association }) => association));
    expect(ours).toEqual(
      kept.map(({ association, sender, bytes, length }) =>
        told(association - first + 1, sender, bytes[0]!, length),
      ),
    );
    // Orthanc's own association for the C-MOVE, and the last call, are none of ours.
    const [mine, all] = [groups(ours), groups(wire)];
    expect(mine).toHaveLength(8);
    expect(all.filter((one) => mine.some((own) => own.join() === one.join()))).toEqual(mine);
    expect(all).toHaveLength(mine.length + 2);
  });
});

const PDU_HEADER = 6;
/** Where records that know no addresses say that the acceptor is. */
const DOCUMENTED_PORT = 11_112;

const LEVELS: readonly (readonly string[])[] = [
  ['QueryRetrieveLevel=PATIENT', 'PatientID'],
  ['QueryRetrieveLevel=STUDY', `PatientID=${PATIENT}`, 'StudyInstanceUID'],
  ['QueryRetrieveLevel=SERIES', `PatientID=${PATIENT}`, `StudyInstanceUID=${STUDY}`, 'SeriesInstanceUID'],
  [
    'QueryRetrieveLevel=IMAGE',
    `PatientID=${PATIENT}`,
    `StudyInstanceUID=${STUDY}`,
    `SeriesInstanceUID=${SERIES}`,
    'SOPInstanceUID',
  ],
].map((keys) => keys.flatMap((key) => ['-k', key]));

const IMAGES = ['1', '2', '4'].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);
const QUERY = {
  PATIENT: { find: '1.2.840.10008.5.1.4.1.2.1.1' },
  STUDY: {
    find: '1.2.840.10008.5.1.4.1.2.2.1',
    move: '1.2.840.10008.5.1.4.1.2.2.2',
    get: '1.2.840.10008.5.1.4.1.2.2.3',
  },
} as const;

const QUERIES: readonly (Query & { readonly model: keyof typeof QUERY })[] = [
  { model: 'PATIENT', level: 'PATIENT', keys: dataSet({ PatientID: '' }) },
  { model: 'PATIENT', level: 'STUDY', keys: dataSet({ PatientID: PATIENT, StudyInstanceUID: '' }) },
  { model: 'STUDY', level: 'SERIES', keys: dataSet({ StudyInstanceUID: STUDY, SeriesInstanceUID: '' }) },
  {
    model: 'STUDY',
    level: 'IMAGE',
    keys: dataSet({ StudyInstanceUID: STUDY, SeriesInstanceUID: SERIES, SOPInstanceUID: '' }),
  },
];

function context(abstractSyntax: string): ContextProposal {
  return { abstractSyntax, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN] };
}

async function all(steps: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of steps);
}

const untold = (one: Told): string => one.replace(/^#\d+ /, '');

function groups(pdus: readonly Told[]): string[][] {
  const found = new Map<string, string[]>();
  for (const one of pdus) {
    const [association = ''] = one.split(' ');
    found.set(association, [...(found.get(association) ?? []), untold(one)]);
  }
  return [...found.values()];
}

async function read(
  file: string,
): Promise<{ packets: number; pdus: PduRecord[]; problems: readonly string[] }> {
  const records: InspectRecord[] = [];
  const source = bytesSource(new Uint8Array(readFileSync(file)));
  const { packets, problems } = await importCapture(source, (record) => records.push(record));
  return { packets, problems, pdus: records.filter((record) => record.kind === 'pdu') };
}
