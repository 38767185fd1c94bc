/** The DICOM port of a bridge in another one of the same process: its pages lease titles there, too. */
import type { ListeningAt } from '../../core/transport/index.ts';
import type { Rights } from '../access/access.ts';
import type { OwnSocket } from '../dial/addresses.ts';
import type { Listening } from './listening.ts';
import type { Admits, Reception } from './reception.ts';

/** What a bridge has of a DICOM port, its own or another's. */
export type DicomPortUse = Pick<
  Listening,
  'reception' | 'address' | 'bound' | 'held' | 'at' | 'open' | 'review' | 'close' | 'admitting'
>;

/** Settings, sources and the port itself are those of the bridge that has it; here are only further visitors. */
export class SharedListening implements DicomPortUse {
  readonly #whole: DicomPortUse;
  readonly #admits: Admits;
  readonly admitting: Set<Admits>;

  constructor(whole: DicomPortUse, admits: Admits) {
    this.#whole = whole;
    this.#admits = admits;
    this.admitting = whole.admitting;
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

  at(rights: Rights): ListeningAt {
    return this.#whole.at(rights);
  }

  async open(): Promise<void> {
    this.admitting.add(this.#admits);
  }

  review(): void {
    this.reception.review();
  }

  close(): void {
    this.admitting.delete(this.#admits);
  }
}
