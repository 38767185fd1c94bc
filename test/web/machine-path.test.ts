/** The state machine's panel: whose way it is, which step is looked at, what was gone, and where all of it is drawn. */
import { describe, expect, it, vi } from 'vitest';
import type { Side } from '../../core/inspect/record.ts';
import { actionFor, EVENTS, STATES } from '../../core/ul/states.ts';
import type { EventName, State } from '../../core/ul/states.ts';
import type { TimelineLine } from '../../web/engine/inspector-protocol.ts';
import type { PathStep } from '../../web/engine/packed-path.ts';
import { packPath, unpackPath } from '../../web/engine/packed-path.ts';
import { around, PLACES, WAYS } from '../../web/panels/inspector/machine-drawing.ts';
import { AssociationPath } from '../../web/state/association-path.svelte.ts';
import { MachinePath, visitKey } from '../../web/state/machine-path.svelte.ts';
import { arrowPath, BOX, middle, sizeOf } from '../../web/ui/state-graph.ts';

/** `4 Sta5 Evt3 Sta6`, with a ? behind it where it is inferred. */
function stepsOf(side: Side, ...texts: readonly string[]): PathStep[] {
  return texts.map((text) => {
    const [id, from, event, to] = text.replace('?', '').split(' ') as [string, State, EventName, State];
    const action = actionFor(event, from);
    if (action === undefined) throw new Error(`${text} is no cell of the table`);
    return { id: Number(id), side, from, event, action, to, inferred: text.endsWith('?') };
  });
}

const REQUESTOR = stepsOf(
  'requestor',
  '1 Sta1 Evt1 Sta4',
  '2 Sta4 Evt2 Sta5',
  '3 Sta5 Evt3 Sta6',
  '4 Sta6 Evt9 Sta6',
  '5 Sta6 Evt9 Sta6',
  '6 Sta6 Evt10 Sta6',
  '7 Sta6 Evt11 Sta7',
  '8 Sta7 Evt13 Sta1',
);
const ACCEPTOR = stepsOf(
  'acceptor',
  '2 Sta1 Evt5 Sta2?',
  '2 Sta2 Evt6 Sta3?',
  '3 Sta3 Evt7 Sta6?',
  '4 Sta6 Evt10 Sta6?',
);

/** Records 4 and 5 are one message. */
function folded(id: number): number {
  return id === 5 ? 4 : id;
}

function looking(steps: readonly PathStep[], selected?: number) {
  const world = { steps, selected, chosen: [] as number[] };
  const path = new MachinePath({
    steps: () => world.steps,
    selected: () => world.selected,
    select: (id) => void world.chosen.push(id),
  });
  return { path, world };
}

describe('the way of a side', () => {
  it('is that of the side that was watched, until another one is chosen', () => {
    expect(looking([...ACCEPTOR, ...REQUESTOR]).path.side).toBe('requestor');
    expect(looking(ACCEPTOR).path.side).toBe('requestor');
    const { path } = looking([...ACCEPTOR, ...REQUESTOR]);
    path.side = 'acceptor';
    expect(path.own).toEqual(ACCEPTOR);
    expect(path.state).toBe('Sta6');
  });

  it('is looked at from its end, or from the record that is selected', () => {
    expect(looking(REQUESTOR).path.at).toBe(7);
    expect(looking(REQUESTOR, 3).path.step).toEqual(REQUESTOR[2]);
    expect(looking(REQUESTOR, 100).path.at).toBe(7);
    const before = looking(REQUESTOR, 0).path;
    expect([before.at, before.step, before.state, before.passages]).toEqual([-1, undefined, 'Sta1', []]);
    expect(looking([]).path.state).toBe('Sta1');
  });

  it('is gone forward and back, and selects the record of each step', () => {
    const { path, world } = looking(REQUESTOR);
    path.forward();
    expect(world.chosen).toEqual([]);
    path.back();
    path.back();
    expect(world.chosen).toEqual([7, 6]);
    expect(path.state).toBe('Sta6');
  });

  it('keeps a step of several in one record, until another record is selected', () => {
    const { path } = looking([...ACCEPTOR, ...REQUESTOR], 2);
    path.side = 'acceptor';
    expect(path.step!.event).toBe('Evt6');
    path.back();
    expect(path.step!.event).toBe('Evt5');
    path.side = 'requestor';
    expect(path.at).toBe(1);
  });

  it('is gone step by step within a message that is folded: its first record is selected for all', async () => {
    let selected = folded(6);
    const path = new MachinePath({
      steps: () => REQUESTOR,
      selected: () => selected,
      select: async (id) => {
        await Promise.resolve();
        selected = folded(id);
      },
    });
    const at: number[] = [];
    for (let k = 0; k < 3; k++) {
      path.back();
      await vi.waitFor(() => expect(selected).toBe(folded(path.step!.id)));
      at.push(path.step!.id);
    }
    expect(at).toEqual([5, 4, 3]);
  });

  it('folds equal steps, counts the cells, and knows what of it is gone', () => {
    const { path } = looking(REQUESTOR, 6);
    expect(path.runs.map(({ first, last }) => [first, last])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 4],
      [5, 5],
      [6, 6],
      [7, 7],
    ]);
    expect(path.visits.get(visitKey('Evt9', 'Sta6'))).toEqual({ times: 2, last: 4, inferred: false });
    expect(path.visits.has(visitKey('Evt12', 'Sta6'))).toBe(false);
    expect(path.passages.map(({ from, to, now }) => `${from} ${to}${now ? ' now' : ''}`)).toEqual([
      'Sta1 Sta4',
      'Sta4 Sta5',
      'Sta5 Sta6',
      'Sta6 Sta6 now',
    ]);
  });

  it('shows what is nearby of a long one', () => {
    const many = Array.from({ length: 400 }, (_, k) =>
      stepsOf('requestor', `${k + 1} Sta6 ${k % 2 === 0 ? 'Evt9' : 'Evt10'} Sta6`),
    ).flat();
    const { nearby } = looking(many, 200).path;
    expect([nearby.before, nearby.runs.length, nearby.behind]).toEqual([191, 17, 192]);
    expect(looking(many, 1).path.nearby).toMatchObject({ before: 0, behind: 391 });
  });
});

describe('what goes from the engine to the page', () => {
  it('is each step of the table, of either side, watched or not', () => {
    const all: PathStep[] = [];
    for (const event of Object.keys(EVENTS) as EventName[])
      for (const from of Object.keys(STATES) as State[]) {
        const action = actionFor(event, from);
        if (action === undefined) continue;
        for (const side of ['requestor', 'acceptor'] as const)
          for (const inferred of [true, false])
            all.push({ id: all.length + 4_000_000_000, side, from, event, action, to: 'Sta13', inferred });
      }
    expect(all).toHaveLength(4 * 123);
    expect(unpackPath(packPath(all))).toEqual(all);
    expect(unpackPath(packPath([...ACCEPTOR, ...REQUESTOR]))).toEqual([...ACCEPTOR, ...REQUESTOR]);
  });

  it('is asked for once at a time, and again where more has come', async () => {
    const timeline: { selected: TimelineLine | undefined; count: number } = { selected: undefined, count: 3 };
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    const pathOf = (association: number): Promise<readonly PathStep[]> => {
      asked.push(association);
      return new Promise((resolve) => answers.push(() => resolve(REQUESTOR.slice(0, timeline.count))));
    };
    const path = new AssociationPath({ source: 0, pathOf, timeline });
    await path.read();
    expect([path.steps, asked]).toEqual([[], []]);
    timeline.selected = { row: { association: 7 } } as TimelineLine;
    const reading = path.read();
    timeline.count = 5;
    await path.read();
    expect(asked).toEqual([7]);
    answers.shift()!();
    await vi.waitFor(() => expect(asked).toEqual([7, 7]));
    answers.shift()!();
    await reading;
    expect(path.steps).toEqual(REQUESTOR.slice(0, 5));
    await path.read();
    expect(asked).toEqual([7, 7]);
  });
});

describe('the drawing', () => {
  const states = Object.keys(STATES) as State[];

  it('has a place for each state, no two in one', () => {
    expect(new Set(states.map((state) => String(PLACES[state]))).size).toBe(13);
    const { width, height } = sizeOf(Object.values(PLACES));
    for (const state of states) {
      const [x, y] = middle(PLACES[state]);
      expect(x - BOX.width / 2).toBeGreaterThan(0);
      expect(x + BOX.width / 2).toBeLessThan(width);
      expect(y + BOX.height / 2).toBeLessThan(height);
    }
  });

  it('always shows the ways of establishing and of releasing, typed a second time', () => {
    const told = WAYS.map(({ from, to }) => `${from}-${to}`.replaceAll('Sta', ''));
    const expected =
      '1-4 4-5 5-6 5-1 1-2 2-3 2-13 3-6 3-13 6-7 6-8 7-9 7-10 7-1 10-12 11-1 8-13 9-11 12-13 13-1';
    expect(told.toSorted()).toEqual(expected.split(' ').toSorted());
  });

  it('begins and ends each arrow at the border of its boxes, whatever the way', () => {
    for (const from of states)
      for (const to of states) {
        const path = arrowPath(PLACES[from], PLACES[to], around(from, to));
        expect(path).toMatch(/^M[-\d. ]+[Lc]/);
        expect(path).not.toMatch(/NaN|Infinity/);
        if (from === to) continue;
        const points = path
          .slice(1)
          .split('L')
          .map((text) => text.split(' ').map(Number));
        for (const [[x, y], state] of [
          [points[0]!, from],
          [points.at(-1)!, to],
        ] as const) {
          const [middleX, middleY] = middle(PLACES[state]);
          const inX = Math.abs(x! - middleX) / (BOX.width / 2);
          const inY = Math.abs(y! - middleY) / (BOX.height / 2);
          expect(Math.max(inX, inY), `${from} ${to}`).toBeGreaterThan(0.97);
          expect(Math.max(inX, inY), `${from} ${to}`).toBeLessThan(1.35);
        }
      }
  });
});
