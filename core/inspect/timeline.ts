/** All associations of a record in one sequence, as the inspector shows it. */
import type { Entry } from './conversation.ts';
import { Conversation } from './conversation.ts';
import type { InspectRecord } from './record.ts';

export class Timeline {
  readonly #conversations = new Map<number, Conversation>();
  #entries: Entry[] = [];

  /** By association number, in the order they began. */
  get conversations(): ReadonlyMap<number, Conversation> {
    return this.#conversations;
  }

  /** The oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Takes a record that is not held any more, for what it says of later ones: it becomes no entry. */
  recall(record: InspectRecord): Entry {
    return this.#conversation(record).take(record);
  }

  take(record: InspectRecord): Entry {
    const entry = this.recall(record);
    this.#entries.push(entry);
    if (entry.conversation.parent === undefined) this.#findParent(entry);
    return entry;
  }

  /** A C-STORE for a C-MOVE names who asked for that, and its Message ID (PS3.7 9.3.1.1): what a capture can tell. */
  #findParent({ parts, conversation }: Entry): void {
    for (const { message, fragment } of parts) {
      if (!fragment.command || !fragment.last) continue;
      const { MoveOriginatorMessageID: id, MoveOriginatorApplicationEntityTitle: title } =
        message.command ?? {};
      if (id === undefined || title === undefined) continue;
      const asked = ({ request, moves }: Conversation): boolean =>
        request?.callingAETitle === title && moves.has(id);
      const parent = [...this.#conversations.values()].findLast(asked);
      if (parent !== undefined && parent !== conversation) conversation.parent = parent.association;
    }
  }

  /** Lets go of the entries up to this record, and of associations of which none is left. */
  forget(id: number): void {
    this.#entries = this.#entries.filter(({ record }) => record.id > id);
    const left = new Set(this.#entries.map(({ record }) => record.association));
    for (const association of this.#conversations.keys())
      if (!left.has(association)) this.#conversations.delete(association);
  }

  #conversation({ association, parent }: InspectRecord): Conversation {
    const known = this.#conversations.get(association);
    if (known !== undefined) return known;
    const told = parent !== undefined && this.#conversations.has(parent); // not where only the requestor was watched
    const begun = new Conversation(association, told ? parent : undefined);
    this.#conversations.set(association, begun);
    return begun;
  }
}
