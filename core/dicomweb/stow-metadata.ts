/** Instances that come as metadata and bulk data (PS3.18 10.5.1.4): put together as files, which are stored as others. */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, concat, DicomError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, number, text, toBase64, writeDataSet } from '../data/index.ts';
import { isHarmlessUID } from '../dict/index.ts';
import type { InstanceInfo } from '../file/index.ts';
import { fileMetaInformation } from '../file/index.ts';
import { mediaRange } from './accept.ts';
import type { Linked } from './json-read.ts';
import { dataSetsOf } from './json-read.ts';
import type { PartEvent } from './multipart.ts';
import { Refusal } from './problem.ts';
import type { CompressedFrames } from './stow-frames.ts';
import { encapsulated, frameSyntax, isInSyntax } from './stow-frames.ts';

/** Bytes of metadata: as objects they take twenty times as many. */
const MOST_METADATA = 8 << 20;
/** Bytes of metadata and bulk data, all of which are held: links may lead from any data set to any part. */
const MOST_HELD = 64 << 20;
const JSON_TYPE = 'application/dicom+json';
const OCTETS = 'application/octet-stream';
const PIXEL_DATA = '7FE00010';

/** An instance put together, or why not. */
export interface Made {
  readonly info?: InstanceInfo;
  readonly file?: Bytes;
  /** Its bulk data are in a syntax, or of a media type, that nothing is made of. */
  readonly isForeign?: boolean;
}

/** Gathers the parts of one request. */
export class MetadataParts {
  readonly #base: string;
  readonly #body = new ChunkQueue();
  readonly #bulk = new Map<string, string>();
  readonly #frames = new Map<string, CompressedFrames>();
  readonly #foreign = new Set<string>();
  #metadata: string | undefined;
  #location: string | undefined;
  /** Of the part under way: in which syntax frames are; undefined where they are in none that is known. */
  #syntax: string | undefined = EXPLICIT_VR_LITTLE_ENDIAN;
  #held = 0;

  /** Locations may be relative to `base`, the URL of the request. */
  constructor(base: string) {
    this.#base = base;
  }

  /** @throws Refusal 400 where the first part is no metadata, 413 where more would have to be held. */
  take(event: PartEvent): void {
    if (event.kind === 'part') this.#begin(event.headers);
    else if (event.kind === 'bytes') this.write(event.bytes);
    else this.finish();
  }

  write(bytes: Bytes): void {
    this.#held += bytes.length;
    if (this.#held > MOST_HELD) throw tooMuch();
    if (this.#metadata === undefined && this.#held > MOST_METADATA) throw tooMuchMetadata();
    this.#body.push(bytes.slice());
  }

  /** The end of a part. @throws Refusal 400 */
  finish(): void {
    const bytes = this.#body.peek(this.#body.length)!; // as many as there are
    if (this.#metadata === undefined) this.#metadata = textOf(bytes);
    else if (this.#location !== undefined) this.#keep(this.#location, bytes.slice());
    this.#body.clear();
  }

  /** One after the other. @throws Refusal 400, 413 where links give more than would be held */
  *made(): Generator<Made, void, undefined> {
    let pixels: CompressedFrames | undefined;
    let isForeign = false;
    let given = 0;
    const give = <T>(bytes: number, what: T): T => {
      given += bytes;
      if (given > MOST_HELD) throw tooMuch(); // thousands of links may lead to one part
      return what;
    };
    const linked: Linked = (uri, tag, depth) => {
      const location = this.#resolved(uri);
      const frames = this.#frames.get(location);
      isForeign ||=
        this.#foreign.has(location) || (frames !== undefined && (tag !== PIXEL_DATA || depth > 0));
      if (isForeign) return undefined;
      if (frames === undefined) {
        const bulk = this.#bulk.get(location);
        return give(((bulk?.length ?? 0) / 4) * 3, bulk);
      }
      pixels = frames;
      return give(
        frames.frames.reduce((sum, { length }) => sum + length, 0),
        '',
      );
    };
    for (const dataSet of dataSetsOf(this.#metadata ?? '', linked)) {
      yield dataSet === undefined ? { isForeign } : madeOf(dataSet, pixels);
      pixels = undefined;
      isForeign = false;
    }
  }

  /** Several parts of one location are the frames of one image. */
  #keep(location: string, bytes: Bytes): void {
    const syntax = this.#syntax;
    if (syntax === EXPLICIT_VR_LITTLE_ENDIAN) return void this.#bulk.set(location, toBase64(bytes));
    const image = this.#frames.get(location) ?? { transferSyntaxUID: syntax ?? '', frames: [] };
    if (syntax === undefined || image.transferSyntaxUID !== syntax || !isInSyntax(bytes, syntax)) {
      return void this.#foreign.add(location);
    }
    image.frames.push(bytes);
    this.#frames.set(location, image);
  }

  #begin(headers: ReadonlyMap<string, string>): void {
    const { type, parameters } = mediaRange(headers.get('content-type') ?? OCTETS);
    if (this.#metadata === undefined && type !== JSON_TYPE)
      throw new Refusal(400, `The first part is the metadata, as ${JSON_TYPE}.`);
    const location = headers.get('content-location');
    this.#location = location === undefined ? undefined : this.#resolved(location);
    const named = parameters.get('transfer-syntax');
    const isPlain = type === OCTETS && (named ?? EXPLICIT_VR_LITTLE_ENDIAN) === EXPLICIT_VR_LITTLE_ENDIAN;
    this.#syntax = isPlain ? EXPLICIT_VR_LITTLE_ENDIAN : frameSyntax(type, named);
  }

  #resolved(uri: string): string {
    return URL.canParse(uri, this.#base) ? new URL(uri, this.#base).href : uri;
  }
}

function tooMuch(): Refusal {
  return new Refusal(413, `Metadata and bulk data have at most ${MOST_HELD} bytes; send files instead.`);
}

function tooMuchMetadata(): Refusal {
  const detail = `Metadata have at most ${MOST_METADATA} bytes; send values as parts of their own, or files instead.`;
  return new Refusal(413, detail);
}

/** What is no UTF-8 would be stored with other characters. @throws Refusal 400 */
function textOf(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'Metadata are no UTF-8.');
  }
}

/** A file in Explicit VR Little Endian, or in the syntax of its compressed frames. */
function madeOf(dataSet: DataSet, pixels: CompressedFrames | undefined): Made {
  const uid = (keyword: string): string => text(dataSet, keyword).trim();
  const info = {
    sopClassUID: uid('SOPClassUID'),
    sopInstanceUID: uid('SOPInstanceUID'),
    transferSyntaxUID: pixels?.transferSyntaxUID ?? EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: '',
  };
  if (!isHarmlessUID(info.sopClassUID) || !isHarmlessUID(info.sopInstanceUID)) return {};
  if (pixels !== undefined && pixels.frames.length !== (number(dataSet, 'NumberOfFrames') ?? 1))
    return { info };
  try {
    const { '00083002': _, ...kept } = dataSet; // of what the sender has: no attribute of the instance
    return { info, file: concat([fileMetaInformation(info), ...written(kept, pixels)]) };
  } catch (error) {
    if (error instanceof DicomError) return { info };
    throw error;
  }
}

function written(dataSet: DataSet, pixels: CompressedFrames | undefined): Bytes[] {
  if (pixels === undefined) return [writeDataSet(dataSet, EXPLICIT_VR_LITTLE_ENDIAN)];
  const some = (keep: (tag: string) => boolean): Bytes =>
    writeDataSet(
      Object.fromEntries(Object.entries(dataSet).filter(([tag]) => keep(tag))),
      EXPLICIT_VR_LITTLE_ENDIAN,
    );
  return [some((tag) => tag < PIXEL_DATA), encapsulated(pixels.frames), some((tag) => tag > PIXEL_DATA)];
}
