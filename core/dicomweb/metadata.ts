/** Data sets without their bulk data, as DICOM JSON (PS3.18 10.4.1.1.2, F.2.6). */
import type { Archive } from '../archive/index.ts';
import type { Attribute, DataSet, ElementSpan, HeadOptions } from '../data/index.ts';
import { inUTF8, number, transferSyntax, vrEntry } from '../data/index.ts';
import type { Stored } from '../file/index.ts';
import type { Call } from './call.ts';
import { instanceURL } from './call.ts';
import { headOf } from './head.ts';
import type { Instances } from './instances.ts';
import { jsonFor } from './accept.ts';
import { Refusal } from './problem.ts';
import { begun, respond } from './response.ts';
import type { JsonDataSet, Linked } from './json.ts';
import { jsonArray } from './json.ts';
import { openStored } from './wado.ts';

/** Bytes of a value that stands in the JSON; what is longer is linked. */
const INLINE = 1024;

/** An array of one data set an instance. */
export async function answerMetadata(call: Call, instances: Instances, archive: Archive): Promise<Response> {
  const media = jsonFor(call);
  const rows = metadata(call, instances.all, archive);
  const first = await rows.next();
  if (first.done) throw new Refusal(404, 'There is no such instance.');
  return respond({ media, body: await begun(jsonArray(first.value, rows)) });
}

async function* metadata(
  { root }: Call,
  instances: AsyncIterable<Stored>,
  archive: Archive,
): AsyncGenerator<JsonDataSet, void, undefined> {
  for await (const stored of instances) yield await metadataOf(stored, archive, instanceURL(root, stored));
}

async function metadataOf(stored: Stored, archive: Archive, url: string): Promise<JsonDataSet> {
  const { transferSyntaxUID } = stored;
  let linked: ElementSpan[] = [];
  const look = (): Pick<HeadOptions, 'omit'> => {
    linked = [];
    return { omit: (span) => isLinked(span) && linked.push(span) > 0 };
  };
  const { dataSet, reached } = await headOf(await openStored(archive, stored), transferSyntaxUID, look);
  const told: Level = {
    ...inUTF8(dataSet),
    '00083002': { vr: 'UI', Value: [transferSyntaxUID] }, // Available Transfer Syntax UID
    ...(reached && pixelData(dataSet, transferSyntaxUID, url)),
  };
  for (const { path, vr } of linked) link(told, path, { vr, BulkDataURI: bulkDataURL(url, path) });
  return told;
}

/** `54000100[0].54001010` as `/bulkdata/54000100/0/54001010`. */
function bulkDataURL(url: string, path: string): string {
  return `${url}/bulkdata/${path.replace(/\[(\d+)\]\./g, '/$1/')}`;
}

function isLinked({ vr, valueLength, undefinedLength }: ElementSpan): boolean {
  return !undefinedLength && valueLength > INLINE && vrEntry(vr).kind === 'bytes';
}

/** Which element holds the pixels, by what the others say of them (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25). */
function pixelData(
  dataSet: DataSet,
  transferSyntaxUID: string,
  url: string,
): Readonly<Record<string, Linked>> {
  const bits = number(dataSet, 'BitsAllocated');
  if (bits === undefined) return {};
  const encapsulated = transferSyntax(transferSyntaxUID)?.encapsulated === true;
  const isInteger = dataSet['00280101'] !== undefined; // Bits Stored
  const [tag, vr] = isInteger
    ? ['7FE00010', encapsulated || bits <= 8 ? 'OB' : 'OW']
    : bits === 64
      ? ['7FE00009', 'OD']
      : ['7FE00008', 'OF'];
  return { [tag]: { vr, BulkDataURI: bulkDataURL(url, tag) } };
}

type Level = Record<string, Attribute | Linked>;

/** Puts a link where its element was left out. */
function link(root: Level, path: string, linked: Linked): void {
  const steps = path.split('.');
  const last = steps.pop()!; // a path has one tag at least
  let level: Level | undefined = root;
  for (const step of steps) {
    const [, tag = '', item = ''] = /^(\w{8})\[(\d+)\]$/.exec(step) ?? [];
    const sequence: Attribute | Linked | undefined = level?.[tag];
    level =
      sequence !== undefined && 'Value' in sequence ? (sequence.Value?.[Number(item)] as Level) : undefined;
  }
  if (level !== undefined) level[last] = linked;
}
