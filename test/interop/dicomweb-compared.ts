/** What two DICOMweb services answer, compared attribute by attribute. */
import type { DicomWebClient, JsonAttribute, JsonDataSet } from './dicomweb-client.ts';

/** Where two answers are not the same. */
export interface Difference {
  /** Tags from the outermost: `0040A730.0040A043.00080100`. */
  readonly path: string;
  readonly kind: 'ours only' | 'theirs only' | 'empty' | 'VR' | 'value';
  readonly ours: JsonAttribute | undefined;
  readonly theirs: JsonAttribute | undefined;
}

/** Attributes but those that hold items, by their path and the places of the items. */
function leaves(
  dataSet: JsonDataSet,
  above = '',
  into = new Map<string, JsonAttribute>(),
): Map<string, JsonAttribute> {
  for (const [tag, attribute] of Object.entries(dataSet)) {
    const items = attribute.vr === 'SQ' ? ((attribute.Value ?? []) as readonly JsonDataSet[]) : [];
    if (items.length === 0) into.set(above + tag, attribute);
    items.forEach((item, i) => leaves(item, `${above}${tag}[${i}].`, into));
  }
  return into;
}

/** The differences of two data sets; long values are fetched where they are linked. */
export async function differences(
  [our, ours]: readonly [DicomWebClient, JsonDataSet],
  [their, theirs]: readonly [DicomWebClient, JsonDataSet],
): Promise<Difference[]> {
  const [here, there] = [leaves(ours), leaves(theirs)];
  const found: Difference[] = [];
  for (const place of new Set([...here.keys(), ...there.keys()])) {
    const [a, b] = [here.get(place), there.get(place)];
    const kind = await kindOf([our, a], [their, b]);
    const path = place.replace(/\[\d+\]/g, '');
    if (kind !== undefined) found.push({ path, kind, ours: a, theirs: b });
  }
  return found;
}

type Told = readonly [DicomWebClient, JsonAttribute | undefined];

async function kindOf([our, a]: Told, [their, b]: Told): Promise<Difference['kind'] | undefined> {
  if (a === undefined || b === undefined) {
    const only = a ?? b!;
    if (isEmpty(only)) return 'empty';
    return a === undefined ? 'theirs only' : 'ours only';
  }
  if (a.vr !== b.vr) return 'VR';
  if (a.Value !== undefined || b.Value !== undefined) return isSame(a.Value, b.Value) ? undefined : 'value';
  const [x, y] = [await bytesOf(our, a), await bytesOf(their, b)];
  return x.equals(y) ? undefined : 'value';
}

function isEmpty({ Value = [], InlineBinary, BulkDataURI }: JsonAttribute): boolean {
  return Value.length === 0 && InlineBinary === undefined && BulkDataURI === undefined;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}

async function bytesOf(
  client: DicomWebClient,
  { InlineBinary, BulkDataURI }: JsonAttribute,
): Promise<Buffer> {
  if (BulkDataURI === undefined) return Buffer.from(InlineBinary ?? '', 'base64');
  return Buffer.concat((await client.retrieveBulkData({ BulkDataURI })).map((part) => Buffer.from(part)));
}
