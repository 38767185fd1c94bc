/** While the peer works on one instance, the next one is opened and its first piece read. */
import type { Bytes } from '../bytes/index.ts';
import type { DataSetSource, OutgoingInstance } from './types.ts';

type Way = Pick<OutgoingInstance, 'transferSyntaxUID' | 'open'>;

interface Begun {
  readonly transferSyntaxUID: string;
  readonly source: Promise<DataSetSource>;
}

export class ReadAhead {
  /** By what is to be sent. */
  readonly #begun = new Map<object, Begun>();
  #ended = false;

  /** How many were begun and not taken yet. */
  get size(): number {
    return this.#begun.size;
  }

  /** Begins to read an item that will be sent so. What fails is told to who takes it. */
  begin(item: object, way: Way): void {
    if (this.#ended || this.#begun.has(item)) return;
    const source = started(way);
    source.catch(() => undefined);
    this.#begun.set(item, { transferSyntaxUID: way.transferSyntaxUID, source });
  }

  /** The data set of an item whose turn has come. */
  async take(item: object, way: Way): Promise<DataSetSource> {
    const begun = this.#begun.get(item);
    this.#begun.delete(item);
    if (begun?.transferSyntaxUID === way.transferSyntaxUID) return begun.source;
    drop(begun);
    return way.open();
  }

  /** Lets go of an item that is not sent after all. */
  forget(item: object): void {
    drop(this.#begun.get(item));
    this.#begun.delete(item);
  }

  /** Lets go of what nobody will take, and begins nothing any more: a request may leave behind the end. */
  end(): void {
    this.#ended = true;
    for (const begun of this.#begun.values()) drop(begun);
    this.#begun.clear();
  }
}

async function started(way: Way): Promise<DataSetSource> {
  const source = await way.open();
  return source instanceof Uint8Array ? source : startedPieces(source[Symbol.asyncIterator]());
}

/** The same pieces, of which the first was asked for. */
function startedPieces(pieces: AsyncIterator<Bytes>): AsyncIterable<Bytes> {
  let first: Promise<IteratorResult<Bytes>> | undefined = pieces.next();
  first.catch(() => undefined); // told to who asks for it
  const iterator: AsyncIterator<Bytes> = {
    next() {
      const next = first ?? pieces.next();
      first = undefined;
      return next;
    },
    return: async () => (await pieces.return?.()) ?? { done: true, value: undefined },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function drop(begun: Begun | undefined): void {
  begun?.source
    .then((source) => (source instanceof Uint8Array ? undefined : source[Symbol.asyncIterator]().return?.()))
    .catch(() => undefined); // nobody wants it
}
