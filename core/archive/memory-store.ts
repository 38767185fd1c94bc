/** Instances kept in memory: for demonstrations, tests, and pages without a disk. */
import type { Bytes } from '../bytes/index.ts';
import { DicomError } from '../bytes/index.ts';
import type {
  ByteRange,
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  Stored,
  StoreChange,
} from '../file/index.ts';
import { HeaderCollector } from '../file/index.ts';

/** Data sets are kept in blocks between these sizes: pieces of a few bytes must not cost an object each. */
const FIRST_BLOCK = 16 << 10;
const LARGEST_BLOCK = 256 << 10;

interface Kept {
  readonly info: Stored;
  readonly blocks: readonly Bytes[];
}

/** A store in memory; `used` and `capacity` count bytes of data sets. */
export class MemoryStore implements InstanceStore {
  readonly #capacity: number;
  readonly #kept = new Map<string, Kept>();
  readonly #watchers = new Set<(change: StoreChange) => void>();
  #used = 0;

  /** `capacity`: bytes of data sets, those under way included; unlimited by default. */
  constructor(options: { readonly capacity?: number } = {}) {
    this.#capacity = options.capacity ?? Infinity;
  }

  /** Bytes of data sets held, those under way included. */
  get used(): number {
    return this.#used;
  }

  put(info: InstanceInfo): InstanceSink {
    return new MemorySink(info, {
      claim: (bytes) => this.#claim(bytes),
      release: (bytes) => void (this.#used -= bytes),
      keep: (kept) => this.#keep(kept),
    });
  }

  has(sopInstanceUID: string): Promise<boolean> {
    return Promise.resolve(this.#kept.has(sopInstanceUID));
  }

  async open(
    sopInstanceUID: string,
    range: ByteRange = { start: 0, end: Infinity },
  ): Promise<{ info: Stored; dataSet: ReadableStream<Bytes> }> {
    const kept = this.#kept.get(sopInstanceUID);
    if (kept === undefined) throw new DicomError('STORE_FAILED', `there is no instance ${sopInstanceUID}`);
    return { info: kept.info, dataSet: copies(kept.blocks, range) };
  }

  delete(sopInstanceUID: string): Promise<void> {
    const kept = this.#kept.get(sopInstanceUID);
    if (kept !== undefined) {
      this.#kept.delete(sopInstanceUID);
      this.#used -= kept.info.bytes;
      this.#tell({ kind: 'deleted', sopInstanceUID });
    }
    return Promise.resolve();
  }

  async *entries(): AsyncGenerator<Stored> {
    for (const { info } of this.#kept.values()) yield info;
  }

  watch(onChange: (change: StoreChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  #tell(change: StoreChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #claim(bytes: number): void {
    if (this.#used + bytes > this.#capacity) {
      throw new DicomError('STORE_FULL', `memory for instances is full (${this.#capacity} bytes)`, {
        capacity: this.#capacity,
        used: this.#used,
      });
    }
    this.#used += bytes;
  }

  #keep(kept: Kept): void {
    const uid = kept.info.sopInstanceUID;
    this.#used -= this.#kept.get(uid)?.info.bytes ?? 0;
    this.#kept.set(uid, kept);
    this.#tell({ kind: 'stored', instance: kept.info });
  }
}

/** What a sink may do to its store. */
interface Account {
  claim(bytes: number): void;
  release(bytes: number): void;
  keep(kept: Kept): void;
}

class MemorySink implements InstanceSink {
  readonly #info: InstanceInfo;
  readonly #account: Account;
  readonly #header: HeaderCollector;
  readonly #blocks: Bytes[] = [];
  #filled = 0;
  #bytes = 0;
  #ended = false;

  constructor(info: InstanceInfo, account: Account) {
    this.#info = info;
    this.#account = account;
    this.#header = new HeaderCollector(info.transferSyntaxUID);
  }

  write(bytes: Bytes): void {
    this.#check();
    this.#claim(bytes.length);
    this.#bytes += bytes.length;
    this.#header.write(bytes);
    for (let at = 0; at < bytes.length;) at += this.#copy(bytes.subarray(at));
  }

  async commit(): Promise<Stored> {
    this.#check();
    const header = this.#header.finish();
    const last = this.#blocks.length - 1;
    if (last >= 0) this.#blocks[last] = this.#blocks[last]!.slice(0, this.#filled);
    this.#ended = true;
    const info: Stored = { ...this.#info, bytes: this.#bytes, header };
    this.#account.keep({ info, blocks: this.#blocks });
    return info;
  }

  abort(): Promise<void> {
    this.#drop();
    return Promise.resolve();
  }

  /** What is not taken whole must not be kept: a full store ends this instance. */
  #claim(bytes: number): void {
    try {
      this.#account.claim(bytes);
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  #drop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#blocks.length = 0;
    this.#account.release(this.#bytes);
  }

  /** Copies what fits into the last block, or into a new one; returns how much. */
  #copy(bytes: Bytes): number {
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#filled === block.length) {
      block = new Uint8Array(block === undefined ? FIRST_BLOCK : Math.min(LARGEST_BLOCK, block.length * 2));
      this.#blocks.push(block);
      this.#filled = 0;
    }
    const length = Math.min(bytes.length, block.length - this.#filled);
    block.set(bytes.subarray(0, length), this.#filled);
    this.#filled += length;
    return length;
  }

  #check(): void {
    if (this.#ended) throw new DicomError('USAGE', 'this instance is committed, aborted or failed already');
  }
}

/** Copies, since a reader may transfer or change what it gets. */
function copies(blocks: readonly Bytes[], { start, end }: ByteRange): ReadableStream<Bytes> {
  let next = 0;
  let at = 0;
  while (next < blocks.length && at + blocks[next]!.length <= start) at += blocks[next++]!.length;
  return new ReadableStream<Bytes>(
    {
      pull(controller) {
        const block = at < end ? blocks[next++] : undefined;
        if (block === undefined) return controller.close();
        const piece = block.slice(Math.max(0, start - at), end - at);
        at += block.length;
        if (piece.length > 0) controller.enqueue(piece);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
