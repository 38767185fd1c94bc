import { describe, expect, it } from 'vitest';
import { DicomError, StatusError } from '../../core/bytes/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import type { Services } from '../../web/engine/host.ts';
import { resultCell } from '../../web/state/result-cells.ts';
import { nodeTitle } from '../../web/state/transfer.ts';
import { until } from './fake-engine.ts';
import { FIND, OUTCOME, heard, open, opened, searched, STUDY } from './opened.ts';

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

  it('waits for a peer as long as was chosen for it, else as the bridge says', async () => {
    const waited: unknown[] = [];
    const echo: Services['echo'] = async ({ peer }) => {
      waited.push(peer.timeouts);
      return { milliseconds: [3], implementation: '' };
    };
    const session = await open({ echo });
    session.choosePeer('SLOW');
    session.echo();
    await heard(session);
    session.peers.choices.choose('SLOW', { timeouts: { connect: 1, progress: 2 } });
    session.echo();
    await heard(session);
    expect(waited).toEqual([
      { associate: 90, progress: 600 },
      { associate: 90, connect: 1, progress: 2 },
    ]);
  });

  it('does nothing with a title that cannot be used', async () => {
    const session = await open({});
    session.settings.callingAETitle = '';
    expect(session.ready).toBe(false);
    session.echo();
    expect(session.jobs.all).toEqual([]);
  });

  it('that is cancelled says nothing of the peer', async () => {
    const session = await open({
      echo: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DicomError('CANCELLED', 'no')), { once: true });
        }),
    });
    session.echo();
    session.jobs.cancel(session.jobs.active[0]!);
    await searched(session); // what the engine answers to the cancelled echo comes before
    expect(session.peers.echoOf(session.peers.chosen)).toBeUndefined();
  });

  it('that fails says so at the peer', async () => {
    const session = await open({ echo: () => Promise.reject(new DicomError('CONTEXT_REFUSED', 'no')) });
    session.echo();
    expect(await heard(session)).toMatch(/does not offer us the echo/);
    expect(session.peers.echoOf(session.peers.chosen)).toEqual({ ok: false });
  });
});

describe('search', () => {
  it('that is asked for before the peers are known begins when they are', async () => {
    let know = (): void => {};
    const session = opened({}, [], new Promise<void>((resolve) => (know = resolve)));
    const started = session.start();
    expect(session.blocked).toBe(false);
    session.ask(() => session.search.run());
    expect(session.search.searched).toEqual([]);
    know();
    await started;
    expect(session.search.searched.map(({ peer }) => peer.name)).toEqual(['WEBDIMSE']);
    await until(() => !session.search.running);
    expect(session.search.list.rows).toHaveLength(1);
  });

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
    session.search.list.toggle(study);
    expect([study.open, study.loading]).toEqual([true, true]);
    await until(() => !study.loading);
    expect(session.search.list.rows.map(({ match, depth }) => [depth, text(match, 'SeriesNumber')])).toEqual([
      [0, ''],
      [1, '1'],
      [1, '2'],
    ]);
    session.search.list.toggle(study);
    expect(session.search.list.rows).toHaveLength(1);
  });

  it('asks below a match by the unique keys of all levels above', async () => {
    const asked: string[] = [];
    const session = await open({
      find: (args, running) => {
        asked.push(`${args.query.level} ${args.query.keys[0]!['StudyInstanceUID']!} ${args.limit}`);
        return FIND(args, running);
      },
    });
    session.search.list.toggle(await searched(session));
    await until(() => asked.length === 2);
    expect(asked).toEqual(['STUDY  500', 'SERIES 1.2 10000']);
  });

  it('tells every match apart, even of one UID or none', async () => {
    const session = await open({
      find: async (_, { step }) => {
        for (const match of [STUDY, STUDY, dataSet({ PatientName: 'A' }), dataSet({})]) step(match);
        return { status: 0, matches: 4, limited: false };
      },
    });
    await searched(session);
    expect(new Set(session.search.list.rows.map(({ id }) => id)).size).toBe(4);
  });

  it('that is cancelled counts what it searched for, whatever was chosen since', async () => {
    const session = await open({
      find: (_, { step }) => {
        step(STUDY);
        return new Promise(() => {});
      },
    });
    session.search.run();
    await until(() => session.search.list.rows.length === 1);
    session.search.model = 'PATIENT';
    session.jobs.cancel(session.jobs.active[0]!);
    expect(session.search.summary).toBe('1 study · cancelled');
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
    await until(() => session.search.list.rows.length === 1);
    session.jobs.cancel(session.jobs.active[0]!);
    expect(session.search.running).toBe(false);
    expect(session.search.summary).toBe('1 study · cancelled');
    expect(session.search.list.rows).toHaveLength(1);
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
    expect(session.search.list.rows).toHaveLength(1);
    expect(session.search.failed).toBe(false);
  });
});

describe('retrieve and move', () => {
  it('that are asked for before what does them is loaded begin when it is', async () => {
    const session = opened({ get: async () => ({ ...OUTCOME, received: 1204 }) });
    await session.start();
    const study = await searched(session);
    expect(session.station).toBeUndefined();
    session.retrieve(study);
    expect(await heard(session)).toMatch(/^Retrieved 1,?204 images from WEBDIMSE/);
  });

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
    session.station!.move(study, 'VIEWER1');
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
    session.station!.move(study, 'NOWHERE');
    expect(await heard(session)).toMatch(/does not know the destination NOWHERE/);
    session.station!.move(study, 'HALF');
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

describe('cells', () => {
  it('show each level in the columns they share', async () => {
    const session = await open({});
    const study = await searched(session);
    session.search.list.toggle(study);
    await until(() => !study.loading);
    const series = session.search.list.rows[1]!;
    expect(resultCell(study, 'name')).toEqual({ text: 'Doe, Jane', beside: '' });
    expect(resultCell(study, 'images').text).toMatch(/^1,?204$/);
    expect(resultCell(series, 'name').text).toBe('Series 1');
    expect(resultCell(series, 'id').text).toBe('');
    expect(nodeTitle(series)).toBe('Doe, Jane · Thorax · series 1');
  });
});
