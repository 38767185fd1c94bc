/** How the state machine of PS3.8 9.2 is drawn: a place for each state, and the ways that the standard foresees. */
import type { Action, EventName, State } from '../../../core/ul/states.ts';
import { EVENTS, NEXT_STATE, STATES, TABLE_9_10 } from '../../../core/ul/states.ts';
import type { Place } from '../../ui/state-graph.ts';

/** The requestor's way above, the acceptor's below, the end at the bottom. */
export const PLACES: Readonly<Record<State, Place>> = {
  Sta1: [0, 2],
  Sta2: [1, 3],
  Sta3: [2, 3],
  Sta4: [1, 1],
  Sta5: [2, 1],
  Sta6: [3, 2],
  Sta7: [4, 1],
  Sta8: [4, 3],
  Sta9: [4, 0],
  Sta10: [5, 1],
  Sta11: [3, 0],
  Sta12: [5, 3],
  Sta13: [3, 4],
};

/** Ways around what stands between. */
const AROUND: Readonly<Record<string, readonly Place[]>> = {
  'Sta7 Sta1': [
    [3.75, 0.48],
    [0.15, 0.48],
  ],
  'Sta11 Sta1': [[-0.1, 0]],
  'Sta13 Sta1': [[0, 4]],
  'Sta12 Sta13': [[5, 4]],
  'Sta10 Sta13': [
    [5.55, 1],
    [5.55, 4.1],
  ],
};

export function around(from: State, to: State): readonly Place[] | undefined {
  return AROUND[`${from} ${to}`];
}

export interface Way {
  readonly from: State;
  readonly to: State;
}

/** From each state by what is no abort (Tables 9-6, 9-7 and 9-9): these are always seen, aborts where they happen. */
export const WAYS: readonly Way[] = waysOf();

function waysOf(): Way[] {
  const ways = new Map<string, Way>();
  const states = Object.keys(STATES) as State[];
  for (const event of Object.keys(EVENTS) as EventName[])
    for (const [column, action] of TABLE_9_10[event].entries()) {
      const from = states[column]!;
      if (action === null || action.startsWith('AA-')) continue;
      for (const to of nextOf(action)) if (to !== from) ways.set(`${from} ${to}`, { from, to });
    }
  return [...ways.values()];
}

/** AE-6 and AR-8 have two outcomes. */
function nextOf(action: Action): readonly State[] {
  if (action === 'AE-6') return ['Sta3', 'Sta13'];
  return action === 'AR-8' ? ['Sta9', 'Sta10'] : [NEXT_STATE[action]];
}
