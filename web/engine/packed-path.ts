/** Steps as numbers: a path of a hundred thousand of them goes to the page without holding it up. */
import type { SideStep } from '../../core/inspect/conversation.ts';
import type { Side } from '../../core/inspect/record.ts';
import { actionFor, EVENTS, STATES } from '../../core/ul/states.ts';
import type { EventName, State } from '../../core/ul/states.ts';

/** A step of a machine, and the record that tells of it. */
export interface PathStep extends SideStep {
  readonly id: number;
}

export interface PackedPath {
  /** Of the records. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** Bit 0: the acceptor's; bit 1: inferred; then five bits of the event, four of the state before, four of that behind. */
  readonly codes: Uint16Array<ArrayBuffer>;
}

const STATE_NAMES = Object.keys(STATES) as State[];
const EVENT_NAMES = Object.keys(EVENTS) as EventName[];
const SIDES: readonly Side[] = ['requestor', 'acceptor'];

export function packPath(steps: readonly PathStep[]): PackedPath {
  const ids = Uint32Array.from(steps, ({ id }) => id);
  return { ids, codes: Uint16Array.from(steps, codeOf) };
}

function codeOf({ side, inferred, event, from, to }: PathStep): number {
  const flags = SIDES.indexOf(side) | (Number(inferred) << 1);
  const states = (STATE_NAMES.indexOf(from) << 7) | (STATE_NAMES.indexOf(to) << 11);
  return flags | (EVENT_NAMES.indexOf(event) << 2) | states;
}

export function unpackPath({ ids, codes }: PackedPath): PathStep[] {
  return Array.from(codes, (code, index) => {
    const event = EVENT_NAMES[(code >> 2) & 31]!;
    const [from, to] = [STATE_NAMES[(code >> 7) & 15]!, STATE_NAMES[code >> 11]!];
    const step = { id: ids[index]!, side: SIDES[code & 1]!, inferred: (code & 2) !== 0 };
    return { ...step, from, event, action: actionFor(event, from)!, to };
  });
}
