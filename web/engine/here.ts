/** The page's own archive, asked as a peer is: by the matching that an SCP has (PS3.4 C.2.2.2). */
import { Archive } from '../../core/archive/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { STATUS } from '../../core/dict/index.ts';
import type { InstanceStore } from '../../core/file/index.ts';
import type { QueryResult, Task } from '../../core/peer/index.ts';
import { task } from '../../core/peer/task.ts';
import type { Query } from '../../core/service/types.ts';

/** Matches that wait to be told. */
const WAITING = 1000;
/** Matches after which whoever cancels is heard. */
const STRETCH = 500;

export class Here {
  readonly #store: InstanceStore;
  #archive: Promise<Archive> | undefined;

  constructor(store: InstanceStore) {
    this.#store = store;
  }

  /** As `query` of core/peer: up to `limit` matches. Iterating throws StatusError A900 where the hierarchy is violated. */
  query(asked: Query, limit: number, signal: AbortSignal): Task<DataSet, QueryResult> {
    return task(signal, WAITING, async (reporter) => {
      const archive = await this.#open();
      let matches = 0;
      for (const match of archive.find(asked)) {
        if (reporter.signal.aborted) throw new DicomError('CANCELLED', 'The query was cancelled.');
        if (matches === limit) return { status: STATUS.cancel, matches, limited: true };
        if (++matches % STRETCH === 0) await turn();
        await reporter.step(match);
      }
      return { status: STATUS.success, matches, limited: false };
    });
  }

  /** The index is made with the first question, and kept in step with the store from then on. */
  #open(): Promise<Archive> {
    this.#archive ??= Archive.open(this.#store).catch((error: unknown) => {
      this.#archive = undefined;
      throw error;
    });
    return this.#archive;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
