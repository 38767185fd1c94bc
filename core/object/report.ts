/** Structured reports as text: the content tree of PS3.3 C.17.3, one line for each content item. */
import type { DataSet } from '../data/index.ts';
import { items, text, texts } from '../data/index.ts';
import { uidName } from '../dict/index.ts';

/** A content item (PS3.3 C.17.3.2). */
export interface ReportLine {
  /** Content items around it; 0 for what stands directly under the document. */
  readonly depth: number;
  /** A container of others: its name is a heading. */
  readonly heading: boolean;
  /** Relationship Type (0040,A010) to the item around it, in small letters: `contains`, `has concept mod`. */
  readonly relationship: string;
  /** What is told: the meaning of the concept name; '' where there is none. */
  readonly name: string;
  /** What is told about it; '' in containers. May hold line ends. */
  readonly value: string;
}

/** The document as people read it. */
export interface Report {
  /** The concept name of the root. */
  readonly title: string;
  /** Completion Flag (0040,A491), `PARTIAL` or `COMPLETE`, and Verification Flag (0040,A493); '' where absent. */
  readonly completion: string;
  readonly verification: string;
  /** Names of those who verified it, as `Family, Given`. */
  readonly verifiedBy: readonly string[];
  readonly lines: readonly ReportLine[];
  /** There are more items than `MOST_LINES`. */
  readonly cut: boolean;
}

/** Lines of one report at most; real ones stay under 5,000. */
export const MOST_LINES = 20_000;

/** Whether a data set holds a content tree: its root is a content item itself (PS3.3 C.17.3). */
export function isReport(dataSet: DataSet): boolean {
  return text(dataSet, 'ValueType') === 'CONTAINER';
}

/** Reads the content tree. What is absent or of an unknown type reads as empty; nothing is thrown. */
export function reportOf(dataSet: DataSet): Report {
  const lines: ReportLine[] = [];
  const cut = !addItems(lines, dataSet, 0);
  return {
    title: meaningOf(dataSet, 'ConceptNameCodeSequence'),
    completion: text(dataSet, 'CompletionFlag'),
    verification: text(dataSet, 'VerificationFlag'),
    verifiedBy: items(dataSet, 'VerifyingObserverSequence').map((by) =>
      nameText(text(by, 'VerifyingObserverName')),
    ),
    lines,
    cut,
  };
}

/** The report as plain text, two spaces for each level. */
export function reportText({ title, lines }: Report): string {
  const body = lines.map(({ depth, name, value }) => {
    const margin = '  '.repeat(depth + 1);
    const told = [name, value].filter((part) => part !== '').join(': ');
    return margin + told.replaceAll(/\r\n?|\n/g, `\n${margin}  `);
  });
  return `${[title, ...body].join('\n')}\n`;
}

/** False where there was no room for all. */
function addItems(lines: ReportLine[], parent: DataSet, depth: number): boolean {
  for (const item of items(parent, 'ContentSequence')) {
    if (lines.length >= MOST_LINES) return false;
    lines.push(lineOf(item, depth));
    if (!addItems(lines, item, depth + 1)) return false;
  }
  return true;
}

function lineOf(item: DataSet, depth: number): ReportLine {
  const valueType = text(item, 'ValueType');
  return {
    depth,
    heading: valueType === 'CONTAINER',
    relationship: text(item, 'RelationshipType').toLowerCase(),
    name: meaningOf(item, 'ConceptNameCodeSequence'),
    value: (VALUES.get(valueType) ?? referenceText)(item),
  };
}

/** Value Type (0040,A040) to the text of the value (PS3.3 Table C.17.3-7 and C.18). */
const VALUES: ReadonlyMap<string, (item: DataSet) => string> = new Map([
  ['CONTAINER', () => ''],
  ['TEXT', (item) => text(item, 'TextValue')],
  ['NUM', numberText],
  ['CODE', (item) => meaningOf(item, 'ConceptCodeSequence')],
  ['DATETIME', (item) => dateText(text(item, 'DateTime'))],
  ['DATE', (item) => dateText(text(item, 'Date'))],
  ['TIME', (item) => timeText(text(item, 'Time'))],
  ['UIDREF', (item) => uidName(text(item, 'UID'))],
  ['PNAME', (item) => nameText(text(item, 'PersonName'))],
  ['IMAGE', objectText],
  ['COMPOSITE', objectText],
  ['WAVEFORM', objectText],
  ['SCOORD', coordinatesText],
  ['SCOORD3D', coordinatesText],
  ['TCOORD', timesText],
]);

/** PS3.3 C.18.1: a value with its unit, or why there is none. */
function numberText(item: DataSet): string {
  const [measured] = items(item, 'MeasuredValueSequence');
  if (measured === undefined) return meaningOf(item, 'NumericValueQualifierCodeSequence');
  const [unit] = items(measured, 'MeasurementUnitsCodeSequence');
  const code = unit === undefined ? '' : text(unit, 'CodeValue');
  const shown = code === '1' || code.startsWith('{') ? '' : code;
  return [text(measured, 'NumericValue'), shown].filter((part) => part !== '').join(' ');
}

/** PS3.3 C.18.3 to C.18.5: the kind and UID of the object, and which of its frames. */
function objectText(item: DataSet): string {
  return items(item, 'ReferencedSOPSequence').map(referenced).join('; ');
}

function referenced(object: DataSet): string {
  const frames = texts(object, 'ReferencedFrameNumber');
  const which = frames.length === 0 ? '' : `, frame ${frames.join(', ')}`;
  const what = `${uidName(text(object, 'ReferencedSOPClassUID'))} ${text(object, 'ReferencedSOPInstanceUID')}`;
  return what.trim() + which;
}

/** PS3.3 C.18.6, C.18.9. */
function coordinatesText(item: DataSet): string {
  const data = texts(item, 'GraphicData');
  const points = data.length > MOST_NUMBERS ? [...data.slice(0, MOST_NUMBERS), '…'] : data;
  return [text(item, 'GraphicType'), points.join(' ')].filter((part) => part !== '').join(' ');
}
/** Coordinates shown of one shape; contours have thousands. */
const MOST_NUMBERS = 24;

/** PS3.3 C.18.7. */
function timesText(item: DataSet): string {
  const keys = ['ReferencedSamplePositions', 'ReferencedTimeOffsets', 'ReferencedDateTime'];
  const at = keys.flatMap((key) => texts(item, key)).slice(0, MOST_NUMBERS);
  return [text(item, 'TemporalRangeType'), at.join(' ')].filter((part) => part !== '').join(' ');
}

/** A relationship by reference names another item by its path (PS3.3 C.17.3.2.5). */
function referenceText(item: DataSet): string {
  const path = texts(item, 'ReferencedContentItemIdentifier');
  return path.length === 0 ? '' : `item ${path.join('.')}`;
}

/** Code Meaning (0008,0104), else the code itself (PS3.3 8.8). */
function meaningOf(from: DataSet, sequence: string): string {
  const [code] = items(from, sequence);
  if (code === undefined) return '';
  const keys = ['CodeMeaning', 'CodeValue', 'LongCodeValue', 'URNCodeValue'];
  return keys.map((key) => text(code, key)).find((value) => value !== '') ?? '';
}

/** PN (PS3.5 6.2.1): the first group that is filled, as `Family, Given Middle`. */
function nameText(value: string): string {
  const group = value.split('=').find((part) => part !== '') ?? '';
  const [family = '', ...others] = group.split('^').map((part) => part.trim());
  return [family, others.filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(', ');
}

/** DA or DT (PS3.5 6.2): `20260102093000` as `2026-01-02 09:30:00`. What has another form stays as it is. */
function dateText(value: string): string {
  const parts = /^(\d{4})(\d{2})(\d{2})(.*)$/.exec(value);
  if (parts === null) return value;
  const [, year, month, day, rest = ''] = parts;
  return `${year}-${month}-${day} ${timeText(rest)}`.trim();
}

function timeText(value: string): string {
  return value.replace(/^(\d{2})(\d{2})(\d{2})?/, (_, hours: string, minutes: string, seconds?: string) =>
    [hours, minutes, ...(seconds === undefined ? [] : [seconds])].join(':'),
  );
}
