/** A store that keeps nothing: it counts, and checks that what comes is what was announced. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import { text } from '../../core/data/index.ts';
import type {
  InstanceInfo,
  InstanceSink,
  InstanceStore,
  StoreChange,
  Stored,
} from '../../core/file/index.ts';
import { HeaderCollector } from '../../core/file/index.ts';

type OnChange = (change: StoreChange) => void;

export class DiscardStore implements InstanceStore {
  readonly #listeners = new Set<OnChange>();

  put(info: InstanceInfo): InstanceSink {
    const head = new HeaderCollector(info.transferSyntaxUID);
    let bytes = 0;
    return {
      write: (piece: Bytes) => {
        bytes += piece.length;
        head.write(piece);
      },
      commit: async () => {
        const instance: Stored = { ...info, bytes, header: head.finish() };
        check(instance);
        for (const listener of this.#listeners) listener({ kind: 'stored', instance });
        return instance;
      },
      abort: async () => {},
    };
  }

  has(): Promise<boolean> {
    return Promise.resolve(false);
  }

  open(sopInstanceUID: string): Promise<never> {
    return Promise.reject(new DicomError('STORE_FAILED', `${sopInstanceUID} was discarded`));
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }

  async *entries(): AsyncGenerator<Stored> {}

  watch(onChange: OnChange): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }
}

/** The identifiers of C-STORE-RQ and of the data set are one and the same (PS3.4 B.2.1). */
function check({ sopInstanceUID, header }: Stored): void {
  const found = text(header, 'SOPInstanceUID');
  if (found !== sopInstanceUID) {
    throw new DicomError(
      'DATASET_INVALID',
      `announced as ${sopInstanceUID}, but the data set says "${found}"`,
    );
  }
}
