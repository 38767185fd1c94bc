/** A line of a sequence diagram as it is drawn in its lane: an arrow between both sides, or a dot on one. */
import type { Standing } from '../../core/inspect/sequence.ts';
import type { TimelineLine } from '../engine/inspector-protocol.ts';

type End = 'left' | 'right';
interface Label {
  readonly text: string;
  readonly guessed: boolean;
}

export interface DrawnLine {
  readonly lane: number;
  /** A bit for each lane with an open association. */
  readonly open: number;
  /** Where the arrow begins; undefined: there is none. */
  readonly from: End | undefined;
  /** Where something happens without an arrow. */
  readonly at: End | undefined;
  /** The states of both sides. */
  readonly labels: Readonly<Record<End, Label>> | undefined;
}

/** Who asked for the association stands at the left. */
const ENDS = { requestor: 'left', acceptor: 'right' } as const;

/** With the states of both sides where it is `labelled`. */
export function drawn({ row, message, lane, open, standings }: TimelineLine, labelled: boolean): DrawnLine {
  const sender = message?.sender ?? row.sender;
  const isArrow = row.kind === 'pdu';
  return {
    lane,
    open,
    from: isArrow && sender ? ENDS[sender] : undefined,
    at: isArrow ? undefined : ENDS[sender ?? row.steps[0]?.side ?? 'requestor'],
    labels: labelled ? { left: labelOf(standings.requestor), right: labelOf(standings.acceptor) } : undefined,
  };
}

function labelOf({ state, inferred }: Standing): Label {
  return { text: state, guessed: inferred };
}
