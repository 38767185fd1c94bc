/** The data of the bench: made once, the same bytes from the same seed, kept below dist/bench/data. */
import { createCipheriv, createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyValue } from '../../core/data/index.ts';
import { dataSet, EXPLICIT_VR_LITTLE_ENDIAN, writeDataSet } from '../../core/data/index.ts';
import { fileMetaInformation } from '../../core/file/index.ts';
import type { Scale } from './scale.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
/** Multi-frame Grayscale Word Secondary Capture. */
const FRAMES = '1.2.840.10008.5.1.4.1.1.7.3';

const SLICE_BYTES = 512 * 512 * 2;
const TINY_BYTES = 4096;

/** Instances of one study in a folder of their own. */
export interface Study {
  readonly folder: string;
  readonly studyInstanceUID: string;
  readonly instances: number;
  /** Bytes of all data sets, file meta information left out. */
  readonly bytes: number;
}

/** What one file is made of. */
interface Instance {
  readonly sopClassUID: string;
  readonly attributes: Readonly<Record<string, KeyValue>>;
  readonly pixelBytes: number;
}

/** A folder for a server that may write beside the files what it likes: others read the study meanwhile. */
export interface Linked {
  readonly folder: string;
  remove(): Promise<void>;
}

/** The same files, by links. */
export async function linked({ folder: from }: Study): Promise<Linked> {
  const folder = `${from}.${process.pid}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const name of await readdir(from)) await link(join(from, name), join(folder, name));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** S, L and T. */
export class Data {
  readonly #root: string;
  readonly #scale: Scale;

  constructor(root: string, scale: Scale) {
    this.#root = root;
    this.#scale = scale;
  }

  /** S: CT slices of 512 x 512 x 16 bit, each of its own noise, so that nothing compresses it. With a divisor a part of them: where a peer stalls at each. */
  slices(divisor = 1): Promise<Study> {
    const instances = Math.ceil(this.#scale.slices / divisor);
    return this.#study(partName('S', divisor), 1, instances, (number) => image(number, CT, 512, 512));
  }

  /** T: as S, in data sets of 4 kB. */
  tiny(divisor = 1): Promise<Study> {
    const instances = Math.ceil(this.#scale.tiny / divisor);
    return this.#study(partName('T', divisor), 2, instances, (number) => {
      const shape = image(number, CT, 32, 0);
      const head = headOf(shape, uidsOf(2, number)).length + PIXEL_DATA_HEADER;
      const rows = Math.floor((TINY_BYTES - head) / 64);
      return image(number, CT, 32, rows);
    });
  }

  /** L: one object of many frames; its file is sparse, and its data set so many bytes long. */
  large(bytes: number): Promise<Study> {
    const { attributes } = image(1, FRAMES, 512, 512);
    const frames = String(Math.max(1, Math.floor(bytes / SLICE_BYTES)));
    const all = { ...attributes, NumberOfFrames: frames, ConversionType: 'SYN' };
    return this.#made(`L-${bytes}`, 3, 1, async (path, uids) => {
      const shape = { sopClassUID: FRAMES, attributes: all, pixelBytes: 0 };
      return writeSparse(path, shape, uids, bytes);
    });
  }

  /** Heads of instances and nothing else, a hundred a patient: what an archive reads when it starts. */
  heads(instances: number): Promise<Study> {
    return this.#made('heads', 4, instances, (path, uids, i) =>
      writeInstance(path, indexed(i - 1), { ...uids, ...studyOf(i - 1) }),
    );
  }

  #study(
    name: string,
    number: number,
    instances: number,
    shape: (number: number) => Instance,
  ): Promise<Study> {
    return this.#made(name, number, instances, (path, uids, i) => writeInstance(path, shape(i), uids));
  }

  /** Made where it is not there; a folder appears under its name when it is complete. */
  async #made(
    name: string,
    number: number,
    instances: number,
    write: (path: string, uids: UIDs, i: number) => Promise<number>,
  ): Promise<Study> {
    const folder = join(this.#root, `${name}-${this.#scale.name}`);
    const told = `${folder}.json`;
    if (existsSync(told)) return { ...(JSON.parse(await readFile(told, 'utf8')) as Study), folder };
    const part = `${folder}.${process.pid}`;
    await mkdir(part, { recursive: true });
    let bytes = 0;
    for (let i = 1; i <= instances; i++) {
      bytes += await write(join(part, `${i}.dcm`), uidsOf(number, i), i);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
    const study = { studyInstanceUID: uidsOf(number, 1).StudyInstanceUID, instances, bytes };
    await writeFile(told, JSON.stringify(study));
    return { ...study, folder };
  }
}

function partName(name: string, divisor: number): string {
  return divisor === 1 ? name : `${name}-by-${divisor}`;
}

type UIDs = Record<'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID', string>;

/** Below a root of our own making (PS3.5 B.2). */
function uidsOf(study: number, instance: number): UIDs {
  const root = `2.25.7411.${study}`;
  return {
    StudyInstanceUID: root,
    SeriesInstanceUID: `${root}.1`,
    SOPInstanceUID: `${root}.1.${instance}`,
  };
}

function image(number: number, sopClassUID: string, columns: number, rows: number): Instance {
  const attributes = {
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    StudyDate: '20260101',
    StudyTime: '120000',
    AccessionNumber: 'BENCH',
    Modality: 'CT',
    PatientName: 'Bench^Study',
    PatientID: 'BENCH',
    SliceThickness: '1',
    SeriesNumber: '1',
    InstanceNumber: String(number),
    ImagePositionPatient: ['0', '0', String(number)],
    ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
  };
  return { sopClassUID, attributes, pixelBytes: rows * columns * 2 };
}

function headOf({ sopClassUID, attributes }: Instance, uids: UIDs): Uint8Array {
  const all = dataSet({ ...attributes, ...uids, SOPClassUID: sopClassUID });
  return writeDataSet(all, EXPLICIT_VR_LITTLE_ENDIAN);
}

const PIXEL_DATA_HEADER = 12;
/** Bytes of noise made at once. */
const PIECE = 1 << 20;

/** Writes a Part 10 file and gives the length of its data set. */
async function writeInstance(path: string, instance: Instance, uids: UIDs): Promise<number> {
  const head = headOf(instance, uids);
  const meta = fileMetaInformation({
    sopClassUID: instance.sopClassUID,
    sopInstanceUID: uids.SOPInstanceUID,
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: '',
  });
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.concat([meta, head, pixelDataHeader(instance.pixelBytes)]));
    for (const piece of noise(uids.SOPInstanceUID, instance.pixelBytes)) await file.write(piece);
  } finally {
    await file.close();
  }
  return head.length + PIXEL_DATA_HEADER + instance.pixelBytes;
}

/** The longest even value that a length of 32 bits tells, FFFFFFFFH being none. */
const LONGEST = 0xffff_fffe;

/** As `writeInstance`, zeros that take no room: pixel data, and behind 4 GiB data set trailing padding (PS3.10 7.2). */
async function writeSparse(path: string, instance: Instance, uids: UIDs, bytes: number): Promise<number> {
  const head = headOf(instance, uids).length;
  const pixelBytes = evenBelow(bytes - head - PIXEL_DATA_HEADER);
  const written = await writeInstance(path, instance, uids);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(pixelDataHeader(pixelBytes), 0, PIXEL_DATA_HEADER, size - PIXEL_DATA_HEADER);
    const left = bytes - written - pixelBytes - PIXEL_DATA_HEADER;
    const padding = left > 0 ? evenBelow(left) : 0;
    if (padding > 0) await file.write(paddingHeader(padding), 0, PIXEL_DATA_HEADER, size + pixelBytes);
    const more = padding > 0 ? PIXEL_DATA_HEADER + padding : 0;
    await file.truncate(size + pixelBytes + more);
    return written + pixelBytes + more;
  } finally {
    await file.close();
  }
}

/** (7FE0,0010) OW in explicit VR (PS3.5 7.1.2). */
function pixelDataHeader(length: number): Buffer {
  const header = Buffer.from('e07f10004f57000000000000', 'hex');
  header.writeUInt32LE(length, 8);
  return header;
}

/** (FFFC,FFFC) OB. */
function paddingHeader(length: number): Buffer {
  const header = Buffer.from('fcfffcff4f42000000000000', 'hex');
  header.writeUInt32LE(length, 8);
  return header;
}

function evenBelow(length: number): number {
  return Math.min(LONGEST, length - (length % 2));
}

/** Instances of a patient in an index. */
const OF_PATIENT = 100;

/** What an index knows of its `i`th instance: a study a patient, two series a study. */
function indexed(i: number): Instance {
  const patient = Math.floor(i / OF_PATIENT);
  const shape = image(i, CT, 512, 512);
  const attributes = { ...shape.attributes, PatientName: `Doe${patient}^Jane`, PatientID: `P${patient}` };
  return { ...shape, attributes, pixelBytes: 0 };
}

function studyOf(i: number): Pick<UIDs, 'StudyInstanceUID' | 'SeriesInstanceUID'> {
  const study = `2.25.7411.4.${Math.floor(i / OF_PATIENT)}`;
  return { StudyInstanceUID: study, SeriesInstanceUID: `${study}.${Math.floor(i / (OF_PATIENT / 2)) % 2}` };
}

/** The data set of the `i`th instance of an index without its pixels. */
export function indexedHead(i: number): { readonly sopInstanceUID: string; readonly head: Uint8Array } {
  const uids = { ...uidsOf(4, i + 1), ...studyOf(i) };
  return { sopInstanceUID: uids.SOPInstanceUID, head: headOf(indexed(i), uids) };
}

/** How many patients of so many instances have a number that ends with 7: as many more of them as there are more. */
export function sevens(instances: number): number {
  const patients = Math.ceil(instances / OF_PATIENT);
  return Array.from({ length: patients }, (_, i) => String(i)).filter((each) => each.endsWith('7')).length;
}

/** Bytes that nothing compresses, the same for the same seed. */
export function* noise(seed: string, length: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(length, PIECE));
  for (let at = 0; at < length; at += PIECE) {
    yield cipher.update(zeros.subarray(0, Math.min(PIECE, length - at)));
  }
}
