/** A file system in memory that fails as real ones do: short writes, a quota, crashes in mid-write. */
import type { Bytes } from '../../core/bytes/index.ts';
import type { ByteSource } from '../../core/file/index.ts';
import type { AccessFile, Folder } from '../../web/opfs/disk.ts';
import { Random } from '../support/random.ts';

/** Thrown by everything after the process is gone. */
export class Crash extends Error {}

interface FakeFile {
  data: Bytes;
  size: number;
  /** As it is on the medium for sure. */
  durable: Bytes;
  taken: boolean;
  version: number;
}

export class FakeDisk {
  readonly files: Map<string, FakeFile> = new Map();
  /** Bytes of all files together. */
  quota = Infinity;
  /** A full disk is told as private windows of Chromium do it: by a number, as if it were a count. */
  fullByNumber = false;
  /** Writes take a part only. */
  short = false;
  /** Changes until the process is gone. */
  changesLeft = Infinity;
  changes = 0;
  readonly #random: Random;
  #crashed = false;

  constructor(seed = 1) {
    this.#random = new Random(seed);
  }

  get root(): Folder {
    return this.#folder('');
  }

  get used(): number {
    return [...this.files.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Another process finds what was written, by power loss only what was flushed and some of the rest. */
  restart(how: 'killed' | 'power lost' = 'killed'): void {
    this.#crashed = false;
    this.changesLeft = Infinity;
    for (const file of this.files.values()) {
      file.taken = false;
      if (how === 'power lost') this.#lose(file);
    }
  }

  #lose(file: FakeFile): void {
    const kept = file.durable.length + this.#random.int(Math.max(1, file.size - file.durable.length + 1));
    const data = file.data.slice(0, Math.min(kept, file.size));
    if (this.#random.int(2) === 0) data.fill(0, file.durable.length); // the length came to the medium, the bytes did not
    data.set(file.durable.subarray(0, data.length));
    file.data = data;
    file.size = data.length;
    file.durable = data.slice();
  }

  /** Counts a change; true where the process dies in it. */
  #change(): boolean {
    this.#alive();
    this.changes++;
    if (--this.changesLeft > 0) return false;
    this.#crashed = true;
    return true;
  }

  #alive(): void {
    if (this.#crashed) throw new Crash();
  }

  #folder(path: string): Folder {
    const at = (name: string): string => (path === '' ? name : `${path}/${name}`);
    return {
      folder: async (name) => this.#folder(at(name)),
      names: async () => {
        this.#alive();
        const inside = [...this.files.keys()].filter((file) => path === '' || file.startsWith(`${path}/`));
        const names = inside.map((file) => file.slice(path === '' ? 0 : path.length + 1).split('/')[0]!);
        return [...new Set(names)];
      },
      open: async (name) => this.#open(at(name)),
      source: async (name) => this.#source(at(name)),
      blob: async (name) => {
        const { size, read } = this.#source(at(name));
        return new Blob([await read(0, size)]);
      },
      remove: async (name) => {
        if (this.#change()) throw new Crash();
        for (const file of this.files.keys())
          if (file === at(name) || file.startsWith(`${at(name)}/`)) this.files.delete(file);
      },
    };
  }

  #open(path: string): AccessFile {
    if (!this.files.has(path)) {
      if (this.#change()) throw new Crash();
      const empty = new Uint8Array(0);
      this.files.set(path, { data: empty, size: 0, durable: empty, taken: false, version: 0 });
    }
    this.#alive();
    const file = this.files.get(path)!;
    if (file.taken) throw new DOMException('it is in use', 'NoModificationAllowedError');
    file.taken = true;
    return {
      getSize: () => file.size,
      read: (into, { at }) => {
        this.#alive();
        const bytes = file.data.subarray(at, Math.min(file.size, at + into.length));
        into.set(bytes);
        return bytes.length;
      },
      write: (bytes, { at }) => this.#write(file, bytes, at),
      truncate: (size) => {
        if (this.#change()) throw new Crash();
        file.size = Math.min(size, file.size);
        file.durable = file.durable.slice(0, file.size);
      },
      flush: () => {
        if (this.#change()) throw new Crash();
        file.durable = file.data.slice(0, file.size);
      },
      close: () => void (file.taken = false),
    };
  }

  #write(file: FakeFile, bytes: Bytes, at: number): number {
    const crash = this.#change();
    const part = crash || (this.short && bytes.length > 1 && this.#random.int(3) === 0);
    const length = part ? this.#random.int(bytes.length) + (crash ? 0 : 1) : bytes.length;
    const more = Math.max(0, at + length - file.size);
    const full = !crash && this.used + more > this.quota;
    if (full && this.fullByNumber) return 4294967288;
    if (full) throw new DOMException('no room', 'QuotaExceededError');
    if (at + length > file.data.length) {
      const data = new Uint8Array(Math.max(at + length, 2 * file.data.length));
      data.set(file.data.subarray(0, file.size));
      file.data = data;
    }
    file.data.set(bytes.subarray(0, length), at);
    file.size += more;
    file.version++;
    if (crash) throw new Crash();
    return length;
  }

  #source(path: string): ByteSource {
    this.#alive();
    const file = this.files.get(path);
    if (file === undefined) throw new DOMException('there is none', 'NotFoundError');
    const { version, size } = file;
    return {
      size,
      read: async (start, end) => {
        this.#alive();
        if (this.files.get(path) !== file || file.version !== version)
          throw new DOMException('it changed', 'NotReadableError');
        return file.data.slice(start, end);
      },
    };
  }
}
