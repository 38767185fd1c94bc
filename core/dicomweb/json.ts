/** DICOM JSON as text (PS3.18 F.2). */
import type { Attribute } from '../data/index.ts';
import type { Bytes } from '../bytes/index.ts';

/** An attribute whose bytes are linked (PS3.18 F.2.6). */
export interface Linked {
  readonly vr: string;
  readonly BulkDataURI: string;
}

/** A data set in which bytes may be linked. */
export interface JsonDataSet {
  readonly [tag: string]: Attribute | Linked;
}

/** A JSON array, data set by data set as they come; `first` has been taken from `rest` already. It ends `rest`. */
export async function* jsonArray(
  first: JsonDataSet,
  rest: AsyncGenerator<JsonDataSet, void, undefined>,
): AsyncGenerator<Bytes, void, undefined> {
  const encoder = new TextEncoder();
  try {
    yield encoder.encode(`[${jsonText(first)}`);
    for await (const one of rest) yield encoder.encode(`,\n${jsonText(one)}`);
    yield encoder.encode(']');
  } finally {
    await rest.return(); // who leaves at the first has not come to it
  }
}

/** Attributes in the order of their tags (PS3.18 F.2.2); objects would have `10001000` in front of `00080005`. */
export function jsonText(dataSet: JsonDataSet): string {
  const tags = Object.keys(dataSet).sort();
  return `{${tags.map((tag) => `"${tag}":${attributeText(dataSet[tag]!)}`).join(',')}}`;
}

function attributeText(attribute: Attribute | Linked): string {
  if (!('Value' in attribute)) return JSON.stringify(attribute);
  const { vr, Value = [] } = attribute;
  if (vr === 'SQ')
    return `{"vr":"SQ","Value":[${(Value as readonly JsonDataSet[]).map(jsonText).join(',')}]}`;
  return JSON.stringify(vr === 'DS' || vr === 'IS' ? { vr, Value: Value.map(numberOf) } : attribute);
}

/**
 * `1.000000e+01` as 10: PS3.18 F.2.3 allows a String as well, which keeps the digits, but clients reckon with Numbers,
 * since servers answer so. What is no number stays what it is.
 */
function numberOf<T>(value: T): T | number {
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return value;
  return Number.isFinite(Number(value)) ? Number(value) : value; // Infinity would be null in JSON
}
