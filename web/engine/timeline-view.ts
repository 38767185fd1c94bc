/** What somebody looks at: the lines of one source that a filter leaves, made anew when there is more. */
import type { Line, Unfolded } from '../../core/inspect/lines.ts';
import { isTrouble, isTroubled, linesOf } from '../../core/inspect/lines.ts';
import { messageKey, messageRow, rowOf } from '../../core/inspect/row.ts';
import type { Sequence } from '../../core/inspect/sequence.ts';
import type { Lines, PlaceWanted, TimelineLine, ViewWanted } from './inspector-protocol.ts';

/** Asked for at once, at most. */
const MOST_LINES = 500;

export class TimelineView {
  readonly #sequence: () => Sequence;
  readonly #wanted: ViewWanted;
  readonly #unfolded: Unfolded;
  #lines: readonly Line[] = [];

  constructor(sequence: () => Sequence, wanted: ViewWanted) {
    this.#sequence = sequence;
    this.#wanted = wanted;
    this.#unfolded = wanted.unfolded && new Set(wanted.unfolded);
  }

  get length(): number {
    return this.#lines.length;
  }

  refresh(): void {
    this.#lines = linesOf(this.#sequence().items, this.#wanted.filter, this.#unfolded);
  }

  lines(from: number, count: number): Lines {
    const lines = this.#lines.slice(from, from + Math.min(count, MOST_LINES));
    const ids = lines.map(({ item }) => item.entry.record.id);
    const places = ids.length === 0 ? [] : this.#sequence().places(Math.min(...ids), Math.max(...ids));
    const heads = places.map(({ titles, ...head }) => ({ ...head, ...titles }));
    return { from, lines: lines.map((line) => this.#told(line)), heads };
  }

  /** The line of a record, of the message that it is folded into, or the first of an association; -1 where none is. */
  place({ id, association }: PlaceWanted): number {
    if (association !== undefined)
      return this.#lines.findIndex(({ item }) => item.entry.record.association === association);
    const own = this.#lines.findIndex(({ item, message }) => !message && item.entry.record.id === id);
    if (own >= 0) return own;
    return this.#lines.findIndex(({ message }) => message?.parts.some(({ record }) => record.id === id));
  }

  #told({ item, message, inside = false }: Line): TimelineLine {
    const { entry, lane, open, standings } = item;
    return {
      row: rowOf(message === undefined ? entry : { ...entry, parts: [] }),
      message: message && messageRow(message),
      unfolded: message !== undefined && this.#unfolded?.has(messageKey(message)) === true,
      inside,
      trouble: message === undefined ? isTrouble(entry) : isTroubled(message),
      lane,
      open,
      standings,
    };
  }
}
