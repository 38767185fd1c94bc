import { afterEach, describe, expect, it } from 'vitest';
import { DicomError, StatusError } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import type { Peer } from '../../core/transport/peers.ts';
import type { Services } from '../../web/engine/host.ts';
import type { GetOutcome, SavedFile } from '../../web/engine/protocol.ts';
import { resultCell } from '../../web/state/result-cells.ts';
import type { ResultNode } from '../../web/state/results.svelte.ts';
import { Session, nodeTitle } from '../../web/state/session.svelte.ts';
import type { FakeEngine } from './fake-engine.ts';
import { fakeEngine, until } from './fake-engine.ts';

const PEERS: readonly Peer[] = [
  { name: 'WEBDIMSE', aeTitle: 'WEBDIMSE', host: '127.0.0.1', port: 11112 },
  { name: 'FAR', aeTitle: 'FARAWAY', host: '10.0.0.5', port: 104 },
];
const STUDY = dataSet({
  PatientName: 'Doe^Jane',
  PatientID: '4711',
  StudyInstanceUID: '1.2',
  StudyDate: '20260102',
  StudyDescription: 'Thorax',
  NumberOfStudyRelatedInstances: '1204',
});
const SERIES = [2, 1].map((number) =>
  dataSet({ SeriesInstanceUID: `1.2.${number}`, SeriesNumber: String(number), Modality: 'CT' }),
);
const OUTCOME: GetOutcome = {
  status: 0,
  comment: undefined,
  remaining: 0,
  completed: 2,
  failed: 0,
  warning: 0,
  failedSOPInstanceUIDs: [],
  received: 2,
  bytes: 2000,
  milliseconds: 100,
  storeFull: false,
};
const FIND: Services['find'] = async ({ query }, { step }) => {
  const matches = query.level === 'STUDY' ? [STUDY] : SERIES;
  for (const match of matches) step(match);
  return { status: 0, matches: matches.length, limited: false };
};

let fake: FakeEngine | undefined;
afterEach(() => fake?.close());

/** A page whose engine's services are given, with its peers loaded. */
async function open(services: Partial<Services>, saved: SavedFile[] = []): Promise<Session> {
  fake = fakeEngine({ find: FIND, ...services });
  const session = new Session({
    engine: fake.engine,
    storage: undefined,
    fetchPeers: async () => ({ peers: PEERS }),
    hand: (file) => saved.push(file),
  });
  await session.start();
  return session;
}

async function searched(session: Session): Promise<ResultNode> {
  session.search.run();
  await until(() => !session.search.running);
  return session.search.rows[0]!;
}

/** The sentence that the next job to end says. */
async function heard(session: Session): Promise<string> {
  const before = session.jobs.announced;
  await until(() => session.jobs.announced !== before);
  return session.jobs.announced!.sentence;
}

describe('echo', () => {
  it('calls the chosen peer by our title and keeps how it went', async () => {
    const session = await open({
      echo: async ({ peer }) => ({
        milliseconds: [3],
        implementation: `${peer.callingAETitle} to ${peer.aeTitle}`,
      }),
    });
    session.settings.callingAETitle = ' VIEWER1 ';
    session.choosePeer('FAR');
    session.echo();
    expect(await heard(session)).toBe('FAR answered the echo in 3 ms. It is VIEWER1 to FARAWAY.');
    expect(session.peers.echoOf(session.peers.chosen)).toEqual({ ok: true, milliseconds: 3 });
  });

  it('does nothing with a title that cannot be used', async () => {
    const session = await open({});
    session.settings.callingAETitle = '';
    expect(session.ready).toBe(false);
    session.echo();
    expect(session.jobs.all).toEqual([]);
  });

  it('that fails says so at the peer', async () => {
    const session = await open({ echo: () => Promise.reject(new DicomError('CONTEXT_REFUSED', 'no')) });
    session.echo();
    expect(await heard(session)).toMatch(/does not offer us the echo/);
    expect(session.peers.echoOf(session.peers.chosen)).toEqual({ ok: false });
  });
});

describe('search', () => {
  it('begins with any date at a peer of this machine, with today elsewhere, until a person chooses', async () => {
    const session = await open({});
    expect(session.search.fields.date).toBe('any');
    session.choosePeer('FAR');
    expect(session.search.fields.date).toBe('today');
    session.search.change({ date: '7' });
    session.choosePeer('WEBDIMSE');
    expect(session.search.fields.date).toBe('7');
  });

  it('lists studies, and below them what it asks for when they are opened', async () => {
    const session = await open({});
    const study = await searched(session);
    expect(session.search.summary).toMatch(/^1 study · /);
    session.search.toggle(study);
    expect([study.open, study.loading]).toEqual([true, true]);
    await until(() => !study.loading);
    expect(session.search.rows.map(({ match, depth }) => [depth, text(match, 'SeriesNumber')])).toEqual([
      [0, ''],
      [1, '1'],
      [1, '2'],
    ]);
    session.search.toggle(study);
    expect(session.search.rows).toHaveLength(1);
  });

  it('asks below a match by the unique keys of all levels above', async () => {
    const asked: string[] = [];
    const session = await open({
      find: (args, running) => {
        asked.push(`${args.query.level} ${text(args.query.keys, 'StudyInstanceUID')} ${args.limit}`);
        return FIND(args, running);
      },
    });
    session.search.toggle(await searched(session));
    await until(() => asked.length === 2);
    expect(asked).toEqual(['STUDY  500', 'SERIES 1.2 10000']);
  });

  it('says that it stopped', async () => {
    const session = await open({ find: async () => ({ status: 0xfe00, matches: 500, limited: true }) });
    session.search.run();
    await until(() => !session.search.running);
    expect(session.search.summary).toMatch(/stopped at 500, there are more: fill in another field/);
  });

  it('says why it failed, and is usable again', async () => {
    const session = await open({
      find: () => Promise.reject(new StatusError(0xc001, 'no', { comment: 'busy' })),
    });
    session.search.run();
    await until(() => session.search.failed);
    expect(session.search.summary).toMatch(/^WEBDIMSE could not do the search\..* It says: “busy”\.$/);
    expect(session.search.running).toBe(false);
  });

  it('that is cancelled keeps what had come', async () => {
    const session = await open({
      find: (_, { step, signal }) => {
        step(STUDY);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new DicomError('CANCELLED', 'cancelled')));
        });
      },
    });
    session.search.run();
    await until(() => session.search.rows.length === 1);
    session.jobs.cancel(session.jobs.active[0]!);
    expect(session.search.running).toBe(false);
    expect(session.search.summary).toBe('1 study · cancelled');
    expect(session.search.rows).toHaveLength(1);
  });

  it('that is repeated ends the one before', async () => {
    let searches = 0;
    const session = await open({
      find: (args, running) => {
        if (++searches > 1) return FIND(args, running);
        return new Promise((_, reject) => {
          running.signal.addEventListener('abort', () => reject(new DicomError('CANCELLED', 'cancelled')));
        });
      },
    });
    session.search.run();
    session.search.run();
    await until(() => !session.search.running);
    expect(session.search.rows).toHaveLength(1);
    expect(session.search.failed).toBe(false);
  });
});

describe('retrieve and move', () => {
  it('name the study and ask by its keys', async () => {
    let request: unknown;
    const session = await open({
      get: async (args) => {
        request = args.request;
        return { ...OUTCOME, received: 1204 };
      },
    });
    const study = await searched(session);
    session.retrieve(study);
    expect(session.jobs.all[0]!.title).toBe('Retrieve Doe, Jane · Thorax');
    expect(await heard(session)).toMatch(/^Retrieved 1,?204 images from WEBDIMSE: 2 kB in /);
    expect(request).toEqual({ model: 'STUDY', level: 'STUDY', keys: dataSet({ StudyInstanceUID: '1.2' }) });
  });

  it('go to the peer that was searched, whichever is chosen now', async () => {
    const session = await open({ move: async () => ({ ...OUTCOME, completed: 1204 }) });
    const study = await searched(session);
    session.choosePeer('FAR');
    session.move(study, 'VIEWER1');
    expect(await heard(session)).toMatch(/^WEBDIMSE moved 1,?204 images to VIEWER1/);
  });

  it('with a failure status say why, unless a part came', async () => {
    const session = await open({
      move: async ({ destination }) => ({
        ...OUTCOME,
        received: undefined,
        completed: destination === 'HALF' ? 1000 : 0,
        failed: destination === 'HALF' ? 204 : 0,
        status: 0xa801,
      }),
    });
    const study = await searched(session);
    session.move(study, 'NOWHERE');
    expect(await heard(session)).toMatch(/does not know the destination NOWHERE/);
    session.move(study, 'HALF');
    expect(await heard(session)).toMatch(/^1,?000 of 1,?204 images went from WEBDIMSE to HALF/);
  });

  it('tell their progress', async () => {
    const session = await open({
      get: (_, { step, signal }) => {
        step({ received: 1, bytes: 500, remaining: 2, completed: 1, failed: 0, warning: 0 });
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new DicomError('CANCELLED', 'cancelled')));
        });
      },
    });
    session.retrieve(await searched(session));
    const job = session.jobs.all[0]!;
    await until(() => job.progress?.done === 1);
    expect(job.progress).toMatchObject({ done: 1, total: 3, bytes: 500 });
    session.jobs.cancel(job);
    expect(job.sentence).toBe('Retrieve cancelled; what had arrived is under Received.');
  });
});

describe('sending', () => {
  const FILES = ['a.dcm', 'b.dcm', 'notes.txt'].map((path) => ({ path, file: new Blob([path]) }));

  it('says for each file what became of it', async () => {
    const session = await open({
      send: async (_, { step }) => {
        const base = { sopInstanceUID: '1.2', status: 0, bytes: 5 };
        const failure = { code: 'FILE_INVALID', message: 'it is not a DICOM file', details: {} } as const;
        step({ ...base, index: 2, outcome: 'skipped', status: undefined, bytes: 0, failure });
        step({ ...base, index: 0, outcome: 'stored' });
        step({ ...base, index: 1, outcome: 'failed', status: 0xa700, bytes: 0 });
        return { stored: 1, warnings: 0, failed: 1, skipped: 1, bytes: 5 };
      },
    });
    session.sending.add(FILES);
    expect(session.sending.summary).toBe('3 files · 19 B');
    session.sending.send();
    expect(session.sending.files.map(({ state }) => state)).toEqual(['sending', 'sending', 'sending']);
    expect(await heard(session)).toMatch(/^1 file stored by WEBDIMSE \(5 B\), 1 failed, 1 file left out/);
    expect(session.sending.files.map(({ state, sentence }) => `${state}: ${sentence}`)).toEqual([
      'stored: ',
      'failed: WEBDIMSE is out of room or memory. Ask its administrator, then send again.',
      'skipped: It is not a DICOM file.',
    ]);
    expect(session.sending.ready).toBe(true); // the failed one may be sent again
  });

  it('says at every file why nothing was sent', async () => {
    const session = await open({
      send: () => Promise.reject(new DicomError('CONNECT_FAILED', 'no', { reason: 'ECONNREFUSED' })),
    });
    session.sending.add(FILES);
    session.sending.send();
    await heard(session);
    for (const { state, sentence } of session.sending.files) {
      expect(state).toBe('failed');
      expect(sentence).toMatch(/nothing listens at 127\.0\.0\.1:11112/);
    }
  });

  it('says what ended the association before every file had its turn', async () => {
    const session = await open({
      send: async (_, { step }) => {
        step({ index: 0, outcome: 'stored', sopInstanceUID: '1.2', status: 0, bytes: 5 });
        const failure = { code: 'CONNECTION_LOST', message: 'reset', details: {} } as const;
        return { stored: 1, warnings: 0, failed: 0, skipped: 0, bytes: 5, failure };
      },
    });
    session.sending.add(FILES);
    session.sending.send();
    expect(await heard(session)).toMatch(/2 failed/);
    expect(session.sending.files[2]!.sentence).toMatch(/^The connection to WEBDIMSE broke/);
  });

  it('lists what cannot be read, and does not send it', async () => {
    const session = await open({});
    session.sending.add([{ path: 'locked.dcm', problem: 'Permission denied' }]);
    expect(session.sending.files[0]).toMatchObject({
      path: 'locked.dcm',
      state: 'skipped',
      sentence: 'It cannot be read: Permission denied',
    });
    expect(session.sending.ready).toBe(false);
  });

  it('that is cancelled leaves the rest to be sent later', async () => {
    const session = await open({ send: () => new Promise(() => {}) });
    session.sending.add(FILES);
    session.sending.send();
    await until(() => session.jobs.active[0]?.state === 'running');
    session.jobs.cancel(session.jobs.active[0]!);
    expect(session.sending.files.map(({ state }) => state)).toEqual(['chosen', 'chosen', 'chosen']);
  });
});

describe('received files', () => {
  const UIDS = ['1.2.1', '1.2.2', '1.2.3'];

  async function receive(session: Session): Promise<void> {
    for (const sopInstanceUID of UIDS) {
      const info = {
        sopClassUID: '1.2',
        sopInstanceUID,
        transferSyntaxUID: '1.2.840.10008.1.2.1',
        callingAETitle: 'P',
      };
      const sink = fake!.store.put(info);
      sink.write(new Uint8Array(10));
      await sink.commit();
    }
    await until(() => session.received.count === 3);
  }

  it('are grouped by study, chosen singly or by study, and saved', async () => {
    const saved: SavedFile[] = [];
    const asked: (readonly string[])[] = [];
    const session = await open(
      {
        save: async ({ sopInstanceUIDs }) => {
          asked.push(sopInstanceUIDs);
          return { name: 'x.zip', blob: new Blob(['zip']) };
        },
      },
      saved,
    );
    await receive(session);
    const { received } = session;
    expect(received.summary).toBe('3 files · 30 B');
    expect(received.rows).toHaveLength(1);
    received.toggleOpen(received.rows[0]!.id);
    const [study, first] = received.rows as [(typeof received.rows)[0], (typeof received.rows)[0]];
    received.toggle(first);
    expect([received.selection(study), received.selection(first)]).toEqual(['some', 'all']);
    received.save();
    await until(() => saved.length === 1);
    received.toggle(study);
    expect(received.selection(study)).toBe('all');
    received.toggle(study);
    expect(received.selection(study)).toBe('none');
    received.save();
    await until(() => saved.length === 2);
    expect(asked).toEqual([['1.2.1'], UIDS]);
  });

  it('that are removed are gone from the list and the choice', async () => {
    const session = await open({
      remove: async ({ sopInstanceUIDs }) => {
        for (const uid of sopInstanceUIDs) await fake!.store.delete(uid);
      },
    });
    await receive(session);
    const { received } = session;
    received.toggleOpen(received.rows[0]!.id);
    received.toggle(received.rows[1]!);
    await received.remove();
    await until(() => received.count === 2);
    expect(received.selectedCount).toBe(0);
  });
});

describe('cells', () => {
  it('show each level in the columns they share', async () => {
    const session = await open({});
    const study = await searched(session);
    session.search.toggle(study);
    await until(() => !study.loading);
    const series = session.search.rows[1]!;
    expect(resultCell(study, 'name')).toEqual({ text: 'Doe, Jane', beside: '' });
    expect(resultCell(study, 'images').text).toMatch(/^1,?204$/);
    expect(resultCell(series, 'name').text).toBe('Series 1');
    expect(resultCell(series, 'id').text).toBe('');
    expect(nodeTitle(series)).toBe('Doe, Jane · Thorax · series 1');
  });
});
