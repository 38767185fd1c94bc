/** Real servers that refuse, abort and dawdle: each is told as what it is, and nothing is counted that was not sent. */
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { filesBelow, readRaw } from '../support/peers-files.ts';
import { built, records, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startOrthanc, startStorescp } from '../support/peers.ts';
import { proves } from '../support/proves.ts';
import { FILES, STUDY } from './instances.ts';

const TIMES = ['response=0.5', 'progress=0.5', 'release=0.5'].flatMap((time) => ['--timeout', time]);

type Line = Record<string, unknown>;

describeWith(['dcmtk', 'pydicom'], 'storescp with faults', () => {
  beforeAll(() => built);
  const some = FILES.slice(0, 3);

  /** Stores to a storescp with these options; gives what our command line says, and what has arrived. */
  const store = async (
    files: readonly string[],
    ...more: string[]
  ): Promise<{ code: number | null; instances: Line[]; result: Line; arrived: () => string[] }> => {
    const peer = await startStorescp('FAULTY', { more });
    onTestFinished(() => peer.stop());
    const finished = await webdimse('store', peer.address, ...files, ...TIMES, '--json');
    const lines = records(finished);
    const arrived = (): string[] =>
      filesBelow(peer.folder).map((path) => basename(path).replace(/^[A-Z]+\./, ''));
    return { code: finished.code, instances: lines.slice(0, -1), result: lines.at(-1)!, arrived };
  };

  proves(
    'storescp',
    'refusals and faults',
    '--refuse: the rejection with its reason, nothing tried',
    async () => {
      const { code, instances, result, arrived } = await store(some, '--refuse');
      expect(result['name']).toBe('ASSOCIATION_REJECTED');
      expect(result['message']).toMatch(/rejected-permanent, DICOM UL service-user: no-reason-given/);
      expect([code, instances, arrived()]).toEqual([3, [], []]);
    },
  );

  describe.each(['--abort-after', '--abort-during'])('%s', (option) => {
    proves(
      'storescp',
      'refusals and faults',
      'the instance fails by the abort, the others are untried',
      async () => {
        const { code, instances, result, arrived } = await store(some, option);
        expect(instances).toMatchObject([{ status: null, name: 'NotSent', bytes: 0 }]);
        expect(instances[0]!['error']).toMatch(
          /^FAULTY accepted the association and aborted it at the first request/,
        );
        expect(result).toMatchObject({
          status: null,
          sent: 0,
          failed: 1,
          untried: some.length - 1,
          bytes: 0,
        });
        expect(code).toBe(1);
        await expect.poll(arrived).toEqual([]); // storescp takes its half of the file away behind the abort
      },
    );
  });

  proves('storescp', 'refusals and faults', '--sleep-during: the deadline of the response', async () => {
    const { code, instances, result } = await store(some, '--sleep-during', '2');
    expect(instances).toMatchObject([{ status: null, name: 'NotSent' }]);
    expect(instances[0]!['error']).toMatch(/did not answer C-STORE for 0\.5 s/);
    expect(result).toMatchObject({ status: null, sent: 0, failed: 1, untried: some.length - 1 });
    expect(code).toBe(1);
  });

  proves(
    'storescp',
    'refusals and faults',
    '--sleep-after: what was answered counts, what follows fails',
    async () => {
      const { code, instances, result, arrived } = await store(some, '--sleep-after', '2');
      expect(instances).toMatchObject([{ status: '0000' }, { status: null, name: 'NotSent' }]);
      expect(instances[1]!['error']).toMatch(/did not answer C-STORE for 0\.5 s/);
      expect(result).toMatchObject({ status: null, sent: 1, failed: 1, untried: some.length - 2 });
      const [first, second] = some.map((file) => readRaw(file).sopInstanceUID);
      expect([[first], [first, second].toSorted()]).toContainEqual(arrived()); // the second came, but was not answered
      expect(code).toBe(1);
    },
  );

  proves(
    'storescp',
    'refusals and faults',
    '--sleep-after: a release without an answer spoils nothing',
    async () => {
      const { code, result, arrived } = await store(some.slice(0, 1), '--sleep-after', '2');
      expect(result).toMatchObject({ status: '0000', sent: 1, failed: 0, untried: 0 });
      expect(arrived()).toHaveLength(1);
      expect(code).toBe(0);
    },
  );
});

describeWith(['orthanc', 'pydicom'], 'Orthanc, strict', () => {
  const NAME = 'Orthanc, strict';
  const never = { AllowEcho: false, AllowStore: false, AllowFind: false, AllowGet: false, AllowMove: false };
  const modality = { Host: '127.0.0.1', Port: 11112 };
  const STRICT = {
    DicomCheckCalledAet: true,
    DicomAlwaysAllowEcho: false,
    DicomAlwaysAllowStore: false,
    DicomAlwaysAllowFind: false,
    DicomAlwaysAllowGet: false,
    DicomAlwaysAllowMove: false,
    UnknownSopClassAccepted: false,
    DicomModalities: {
      known: { AET: 'KNOWN', ...modality },
      sender: { AET: 'SENDER', ...modality, ...never, AllowStore: true },
      elsewhere: { AET: 'ELSEWHERE', ...modality, Host: '127.0.0.2' },
    },
  };
  let strict: RealPeer;
  let strictOfHosts: RealPeer;
  beforeAll(async () => {
    [strict, strictOfHosts] = await Promise.all([
      // Where everything is off, a stranger is rejected; where something is allowed to all, aborted when it asks for more.
      startOrthanc([], { ...STRICT, DicomAlwaysAllowEcho: true }),
      startOrthanc([], { ...STRICT, DicomCheckModalityHost: true }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([strict, strictOfHosts].map((each) => each?.stop()));
  });

  type Finished = { readonly code: number | null; readonly stderr: string };
  const call = async (
    calling: string,
    peer: RealPeer,
    command: string,
    ...args: string[]
  ): Promise<Finished> => {
    const { code, stderr } = await webdimse(command, peer.address, ...args, '--calling', calling);
    return { code, stderr };
  };
  const WELL: Finished = { code: 0, stderr: '' };

  proves(
    NAME,
    ['Verification', 'Storage, native', 'Query, Study Root', 'GET'],
    'serves whom it knows',
    async () => {
      expect(await call('KNOWN', strict, 'echo')).toEqual(WELL);
      expect(await call('SENDER', strict, 'store', ...FILES)).toEqual(WELL);
      expect(await call('KNOWN', strict, 'find')).toEqual(WELL);
      expect(await call('KNOWN', strict, 'get', '--study', STUDY, '--discard')).toEqual(WELL);
    },
  );

  describe.each(['NOBODY', 'SENDER'])('%s may not', (calling) => {
    const commands = [
      ['find'],
      ['get', '--study', STUDY, '--discard'],
      ['move', '--study', STUDY, '--dest', 'KNOWN'],
    ];
    proves(
      NAME,
      'refusals and faults',
      'what it aborts at the first command is told as refused by policy',
      async () => {
        const finished = commands.map(([command, ...args]) => call(calling, strict, command!, ...args));
        for (const { code, stderr } of await Promise.all(finished)) {
          expect(stderr).toMatch(/ORTHANC accepted the association and aborted it at the first request/);
          expect(stderr).toMatch(new RegExp(`refused by policy: .* ${calling}`));
          expect(code).toBe(1);
        }
      },
    );
  });

  proves(
    NAME,
    'refusals and faults',
    'a wrong called AE title, and hosts that are not those of the title',
    async () => {
      const { host, port } = { host: '127.0.0.1', port: strict.port };
      const wrong = await webdimse('echo', `OTHER@${host}:${port}`, '--calling', 'KNOWN');
      expect(wrong.stderr).toMatch(/called-AE-title-not-recognized.* called AE title OTHER/);
      expect(wrong.code).toBe(3);
      expect(await call('KNOWN', strictOfHosts, 'echo')).toEqual(WELL);
      for (const calling of ['ELSEWHERE', 'NOBODY']) {
        const { code, stderr } = await call(calling, strictOfHosts, 'echo');
        expect(stderr).toMatch(new RegExp(`calling-AE-title-not-recognized.* calling AE title ${calling}`));
        expect(code).toBe(3);
      }
    },
  );
});
