/** The DICOM port of a bridge in another one of the same process: its pages lease titles there, too. */
import type { ListeningAt } from '../../core/transport/index.ts';
import { deferred } from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import type { OwnSocket } from '../dial/addresses.ts';
import type { Guest, Listening } from './listening.ts';
import type { Admits, Reception } from './reception.ts';

/** What a bridge has of a DICOM port, its own or another's. */
export type DicomPortUse = Pick<
  Listening,
  'reception' | 'address' | 'bound' | 'held' | 'at' | 'open' | 'review' | 'close' | 'guests' | 'guestsGone'
>;

/** Settings, sources and the port itself are those of the bridge that has it; here are only further visitors. */
export class SharedListening implements DicomPortUse {
  readonly guests: Set<Guest>;
  readonly #whole: DicomPortUse;
  readonly #self: Guest;
  readonly #leave: () => void;

  constructor(whole: DicomPortUse, admits: Admits) {
    const { promise: gone, resolve } = deferred<void>();
    this.guests = whole.guests;
    this.#whole = whole;
    this.#self = { admits, gone };
    this.#leave = resolve;
  }

  get reception(): Reception {
    return this.#whole.reception;
  }

  get address(): Pick<ListeningAt, 'host' | 'port'> {
    return this.#whole.address;
  }

  get bound(): OwnSocket | undefined {
    return this.#whole.bound;
  }

  get held(): boolean {
    return this.#whole.held;
  }

  /** The port waits for guests, and no guest for another. */
  async guestsGone(): Promise<void> {}

  at(rights: Rights): ListeningAt {
    return this.#whole.at(rights);
  }

  async open(): Promise<void> {
    this.guests.add(this.#self);
  }

  review(): void {
    this.reception.review();
  }

  close(): void {
    this.guests.delete(this.#self);
    this.#leave();
  }
}
