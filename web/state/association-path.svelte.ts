/** The steps of both machines of the association that is chosen in the inspector, while somebody looks at them. */
import type { PathStep } from '../engine/packed-path.ts';
import type { Inspector } from './inspector.svelte.ts';
import type { TimelineState } from './timeline.svelte.ts';

/** The part of the inspector that is used. */
interface Asked extends Pick<Inspector, 'source' | 'pathOf'> {
  readonly timeline: Pick<TimelineState, 'selected' | 'count'>;
}

export class AssociationPath {
  readonly #inspector: Asked;
  #steps = $state.raw<readonly PathStep[]>([]);
  /** What they are of. */
  #told = '';
  #reading = false;

  constructor(inspector: Asked) {
    this.#inspector = inspector;
  }

  get steps(): readonly PathStep[] {
    return this.#steps;
  }

  /** Asks for them, and again until they are those of what is there now; one question at a time. */
  async read(): Promise<void> {
    let wanted = this.#wanted();
    if (this.#reading) return;
    this.#reading = true;
    while (wanted.key !== this.#told) {
      const { key, association } = wanted;
      // Of what is gone, as a capture that was closed, nothing is shown.
      this.#steps =
        association === undefined ? [] : await this.#inspector.pathOf(association).catch(() => []);
      this.#told = key;
      wanted = this.#wanted();
    }
    this.#reading = false;
  }

  #wanted(): { readonly key: string; readonly association: number | undefined } {
    const { source, timeline } = this.#inspector;
    const association = timeline.selected?.row.association;
    return { key: `${source} ${association ?? ''} ${timeline.count}`, association };
  }
}
