/** Our records as text, beside what the tools of DCMTK print of the same conversation with the same peer. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendItem } from '../../bridge/cli/files.ts';
import { tcpDialer } from '../../bridge/node/index.ts';
import { MemoryStore } from '../../core/archive/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import { dataSet, writeDataSet } from '../../core/data/index.ts';
import { uidsOfType } from '../../core/dict/index.ts';
import type { InspectRecord } from '../../core/inspect/index.ts';
import { dcmtkLog, recordingSink } from '../../core/inspect/index.ts';
import { dumpDataSet } from '../../core/inspect/text/data-set-dump.ts';
import { dcmtkKeyword } from '../../core/inspect/text/dcmtk-names.ts';
import { encodePdu } from '../../core/pdu/index.ts';
import type { Association, ContextProposal } from '../../core/service/index.ts';
import { associate, VERIFICATION } from '../../core/service/index.ts';
import { FILES, STUDY } from '../interop/instances.ts';
import { RQ } from '../support/parrot.ts';
import { describeWith, program } from '../support/needs.ts';
import { run, runWell, temporaryFolder } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startDcmqrscp, startStorescp } from '../support/peers.ts';
import { EXCUSED, FILE_READ } from './dcmtk-excused.ts';
import { emptyArchive, recorded, timelineOf } from './recorded.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';

describeWith(['dcmtk', 'pydicom'], 'beside DCMTK', () => {
  let peer: RealPeer;
  let third: RealPeer;

  beforeAll(async () => {
    third = await startStorescp('THIRD');
    peer = await startDcmqrscp([third]);
    await runWell('storescu', ['-R', '-aec', peer.aeTitle, '127.0.0.1', String(peer.port), ...FILES]);
  });
  afterAll(() => Promise.all([peer?.stop(), third?.stop()]));

  /** What a tool prints, but for what no record of a conversation can tell. */
  async function printed(tool: string, level: 'v' | 'd', ...args: readonly string[]): Promise<string[]> {
    const called = [`-${level}`, '-aec', peer.aeTitle, '127.0.0.1', String(peer.port), ...args];
    const told = promisify(execFile)(program(tool) ?? tool, called, { cwd: temporaryFolder() });
    // A tool that was refused what it asked for ends with another exit code.
    const { stdout, stderr } = await told.catch((error: { stdout: string; stderr: string }) => error);
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    return normal(lines.filter((line) => tool !== 'storescu' || !FILE_READ.test(line)));
  }

  /** The same by our own association, with the tool's contexts, title and length. */
  async function ours(
    level: 'v' | 'd',
    callingAETitle: string,
    contexts: readonly ContextProposal[],
    use: (association: Association) => Promise<unknown>,
  ): Promise<string[]> {
    const records: InspectRecord[] = [];
    const association = await associate(
      tcpDialer(),
      { host: '127.0.0.1', port: peer.port },
      {
        callingAETitle,
        calledAETitle: peer.aeTitle,
        contexts,
        maximumLength: 16_384,
        sink: recordingSink((one) => records.push(one)),
      },
    );
    await use(association);
    await association.release();
    return normal(dcmtkLog(timelineOf(records).entries, { level, patients: true }));
  }

  /** Who we are differs, and nothing else; its length is in the lengths of what the peer answers. */
  function normal(lines: readonly string[]): string[] {
    const told = lines.filter((line) => !EXCUSED.some(([pattern]) => pattern.test(line)));
    return told.map((line) =>
      line
        .replaceAll('\0', '') // the byte that makes the length of a UID even
        .replace(/^(D: Our Implementation Class UID: +)\S+/, '$1UID')
        .replace(/^(D: Our Implementation Version Name: +)\S+/, '$1NAME'),
    );
  }

  interface Case {
    readonly tool: string;
    readonly title: string;
    readonly args: readonly string[];
    use(association: Association): Promise<unknown>;
  }

  const keys = (...texts: string[]): string[] => texts.flatMap((text) => ['-k', text]);
  const study = dataSet({ StudyInstanceUID: STUDY });
  const ofStudy = keys('QueryRetrieveLevel=STUDY', `StudyInstanceUID=${STUDY}`);

  const CASES: Readonly<Record<string, Case>> = {
    'an echo': { tool: 'echoscu', title: 'ECHOSCU', args: [], use: (association) => association.echo() },
    'a find': {
      tool: 'findscu',
      title: 'FINDSCU',
      args: ['-S', ...keys('QueryRetrieveLevel=STUDY', 'PatientName', 'StudyInstanceUID')],
      use: async (association) => {
        const query = {
          model: 'STUDY',
          level: 'STUDY',
          keys: dataSet({ PatientName: '', StudyInstanceUID: '' }),
        } as const;
        for await (const _ of association.find(query, { emptyCharacterSet: false }));
      },
    },
    'a get': {
      tool: 'getscu',
      title: 'GETSCU',
      args: ['-S', '+B', ...ofStudy],
      use: async (association) => {
        const store = new MemoryStore();
        const getting = association.get(
          { model: 'STUDY', level: 'STUDY', keys: study },
          { store: (info) => store.put(info) },
        );
        for await (const _ of getting);
      },
    },
    'a move to nobody': {
      tool: 'movescu',
      title: 'MOVESCU',
      args: ['-S', '-aem', 'NOBODY', ...ofStudy],
      use: async (association) => {
        const moving = association.move(
          { model: 'STUDY', level: 'STUDY', keys: study },
          { destination: 'NOBODY' },
        );
        await expect(async () => {
          for await (const _ of moving);
        }).rejects.toThrow();
      },
    },
    'a move to a third AE': {
      tool: 'movescu',
      title: 'MOVESCU',
      args: ['-S', '-aem', 'THIRD', ...ofStudy],
      use: async (association) => {
        const moving = association.move(
          { model: 'STUDY', level: 'STUDY', keys: study },
          { destination: 'THIRD' },
        );
        for await (const _ of moving);
      },
    },
    'a store': {
      tool: 'storescu',
      title: 'STORESCU',
      args: ['-R', FILES[0]!],
      use: async (association) => {
        const { item } = await sendItem(FILES[0]!);
        await association.store(item);
      },
    },
  };

  it.each(Object.keys(CASES))('%s is told as its tool tells it', async (name) => {
    const { tool, title, args, use } = CASES[name]!;
    const debug = await printed(tool, 'd', ...args);
    const contexts = contextsIn(debug);
    expect(await ours('d', title, contexts, use)).toEqual(debug);
    expect(await ours('v', title, contexts, use)).toEqual(await printed(tool, 'v', ...args));
  });

  it.each(['v', 'd'] as const)(
    'no context that is accepted is told as findscu -%s tells it',
    async (level) => {
      const store = third;
      const args = [
        '-S',
        ...keys('QueryRetrieveLevel=STUDY'),
        '-aec',
        'THIRD',
        '127.0.0.1',
        String(store.port),
      ];
      const theirs = await run(program('findscu') ?? 'findscu', ['-d', ...args]);
      const debug = normal(`${theirs.stdout}${theirs.stderr}`.split('\n').filter((line) => line !== ''));
      const records: InspectRecord[] = [];
      const asking = associate(
        tcpDialer(),
        { host: '127.0.0.1', port: store.port },
        {
          callingAETitle: 'FINDSCU',
          calledAETitle: 'THIRD',
          contexts: contextsIn(debug),
          maximumLength: 16_384,
          sink: recordingSink((one) => records.push(one)),
        },
      );
      await expect(asking).rejects.toThrow();
      const told = normal(dcmtkLog(timelineOf(records).entries, { level, patients: true }));
      // How it ends is ours: findscu hangs up.
      expect(told.slice(0, -1)).toEqual(
        level === 'd' ? debug : debug.filter((line) => !line.startsWith('D: ')),
      );
    },
  );

  it.each(['v', 'd'] as const)('a rejection is told as echoscu -%s tells it', async (level) => {
    const debug = await printed('echoscu', 'd', '-aec', 'NOBODY');
    const records: InspectRecord[] = [];
    const asking = associate(
      tcpDialer(),
      { host: '127.0.0.1', port: peer.port },
      {
        callingAETitle: 'ECHOSCU',
        calledAETitle: 'NOBODY',
        contexts: contextsIn(debug),
        maximumLength: 16_384,
        sink: recordingSink((one) => records.push(one)),
      },
    );
    await expect(asking).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    const told = normal(dcmtkLog(timelineOf(records).entries, { level, patients: true }));
    expect(told).toEqual(level === 'd' ? debug : await printed('echoscu', 'v', '-aec', 'NOBODY'));
  });
});

it('is told from the side that was watched, where nobody says otherwise', async () => {
  const { associate: call, timeline } = recorded(await emptyArchive(), { of: 'acceptor' });
  const association = await call({
    contexts: [{ abstractSyntax: VERIFICATION, transferSyntaxes: [EXPLICIT] }],
  });
  await association.echo();
  await association.release();
  expect(dcmtkLog(timeline().entries, { level: 'v' })).toEqual([
    'I: Association Received',
    'I: Association Acknowledged (Max Send PDV: 131060)',
    'I: Received Echo Request (MsgID 1)',
    'I: Association Release',
  ]);
});

describe('what is never told', () => {
  const USER = { type: 2, positiveResponseRequested: true } as const;
  const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);
  const [primary, secondary] = [bytesOf('mallory'), bytesOf('hunter2')];
  const userInformation = { ...RQ.userInformation, userIdentity: { ...USER, primary, secondary } };

  it.each([undefined, 'storescp', 'dcmqrscp'] as const)('a user and a passcode (%s)', (acceptor) => {
    const bytes = encodePdu({ ...RQ, userInformation });
    const record = {
      id: 1,
      time: 0,
      association: 1,
      kind: 'pdu',
      sender: 'requestor',
      deviations: [],
    } as const;
    const { entries } = timelineOf([{ ...record, pdu: 'A-ASSOCIATE-RQ', bytes, length: bytes.length }]);
    const lines = dcmtkLog(entries, { level: 'd', patients: true, ...(acceptor && { acceptor }) });
    expect(lines).toContain('D:   Authentication mode 2: Username/Password');
    expect(lines).toContain('D:   Password: [****]');
    const hex = lines.map((line) => line.slice(2).replaceAll(' ', '')).join('');
    for (const secret of [primary, secondary]) {
      expect(lines.join('')).not.toContain(new TextDecoder().decode(secret));
      expect(hex).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('a patient, in UN either, unless asked for', () => {
    const tags = ['00100010', '00100020', '00080090', '00080050', '00080060', '00081030'];
    const vrs = ['PN', 'LO', 'PN', 'SH', 'CS', 'LO'];
    const texts = ['Doe^Jane', '4711', 'House^Greg', 'A99', 'MR', 'Thorax'];
    const elements = tags.map((tag, k) => [tag, { vr: vrs[k]!, Value: [texts[k]!] }] as const);
    const named = writeDataSet(Object.fromEntries(elements), EXPLICIT);
    const unknown = writeDataSet({ '00100010': { vr: 'UN', InlineBinary: btoa('Doe^Jane') } }, EXPLICIT);
    const shown = [named, unknown].map((bytes) => dumpDataSet(bytes, EXPLICIT).join('\n'));
    expect(shown.join('')).not.toMatch(/Doe|Jane|4711|House|A99|44\\6f\\65/i);
    expect(shown[0]).toContain('[***^****]');
    expect(shown[0]).toContain('[MR]');
    expect(shown[0]).toContain('[Thorax]');
    const full = dumpDataSet(named, EXPLICIT, { patients: true }).join('\n');
    for (const text of texts) expect(full).toContain(text);
  });
});

/** The contexts that a tool proposed, read from its own dump. */
function contextsIn(lines: readonly string[]): ContextProposal[] {
  const uids = new Map(
    [...uidsOfType('SOP Class'), ...uidsOfType('Transfer Syntax')].map(({ uid }) => [dcmtkKeyword(uid), uid]),
  );
  const request = lines.slice(
    0,
    lines.findIndex((line) => line.includes('END A-ASSOCIATE-RQ')),
  );
  const contexts: {
    abstractSyntax: string;
    transferSyntaxes: string[];
    role?: ContextProposal['role'] & object;
  }[] = [];
  for (const line of request) {
    const [, abstract] = /Abstract Syntax: =(.*)/.exec(line) ?? [];
    const [, syntax] = /^D: {7}=(.*)/.exec(line) ?? [];
    if (abstract !== undefined)
      contexts.push({ abstractSyntax: uids.get(abstract) ?? abstract, transferSyntaxes: [] });
    if (syntax !== undefined) contexts.at(-1)!.transferSyntaxes.push(uids.get(syntax)!);
    if (line.endsWith('Role: SCP')) contexts.at(-1)!.role = { scu: false, scp: true };
  }
  return contexts;
}
