/**
 * The state machine of the Upper Layer as the standard prints it: states (PS3.8 Tables 9-1 to 9-5),
 * events (9.2.2), actions (Tables 9-6 to 9-9) and the transitions (Table 9-10).
 */

export const STATES = {
  Sta1: 'Idle',
  Sta2: 'Transport connection open, awaiting A-ASSOCIATE-RQ PDU',
  Sta3: 'Awaiting local A-ASSOCIATE response primitive',
  Sta4: 'Awaiting transport connection opening to complete',
  Sta5: 'Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ PDU',
  Sta6: 'Association established, ready for data transfer',
  Sta7: 'Awaiting A-RELEASE-RP PDU',
  Sta8: 'Awaiting local A-RELEASE response primitive',
  Sta9: 'Release collision, requestor: awaiting A-RELEASE response primitive',
  Sta10: 'Release collision, acceptor: awaiting A-RELEASE-RP PDU',
  Sta11: 'Release collision, requestor: awaiting A-RELEASE-RP PDU',
  Sta12: 'Release collision, acceptor: awaiting A-RELEASE response primitive',
  Sta13: 'Awaiting transport connection close indication',
} as const;
export type State = keyof typeof STATES;

export const EVENTS = {
  Evt1: 'A-ASSOCIATE request (local user)',
  Evt2: 'Transport connect confirmation (local transport service)',
  Evt3: 'A-ASSOCIATE-AC PDU received',
  Evt4: 'A-ASSOCIATE-RJ PDU received',
  Evt5: 'Transport connection indication (local transport service)',
  Evt6: 'A-ASSOCIATE-RQ PDU received',
  Evt7: 'A-ASSOCIATE response primitive, accept (local user)',
  Evt8: 'A-ASSOCIATE response primitive, reject (local user)',
  Evt9: 'P-DATA request primitive (local user)',
  Evt10: 'P-DATA-TF PDU received',
  Evt11: 'A-RELEASE request primitive (local user)',
  Evt12: 'A-RELEASE-RQ PDU received',
  Evt13: 'A-RELEASE-RP PDU received',
  Evt14: 'A-RELEASE response primitive (local user)',
  Evt15: 'A-ABORT request primitive (local user)',
  Evt16: 'A-ABORT PDU received',
  Evt17: 'Transport connection closed indication (local transport service)',
  Evt18: 'ARTIM timer expired',
  Evt19: 'Unrecognized or invalid PDU received',
} as const;
export type EventName = keyof typeof EVENTS;

export const ACTIONS = {
  'AE-1': 'Issue TRANSPORT CONNECT request primitive to local transport service',
  'AE-2': 'Send A-ASSOCIATE-RQ PDU',
  'AE-3': 'Issue A-ASSOCIATE confirmation (accept) primitive',
  'AE-4': 'Issue A-ASSOCIATE confirmation (reject) primitive and close transport connection',
  'AE-5': 'Issue transport connection response primitive, start ARTIM timer',
  'AE-6':
    'Stop ARTIM timer; if acceptable issue A-ASSOCIATE indication, else send A-ASSOCIATE-RJ PDU and start ARTIM timer',
  'AE-7': 'Send A-ASSOCIATE-AC PDU',
  'AE-8': 'Send A-ASSOCIATE-RJ PDU and start ARTIM timer',
  'DT-1': 'Send P-DATA-TF PDU',
  'DT-2': 'Send P-DATA indication primitive',
  'AR-1': 'Send A-RELEASE-RQ PDU',
  'AR-2': 'Issue A-RELEASE indication primitive',
  'AR-3': 'Issue A-RELEASE confirmation primitive and close transport connection',
  'AR-4': 'Issue A-RELEASE-RP PDU and start ARTIM timer',
  'AR-5': 'Stop ARTIM timer',
  'AR-6': 'Issue P-DATA indication',
  'AR-7': 'Issue P-DATA-TF PDU',
  'AR-8': 'Issue A-RELEASE indication (release collision)',
  'AR-9': 'Send A-RELEASE-RP PDU',
  'AR-10': 'Issue A-RELEASE confirmation primitive',
  'AA-1': 'Send A-ABORT PDU (service-user source) and start (or restart) ARTIM timer',
  'AA-2': 'Stop ARTIM timer and close transport connection',
  'AA-3': 'Issue A-ABORT or A-P-ABORT indication, depending on the source, and close transport connection',
  'AA-4': 'Issue A-P-ABORT indication primitive',
  'AA-5': 'Stop ARTIM timer',
  'AA-6': 'Ignore PDU',
  'AA-7': 'Send A-ABORT PDU',
  'AA-8': 'Send A-ABORT PDU (service-provider source), issue an A-P-ABORT indication, start ARTIM timer',
} as const;
export type Action = keyof typeof ACTIONS;

type Cell = Action | null;
type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell];

const ___ = null; // an empty cell of the table: this event cannot come in this state

/** PS3.8 Table 9-10: a row an event, a column a state, Sta1 first. */
// prettier-ignore
export const TABLE_9_10: Readonly<Record<EventName, Row>> = {
  //       Sta1    Sta2    Sta3    Sta4    Sta5    Sta6    Sta7    Sta8    Sta9    Sta10    Sta11   Sta12   Sta13
  Evt1:  ['AE-1', ___,    ___,    ___,    ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt2:  [___,    ___,    ___,    'AE-2', ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt3:  [___,    'AA-1', 'AA-8', ___,    'AE-3', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  Evt4:  [___,    'AA-1', 'AA-8', ___,    'AE-4', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  Evt5:  ['AE-5', ___,    ___,    ___,    ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt6:  [___,    'AE-6', 'AA-8', ___,    'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-7'],
  Evt7:  [___,    ___,    'AE-7', ___,    ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt8:  [___,    ___,    'AE-8', ___,    ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt9:  [___,    ___,    ___,    ___,    ___,    'DT-1', ___,    'AR-7', ___,    ___,     ___,    ___,    ___   ],
  Evt10: [___,    'AA-1', 'AA-8', ___,    'AA-8', 'DT-2', 'AR-6', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  Evt11: [___,    ___,    ___,    ___,    ___,    'AR-1', ___,    ___,    ___,    ___,     ___,    ___,    ___   ],
  Evt12: [___,    'AA-1', 'AA-8', ___,    'AA-8', 'AR-2', 'AR-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-6'],
  Evt13: [___,    'AA-1', 'AA-8', ___,    'AA-8', 'AA-8', 'AR-3', 'AA-8', 'AA-8', 'AR-10', 'AR-3', 'AA-8', 'AA-6'],
  Evt14: [___,    ___,    ___,    ___,    ___,    ___,    ___,    'AR-4', 'AR-9', ___,     ___,    'AR-4', ___   ],
  Evt15: [___,    ___,    'AA-1', 'AA-2', 'AA-1', 'AA-1', 'AA-1', 'AA-1', 'AA-1', 'AA-1',  'AA-1', 'AA-1', ___   ],
  Evt16: [___,    'AA-2', 'AA-3', ___,    'AA-3', 'AA-3', 'AA-3', 'AA-3', 'AA-3', 'AA-3',  'AA-3', 'AA-3', 'AA-2'],
  Evt17: [___,    'AA-5', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4', 'AA-4',  'AA-4', 'AA-4', 'AR-5'],
  Evt18: [___,    'AA-2', ___,    ___,    ___,    ___,    ___,    ___,    ___,    ___,     ___,    ___,    'AA-2'],
  Evt19: [___,    'AA-1', 'AA-8', ___,    'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8', 'AA-8',  'AA-8', 'AA-8', 'AA-7'],
};

const COLUMN = Object.fromEntries(Object.keys(STATES).map((state, i) => [state, i])) as Record<State, number>;

/** The action of Table 9-10 for an event in a state; `undefined` where the event cannot come. */
export function actionFor(event: EventName, state: State): Action | undefined {
  return TABLE_9_10[event][COLUMN[state]] ?? undefined;
}

/** The state after an action (Tables 9-6 to 9-9); AE-6 and AR-8 decide themselves. */
export const NEXT_STATE: Readonly<Record<Exclude<Action, 'AE-6' | 'AR-8'>, State>> = {
  'AE-1': 'Sta4',
  'AE-2': 'Sta5',
  'AE-3': 'Sta6',
  'AE-4': 'Sta1',
  'AE-5': 'Sta2',
  'AE-7': 'Sta6',
  'AE-8': 'Sta13',
  'DT-1': 'Sta6',
  'DT-2': 'Sta6',
  'AR-1': 'Sta7',
  'AR-2': 'Sta8',
  'AR-3': 'Sta1',
  'AR-4': 'Sta13',
  'AR-5': 'Sta1',
  'AR-6': 'Sta7',
  'AR-7': 'Sta8',
  'AR-9': 'Sta11',
  'AR-10': 'Sta12',
  'AA-1': 'Sta13',
  'AA-2': 'Sta1',
  'AA-3': 'Sta1',
  'AA-4': 'Sta1',
  'AA-5': 'Sta1',
  'AA-6': 'Sta13',
  'AA-7': 'Sta13',
  'AA-8': 'Sta13',
};
