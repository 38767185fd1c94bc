/** The worklist of a mini-PACS: a folder of files as wlmscpfs and Orthanc read it, and the sample steps. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sampleWorklist } from '../../core/archive/index.ts';
import type { WorklistEntries } from '../../core/archive/index.ts';
import { DicomError, StatusError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { items, readDataSet } from '../../core/data/index.ts';
import { STATUS } from '../../core/dict/index.ts';
import { bytesSource, openPart10, readExactly } from '../../core/file/index.ts';
import { withFile } from './files.ts';
import type { Flags } from './flags.ts';
import { usage } from './flags.ts';
import { bytesText, printable } from './output.ts';
import { reason } from '../dial/reason.ts';

/** Real entries take 1 to 4 kB; what is larger holds something else. */
const LARGEST_FILE = 256 << 10;
/** Entries, and bytes of them all, that are held at once: thousands a day are scheduled in large hospitals. */
const LIMITS: WorklistLimits = { files: 10_000, bytes: 64 << 20 };
const EXTENSIONS: readonly string[] = ['.wl', '.dcm'];

interface WorklistLimits {
  readonly files: number;
  readonly bytes: number;
}

/**
 * What a mini-PACS has scheduled: the files of `--worklist`, and today's sample steps; undefined for neither. `tell`
 * gets a sentence for each file that cannot be used.
 * @throws DicomError USAGE where the folder cannot be read
 */
export async function worklistOf(
  flags: Flags,
  sample: boolean,
  tell: (sentence: string) => void,
): Promise<WorklistEntries | undefined> {
  const folder = flags.text('worklist');
  if (folder === undefined) return sample ? () => sampleWorklist() : undefined;
  const files = new WorklistFolder(folder, tell);
  await files.entries().catch((error: unknown) => {
    throw usage(`--worklist: ${reason(error)}`);
  });
  return async () => {
    const entries = await files.entries().catch((error: unknown) => {
      tell(`the worklist cannot be read: ${reason(error)}`);
      throw new StatusError(STATUS.cannotUnderstand, 'the worklist cannot be read');
    });
    return sample ? [...sampleWorklist(), ...entries] : entries;
  };
}

/** A file as it was read last; without an entry where it cannot be used. */
interface Read {
  /** Changes when the file does. */
  readonly version: string;
  readonly bytes: number;
  readonly entry?: DataSet;
}

/** The entries of a folder, read again where files have changed, come or gone. Folders in it are not looked into. */
export class WorklistFolder {
  readonly #folder: string;
  readonly #limits: WorklistLimits;
  readonly #tell: (sentence: string) => void;
  #files: ReadonlyMap<string, Read> = new Map();

  constructor(folder: string, tell: (sentence: string) => void, limits: WorklistLimits = LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
    this.#tell = tell;
  }

  /** In the order of the names. Fails with what the system says where the folder cannot be read. */
  async entries(): Promise<readonly DataSet[]> {
    const names = (await readdir(this.#folder)).filter((name) =>
      EXTENSIONS.includes(extname(name).toLowerCase()),
    );
    const files = new Map<string, Read>();
    let bytes = 0;
    for (const name of names.toSorted()) {
      const file = await this.#file(name);
      if (file === undefined) continue;
      bytes += file.bytes;
      if (files.size === this.#limits.files || bytes > this.#limits.bytes) {
        const most = `${this.#limits.files} files or ${bytesText(this.#limits.bytes)}`;
        this.#tell(`the worklist ends before ${printable(name)}: no more than ${most} are read`);
        break;
      }
      files.set(name, file);
    }
    this.#files = files;
    return [...files.values()].flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  }

  /** The file as it is now; undefined where it is gone or none. A problem is told once for each state of the file. */
  async #file(name: string): Promise<Read | undefined> {
    const path = join(this.#folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) return undefined; // to open a pipe would wait for its writer
    const version = `${found.ino} ${found.mtimeMs} ${found.size}`;
    const before = this.#files.get(name);
    if (before?.version === version) return before;
    try {
      return { version, bytes: found.size, entry: await readEntry(path) };
    } catch (error) {
      this.#tell(`skipped ${printable(path)}: ${printable(reason(error))}`);
      return { version, bytes: 0 };
    }
  }
}

/** @throws DicomError LIMIT_EXCEEDED, FILE_INVALID, DATASET_INVALID; what the system says */
async function readEntry(path: string): Promise<DataSet> {
  const bytes = await withFile(path, (source) => {
    if (source.size <= LARGEST_FILE) return readExactly(source, 0, source.size);
    const most = bytesText(LARGEST_FILE);
    throw new DicomError(
      'LIMIT_EXCEEDED',
      `${bytesText(source.size)} are too many for a worklist entry (${most})`,
    );
  });
  const { info, dataSetOffset } = await openPart10(bytesSource(bytes));
  const entry = readDataSet(bytes.subarray(dataSetOffset), info.transferSyntaxUID);
  if (items(entry, 'ScheduledProcedureStepSequence').length > 0) return entry;
  throw new DicomError('FILE_INVALID', 'no procedure step is scheduled in it: (0040,0100) has no item');
}
