/** The attributes of an instance that passes by, without holding it. */
import type { Bytes } from '../bytes/index.ts';
import { ChunkQueue, DEFAULT_LIMITS } from '../bytes/index.ts';
import type { DataSet, ElementSpan } from '../data/index.ts';
import { readHead, transferSyntax, vrEntry } from '../data/index.ts';
import { isPrivate } from '../dict/index.ts';

/**
 * Bytes looked at, at most, of deflated data sets both before and after inflating; headers of real images take 2 to
 * 20 kB, of large multi-frame ones more.
 */
const HEAD_LIMIT = 256 << 10;
const LIMITS = { ...DEFAULT_LIMITS, inflated: HEAD_LIMIT };
/** Bytes of an element that goes into the header: sequences of every frame and tables are not for an index. */
const ELEMENT_LIMIT = 8 << 10;
/** Pixel data of every kind: float (7FE0,0008), double (7FE0,0009), offset tables, (7FE0,0010). */
const PIXEL_DATA = '7FE00000';

/**
 * Reads the head of a data set from the bytes that pass by; they may be cut anywhere and be broken. Private,
 * binary and very long elements are left out, pixel data ends it. Costs nothing for transfer syntaxes that are not readable:
 * their header is empty.
 */
export class HeaderCollector {
  readonly #transferSyntaxUID: string;
  readonly #held = new ChunkQueue();
  #done: boolean;
  /** Length at which reading is tried: doubling, so that all trying together costs no more than twice the last. */
  #next = 1;
  #dataSet: DataSet = {};
  /** How many bytes `#dataSet` was read from. */
  #read = 0;

  constructor(transferSyntaxUID: string) {
    this.#transferSyntaxUID = transferSyntaxUID;
    this.#done = transferSyntax(transferSyntaxUID)?.readable !== true;
  }

  /** No more bytes are needed: a reader of files may stop here. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes the next bytes of the data set; they may change afterwards. */
  write(bytes: Bytes): void {
    if (this.#done) return;
    const taken = bytes.subarray(0, HEAD_LIMIT - this.#held.length);
    // The first piece most often holds the whole header: it is read in place, and nothing is copied.
    if (this.#held.length === 0 && this.#tryRead(taken)) return;
    this.#held.push(taken.slice());
    if (this.#held.length >= this.#next || this.#held.length === HEAD_LIMIT) this.#tryRead(this.#all());
    if (this.#held.length === HEAD_LIMIT) this.#end();
  }

  /** The header as far as it came. */
  finish(): DataSet {
    if (!this.#done && this.#held.length > this.#read) this.#tryRead(this.#all());
    this.#end();
    return this.#dataSet;
  }

  /** True where pixel data or a limit was reached, so that no more bytes are needed. */
  #tryRead(bytes: Bytes): boolean {
    const options = { until: PIXEL_DATA, omit, limits: LIMITS };
    const { dataSet, reached, error } = readHead(bytes, this.#transferSyntaxUID, options);
    this.#dataSet = dataSet;
    this.#read = bytes.length;
    this.#next = 2 * bytes.length;
    const done = reached || error?.code === 'LIMIT_EXCEEDED';
    if (done) this.#end();
    return done;
  }

  #all(): Bytes {
    return this.#held.peek(this.#held.length)!; // as many as there are
  }

  #end(): void {
    this.#done = true;
    this.#held.clear();
  }
}

/** UN may be an attribute that the sender's dictionary lacked; other bytes are tables, overlays, curves. */
function omit({ tag, vr, length }: ElementSpan): boolean {
  return length > ELEMENT_LIMIT || isPrivate(tag) || (vr !== 'UN' && vrEntry(vr).kind === 'bytes');
}
