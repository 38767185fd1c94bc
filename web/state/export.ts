/** Results as files: CSV for people (RFC 4180), DICOM JSON for programs (PS3.18 Annex F). */
import type { Attribute, DataSet } from '../../core/data/types.ts';
import type { Keyword } from './attributes.ts';
import { TAGS, valueTexts } from './attributes.ts';
import { personName } from './format.ts';
import { keysDataSet } from './query-keys.ts';
import type { ResultNode } from './results.svelte.ts';

export type ExportFormat = 'csv' | 'json';

/** An attribute that was asked for beside the usual. */
export interface ExtraColumn {
  readonly tag: string;
  readonly title: string;
}

/** Rows made at once: between them the page stays answerable. */
const PORTION = 500;
/** Without it spreadsheets take UTF-8 for the character set of the machine. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The keywords of the columns. What a level does not tell itself is taken from those above it. */
const ATTRIBUTES: readonly Keyword[] = [
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'ReferringPhysicianName',
  'StudyID',
  'StudyDescription',
  'SeriesNumber',
  'SeriesDescription',
  'InstanceNumber',
];
const UIDS: readonly Keyword[] = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'];

/** A file with these rows, in their order. */
export async function exported(
  format: ExportFormat,
  rows: readonly ResultNode[],
  extras: readonly ExtraColumn[],
): Promise<Blob> {
  return format === 'csv' ? await csv(rows, extras) : await json(rows);
}

async function csv(rows: readonly ResultNode[], extras: readonly ExtraColumn[]): Promise<Blob> {
  const titles = ['Level', 'Peer', ...ATTRIBUTES, 'Modality', 'Series', 'Instances', ...UIDS];
  const head = csvLine([...titles, ...extras.map(({ title }) => title)]);
  const parts = await inPortions(rows, (row) =>
    csvLine([...cells(row), ...extras.map(({ tag }) => told(row, tag))]),
  );
  return new Blob([BYTE_ORDER_MARK, head, ...parts], { type: 'text/csv;charset=utf-8' });
}

async function json(rows: readonly ResultNode[]): Promise<Blob> {
  const parts = await inPortions(rows, (row, i) => (i === 0 ? '' : ',\n') + JSON.stringify(whole(row)));
  return new Blob(['[', ...parts, ']\n'], { type: 'application/dicom+json' });
}

/** A line of RFC 4180, every cell in quotes. */
export function csvLine(values: readonly string[]): string {
  return `${values.map((value) => `"${harmless(value).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/**
 * What a spreadsheet would take for a formula gets an apostrophe in front, by which it is a text: a PACS answers with
 * what others have typed into it. The full-width signs are the same to some; a line of its own begins a cell to others.
 */
function harmless(value: string): string {
  return value.replaceAll('\0', '').replace(/^(?=[\s\uFEFF]*[=+\-@＝＋－＠]|[\t\r\n])/, "'");
}

function cells(row: ResultNode): string[] {
  const { level, asked, modalities, seriesCount, imageCount, keys } = row;
  return [
    level,
    asked.peer.name,
    ...ATTRIBUTES.map((keyword) => told(row, TAGS[keyword])),
    modalities.join(' '),
    ...[seriesCount, imageCount].map((count) => (count === undefined ? '' : String(count))),
    ...UIDS.map((keyword) => keys[keyword] ?? ''),
  ];
}

/** Of the row or the nearest above it. */
function told({ match, parent }: ResultNode, tag: string): string {
  const attribute = match[tag];
  if (attribute !== undefined) return readable(match, tag, attribute);
  return parent === undefined ? '' : told(parent, tag);
}

function readable(match: DataSet, tag: string, attribute: Attribute): string {
  if (attribute.vr === 'PN') return personName(match, tag).main;
  return valueTexts(attribute)
    .map((value) => READABLE[attribute.vr]?.(value) ?? value)
    .join(' ');
}

const READABLE: Readonly<Record<string, (value: string) => string>> = {
  DA: (value) => value.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
  TM: (value) => value.replace(/^(\d{2})(\d{2})(\d{2})(\.\d+)?$/, '$1:$2:$3'),
};

/** The match with the unique keys above it, in the order of tags. */
function whole({ match, keys }: ResultNode): DataSet {
  const all = { ...keysDataSet(keys), ...match };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function inPortions<T>(
  rows: readonly T[],
  write: (row: T, index: number) => string,
): Promise<string[]> {
  const parts: string[] = [];
  for (let at = 0; at < rows.length; at += PORTION) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve));
    parts.push(
      rows
        .slice(at, at + PORTION)
        .map((row, i) => write(row, at + i))
        .join(''),
    );
  }
  return parts;
}
