/** Holds back what a page sends first until it is seen to be an A-ASSOCIATE-RQ that the page may send. */
import type { Peer } from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import { ANYONE, mayUseTitle } from '../access/access.ts';
import type { Peeked, Titles } from '../peek.ts';
import { ASSOCIATE_RQ, PEEK_BYTES, peekAssociateRQ } from '../peek.ts';

/** Why nothing is let through. */
export type GateRefusal =
  'not an association request' | 'calling AE title not allowed' | 'called AE title is not that of the peer';

export class Gate {
  readonly #rights: Rights;
  readonly #peer: Peer;
  /** The first bytes, until they tell who calls whom. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #open = false;
  #titles: Titles | undefined;

  constructor(rights: Rights, peer: Peer) {
    this.#rights = rights;
    this.#peer = peer;
  }

  /** Undefined where the request was not seen so far. */
  get titles(): Titles | undefined {
    return this.#titles;
  }

  /** What may go out now that these bytes have come: nothing yet, all that was held, or never anything. */
  push(bytes: Buffer): Buffer | GateRefusal | undefined {
    if (this.#head === undefined || bytes.length === 0) return bytes;
    // Copied: a frame may be a view of more memory than the few bytes that wait.
    const head = Buffer.concat([this.#head, bytes.subarray(0, PEEK_BYTES)]);
    const held = this.#open ? bytes : Buffer.concat([this.#head, bytes]);
    const peeked = peekAssociateRQ(head);
    this.#head = peeked === 'more' ? head : undefined;
    if (typeof peeked === 'object') this.#titles = peeked;
    const refusal = this.#open ? undefined : this.#judge(head, peeked);
    if (refusal !== undefined) return refusal;
    return this.#open ? held : undefined;
  }

  /** Opens the gate, leaves it closed, or refuses for good. */
  #judge(head: Buffer, peeked: Peeked): GateRefusal | undefined {
    if (this.#rights === ANYONE) {
      // Nobody is told apart, and whoever may run programs on this machine may use any title.
      if (head[0] !== ASSOCIATE_RQ) return 'not an association request';
      this.#open = true;
    } else if (peeked === 'no') return 'not an association request';
    else if (peeked !== 'more') {
      if (!mayUseTitle(this.#rights, peeked.callingAETitle)) return 'calling AE title not allowed';
      // An address without a name has no title of its own.
      const { aeTitle } = this.#peer;
      if (aeTitle !== '' && peeked.calledAETitle !== aeTitle)
        return 'called AE title is not that of the peer';
      this.#open = true;
    }
    return undefined;
  }
}
