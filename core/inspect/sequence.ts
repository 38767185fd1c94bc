/** A timeline as a sequence diagram: each association in a lane, and where both machines stand at each record. */
import type { State } from '../ul/states.ts';
import type { Conversation, Entry } from './conversation.ts';
import type { InspectRecord, Side } from './record.ts';
import { Timeline } from './timeline.ts';

/** Where a side stands. */
export interface Standing {
  readonly state: State;
  /** Worked out of the PDUs: nobody watched this side. */
  readonly inferred: boolean;
}

export type Standings = Readonly<Record<Side, Standing>>;

export interface Item {
  readonly entry: Entry;
  /** From 0; of a sub-association right of its parent's. */
  readonly lane: number;
  /** A bit for each lane with an association that is open here, this one included. */
  readonly open: number;
  /** Behind this record. */
  readonly standings: Standings;
}

/** More associations than this at once share the last lane. */
const LANES = 12;

const NOWHERE = { requestor: '', acceptor: '' };
const BEGINNING: Standings = {
  requestor: { state: 'Sta1', inferred: true },
  acceptor: { state: 'Sta1', inferred: true },
};

/** An association in the diagram. */
export interface Place {
  readonly association: number;
  readonly lane: number;
  /** AE titles, or addresses where no A-ASSOCIATE-RQ was seen; empty where nothing is known. */
  readonly titles: Readonly<Record<Side, string>>;
  readonly parent: number | undefined;
}

interface Placed {
  readonly conversation: Conversation;
  readonly lane: number;
  /** Numbers of its first record and of its last one: the newest, while it is open. */
  readonly began: number;
  ended: number;
  ends: Readonly<Record<Side, string>>;
  standings: Standings;
}

export class Sequence {
  readonly #timeline = new Timeline();
  readonly #places = new Map<number, Placed>();
  #items: Item[] = [];
  /** How many associations each lane has that are open. */
  readonly #open: number[] = Array.from({ length: LANES }, () => 0);

  /** The oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** By association number, in the order they began. */
  get conversations(): ReadonlyMap<number, Conversation> {
    return this.#timeline.conversations;
  }

  /** Undefined for a record that is not here, or not any more. */
  item(id: number): Item | undefined {
    return this.#items[this.#indexOf(id)];
  }

  /** Takes a record that is not held any more, for what it says of later ones: it becomes no item. */
  recall(record: InspectRecord): void {
    this.#place(this.#timeline.recall(record));
  }

  take(record: InspectRecord): Item {
    const entry = this.#timeline.take(record);
    const placed = this.#place(entry);
    const { lane, standings } = placed;
    const item = { entry, lane, open: this.#openLanes(lane), standings };
    this.#items.push(item);
    if (isOver(entry, standings)) this.#end(placed, record.id);
    return item;
  }

  /** Associations that were open anywhere between these records. */
  places(from: number, to: number): Place[] {
    return [...this.#places.values()]
      .filter(({ began, ended }) => began <= to && ended >= from)
      .map(({ conversation, lane, ends }) => {
        const { association, parent, request } = conversation;
        const titles = request
          ? { requestor: request.callingAETitle, acceptor: request.calledAETitle }
          : ends;
        return { association, parent, lane, titles };
      });
  }

  /** Lets go of what stands up to this record. */
  forget(id: number): void {
    this.#timeline.forget(id);
    this.#items = this.#items.slice(this.#firstBehind(id));
    for (const [association, placed] of this.#places) {
      if (this.conversations.has(association)) continue;
      this.#end(placed, id);
      this.#places.delete(association);
    }
  }

  #place(entry: Entry): Placed {
    const placed = this.#placed(entry);
    const { record } = entry;
    if (record.kind === 'transport' && record.ends !== undefined) placed.ends = record.ends;
    placed.standings = standingsAfter(placed.standings, entry);
    return placed;
  }

  #placed({ conversation, record }: Entry): Placed {
    const known = this.#places.get(conversation.association);
    if (known !== undefined) return known;
    const lane = this.#freeLane(conversation.parent);
    const placed = {
      conversation,
      lane,
      began: record.id,
      ended: Infinity,
      ends: NOWHERE,
      standings: BEGINNING,
    };
    this.#places.set(conversation.association, placed);
    this.#open[lane]!++;
    return placed;
  }

  #freeLane(parent: number | undefined): number {
    const from = parent === undefined ? 0 : (this.#places.get(parent)?.lane ?? -1) + 1;
    const free = this.#open.findIndex((count, lane) => lane >= from && count === 0);
    return free < 0 ? LANES - 1 : free;
  }

  #end(placed: Placed, id: number): void {
    if (placed.ended !== Infinity) return;
    placed.ended = id;
    this.#open[placed.lane]!--;
  }

  /** What comes behind the end of an association is seen in its lane, too. */
  #openLanes(own: number): number {
    return this.#open.reduce((bits, count, lane) => (count > 0 ? bits | (1 << lane) : bits), 1 << own);
  }

  #indexOf(id: number): number {
    const at = this.#firstBehind(id - 1);
    return this.#items[at]?.entry.record.id === id ? at : -1;
  }

  /** Records are in the order of their numbers. */
  #firstBehind(id: number): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#items[middle]!.entry.record.id > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function standingsAfter(before: Standings, { steps }: Entry): Standings {
  let after = before;
  for (const { side, to, inferred } of steps) {
    const { state, inferred: was } = after[side];
    if (state !== to || was !== inferred) after = { ...after, [side]: { state: to, inferred } };
  }
  return after;
}

/** Both machines have come to an end, or the connection has. */
function isOver({ record, steps }: Entry, { requestor, acceptor }: Standings): boolean {
  if (record.kind === 'transport') return record.event === 'closed' || record.event === 'reset';
  const ended = steps.some(({ to }) => to === 'Sta1');
  return ended && [requestor, acceptor].every(({ state }) => state === 'Sta1' || state === 'Sta13');
}
