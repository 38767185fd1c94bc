/** What one instance of the page's own store holds, for people to look at. */
import { DEFAULT_LIMITS, DicomError } from '../../core/bytes/index.ts';
import type { DataSet, ElementSpan } from '../../core/data/index.ts';
import { number, readableSpans, readHead, text, vrEntry } from '../../core/data/index.ts';
import { littleEndianBytes } from '../../core/data/decode.ts';
import type { InstanceStore, Stored } from '../../core/file/index.ts';
import { placeOf, seriesOrder } from '../../core/image/index.ts';
import { documentOf, isReport, isWaveform, reportOf, waveformGroups } from '../../core/object/index.ts';
import { bytesOf } from './bytes-of.ts';
import type {
  ContentKind,
  LeftOut,
  Looked,
  SeriesBrief,
  Stack,
  StackItem,
  StackKeys,
  ValueWanted,
} from './looked.ts';

/** Bytes of a data set read at most; of longer ones, cine in all likelihood, only what lies in front of the pixels. */
const READ_LIMIT = 128 << 20;
/** Bytes of a binary value that crosses to the page; longer ones are asked for. */
const BINARY_LIMIT = 1 << 10;
/** Bytes of any other: reports and structured headers hold long texts. */
const TEXT_LIMIT = 1 << 20;
/** Elements that cross to the page, nested ones included; images have up to 10,000. */
const MOST_ELEMENTS = 20_000;
/** Elements, items and fragments walked at most. */
const LIMITS = { ...DEFAULT_LIMITS, elements: 200_000 };
const PIXEL_DATA: ReadonlySet<string> = new Set(['7FE00008', '7FE00009', '7FE00010']);

/**
 * Reads an instance. What is cut off or broken is read up to there, and `failure` says so.
 * @throws DicomError STORE_FAILED where there is none, TRANSFER_SYNTAX_UNSUPPORTED where its syntax is not read.
 */
export async function look(store: InstanceStore, sopInstanceUID: string): Promise<Looked> {
  const { info, bytes } = await bytesOf(store, sopInstanceUID, READ_LIMIT);
  const left: LeftOut[] = [];
  let elements = 0;
  const omit = (span: ElementSpan): boolean => {
    if (++elements > MOST_ELEMENTS) return true;
    const leaves = isLeftOut(span);
    if (leaves) left.push({ path: span.path, vr: span.vr, length: span.valueLength });
    return leaves;
  };
  const { dataSet, error } = readHead(bytes, info.transferSyntaxUID, { omit, limits: LIMITS });
  const problem = error ?? (elements > MOST_ELEMENTS ? tooMany() : undefined);
  const { header: _, ...told } = info;
  const base = { info: told, kind: kindOf(dataSet, left), dataSet, left };
  return { ...base, ...(problem && { failure: plainly(problem) }), ...contentOf(dataSet) };
}

function isLeftOut({ tag, vr, path, valueLength, undefinedLength }: ElementSpan): boolean {
  if (PIXEL_DATA.has(path)) return true;
  if (vr === 'SQ' || undefinedLength) return false;
  return valueLength > (vrEntry(vr).kind === 'bytes' || tag === '54001010' ? BINARY_LIMIT : TEXT_LIMIT);
}

function kindOf(dataSet: DataSet, left: readonly LeftOut[]): ContentKind {
  if (left.some(({ path }) => PIXEL_DATA.has(path))) return 'image';
  if (isReport(dataSet)) return 'report';
  if (isWaveform(dataSet)) return 'waveform';
  const held = documentOf(dataSet) !== undefined || left.some(({ path }) => path === '00420011');
  return held ? 'document' : 'other';
}

/** Waveforms that contradict themselves are told by their absence: their tags are there to look at. */
function contentOf(dataSet: DataSet): Pick<Looked, 'report' | 'waveforms'> {
  if (isReport(dataSet)) return { report: reportOf(dataSet) };
  if (!isWaveform(dataSet)) return {};
  try {
    return { waveforms: waveformGroups(dataSet) };
  } catch {
    return {};
  }
}

function plainly({ code, message, details }: DicomError): NonNullable<Looked['failure']> {
  return { code, message, details };
}

function tooMany(): DicomError {
  return new DicomError('LIMIT_EXCEEDED', `only the first ${MOST_ELEMENTS} elements are shown`, {
    limit: MOST_ELEMENTS,
  });
}

/**
 * The first `limit` bytes of a value, little endian, of an instance that may be cut off or broken behind it. A Blob
 * crosses to the page without being copied there.
 * @throws DicomError STORE_FAILED, TRANSFER_SYNTAX_UNSUPPORTED, USAGE where there is no such element.
 */
export async function valueOf(
  store: InstanceStore,
  { sopInstanceUID, path, limit }: ValueWanted,
): Promise<Blob> {
  const { info, bytes } = await bytesOf(store, sopInstanceUID, READ_LIMIT);
  const { bytes: plain, spans } = readableSpans(bytes, info.transferSyntaxUID, { limits: LIMITS });
  const span = spans.find((each) => each.path === path);
  if (span === undefined) throw new DicomError('USAGE', `the instance has no element ${path}`, { path });
  const { valueOffset, valueLength } = span;
  const value = plain.subarray(valueOffset, valueOffset + Math.min(valueLength, limit));
  return new Blob([span.littleEndian ? value : littleEndianBytes(span.vr, value)]);
}

/** The first series that the keys name, as far as it is here; undefined where nothing of it is. */
export async function stack(store: InstanceStore, keys: StackKeys): Promise<Stack | undefined> {
  const matching = await storedWith(store, keys);
  const first = bySeriesNumber(matching)[0];
  if (first === undefined) return undefined;
  const [studyInstanceUID, seriesInstanceUID] = [uidOf(first, 'Study'), uidOf(first, 'Series')];
  const study =
    studyInstanceUID === '' ? matching : await storedWith(store, { StudyInstanceUID: studyInstanceUID });
  const members = study.filter((stored) => uidOf(stored, 'Series') === seriesInstanceUID);
  const order = seriesOrder(members.map(({ header }) => placeOf(header)));
  const items = order.map((at) => itemOf(members[at]!));
  return { studyInstanceUID, seriesInstanceUID, items, series: seriesOf(study) };
}

async function storedWith(store: InstanceStore, keys: StackKeys): Promise<Stored[]> {
  const {
    PatientID: patient,
    PatientName: name,
    StudyInstanceUID: study,
    SeriesInstanceUID: series,
    SOPInstanceUID: instance,
  } = keys;
  const found: Stored[] = [];
  for await (const stored of store.entries()) {
    if (instance !== undefined && stored.sopInstanceUID !== instance) continue;
    if (series !== undefined && uidOf(stored, 'Series') !== series) continue;
    if (study !== undefined && uidOf(stored, 'Study') !== study) continue;
    if (patient !== undefined && text(stored.header, 'PatientID') !== patient) continue;
    if (name === undefined || text(stored.header, 'PatientName') === name) found.push(stored);
  }
  return found;
}

function uidOf({ header }: Stored, level: 'Study' | 'Series'): string {
  return text(header, `${level}InstanceUID`);
}

/** Those without a number come last. */
function bySeriesNumber(found: readonly Stored[]): Stored[] {
  const numberOf = ({ header }: Stored): number => number(header, 'SeriesNumber') ?? Number.MAX_SAFE_INTEGER;
  return found.toSorted((a, b) => numberOf(a) - numberOf(b));
}

function seriesOf(study: readonly Stored[]): SeriesBrief[] {
  const found = new Map<string, SeriesBrief>();
  for (const stored of bySeriesNumber(study)) {
    const seriesInstanceUID = uidOf(stored, 'Series');
    const { header } = stored;
    const instances = (found.get(seriesInstanceUID)?.instances ?? 0) + 1;
    found.set(seriesInstanceUID, {
      seriesInstanceUID,
      number: text(header, 'SeriesNumber'),
      modality: text(header, 'Modality'),
      description: text(header, 'SeriesDescription'),
      instances,
    });
  }
  return [...found.values()];
}

function itemOf({ sopInstanceUID, header }: Stored): StackItem {
  const frames = number(header, 'NumberOfFrames') ?? 1;
  return { sopInstanceUID, frames: Number.isInteger(frames) && frames > 0 ? frames : 1 };
}
