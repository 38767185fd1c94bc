/** Our side as requestor, over associations of its own or through `core/peer`, whatever the peer does. */
import { expect, test } from 'vitest';
import { COUNT, playAll, TIME, WHOLE } from './play.ts';

/** What has to come up, lest the conversations all end at the door. */
const EXPECTED = {
  states: 'Sta1 Sta4 Sta5 Sta6 Sta7 Sta8 Sta9 Sta11 Sta13',
  actions:
    'AE-1 AE-2 AE-3 AE-4 DT-1 DT-2 AR-1 AR-2 AR-3 AR-4 AR-5 AR-6 AR-8 AR-9 AA-1 AA-2 AA-3 AA-4 AA-6 AA-7 AA-8',
  requests: 'C-ECHO-RQ C-FIND-RQ C-GET-RQ C-MOVE-RQ C-STORE-RQ C-CANCEL-RQ N-ACTION-RQ',
  codes:
    'CONNECT_FAILED CONNECTION_LOST NOT_DICOM ASSOCIATION_REJECTED ASSOCIATION_ABORTED ASSOCIATION_ENDED ' +
    'CONTEXT_REFUSED CANCELLED STATUS_FAILURE LIMIT_EXCEEDED COMMAND_INVALID MESSAGE_INVALID PDU_INVALID ' +
    'PDU_UNRECOGNIZED STORE_FAILED',
  timeouts: 'connect associate response progress move-progress release cancel',
  deviations:
    'CONTEXT_UNANSWERED CONTEXT_UNKNOWN SYNTAX_NOT_PROPOSED IDENTIFIER_MISSING IDENTIFIER_UNREADABLE ' +
    'INSTANCE_NOT_REQUESTED INSTANCE_TWICE INSTANCE_UID_DIFFERS stray',
};

test(
  `${COUNT} conversations end in typed results, and leave nothing behind`,
  async () => {
    const { seen, established, played } = await playAll('requestor');
    if (!WHOLE) return;
    const { states, actions, requests, codes, timeouts, deviations } = EXPECTED;
    const expected = [
      ...[states, actions, codes, deviations].flatMap((names) => names.split(' ')),
      ...requests.split(' ').map((name) => `sent ${name}`),
      'received N-EVENT-REPORT-RQ',
      'delivery', // of a C-MOVE, to our listener
      ...timeouts.split(' ').map((phase) => `TIMEOUT ${phase}`),
    ];
    expect(expected.filter((name) => !seen.has(name))).toEqual([]);
    expect(established).toBeGreaterThan(played / 4);
  },
  TIME,
);
