/** All that can be told of the line that is chosen in the inspector, as soon as the engine has told it. */
import type { Details } from '../../core/inspect/details.ts';
import type { TimelineLine } from '../engine/inspector-protocol.ts';
import type { Inspector } from './inspector.svelte.ts';
import { keyOf } from './line-key.ts';
import type { TimelineState } from './timeline.svelte.ts';

/** The part of the inspector that is used. */
interface Chooser extends Pick<Inspector, 'source' | 'detailsOf'> {
  readonly timeline: Pick<TimelineState, 'selected'>;
}

export class ChosenRecord {
  readonly #inspector: Chooser;
  #details = $state.raw<Details | undefined>();
  #asked = '';

  constructor(inspector: Chooser) {
    this.#inspector = inspector;
  }

  /** Those of the line before, until others are there. */
  get details(): Details | undefined {
    return this.#details;
  }

  /** Asks for what is chosen now, unless that was done. A message is asked for again when more of it has come. */
  async read(): Promise<void> {
    const { source, timeline } = this.#inspector;
    const line = timeline.selected;
    const asked = line === undefined ? '' : `${source} ${stateOf(line)}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    // What cannot be had any more, as of a capture that was closed, is not shown.
    const details = line && (await this.#inspector.detailsOf(line.row.id).catch(() => undefined));
    if (this.#asked === asked) this.#details = details;
  }
}

function stateOf(line: TimelineLine): string {
  const { fragments = 0, complete = false } = line.message ?? {};
  return `${keyOf(line)} ${fragments} ${complete}`;
}
