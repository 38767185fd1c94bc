/** What the data set of an instance says of itself, where peers say otherwise (PS3.4 B.2.1, PS3.5 10). */
import { ChunkQueue } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { readHead, text, transferSyntax } from '../data/index.ts';
import type { Head } from '../data/index.ts';
import { likelySyntaxes } from './syntaxes.ts';

/** In front of the SOP Instance UID (0008,0018) stand a few short elements; more bytes are not looked at. */
const LOOKED_AT = 16 << 10;
const BEHIND_SOP_INSTANCE_UID = '00080019';

export interface Identity {
  /** Empty where the data set does not tell. */
  readonly sopInstanceUID: string;
  /** The one given, or the one that the bytes are in. */
  readonly transferSyntaxUID: string;
}

/** Holds the beginning of a data set until it is known which instance it is. */
export class IdentityProbe {
  readonly #transferSyntaxUID: string;
  readonly #held = new ChunkQueue();
  /** Length at which reading is tried again: doubling, since peers may cut a data set into single bytes. */
  #next = 1;
  #first: Bytes | undefined;

  constructor(transferSyntaxUID: string) {
    this.#transferSyntaxUID = transferSyntaxUID;
  }

  /** Takes the next bytes; gives the identity once it is known, or will not be. */
  push(data: Bytes): Identity | undefined {
    // The first piece most often tells: it is looked at in place, and nothing is copied.
    if (this.#held.length === 0) {
      this.#next = 2 * data.length;
      const identity = this.#look(data, data.length >= LOOKED_AT);
      if (identity === undefined) this.#held.push(data.slice());
      else this.#first = data;
      return identity;
    }
    this.#held.push(data.slice());
    if (this.#held.length < this.#next) return undefined;
    this.#next = 2 * this.#held.length;
    return this.#look(this.#all(), this.#held.length >= LOOKED_AT);
  }

  /** The identity as far as the bytes tell. */
  finish(): Identity {
    return this.#look(this.#all(), true)!; // the last look always has a result
  }

  /** All that was held, which is held no longer; a first piece that told at once as it came, and as long as it is valid. */
  take(): Bytes | undefined {
    const first = this.#first;
    this.#first = undefined;
    const { length } = this.#held;
    return length === 0 ? first : this.#held.take(length);
  }

  #all(): Bytes {
    return this.#held.peek(this.#held.length)!; // as many as there are
  }

  #look(bytes: Bytes, last: boolean): Identity | undefined {
    const declared = this.#transferSyntaxUID;
    const unread = { sopInstanceUID: '', transferSyntaxUID: declared };
    if (bytes.length === 0 || !isLegible(declared)) return unread;
    for (const transferSyntaxUID of likelySyntaxes(declared)) {
      const head = headOf(bytes, transferSyntaxUID);
      if (head.end === 0) continue;
      const sopInstanceUID = text(head.dataSet, 'SOPInstanceUID');
      if (head.complete || last || sopInstanceUID !== '') return { sopInstanceUID, transferSyntaxUID };
    }
    return last ? unread : undefined;
  }
}

/** What is deflated is not worth inflating twice. */
function isLegible(transferSyntaxUID: string): boolean {
  const syntax = transferSyntax(transferSyntaxUID);
  return syntax !== undefined && syntax.readable && !syntax.deflated;
}

function headOf(bytes: Bytes, transferSyntaxUID: string): Head {
  return readHead(bytes, transferSyntaxUID, { until: BEHIND_SOP_INSTANCE_UID });
}
