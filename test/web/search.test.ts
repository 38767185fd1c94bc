/** Searching: several peers, limits, counts that a peer leaves out, order and filter. */
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { dataSet, text } from '../../core/data/index.ts';
import type { Services } from '../../web/engine/host.ts';
import { ordered } from '../../web/state/result-order.ts';
import { resultCell } from '../../web/state/result-cells.ts';
import type { Session } from '../../web/state/session.svelte.ts';
import { Random } from '../support/random.ts';
import { until } from './fake-engine.ts';
import { FIND, heard, open, searched } from './opened.ts';

const DONE = { status: 0, matches: 0, limited: false };

/** A peer with these studies, each of two series of three images, which tells no counts. */
function silent(studies: readonly DataSet[]): Services['find'] {
  const below: Record<string, readonly DataSet[]> = {
    STUDY: studies,
    SERIES: [2, 1].map((number) =>
      dataSet({
        SeriesInstanceUID: `1.${number}`,
        SeriesNumber: `${number}`,
        Modality: number === 1 ? 'MR' : 'SR',
      }),
    ),
    IMAGE: [1, 2, 3].map((number) =>
      dataSet({ SOPInstanceUID: `1.1.${number}`, InstanceNumber: `${number}` }),
    ),
  };
  return async ({ query }, { step }) => {
    for (const match of below[query.level]!) step(match);
    return DONE;
  };
}

const study = (name: string, date = '20260101', id = ''): DataSet =>
  dataSet({
    PatientName: name,
    StudyInstanceUID: `1.2.${name.length}.${date}`,
    StudyDate: date,
    PatientID: id,
  });

const isOrdered = (values: readonly string[], descending: boolean): boolean =>
  values.every((value, i) => i === 0 || (descending ? value <= values[i - 1]! : value >= values[i - 1]!));

const names = (session: Session): string[] =>
  session.search.list.rows.map(({ match }) => text(match, 'PatientName'));

describe('Patient Root', () => {
  it('asks for patients first, then for those of their studies that the form wants, and says so', async () => {
    const asked: unknown[] = [];
    const session = await open({
      find: async ({ query }, { step }) => {
        asked.push(
          query.keys.map(({ PatientID, AccessionNumber, ModalitiesInStudy }) => [
            PatientID,
            AccessionNumber,
            ModalitiesInStudy,
          ]),
        );
        step(query.level === 'PATIENT' ? dataSet({ PatientID: '4711' }) : study('Doe'));
        return DONE;
      },
    });
    const { search } = session;
    search.model = 'PATIENT';
    search.change({ accession: 'A1', modalities: ['CT', 'MR'] });
    expect(search.choosesStudies).toBe(true);
    const patient = await searched(session);
    search.clear(); // what was asked is meant, not what the form says by now
    search.list.toggle(patient);
    expect(await heard(session)).toBe(
      'Opened: 1 study with the date, accession number, description and modality of the search. The patient may have others.',
    );
    expect(asked).toEqual([
      [['', undefined, undefined]],
      [
        ['4711', 'A1', 'CT'],
        ['4711', 'A1', 'MR'],
      ],
    ]);
    expect([patient.children?.length, patient.imageCount]).toEqual([1, undefined]);
    expect(session.jobs.announced!.command!.split('\n')).toHaveLength(2);
    search.list.toggle(patient.children![0]!);
    expect(await heard(session)).toMatch(/^Opened: 1 series\.$/);
  });
});

describe('several peers', () => {
  it('are asked at once, and each result tells whose it is', async () => {
    const asked: string[] = [];
    let bothAsked = (): void => {};
    const both = new Promise<void>((resolve) => (bothAsked = resolve));
    const session = await open({
      find: async ({ peer, query }, { step }) => {
        asked.push(`${peer.name} ${query.level}`);
        if (asked.length === 2) bothAsked();
        await both;
        step(peer.name === 'FAR' ? study('Far^Away') : study('Near^By'));
        return DONE;
      },
    });
    session.search.toggleAlso('FAR');
    await searched(session);
    expect(asked).toEqual(['WEBDIMSE STUDY', 'FAR STUDY']);
    const rows = session.search.list.rows.map((row) => [
      resultCell(row, 'name').text,
      resultCell(row, 'peer').text,
    ]);
    expect(rows.sort()).toEqual([
      ['Far, Away', 'FAR'],
      ['Near, By', 'WEBDIMSE'],
    ]);
    expect(session.jobs.all[0]!.title).toBe('Search WEBDIMSE and FAR');
  });

  it('do not hide each other’s results when one fails', async () => {
    const session = await open({
      find: (args, running) =>
        args.peer.name === 'FAR' ? Promise.reject(new StatusError(0xa700, 'no', {})) : FIND(args, running),
    });
    session.search.toggleAlso('FAR');
    await searched(session);
    expect(session.search.failed).toBe(false);
    expect(session.search.list.rows).toHaveLength(1);
    const failures = session.search.answers.filter(({ failure }) => failure !== '');
    expect(failures.map(({ peer }) => peer)).toEqual(['FAR']);
    expect(failures[0]!.failure).toMatch(/^FAR /);
    await until(() => session.jobs.all[0]!.state === 'partial');
    expect(session.jobs.all[0]!.sentence).toMatch(/^1 study · .*\. FAR /);
  });

  it('fail together only when all of them do', async () => {
    const session = await open({ find: () => Promise.reject(new StatusError(0xa700, 'no', {})) });
    session.search.toggleAlso('FAR');
    session.search.run();
    expect(await heard(session)).toMatch(/^WEBDIMSE .* FAR /);
    expect(session.search.failed).toBe(true);
    expect(session.search.running).toBe(false);
    expect(session.jobs.all[0]!.code).toBe('STATUS_FAILURE');
  });

  it('are asked further by whoever gave the match, and the chosen one only once', async () => {
    const asked: string[] = [];
    const session = await open({
      find: async ({ peer, query }, { step }) => {
        asked.push(`${peer.name} ${query.level}`);
        if (query.level === 'STUDY' && peer.name === 'FAR') step(study('Far^Away'));
        return DONE;
      },
    });
    for (const name of ['FAR', 'WEBDIMSE', 'GONE']) session.search.toggleAlso(name);
    session.search.list.toggle(await searched(session));
    await heard(session);
    expect(asked).toEqual(['WEBDIMSE STUDY', 'FAR STUDY', 'FAR SERIES']);
    session.search.toggleAlso('FAR');
    expect(session.search.also).toEqual(['WEBDIMSE', 'GONE']);
  });
});

describe('the limit', () => {
  it('stops each peer, says that there is more, and goes up by a press', async () => {
    const limits: number[] = [];
    const session = await open({
      find: async ({ limit, peer }, { step }) => {
        limits.push(limit);
        step(study('A'));
        return { ...DONE, limited: peer.name === 'FAR' };
      },
    });
    session.search.toggleAlso('FAR');
    session.search.limit = 100;
    await searched(session);
    expect(session.search.limited).toBe(true);
    expect(session.search.answers.map(({ peer, limited }) => [peer, limited]).sort()).toEqual([
      ['FAR', true],
      ['WEBDIMSE', false],
    ]);
    expect(session.search.summary).toMatch(/^2 studies · .* · stopped at 100, there are more/);
    session.search.runFurther();
    await until(() => !session.search.running);
    expect(limits).toEqual([100, 100, 500, 500]);
    session.search.limit = 10_000;
    expect(session.search.greaterLimit).toBeUndefined();
  });
});

describe('what is typed into the filter', () => {
  it('leaves what holds every word, in any value, and goes with the next search', async () => {
    const session = await open({
      find: silent([
        study('Doe^Jane', '20260102', 'X9'),
        study('Doe^John', '20251224'),
        study('Roe^Jane', '20260102'),
      ]),
    });
    await searched(session);
    const { list } = session.search;
    const left = (typed: string): string[] => {
      list.filter = typed;
      return names(session);
    };
    expect(left('jane')).toEqual(['Doe^Jane', 'Roe^Jane']);
    expect(left(' doe, J ')).toEqual(['Doe^Jane', 'Doe^John']);
    expect(left('jane doe')).toEqual(['Doe^Jane']);
    expect(left('2025-12')).toEqual(['Doe^John']);
    expect(left('x9')).toEqual(['Doe^Jane']);
    expect(left('nobody')).toEqual([]);
    expect([list.shownCount, list.nodes.length]).toEqual([0, 3]);
    await searched(session);
    expect([list.filter, list.shownCount]).toEqual(['', 3]);
  });
});

describe('the order', () => {
  it('is newest first, then by the column, the other way round, and as before', async () => {
    const session = await open({
      find: silent([study('B', '20260102'), study('', '20260103'), study('A', '20260101'), study('C', '')]),
    });
    await searched(session);
    const { list } = session.search;
    const usual = ['', 'B', 'A', 'C'];
    expect(names(session)).toEqual(usual);
    list.sortBy('name');
    expect(names(session)).toEqual(['A', 'B', 'C', '']);
    list.sortBy('name');
    expect(list.sorting).toEqual({ column: 'name', descending: true });
    expect(names(session)).toEqual(['C', 'B', 'A', '']);
    list.sortBy('name');
    expect(list.sorting).toBeUndefined();
    expect(names(session)).toEqual(usual);
    list.sortBy('when');
    expect(names(session)).toEqual(['A', 'B', '', 'C']);
  });

  it('of many is the same, made in portions, and the last that was asked for counts', async () => {
    const random = new Random(7);
    const studies = Array.from({ length: 5003 }, (_, i) =>
      study(`N${random.int(900)}`, `20260${101 + (i % 28)}`, `${i}`),
    );
    const session = await open({ find: silent(studies) });
    session.search.limit = 10_000;
    await searched(session);
    const { list } = session.search;
    const found = list.rows;
    const usual = studies.toSorted((a, b) => text(b, 'StudyDate').localeCompare(text(a, 'StudyDate')));
    expect(found.map(({ match }) => match)).toEqual(usual);
    for (const descending of [false, true]) {
      list.sortBy('id');
      list.sortBy('name');
      if (descending) list.sortBy('name');
      await until(
        () =>
          list.rows !== found &&
          list.sorting?.descending === descending &&
          isOrdered(names(session), descending),
      );
      const [first, ...others] = ordered(found, { column: 'name', descending });
      expect(list.rows).toEqual([first, ...others]);
      list.sortBy('born');
      for (let i = 0; i < 2; i++) list.sortBy('born');
      expect(list.rows).toEqual(found);
    }
  });

  it('holds for what is below as well, and for any attribute', async () => {
    const session = await open({
      find: async ({ query }, { step }) => {
        if (query.level === 'STUDY') step(study('A'));
        for (const [number, weight] of query.level === 'SERIES' ? ['b', 'a', 'c'].entries() : []) {
          step(
            dataSet({
              SeriesNumber: `${number}`,
              SeriesInstanceUID: `1.${number}`,
              BodyPartExamined: weight,
            }),
          );
        }
        return DONE;
      },
    });
    const { list } = session.search;
    list.toggle(await searched(session));
    await heard(session);
    const parts = (): string[] => list.rows.slice(1).map(({ match }) => text(match, 'BodyPartExamined'));
    expect(parts()).toEqual(['b', 'a', 'c']);
    list.sortBy('00180015');
    expect(parts()).toEqual(['a', 'b', 'c']);
  });
});

describe('counts that the peer leaves empty', () => {
  it('are filled from below for the rows in sight, without a word', async () => {
    const session = await open({ find: silent([study('A')]) });
    const row = await searched(session);
    const jobs = session.jobs.all.length;
    expect([row.seriesCount, row.imageCount, row.modalities]).toEqual([undefined, undefined, []]);
    session.search.list.seen(session.search.list.rows);
    await until(() => row.seriesCount !== undefined);
    expect([row.seriesCount, row.imageCount, row.modalities]).toEqual([2, undefined, ['MR', 'SR']]);
    expect([row.open, row.loading]).toEqual([false, false]);
    session.search.list.toggle(row); // what was counted is there at once
    expect(session.search.list.rows).toHaveLength(3);
    session.search.list.seen(session.search.list.rows);
    await until(() => row.imageCount !== undefined);
    expect(resultCell(row, 'images').text).toBe('6');
    expect(session.jobs.all).toHaveLength(jobs);
  });

  it('are not asked for where the peer tells them, nor twice of a peer that does not answer', async () => {
    let asked = 0;
    const session = await open({
      find: async ({ query }, { step }) => {
        if (query.level !== 'STUDY') {
          asked++;
          throw new StatusError(0xa700, 'no', {});
        }
        for (const name of ['A', 'BB', 'CCC']) step(study(name));
        step(
          dataSet({ PatientName: 'D', NumberOfStudyRelatedSeries: '1', NumberOfStudyRelatedInstances: '2' }),
        );
        return DONE;
      },
    });
    await searched(session);
    const { list } = session.search;
    list.seen(list.rows.filter(({ imageCount }) => imageCount !== undefined));
    expect(asked).toBe(0);
    list.seen(list.rows);
    await until(() => asked > 0);
    list.toggle(list.rows[0]!); // a person may ask all the same
    await heard(session);
    expect(asked).toBe(2);
  });

  it('wait until the search is over, and end with the next', async () => {
    const asked: string[] = [];
    let end = (): void => {};
    const session = await open({
      find: async ({ query }, { step, signal }) => {
        asked.push(query.level);
        if (query.level === 'STUDY') step(study('A'));
        await new Promise<void>((resolve, reject) => {
          end = resolve;
          signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
        });
        return DONE;
      },
    });
    const { list } = session.search;
    session.search.run();
    await until(() => list.rows.length === 1);
    list.seen(list.rows);
    expect(asked).toEqual(['STUDY']);
    end();
    await until(() => asked.length === 2);
    const [row] = list.rows;
    session.search.run();
    await until(() => asked.length === 3);
    expect(asked).toEqual(['STUDY', 'SERIES', 'STUDY']);
    expect(row!.children).toBeUndefined();
    end();
    await until(() => list.rows.length === 1);
    list.seen(list.rows);
    await until(() => asked.length === 4); // the next search counts again: that it was cancelled is no failure
  });
});
