/** Storing (PS3.18 10.5): parts of a request, each streamed on as it comes. */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, DicomError, StatusError } from '../bytes/index.ts';
import type { DataSet } from '../data/index.ts';
import { dataSet, text } from '../data/index.ts';
import { isHarmlessUID } from '../dict/index.ts';
import type { InstanceInfo, Part10 } from '../file/index.ts';
import { bytesSource, chunksOf, HeaderCollector, isStoreFailure, openPart10 } from '../file/index.ts';
import { jsonFor, mediaRange } from './accept.ts';
import type { Call } from './call.ts';
import { jsonText } from './json.ts';
import type { PartEvent } from './multipart.ts';
import { MultipartParser } from './multipart.ts';
import { problemOf, Refusal } from './problem.ts';
import { respond } from './response.ts';
import type { Made } from './stow-metadata.ts';
import { MetadataParts } from './stow-metadata.ts';
import type { DicomWebOptions, Storing } from './types.ts';

/** Bytes of a part that are gathered to find what it is; where that is not enough, so many. */
const HEAD = 8192;
const LONG_HEAD = 1_200_000; // file meta information of up to 1 MiB, and the identifiers behind it
/** Parts of one request: each takes a line of the answer. */
const MOST_PARTS = 100_000;
/** Of these such as are no instances: they cost time, and nobody sends many. */
const MOST_OTHERS = 1000;

/** Failure Reason (0008,1197): why an instance is not stored (PS3.18 I.2.2). */
export const STOW_FAILURE = {
  processingFailure: 0x0110,
  sopClassNotSupported: 0x0122,
  outOfResources: 0xa700,
  dataSetDoesNotMatch: 0xa900,
  cannotUnderstand: 0xc000,
  transferSyntaxNotSupported: 0xc122,
} as const;

/** Of problems that are the peer's or the store's, and not the instance's. */
const OUTAGES: readonly number[] = [502, 503, 504, 507];
const OF_INSTANCES: readonly string[] = ['STATUS_FAILURE', 'CONTEXT_REFUSED'];

/** What became of a part; without an `info` it is none that can be named. */
interface Fate {
  readonly info?: InstanceInfo;
  readonly study?: string;
  readonly series?: string;
  /** Undefined where it is stored. */
  readonly failure?: number;
  /** Undefined where it is stored as it came, or not at all. */
  readonly warning?: number;
}

/**
 * Stores the parts one by one. 200: all are stored; 202: some are, or some with warnings; 409: none is.
 * @throws Refusal 415, 413, 400
 */
export async function answerStore(call: Call, { archive, store }: DicomWebOptions): Promise<Response> {
  const media = jsonFor(call);
  const { boundary, isMetadata } = formOf(call.request);
  const fates: Fate[] = [];
  const put: Put = store ?? ((info) => archive.store.put(info));
  let others = 0;
  const reader = new PartReader(put, call.target.study, (fate) => {
    if (fates.push(fate) > MOST_PARTS) throw new Refusal(413, `A request has at most ${MOST_PARTS} parts.`);
    if (fate.info === undefined && ++others > MOST_OTHERS)
      throw new Refusal(413, `More than ${MOST_OTHERS} parts are no instances.`);
  });
  try {
    if (isMetadata) await takeMetadata(call, boundary, reader);
    else await eachPart(call.request, boundary, (event) => reader.take(event));
  } finally {
    await reader.end();
  }
  if (fates.length === 0) throw new Refusal(400, 'The request holds no parts.');
  const status = statusOf(fates);
  if (status === 409 && reader.outage !== undefined) throw reader.outage;
  return respond({ status, media, body: jsonText(responseOf(fates, call)) });
}

/** How the body is to be read; metadata may come alone, without a boundary. @throws Refusal 415 */
function formOf({ headers }: Request): { boundary: string | undefined; isMetadata: boolean } {
  const { type, parameters } = mediaRange(headers.get('content-type') ?? 'application/octet-stream');
  const isMultipart = type === 'multipart/related';
  const parts = isMultipart ? (parameters.get('type') ?? 'application/dicom').toLowerCase() : type;
  const isMetadata = parts === 'application/dicom+json';
  if (isMetadata || (isMultipart && parts === 'application/dicom'))
    return { boundary: isMultipart ? (parameters.get('boundary') ?? '') : undefined, isMetadata };
  throw new Refusal(
    415,
    'What is stored comes as multipart/related; type="application/dicom", or "application/dicom+json".',
  );
}

type Take = (event: PartEvent) => Promise<void> | void;

/** @throws Refusal 400 */
async function eachPart({ body }: Request, boundary: string | undefined, take: Take): Promise<void> {
  const parser = new MultipartParser(boundary ?? '');
  for await (const chunk of body === null ? [] : chunksOf(body)) {
    for (const event of parser.push(chunk)) await take(event);
  }
  parser.finish();
}

/** Gathers all parts, then stores the instances one by one. */
async function takeMetadata(
  { request, url }: Call,
  boundary: string | undefined,
  reader: PartReader,
): Promise<void> {
  const parts = new MetadataParts(url.href);
  if (boundary !== undefined) await eachPart(request, boundary, (event) => parts.take(event));
  else {
    for await (const chunk of request.body === null ? [] : chunksOf(request.body)) parts.write(chunk);
    parts.finish();
  }
  for (const made of parts.made()) await reader.store(made);
}

function statusOf(fates: readonly Fate[]): number {
  const stored = fates.filter(({ failure }) => failure === undefined);
  if (stored.length === 0) return 409;
  return stored.length === fates.length && stored.every(({ warning }) => warning === undefined) ? 200 : 202;
}

type Put = NonNullable<DicomWebOptions['store']>;

/** Tells what becomes of each part. */
class PartReader {
  readonly #put: Put;
  readonly #study: string | undefined;
  readonly #tell: (fate: Fate) => void;
  #part: IncomingInstance | undefined;
  /** A store that takes nothing else either is not asked again. */
  #isClosed = false;
  /** What kept the first instance that was not stored from it, where that is no fault of its own. */
  outage: unknown;

  constructor(put: Put, study: string | undefined, tell: (fate: Fate) => void) {
    this.#put = put;
    this.#study = study;
    this.#tell = tell;
  }

  async take(event: PartEvent): Promise<void> {
    if (event.kind === 'part') this.#part = this.#begin(event.headers);
    else if (event.kind === 'bytes') await this.#part?.write(event.bytes);
    else await this.#finish();
  }

  /** An instance that was put together. */
  async store({ info, file, isForeign = false }: Made): Promise<void> {
    const { cannotUnderstand, transferSyntaxNotSupported } = STOW_FAILURE;
    if (file === undefined) {
      const failure = isForeign ? transferSyntaxNotSupported : cannotUnderstand;
      return this.#tell({ ...(info && { info }), failure });
    }
    this.#part = this.#begin(new Map());
    await this.#part.write(file);
    await this.#finish();
  }

  /** Forgets a part that has no end. */
  async end(): Promise<void> {
    await this.#part?.abort();
  }

  #begin(headers: ReadonlyMap<string, string>): IncomingInstance {
    if (this.#isClosed) return new IncomingInstance(this.#put, this.#study, STOW_FAILURE.outOfResources);
    const isDicom = isDicomPart(headers.get('content-type'));
    return new IncomingInstance(this.#put, this.#study, isDicom ? undefined : STOW_FAILURE.cannotUnderstand);
  }

  async #finish(): Promise<void> {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined) return;
    this.#tell(await part.finish());
    this.#isClosed ||= isStoreFailure(part.error);
    if (isOutage(part.error)) this.outage ??= part.error;
  }
}

/** The peer is not there, or no room is left: no instance would have been stored. */
function isOutage(error: unknown): boolean {
  if (error instanceof DicomError && OF_INSTANCES.includes(error.code)) return false;
  return OUTAGES.includes(problemOf(error).status);
}

function isDicomPart(contentType: string | undefined): boolean {
  return contentType === undefined || /^application\/dicom\s*(;|$)/i.test(contentType);
}

/** One part: its head is gathered until it tells what it is, then it goes into the store as it comes. */
class IncomingInstance {
  readonly #put: Put;
  readonly #study: string | undefined;
  readonly #head = new ChunkQueue();
  #wanted = HEAD;
  #info: InstanceInfo | undefined;
  #sink: Storing | undefined;
  #header: HeaderCollector | undefined;
  #failure: number | undefined;
  /** What the store failed with. */
  error: unknown;

  /** With a `failure` it is read and forgotten. */
  constructor(put: Put, study: string | undefined, failure: number | undefined) {
    this.#put = put;
    this.#study = study;
    this.#failure = failure;
  }

  async write(bytes: Bytes): Promise<void> {
    if (this.#failure !== undefined) return;
    if (this.#sink !== undefined) return this.#keep(bytes);
    this.#head.push(bytes.slice());
    if (this.#head.length >= this.#wanted) await this.#open(this.#wanted < LONG_HEAD);
  }

  async finish(): Promise<Fate> {
    if (this.#failure === undefined && this.#sink === undefined) await this.#open(false);
    const header = this.#header?.finish() ?? {};
    if (this.#failure === undefined) this.#failure = this.#mismatch(header);
    if (this.#failure === undefined) await this.#ours((sink) => sink.commit());
    else await this.abort();
    const warning = this.#sink?.warning;
    return {
      ...(this.#info && { info: this.#info }),
      study: uidIn(header, 'StudyInstanceUID'),
      series: uidIn(header, 'SeriesInstanceUID'),
      ...(this.#failure !== undefined && { failure: this.#failure }),
      ...(warning !== undefined && { warning }),
    };
  }

  async abort(): Promise<void> {
    const sink = this.#sink;
    this.#sink = undefined;
    await sink?.abort();
  }

  /** `more`: where the head does not tell what the part is, more of it may. */
  async #open(more: boolean): Promise<void> {
    const head = this.#head.peek(this.#head.length)!; // as many as there are
    const found = await openPart10(bytesSource(head)).catch(invalidFile);
    if (found === undefined && more) {
      this.#wanted = LONG_HEAD;
      return;
    }
    this.#head.clear();
    if (found === undefined || !isNamed(found.info)) this.#failure = STOW_FAILURE.cannotUnderstand;
    else await this.#begin(found, head);
  }

  async #begin({ info, dataSetOffset }: Part10, head: Bytes): Promise<void> {
    this.#info = info;
    this.#header = new HeaderCollector(info.transferSyntaxUID);
    try {
      this.#sink = await this.#put(info);
    } catch (error) {
      return this.#failed(error);
    }
    await this.#keep(head.subarray(dataSetOffset));
  }

  async #keep(bytes: Bytes): Promise<void> {
    if (bytes.length === 0) return;
    this.#header?.write(bytes);
    await this.#ours((sink) => sink.write(bytes));
  }

  async #ours(step: (sink: Storing) => unknown): Promise<void> {
    try {
      if (this.#sink !== undefined) await step(this.#sink);
    } catch (error) {
      this.#failed(error);
      await this.abort();
    }
  }

  #failed(error: unknown): void {
    this.error = error;
    this.#failure = failureOf(error);
  }

  /** The data set must be what its file says it is, and of the study that the path names (PS3.18 10.5.2). */
  #mismatch(header: DataSet): number | undefined {
    const instance = uidIn(header, 'SOPInstanceUID');
    const study = uidIn(header, 'StudyInstanceUID');
    const { sopInstanceUID } = this.#info ?? {};
    if (study === '' || uidIn(header, 'SeriesInstanceUID') === '') return STOW_FAILURE.cannotUnderstand;
    const isOther = instance !== sopInstanceUID || (this.#study !== undefined && study !== this.#study);
    return isOther ? STOW_FAILURE.dataSetDoesNotMatch : undefined;
  }
}

/** A peer's status is a failure reason as it is (PS3.18 I.2.2). */
function failureOf(error: unknown): number {
  if (error instanceof StatusError) return error.status;
  const code = error instanceof DicomError ? error.code : undefined;
  if (code === 'STORE_FULL' || error instanceof Refusal) return STOW_FAILURE.outOfResources;
  return code === 'CONTEXT_REFUSED' ? STOW_FAILURE.sopClassNotSupported : STOW_FAILURE.processingFailure;
}

/** A part that is no file is refused; anything else is a mistake of ours. */
function invalidFile(error: unknown): undefined {
  if (!(error instanceof DicomError)) throw error;
}

/** UIDs from outside become names of files. */
function isNamed({ sopClassUID, sopInstanceUID, transferSyntaxUID }: InstanceInfo): boolean {
  return [sopClassUID, sopInstanceUID, transferSyntaxUID].every(isHarmlessUID);
}

function uidIn(header: DataSet, keyword: string): string {
  const uid = text(header, keyword).trim();
  return isHarmlessUID(uid) ? uid : '';
}

/** Store Instances Response Module (PS3.18 I). */
function responseOf(fates: readonly Fate[], { root }: Call): DataSet {
  const stored = fates.filter(({ failure }) => failure === undefined);
  const failed = fates.filter(({ info, failure }) => info !== undefined && failure !== undefined);
  const unnamed = fates.filter(({ info, failure }) => info === undefined && failure !== undefined);
  const studies = [...new Set(stored.map(({ study }) => study))];
  return {
    ...(studies.length === 1 && dataSet({ RetrieveURL: `${root}/studies/${studies[0]}` })),
    ...sequence('FailedSOPSequence', failed, (fate) => ({ ...reference(fate), ...reason(fate) })),
    ...sequence('ReferencedSOPSequence', stored, (fate) => ({ ...reference(fate), ...location(fate, root) })),
    ...sequence('OtherFailuresSequence', unnamed, reason),
  };
}

function sequence(keyword: string, fates: readonly Fate[], item: (fate: Fate) => DataSet): DataSet {
  return fates.length === 0 ? {} : dataSet({ [keyword]: fates.map(item) });
}

function reference({ info }: Fate): DataSet {
  return dataSet({
    ReferencedSOPClassUID: info?.sopClassUID ?? '',
    ReferencedSOPInstanceUID: info?.sopInstanceUID ?? '',
  });
}

function reason({ failure = STOW_FAILURE.processingFailure }: Fate): DataSet {
  return dataSet({ FailureReason: failure });
}

function location({ info, study, series, warning }: Fate, root: string): DataSet {
  return dataSet({
    RetrieveURL: `${root}/studies/${study}/series/${series}/instances/${info?.sopInstanceUID}`,
    ...(warning !== undefined && { WarningReason: warning }),
  });
}
