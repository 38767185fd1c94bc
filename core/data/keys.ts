/** Data sets written and read by keyword, tag or path. */
import { DicomError } from '../bytes/index.ts';
import { attribute, similarKeywords } from '../dict/index.ts';
import type { CharacterSet } from './charset.ts';
import { ASCII, characterSet, fits } from './charset.ts';
import { numberOrText } from './decode.ts';
import { implicitVR } from './implicit-vr.ts';
import { parsePersonName, personNameText } from './person-name.ts';
import type { Attribute, DataSet, PersonName, Value } from './types.ts';
import { vrEntry } from './vr.ts';

/** A value, several, or a whole attribute. A text is split at `\` where its VR takes several values. */
export type KeyValue = string | number | readonly (string | number)[] | Attribute | readonly DataSet[];

interface Step {
  readonly tag: string;
  /** Which item, where the path goes on. */
  readonly item: number;
}

type Building = Record<string, Attribute>;

/** No path needs more items than this; a slip such as `[20240101]` must not fill the memory. */
const MOST_ITEMS = 1000;
const SPECIFIC_CHARACTER_SET = '00080005';
/** Specific Character Set (0008,0005) of UTF-8. */
export const UTF8 = 'ISO_IR 192';

/**
 * Makes a data set: `dataSet({ PatientName: 'DOE*', 'ScheduledProcedureStepSequence[0].Modality': 'CT', '00100020': '' })`.
 * The VR comes from the dictionary. Empty means a return key (PS3.4 C.2.2.2.3); a path without `[n]` goes to item 0.
 * @throws DicomError USAGE for a key that is not in the dictionary, or a value that its VR cannot take.
 */
export function dataSet(keys: Readonly<Record<string, KeyValue>>): DataSet {
  const root: Building = {};
  for (const [key, value] of Object.entries(keys)) {
    const path = parsePath(key);
    const last = path.at(-1)!;
    const holder = path.slice(0, -1).reduce((level, step) => itemAt(level, step, key), root);
    holder[last.tag] = toAttribute(key, last.tag, value);
  }
  return root;
}

/** The first value as text; '' where the attribute is absent or empty. @throws DicomError USAGE for an unknown key. */
export function text(from: DataSet, key: string): string {
  return texts(from, key)[0] ?? '';
}

/** All values as texts, names as `A=I=P`, empty ones as ''; none for sequences and bytes. @throws DicomError USAGE */
export function texts(from: DataSet, key: string): string[] {
  const found = find(from, key);
  return found === undefined || found.vr === 'SQ' ? [] : (found.Value ?? []).map(valueText);
}

/** The first value as a number; undefined where there is none. @throws DicomError USAGE for an unknown key. */
export function number(from: DataSet, key: string): number | undefined {
  const first = text(from, key);
  const value = Number(first);
  return first === '' || !Number.isFinite(value) ? undefined : value;
}

/** The items of a sequence; none where it is absent or empty. @throws DicomError USAGE for an unknown key. */
export function items(from: DataSet, key: string): readonly DataSet[] {
  const found = find(from, key);
  return found?.vr === 'SQ' ? ((found.Value ?? []) as readonly DataSet[]) : [];
}

/**
 * The keys of a request with Specific Character Set (0008,0005) as its values need: present and empty while all is
 * ASCII, else `preferred` where it carries them, else ISO_IR 192. (PS3.4 C.4.1.1.3.1 would have it absent while ASCII
 * is enough, but some servers name no set in their answer unless asked.) A set that the keys name stays.
 */
export function withCharacterSet(keys: DataSet, preferred: string = UTF8): DataSet {
  const named = keys[SPECIFIC_CHARACTER_SET]?.Value ?? [];
  if (named.length > 0) return keys;
  return { ...keys, [SPECIFIC_CHARACTER_SET]: needed(keys, preferred) };
}

/** The tag of a keyword or of eight hexadecimal digits. @throws DicomError USAGE, naming the nearest keyword. */
export function tagOf(key: string): string {
  if (/^[0-9A-Fa-f]{8}$/.test(key)) return key.toUpperCase();
  const tag = attribute(key)?.tag;
  if (tag !== undefined) return tag;
  const [near] = similarKeywords(key);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new DicomError('USAGE', `"${key}" is neither a keyword of the DICOM dictionary nor a tag${hint}`, {
    key,
  });
}

function find(from: DataSet, key: string): Attribute | undefined {
  const path = parsePath(key);
  let level: DataSet | undefined = from;
  for (const { tag, item } of path.slice(0, -1)) {
    const sequence: Attribute | undefined = level[tag];
    level = sequence?.vr === 'SQ' ? (sequence.Value?.[item] as DataSet | undefined) : undefined;
    if (level === undefined) return undefined;
  }
  return level[path.at(-1)!.tag];
}

function parsePath(key: string): readonly Step[] {
  return key.split('.').map((part) => {
    const [, name, item = '0'] = /^([^[\]]*)(?:\[(\d{1,9})\])?$/.exec(part) ?? [];
    if (name === undefined)
      throw new DicomError('USAGE', `"${key}" is not a path such as Sequence[0].Keyword`, { key });
    return { tag: tagOf(name), item: Number(item) };
  });
}

/** The item that a path goes through; it and those in front of it are made where they are missing. */
function itemAt(level: Building, { tag, item }: Step, key: string): Building {
  if (implicitVR(tag) !== 'SQ')
    throw new DicomError('USAGE', `"${key}" goes through an attribute that is no sequence`, { key });
  if (item >= MOST_ITEMS)
    throw new DicomError('USAGE', `"${key}" names an item beyond ${MOST_ITEMS}`, { key });
  const found = [...((level[tag]?.Value ?? []) as readonly Building[])];
  while (found.length <= item) found.push({});
  level[tag] = { vr: 'SQ', Value: found };
  return found[item]!;
}

function toAttribute(key: string, tag: string, value: KeyValue): Attribute {
  if (typeof value === 'object' && !Array.isArray(value)) return value as Attribute;
  const vr = implicitVR(tag);
  const given = (Array.isArray(value) ? value : [value]) as readonly (string | number | DataSet)[];
  const values = given.flatMap((one) => toValues(key, vr, one));
  return values.length === 0 || (values.length === 1 && values[0] === null) ? { vr } : { vr, Value: values };
}

function toValues(key: string, vr: string, value: string | number | DataSet): Value[] {
  const { kind, multiple } = vrEntry(vr);
  if (value === '') return [null];
  if (kind === 'bytes')
    throw new DicomError('USAGE', `"${key}" takes bytes; give it as {vr, InlineBinary}`, { key });
  if (typeof value === 'object' || kind === 'sequence') {
    if (typeof value === 'object' && kind === 'sequence') return [value];
    throw new DicomError(
      'USAGE',
      `"${key}" ${kind === 'sequence' ? 'is a sequence and takes items' : 'takes no items'}`,
      { key },
    );
  }
  if (typeof value === 'number') return [kind === 'number' || kind === 'decimal' ? value : String(value)];
  return (multiple ? value.split('\\') : [value]).map((part) => toValue(key, vr, part));
}

function toValue(key: string, vr: string, part: string): Value {
  const { kind } = vrEntry(vr);
  if (part === '') return null;
  if (kind === 'person') return parsePersonName(part) ?? null;
  if (kind === 'tag') return tagOf(part);
  if (kind === 'number' && !Number.isFinite(Number(part)))
    throw new DicomError('USAGE', `"${key}" takes numbers`, { key });
  return kind === 'number' || kind === 'decimal' ? numberOrText(part) : part;
}

function valueText(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? personNameText(value as PersonName) : String(value);
}

function needed(keys: DataSet, preferred: string): Attribute {
  if (allFit(keys, ASCII)) return { vr: 'CS' };
  const terms = preferred.split('\\');
  return { vr: 'CS', Value: allFit(keys, characterSet(terms)) ? terms : [UTF8] };
}

function allFit(from: DataSet, set: CharacterSet): boolean {
  return Object.values(from).every(({ Value: values = [] }) =>
    values.every((value) => valueFits(value, set)),
  );
}

function valueFits(value: Value, set: CharacterSet): boolean {
  if (typeof value === 'string') return fits(value, set);
  if (value === null || typeof value === 'number') return true;
  // A name's groups are texts, an item's members attributes.
  return Object.values(value).every((part) =>
    typeof part === 'string' ? fits(part, set) : allFit({ part: part as Attribute }, set),
  );
}
