/** The columns of the results, and which of them are shown. */
import type { ExtraColumn } from '../state/export.ts';
import { t } from '../strings/index.ts';
import type { Column } from '../ui/grid.ts';
import { buttonRoom } from '../ui/grid.ts';

type Title = keyof typeof t.results.columns;

/** In their order. `chosen` and `many` ones come only when chosen, or where several peers answered. */
const COLUMNS: readonly (Omit<Column, 'title'> & {
  readonly key: Title;
  readonly only?: 'chosen' | 'many';
})[] = [
  { key: 'name', width: 'minmax(148px, 3.2fr)', card: true },
  { key: 'peer', width: 'minmax(90px, 0.8fr)', card: true, only: 'many' },
  { key: 'id', width: 'minmax(100px, 0.8fr)', from: 830 },
  { key: 'born', width: '108px', from: 1180 },
  { key: 'sex', width: '56px', only: 'chosen' },
  { key: 'when', width: '148px', card: true },
  { key: 'modality', width: '64px', card: true },
  { key: 'description', width: 'minmax(110px, 2fr)', card: true },
  { key: 'accession', width: 'minmax(90px, 1fr)', from: 1280 },
  { key: 'referrer', width: 'minmax(120px, 1fr)', only: 'chosen' },
  { key: 'studyID', width: 'minmax(80px, 0.6fr)', only: 'chosen' },
  { key: 'uid', width: '174px', from: 1320 },
  { key: 'series', width: '72px', numeric: true, from: 1160 },
  { key: 'images', width: '78px', numeric: true, from: 790 },
];

function actions(): readonly Column[] {
  return [
    { key: 'view', title: '', width: `minmax(56px, ${buttonRoom(t.viewer.view)}px)`, from: 680, card: true },
    {
      key: 'actions',
      title: '',
      width: `minmax(150px, ${buttonRoom(t.results.retrieve, t.results.move) + 8}px)`,
      card: true,
    },
  ];
}

/** What can be chosen: its key and title. The first column and the actions are always there. */
export function choosable(extras: readonly ExtraColumn[]): readonly (readonly [string, string])[] {
  const own = COLUMNS.slice(1).map(({ key }) => [key, t.results.columns[key]] as const);
  return [...own, ...extras.map(({ tag, title }) => [tag, title] as const)];
}

/** Those that are wanted: `chosen`, else as the width and the number of peers suggest. */
export function wantedColumns(
  chosen: readonly string[] | undefined,
  extras: readonly ExtraColumn[],
  manyPeers: boolean,
): readonly Column[] {
  const own = COLUMNS.filter(({ key, only }) => {
    if (key === 'name') return true;
    if (chosen !== undefined) return chosen.includes(key) || (only === 'many' && manyPeers);
    return only === undefined || (only === 'many' && manyPeers);
  });
  const others = extras.map(({ tag, title }) => ({ key: tag, title, width: 'minmax(90px, 1fr)' }));
  return [...own.map((column) => titled(column, chosen !== undefined)), ...others, ...actions()];
}

/** What a person chose is shown at any width that has room. */
function titled({ only: _, from, ...column }: (typeof COLUMNS)[number], chosen: boolean): Column {
  const title = t.results.columns[column.key];
  return from === undefined || chosen ? { ...column, title } : { ...column, from, title };
}
