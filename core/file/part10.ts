/** Part 10 files: preamble, prefix, file meta information, data set (PS3.10 7). */
import type { Bytes } from '../bytes/index.ts';
import { DicomError, equals, fromHex, fromLatin1, Reader, toLatin1, Writer } from '../bytes/index.ts';
import type { DataSet, Head } from '../data/index.ts';
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  dataSet,
  readHead,
  text,
  transferSyntax,
  writeDataSet,
} from '../data/index.ts';
import { UID } from '../dict/index.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './implementation.ts';
import type { ByteSource } from './source.ts';
import { readExactly } from './source.ts';
import type { InstanceInfo } from './store.ts';

const PREAMBLE = 128;
const PREFIX = fromLatin1('DICM');
/** The header of (0002,0000) UL, 4 bytes. */
const GROUP_LENGTH = fromHex('02000000 554c 0400');
/** Where group 0002 begins. */
const META = PREAMBLE + PREFIX.length;
/** Tag, VR and length in front of a UID. */
const UI_HEADER = 8;
/** Where the value of (0002,0002) begins: behind the group length of 12 bytes and (0002,0001) of 14. */
const BEFORE_CLASS = META + 12 + 14 + UI_HEADER;
/** One read takes in the meta information of nearly every file, and often the identifiers behind it. */
const FIRST_READ = 4096;
/** What meta information may take; private information (0002,0102) is the only long element in it. */
const META_LIMIT = 1 << 20;
/** (0008,0018) stands near the beginning of a data set, where the meta information does not tell it. */
const IDENTIFIERS = 64 << 10;

/** What the head of a file tells. */
export interface Part10 {
  /** `callingAETitle` is Source Application Entity Title (0002,0016), '' where the file names none. */
  readonly info: InstanceInfo;
  /** The first byte of the data set, in `info.transferSyntaxUID`; it goes on to the end of the file. */
  readonly dataSetOffset: number;
}

/**
 * The bytes in front of a data set that make it a file: 128 zeros, `DICM`, and group 0002 (PS3.10 7.1). The data set
 * follows as it came.
 * @throws DicomError VALUE_INVALID where a UID holds characters that no UID has.
 */
export function fileMetaInformation(info: InstanceInfo): Bytes {
  const like =
    last !== undefined && differsInUID(last.info, info) ? withUID(last, info.sopInstanceUID) : undefined;
  if (like !== undefined) return like;
  const elements = writeDataSet(metaElements(info), EXPLICIT_VR_LITTLE_ENDIAN);
  const head = new Writer(META + 12 + elements.length);
  head.fill(PREAMBLE);
  head.put(PREFIX);
  head.put(GROUP_LENGTH);
  head.u32LE(elements.length);
  head.put(elements);
  const bytes = head.finish();
  last = { info: { ...info }, bytes: bytes.slice() };
  return bytes;
}

/** What was made last: of an instance that follows in a series only the SOP Instance UID is another. */
let last: { readonly info: InstanceInfo; readonly bytes: Bytes } | undefined;

function differsInUID(one: InstanceInfo, other: InstanceInfo): boolean {
  return (
    one.sopClassUID === other.sopClassUID &&
    one.transferSyntaxUID === other.transferSyntaxUID &&
    one.callingAETitle === other.callingAETitle
  );
}

/** The same with this UID, where it takes as much room and is one by its characters. */
function withUID(
  { info, bytes }: { readonly info: InstanceInfo; readonly bytes: Bytes },
  uid: string,
): Bytes | undefined {
  if (padded(uid) !== padded(info.sopInstanceUID) || !/^[\d.]+$/.test(uid)) return undefined;
  const copy = bytes.slice();
  const at = BEFORE_CLASS + padded(info.sopClassUID) + UI_HEADER;
  copy.set(fromLatin1(uid), at);
  if (uid.length % 2 === 1) copy[at + uid.length] = 0;
  return copy;
}

/** Bytes of a UID as a value: even, by a NUL behind it (PS3.5 9.1). */
const padded = (uid: string): number => uid.length + (uid.length % 2);

function metaElements(info: InstanceInfo): DataSet {
  const elements = dataSet({
    FileMetaInformationVersion: { vr: 'OB', InlineBinary: 'AAE=' }, // 00 01
    MediaStorageSOPClassUID: info.sopClassUID,
    MediaStorageSOPInstanceUID: info.sopInstanceUID,
    TransferSyntaxUID: info.transferSyntaxUID,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
  });
  const from = info.callingAETitle.trim();
  // A title that no element of VR AE can hold is not worth losing an instance for.
  return /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(from)
    ? { ...elements, ...dataSet({ SourceApplicationEntityTitle: from }) }
    : elements;
}

/**
 * Reads the head of a file: what it holds and where its data set begins. At most three reads, never of pixel data.
 * @throws DicomError FILE_INVALID with a sentence that says why this is no instance.
 */
export async function openPart10(source: ByteSource): Promise<Part10> {
  const { meta, dataSetOffset, transferSyntaxUID } = await openMeta(source);
  const sopClassUID = text(meta, 'MediaStorageSOPClassUID');
  if (sopClassUID === UID.MediaStorageDirectoryStorage)
    throw invalid('a DICOMDIR lists files, it is not an instance');
  const sopInstanceUID = text(meta, 'MediaStorageSOPInstanceUID');
  const callingAETitle = text(meta, 'SourceApplicationEntityTitle').trim();
  if (sopClassUID !== '' && sopInstanceUID !== '') {
    return { info: { sopClassUID, sopInstanceUID, transferSyntaxUID, callingAETitle }, dataSetOffset };
  }
  const inside = await identifiersOf(source, dataSetOffset, transferSyntaxUID);
  const info = {
    sopClassUID: sopClassUID || text(inside, 'SOPClassUID'),
    sopInstanceUID: sopInstanceUID || text(inside, 'SOPInstanceUID'),
    transferSyntaxUID,
    callingAETitle,
  };
  if (info.sopClassUID === '') throw invalid('it has no SOP Class UID');
  if (info.sopInstanceUID === '') throw invalid('it has no SOP Instance UID');
  return { info, dataSetOffset };
}

/** What every Part 10 file begins with, be it an instance or a DICOMDIR. @throws DicomError FILE_INVALID */
export async function openMeta(
  source: ByteSource,
): Promise<{ meta: DataSet; dataSetOffset: number; transferSyntaxUID: string }> {
  if (source.size === 0) throw invalid('the file is empty', { diagnosis: 'empty' });
  const first = await readExactly(source, 0, Math.min(FIRST_READ, source.size));
  checkPrefix(first);
  const head = await metaOf(source, first);
  const transferSyntaxUID = text(head.dataSet, 'TransferSyntaxUID');
  if (transferSyntaxUID === '') throw invalid('its meta information names no transfer syntax (0002,0010)');
  return { meta: head.dataSet, dataSetOffset: META + head.end, transferSyntaxUID };
}

function checkPrefix(first: Bytes): void {
  if (toLatin1(first.subarray(PREAMBLE, META)) === 'DICM') return;
  const bare = toLatin1(first.subarray(0, PREFIX.length)) === 'DICM';
  throw bare
    ? invalid('it lacks the 128 bytes of preamble in front of "DICM"')
    : invalid('it is not a DICOM file: "DICM" is not at byte 128', { diagnosis: 'not-dicom' });
}

/** Group 0002, always in explicit VR little endian (PS3.10 7.1). */
async function metaOf(source: ByteSource, first: Bytes): Promise<Head> {
  const near = readMeta(first.subarray(META));
  if (near.error === undefined || first.length === source.size) return whole(near);
  return whole(readMeta(await readExactly(source, META, Math.min(source.size, META + META_LIMIT))));
}

/** Believes (0002,0000) where the elements agree with it; else the first element of a later group is the end. */
function readMeta(bytes: Bytes): Head {
  const end = toldEnd(bytes);
  const told = readHead(bytes.subarray(0, end), EXPLICIT_VR_LITTLE_ENDIAN);
  const agrees = told.end === end && end > 0 && !inGroup2(bytes.subarray(end));
  return agrees ? told : readHead(bytes, EXPLICIT_VR_LITTLE_ENDIAN, { until: '00030000' });
}

const inGroup2 = (bytes: Bytes): boolean => bytes[0] === 0x02 && bytes[1] === 0x00;

/** Where group 0002 ends by its group length; 0 where it has none. */
function toldEnd(bytes: Bytes): number {
  if (!equals(bytes.subarray(0, GROUP_LENGTH.length), GROUP_LENGTH)) return 0;
  const reader = new Reader(bytes.subarray(GROUP_LENGTH.length), 'file meta information');
  return reader.remaining < 4 ? 0 : GROUP_LENGTH.length + 4 + reader.u32LE('group length');
}

function whole(head: Head): Head {
  if (head.error !== undefined)
    throw invalid('its meta information is unreadable or cut off', {}, head.error);
  if (head.end === 0) throw invalid('it has no meta information behind "DICM"');
  return head;
}

/** SOP Class and Instance UID from the data set, for files whose meta information lacks them. */
async function identifiersOf(
  source: ByteSource,
  offset: number,
  transferSyntaxUID: string,
): Promise<DataSet> {
  if (transferSyntax(transferSyntaxUID)?.readable !== true) return {};
  const bytes = await readExactly(source, offset, Math.min(source.size, offset + IDENTIFIERS));
  return readHead(bytes, transferSyntaxUID, { until: '00080019' }).dataSet;
}

/** `diagnosis`, where there is one, is for programs: empty, not-dicom. */
function invalid(why: string, details: { readonly diagnosis?: string } = {}, cause?: unknown): DicomError {
  return new DicomError('FILE_INVALID', why, details, cause);
}
