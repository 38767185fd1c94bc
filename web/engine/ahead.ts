/** Files that are sent one after the other: reading one begins while those before it are on their way. */
import type { Bytes } from '../../core/bytes/index.ts';

type Stream = () => AsyncIterable<Bytes>;

/** How many are read ahead: each waits two or three milliseconds for the browser, and holds its first piece. */
const AHEAD = 4;

export class FilesAhead {
  /** By their places, some of which may be empty. */
  readonly #streams: Stream[] = [];
  readonly #begun = new Map<number, AsyncIterable<Bytes>>();
  #next = 0;

  add(place: number, stream: Stream): void {
    this.#streams[place] = stream;
  }

  /** The stream of a place, and begins those behind it. What fails is told to who reads it. */
  take(place: number): AsyncIterable<Bytes> {
    const stream = this.#begun.get(place) ?? this.#streams[place]!(); // it was added
    this.#begun.delete(place);
    this.#next = Math.max(this.#next, place + 1);
    for (; this.#begun.size < AHEAD && this.#next < this.#streams.length; this.#next++) {
      const following = this.#streams[this.#next];
      if (following !== undefined) this.#begun.set(this.#next, begin(following));
    }
    return stream;
  }
}

function begin(stream: Stream): AsyncIterable<Bytes> {
  const pieces = stream()[Symbol.asyncIterator]();
  const first = pieces.next();
  first.catch(() => {}); // told to who reads
  return rest(first, pieces);
}

async function* rest(first: Promise<IteratorResult<Bytes>>, pieces: AsyncIterator<Bytes>) {
  for (let next = await first; next.done !== true; next = await pieces.next()) yield next.value;
}
