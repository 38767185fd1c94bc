/**
 * Observation. Every layer tells what happens to a sink that was passed in at the top; no layer
 * formats anything, none knows who listens. Without a sink no event object is made.
 */

/** What every event carries, whatever its layer. */
export interface Envelope {
  /** Milliseconds since 1970, with fractions where the clock has them. */
  readonly time: number;
  /** The association, numbered from 1 within one process. */
  readonly association: number;
  /** The association this one was opened for, as the sub-association of a C-MOVE. */
  readonly parent?: number;
}

/** An event without its envelope; each room declares its own, told apart by `layer` and `type`. */
export interface Happening {
  readonly layer: 'transport' | 'ul' | 'dimse' | 'service';
  readonly type: string;
  readonly direction?: 'sent' | 'received';
}

/** What a sink is given. */
export type SinkEvent = Envelope & Happening;

/** Told of every event, at once and in order; it must not throw, and what it keeps may hold patient data. */
export type Sink = (event: SinkEvent) => void;

let associations = 0;

/**
 * One association's way to the sink. Call it as `trace?.(…)`: with no sink there is no trace, and
 * optional chaining then builds no event either. The event is given away: it gets its envelope.
 */
export type Trace = <T extends Happening>(event: T) => void;

/** The next association number of this process; every association has one, watched or not. */
export function nextAssociationNumber(): number {
  return ++associations;
}

export function traceTo(sink: Sink | undefined, association: number, parent?: number): Trace | undefined {
  if (sink === undefined) return undefined;
  return (event) => {
    // There may be thousands a second: copying each costs more than all else that is done with it.
    const told = event as Happening as { -readonly [key in keyof SinkEvent]: SinkEvent[key] };
    told.time = Date.now();
    told.association = association;
    if (parent !== undefined) told.parent = parent;
    sink(told);
  };
}
