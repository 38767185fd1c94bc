/** What the engine's associations said, as records within bounds: made from the first association on, read when somebody looks. */
import type { Sink } from '../../core/bytes/index.ts';
import type { InspectRecord } from '../../core/inspect/record.ts';
import { recordingSink } from '../../core/inspect/recording.ts';
import type { RingLimits } from '../../core/inspect/ring.ts';
import { Ring } from '../../core/inspect/ring.ts';

export class Recorder {
  readonly ring: Ring;
  /** Called with each record that is kept, and when there are none any more. */
  onChange: (() => void) | undefined;
  #on = true;
  /** Records that were made and not kept: those of the ring have numbers without gaps. */
  #passed = 0;
  readonly #sink: Sink = recordingSink((record) => this.#take(record));

  get on(): boolean {
    return this.#on;
  }

  set on(on: boolean) {
    this.#on = on;
    this.onChange?.();
  }

  constructor(limits?: RingLimits) {
    this.ring = new Ring(limits);
  }

  /** A sink that also tells of which association each event is. */
  sink(noted: (association: number) => void): Sink {
    return (event) => {
      noted(event.association);
      this.#sink(event);
    };
  }

  clear(): void {
    this.ring.clear();
    this.onChange?.();
  }

  #take(record: InspectRecord): void {
    if (!this.#on) {
      this.#passed++;
      return;
    }
    this.ring.add(this.#passed === 0 ? record : { ...record, id: record.id - this.#passed });
    this.onChange?.();
  }
}
