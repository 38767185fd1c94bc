/** DICOM JSON from outside, held to its model before anything is made of it (PS3.18 F.2). */
import type { Attribute, DataSet } from '../data/index.ts';
import { vrEntry, VR_TABLE } from '../data/index.ts';
import { DEFAULT_LIMITS } from '../bytes/index.ts';
import { Refusal } from './problem.ts';

/** Where bytes are linked: gives them, or undefined where they are not there. `depth`: sequences around the attribute. */
export type Linked = (uri: string, tag: string, depth: number) => string | undefined;

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'];

/**
 * The data sets of an array; of each what it is, or undefined where it is none. `linked` gives the bytes of a BulkDataURI
 * in base64. File meta information is left out.
 * @throws Refusal 400 where it is no array of objects.
 */
export function* dataSetsOf(text: string, linked: Linked): Generator<DataSet | undefined, void, undefined> {
  const parsed = parsedJson(text);
  if (!Array.isArray(parsed)) throw new Refusal(400, 'Metadata are a JSON array of data sets.');
  for (const one of parsed) yield dataSetOf(one, linked, 0);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, 'Metadata are no JSON.');
  }
}

function dataSetOf(value: unknown, linked: Linked, depth: number): DataSet | undefined {
  if (!isObject(value) || depth > DEFAULT_LIMITS.nesting) return undefined;
  const attributes: [string, Attribute][] = [];
  for (const [tag, told] of Object.entries(value)) {
    if (!/^[0-9A-F]{8}$/i.test(tag)) return undefined;
    if (tag.startsWith('0002')) continue;
    const attribute = attributeOf(tag.toUpperCase(), told, linked, depth);
    if (attribute === undefined) return undefined;
    attributes.push([tag.toUpperCase(), attribute]);
  }
  return Object.fromEntries(attributes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function attributeOf(tag: string, told: unknown, linked: Linked, depth: number): Attribute | undefined {
  if (!isObject(told)) return undefined;
  const { vr, Value, InlineBinary, BulkDataURI } = told;
  if (typeof vr !== 'string' || !Object.hasOwn(VR_TABLE, vr)) return undefined;
  const { kind } = vrEntry(vr);
  const inline = typeof BulkDataURI === 'string' ? linked(BulkDataURI, tag, depth) : InlineBinary;
  if (BulkDataURI !== undefined && inline === undefined) return undefined;
  if (inline !== undefined)
    return kind !== 'sequence' && isBase64(inline) ? { vr, InlineBinary: inline } : undefined;
  if (Value === undefined) return { vr };
  if (!Array.isArray(Value) || kind === 'bytes') return undefined;
  const values = kind === 'sequence' ? Value.map((item) => dataSetOf(item, linked, depth + 1)) : Value;
  const fits = kind === 'sequence' ? isThere : kind === 'person' ? isPersonName : isPlain;
  return values.every(fits) ? { vr, Value: values as NonNullable<Attribute['Value']> } : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function isPersonName(value: unknown): boolean {
  if (value === null) return true;
  return (
    isObject(value) &&
    Object.entries(value).every(([group, text]) => GROUPS.includes(group) && typeof text === 'string')
  );
}

function isBase64(text: unknown): text is string {
  return typeof text === 'string' && text.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(text);
}
