/** Instances that come as metadata and bulk data (PS3.18 10.5.1.4): put together as files, which are stored as others. */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, concat, DicomError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, text, toBase64, writeDataSet } from '../data/index.ts';
import { isHarmlessUID } from '../dict/index.ts';
import type { InstanceInfo } from '../file/index.ts';
import { fileMetaInformation } from '../file/index.ts';
import { mediaRange } from './accept.ts';
import { dataSetsOf } from './json-read.ts';
import type { PartEvent } from './multipart.ts';
import { Refusal } from './problem.ts';

/** Bytes of metadata and bulk data, all of which are held: links may lead from any data set to any part. */
const MOST_HELD = 64 << 20;
const JSON_TYPE = 'application/dicom+json';
const OCTETS = 'application/octet-stream';

/** An instance put together, or why not. */
export interface Made {
  readonly info?: InstanceInfo;
  readonly file?: Bytes;
  /** Its bulk data are compressed, or in another syntax. */
  readonly isCompressed?: boolean;
}

/** Gathers the parts of one request. */
export class MetadataParts {
  readonly #base: string;
  readonly #body = new ChunkQueue();
  readonly #bulk = new Map<string, string>();
  readonly #compressed = new Set<string>();
  #metadata: string | undefined;
  #location: string | undefined;
  #isPlain = true;
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
    this.#body.push(bytes.slice());
  }

  /** The end of a part. @throws Refusal 400 */
  finish(): void {
    const bytes = this.#body.peek(this.#body.length)!; // as many as there are
    if (this.#metadata === undefined) this.#metadata = textOf(bytes);
    else if (this.#location !== undefined && this.#isPlain) this.#bulk.set(this.#location, toBase64(bytes));
    else if (this.#location !== undefined) this.#compressed.add(this.#location);
    this.#body.clear();
  }

  /** One after the other. @throws Refusal 400, 413 where links give more than would be held */
  *made(): Generator<Made, void, undefined> {
    let isCompressed = false;
    let given = 0;
    const linked = (uri: string): string | undefined => {
      isCompressed ||= this.#compressed.has(this.#resolved(uri));
      const bulk = this.#bulk.get(this.#resolved(uri));
      given += ((bulk?.length ?? 0) / 4) * 3;
      if (given > MOST_HELD) throw tooMuch(); // thousands of links may lead to one part
      return bulk;
    };
    for (const dataSet of dataSetsOf(this.#metadata ?? '', linked)) {
      yield dataSet === undefined ? { isCompressed } : madeOf(dataSet);
      isCompressed = false;
    }
  }

  #begin(headers: ReadonlyMap<string, string>): void {
    const { type, parameters } = mediaRange(headers.get('content-type') ?? OCTETS);
    if (this.#metadata === undefined && type !== JSON_TYPE)
      throw new Refusal(400, `The first part is the metadata, as ${JSON_TYPE}.`);
    const location = headers.get('content-location');
    this.#location = location === undefined ? undefined : this.#resolved(location);
    const syntax = parameters.get('transfer-syntax') ?? EXPLICIT_VR_LITTLE_ENDIAN;
    this.#isPlain = type === OCTETS && syntax === EXPLICIT_VR_LITTLE_ENDIAN;
  }

  #resolved(uri: string): string {
    return URL.canParse(uri, this.#base) ? new URL(uri, this.#base).href : uri;
  }
}

function tooMuch(): Refusal {
  return new Refusal(413, `Metadata and bulk data have at most ${MOST_HELD} bytes; send files instead.`);
}

/** What is no UTF-8 would be stored with other characters. @throws Refusal 400 */
function textOf(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'Metadata are no UTF-8.');
  }
}

/** A file in Explicit VR Little Endian. */
function madeOf(dataSet: DataSet): Made {
  const uid = (keyword: string): string => text(dataSet, keyword).trim();
  const info = {
    sopClassUID: uid('SOPClassUID'),
    sopInstanceUID: uid('SOPInstanceUID'),
    transferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    callingAETitle: '',
  };
  if (!isHarmlessUID(info.sopClassUID) || !isHarmlessUID(info.sopInstanceUID)) return {};
  try {
    const { '00083002': _, ...kept } = dataSet; // of what the sender has: no attribute of the instance
    return { info, file: concat([fileMetaInformation(info), writeDataSet(kept, EXPLICIT_VR_LITTLE_ENDIAN)]) };
  } catch (error) {
    if (error instanceof DicomError) return { info };
    throw error;
  }
}
