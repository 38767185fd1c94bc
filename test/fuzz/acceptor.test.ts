/** Our side as acceptor: the mini-PACS with all its services, whatever the peers do, the destination of a move included. */
import { expect, test } from 'vitest';
import { COUNT, playAll, TIME, WHOLE } from './play.ts';

/** What has to come up, lest the conversations all end at the door. */
const EXPECTED = {
  states: 'Sta1 Sta2 Sta3 Sta6 Sta7 Sta8 Sta10 Sta12 Sta13',
  actions:
    'AE-5 AE-6 AE-7 AE-8 DT-1 DT-2 AR-1 AR-2 AR-3 AR-4 AR-5 AR-6 AR-8 AR-10 AA-1 AA-2 AA-3 AA-4 AA-5 AA-6 AA-7 AA-8',
  requests: 'C-ECHO-RQ C-FIND-RQ C-GET-RQ C-MOVE-RQ C-STORE-RQ C-CANCEL-RQ N-ACTION-RQ N-EVENT-REPORT-RQ',
  codes:
    'CONNECTION_LOST NOT_DICOM ASSOCIATION_REJECTED ASSOCIATION_ABORTED ASSOCIATION_ENDED CONTEXT_REFUSED ' +
    'LIMIT_EXCEEDED COMMAND_INVALID MESSAGE_INVALID PDU_INVALID PDU_UNRECOGNIZED STATUS_FAILURE STORE_FULL',
  timeouts: 'artim associate response release',
};

test(
  `${COUNT} conversations end in typed results, and leave nothing behind`,
  async () => {
    const { seen, established, played } = await playAll('acceptor');
    if (!WHOLE) return;
    const { states, actions, requests, codes, timeouts } = EXPECTED;
    const expected = [
      ...[states, actions, codes].flatMap((names) => names.split(' ')),
      ...requests.split(' ').map((name) => `received ${name}`),
      ...timeouts.split(' ').map((phase) => `TIMEOUT ${phase}`),
      'sent C-STORE-RQ', // of our own C-GET and C-MOVE
    ];
    expect(expected.filter((name) => !seen.has(name))).toEqual([]);
    expect(established).toBeGreaterThan(played / 4);
  },
  TIME,
);
