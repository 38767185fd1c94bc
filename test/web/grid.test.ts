import { describe, expect, it } from 'vitest';
import { wantedColumns } from '../../web/panels/result-columns.ts';
import { RowPlaces, movedRow, parentRow, renderedSpan, visibleColumns } from '../../web/ui/grid.ts';

describe('the rendered rows', () => {
  it('are those seen and some around them', () => {
    expect(renderedSpan(0, 280, 28, 10_000)).toEqual({ first: 0, end: 22 });
    expect(renderedSpan(28_000, 280, 28, 10_000)).toEqual({ first: 988, end: 1022 });
  });

  it('end with the last, even where the list became shorter than the scroll position', () => {
    expect(renderedSpan(2_800, 280, 28, 100)).toEqual({ first: 88, end: 100 });
    expect(renderedSpan(28_000, 280, 28, 5)).toEqual({ first: 5, end: 5 });
    expect(renderedSpan(0, 0, 28, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe('keys', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 0, 0],
    ['PageDown', 2, 6],
    ['PageUp', 2, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
  ])('%s goes from row %i to %i of ten', (key, from, to) => expect(movedRow(key, from, 10, 4)).toBe(to));

  it('that do not move are left to others', () => {
    expect(movedRow('r', 0, 10, 4)).toBeUndefined();
    expect(movedRow('End', 0, 0, 4)).toBeUndefined();
  });
});

describe('the row above', () => {
  it('is the one that this was opened from', () => {
    const rows = [0, 1, 2, 2, 1, 0].map((depth, id) => ({ id: `${id}`, depth }));
    expect(rows.map((_, at) => parentRow(rows, at))).toEqual([0, 0, 1, 1, 0, 5]);
    expect(parentRow([], 0)).toBe(0);
  });
});

describe('columns', () => {
  const columns = [
    { key: 'a', title: '', width: '1fr', card: true },
    { key: 'b', title: '', width: '1fr', from: 900 },
  ];
  it('go where there is no room', () => {
    const keys = (width: number) => visibleColumns(columns, width).map(({ key }) => key);
    expect([keys(1000), keys(800), keys(400)]).toEqual([['a', 'b'], ['a'], ['a']]);
  });

  it('without room for their least width go from the right, but for those that every row shows', () => {
    const wide = [
      { key: 'a', title: '', width: 'minmax(300px, 2fr)', card: true },
      { key: 'b', title: '', width: '200px' },
      { key: 'c', title: '', width: '200px' },
      { key: 'd', title: '', width: '100px', card: true },
    ];
    const keys = (width: number) => visibleColumns(wide, width).map(({ key }) => key);
    expect([keys(800), keys(799), keys(620)]).toEqual([
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'd'],
      ['a', 'b', 'd'],
    ]);
  });

  it('of results leave room for what shows a picture, as beside a viewer of its own', () => {
    const columns = wantedColumns(undefined, [], false);
    const last = (width: number) =>
      visibleColumns(columns, width)
        .map(({ key }) => key)
        .slice(-3);
    expect([last(640), last(700), last(790)]).toEqual([
      ['modality', 'description', 'actions'],
      ['description', 'view', 'actions'],
      ['images', 'view', 'actions'],
    ]);
  });
});

describe('the elements of rows', () => {
  const rows = (ids: string) => [...ids].map((id) => ({ id }));

  it('stay with a row that stays, and go from one that left to one that comes', () => {
    const places = new RowPlaces();
    const [a, b, c] = places.of(rows('abc'));
    expect(new Set([a, b, c]).size).toBe(3);
    expect(places.of(rows('bcd'))).toEqual([b, c, a]);
    expect(places.of(rows('dxb'))).toEqual([a, c, b]);
    expect(places.of(rows('x'))).toEqual([c]);
  });

  it('are as many as rows were shown at once, however far one goes', () => {
    const places = new RowPlaces();
    const seen = new Set<number>();
    for (let first = 0; first < 1000; first += 7) {
      const shown = Array.from({ length: 30 }, (_, i) => ({ id: String(first + i) }));
      for (const place of places.of(shown)) seen.add(place);
    }
    expect(seen.size).toBe(30);
  });

  it('are not given to another row while somebody is at a control in them', () => {
    const places = new RowPlaces();
    const [a] = places.of(rows('ab'));
    expect(places.of(rows('bc'), 'a')).not.toContain(a);
  });

  it('are new beside a row whose control has the focus, which a move of its element would end', () => {
    const places = new RowPlaces();
    const before = places.of(rows('abcd'));
    const after = places.of(rows('dxyz'), 'd');
    expect(after.filter((place) => before.includes(place))).toEqual([before[3]]);
  });
});
