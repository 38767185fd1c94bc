/** All 13 x 19 cells of PS3.8 Table 9-10, from a table typed a second time: a row a state, not an event. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../core/bytes/index.ts';
import type { AssociateAC, AssociateRJ, AssociateRQ, PDataTF } from '../../core/pdu/index.ts';
import { actionFor, ACTIONS, EVENTS, eventOf, STATES, step } from '../../core/ul/index.ts';
import type { Effect, EventName, Machine, State, UlEvent } from '../../core/ul/index.ts';
import { AC, RQ } from '../support/parrot.ts';

/** Events 1 to 19 in each state; a dot is an empty cell. */
const BY_STATE: Readonly<Record<State, string>> = {
  Sta1: 'AE-1 .    .    .    AE-5 .    .    .    .    .    .    .    .     .    .    .    .    .    .',
  Sta2: '.    .    AA-1 AA-1 .    AE-6 .    .    .    AA-1 .    AA-1 AA-1  .    .    AA-2 AA-5 AA-2 AA-1',
  Sta3: '.    .    AA-8 AA-8 .    AA-8 AE-7 AE-8 .    AA-8 .    AA-8 AA-8  .    AA-1 AA-3 AA-4 .    AA-8',
  Sta4: '.    AE-2 .    .    .    .    .    .    .    .    .    .    .     .    AA-2 .    AA-4 .    .',
  Sta5: '.    .    AE-3 AE-4 .    AA-8 .    .    .    AA-8 .    AA-8 AA-8  .    AA-1 AA-3 AA-4 .    AA-8',
  Sta6: '.    .    AA-8 AA-8 .    AA-8 .    .    DT-1 DT-2 AR-1 AR-2 AA-8  .    AA-1 AA-3 AA-4 .    AA-8',
  Sta7: '.    .    AA-8 AA-8 .    AA-8 .    .    .    AR-6 .    AR-8 AR-3  .    AA-1 AA-3 AA-4 .    AA-8',
  Sta8: '.    .    AA-8 AA-8 .    AA-8 .    .    AR-7 AA-8 .    AA-8 AA-8  AR-4 AA-1 AA-3 AA-4 .    AA-8',
  Sta9: '.    .    AA-8 AA-8 .    AA-8 .    .    .    AA-8 .    AA-8 AA-8  AR-9 AA-1 AA-3 AA-4 .    AA-8',
  Sta10: '.    .    AA-8 AA-8 .    AA-8 .    .    .    AA-8 .    AA-8 AR-10 .    AA-1 AA-3 AA-4 .    AA-8',
  Sta11: '.    .    AA-8 AA-8 .    AA-8 .    .    .    AA-8 .    AA-8 AR-3  .    AA-1 AA-3 AA-4 .    AA-8',
  Sta12: '.    .    AA-8 AA-8 .    AA-8 .    .    .    AA-8 .    AA-8 AA-8  AR-4 AA-1 AA-3 AA-4 .    AA-8',
  Sta13: '.    .    AA-6 AA-6 .    AA-7 .    .    .    AA-6 .    AA-6 AA-6  .    .    AA-2 AR-5 AA-2 AA-7',
};

const AC_PDU: AssociateAC = AC;
const RQ_PDU: AssociateRQ = RQ;
const RJ_PDU: AssociateRJ = { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 };
const DATA_PDU: PDataTF = { type: 'P-DATA-TF', pdvs: [] };
const DATA = fromHex('0400');

/** One of every event. */
const SAMPLES: readonly UlEvent[] = [
  { name: 'Evt1', request: RQ_PDU },
  { name: 'Evt2' },
  { name: 'Evt3', pdu: AC_PDU },
  { name: 'Evt4', pdu: RJ_PDU },
  { name: 'Evt5' },
  { name: 'Evt6', pdu: RQ_PDU },
  { name: 'Evt7', response: AC_PDU },
  { name: 'Evt8', response: RJ_PDU },
  { name: 'Evt9', data: DATA },
  { name: 'Evt10', pdu: DATA_PDU },
  { name: 'Evt11' },
  { name: 'Evt12' },
  { name: 'Evt13' },
  { name: 'Evt14' },
  { name: 'Evt15' },
  { name: 'Evt16', pdu: { type: 'A-ABORT', source: 0, reason: 0 } },
  { name: 'Evt17' },
  { name: 'Evt18' },
  { name: 'Evt19', reason: 6 },
];

/** What each action does and where it leads, after the tables of actions (PS3.8 Tables 9-6 to 9-9). */
const DOES: Readonly<Record<string, readonly [next: State, ...does: string[]]>> = {
  'AE-1': ['Sta4', 'connect'],
  'AE-2': ['Sta5', 'send A-ASSOCIATE-RQ'],
  'AE-3': ['Sta6', 'A-ASSOCIATE confirmation: A-ASSOCIATE-AC'],
  'AE-4': ['Sta1', 'A-ASSOCIATE confirmation: A-ASSOCIATE-RJ', 'close'],
  'AE-5': ['Sta2', 'startArtim'],
  'AE-6': ['Sta3', 'stopArtim', 'A-ASSOCIATE indication: A-ASSOCIATE-RQ'],
  'AE-7': ['Sta6', 'send A-ASSOCIATE-AC'],
  'AE-8': ['Sta13', 'send A-ASSOCIATE-RJ 1/1/7', 'startArtim'],
  'DT-1': ['Sta6', 'send data'],
  'DT-2': ['Sta6', 'P-DATA indication: P-DATA-TF'],
  'AR-1': ['Sta7', 'send A-RELEASE-RQ'],
  'AR-2': ['Sta8', 'A-RELEASE indication'],
  'AR-3': ['Sta1', 'A-RELEASE confirmation', 'close'],
  'AR-4': ['Sta13', 'send A-RELEASE-RP', 'startArtim'],
  'AR-5': ['Sta1', 'stopArtim'],
  'AR-6': ['Sta7', 'P-DATA indication: P-DATA-TF'],
  'AR-7': ['Sta8', 'send data'],
  'AR-8': ['Sta9', 'A-RELEASE indication (collision)'],
  'AR-9': ['Sta11', 'send A-RELEASE-RP'],
  'AR-10': ['Sta12', 'A-RELEASE confirmation'],
  'AA-1': ['Sta13', 'send A-ABORT 0/0', 'startArtim'],
  'AA-2': ['Sta1', 'stopArtim', 'close'],
  'AA-3': ['Sta1', 'A-ABORT indication: A-ABORT', 'close'],
  'AA-4': ['Sta1', 'A-P-ABORT indication'],
  'AA-5': ['Sta1', 'stopArtim'],
  'AA-6': ['Sta13'],
  'AA-7': ['Sta13', 'send A-ABORT 2/2'],
  'AA-8': ['Sta13', 'send A-ABORT 2/2', 'A-P-ABORT indication', 'startArtim'],
};

/** The same with the reason of an invalid PDU, which Evt19 brings. */
const doesFor = (action: string, event: EventName): readonly string[] =>
  DOES[action]!.map((text) => (event === 'Evt19' ? text.replace('2/2', '2/6') : text));

function words(effect: Effect): string {
  if (effect.effect === 'send') {
    const { pdu } = effect;
    if (pdu.type === 'A-ABORT') return `send A-ABORT ${pdu.source}/${pdu.reason}`;
    if (pdu.type === 'A-ASSOCIATE-RJ') return `send A-ASSOCIATE-RJ ${pdu.result}/${pdu.source}/${pdu.reason}`;
    return `send ${pdu.type}`;
  }
  if (effect.effect === 'sendData') return effect.data === DATA ? 'send data' : 'send other data';
  if (effect.effect !== 'indicate') return effect.effect;
  const { indication } = effect;
  const collision = 'collision' in indication && indication.collision ? ' (collision)' : '';
  const pdu = 'pdu' in indication && indication.pdu ? `: ${indication.pdu.type}` : '';
  return indication.primitive + collision + pdu;
}

const machine = (state: State, role: Machine['role'] = 'requestor'): Machine => ({
  state,
  role,
  request: RQ_PDU,
});

describe('PS3.8 Table 9-10', () => {
  const names = Object.keys(EVENTS) as EventName[];

  test('has 13 states, 19 events, 28 actions and 123 defined cells', () => {
    const cells = Object.values(BY_STATE).map((row) => row.split(/ +/));
    expect(cells).toHaveLength(13);
    expect(cells.every((row) => row.length === 19)).toBe(true);
    expect(cells.flat().filter((cell) => cell !== '.')).toHaveLength(123);
    expect(Object.keys(STATES)).toEqual(Object.keys(BY_STATE));
    expect(SAMPLES.map(({ name }) => name)).toEqual(names);
    expect(Object.keys(ACTIONS).sort()).toEqual(Object.keys(DOES).sort());
    expect(new Set(cells.flat())).toEqual(new Set([...Object.keys(DOES), '.']));
  });

  for (const state of Object.keys(BY_STATE) as State[]) {
    const row = BY_STATE[state].split(/ +/);
    describe(state, () => {
      test.each(SAMPLES.map((event, i) => ({ event, action: row[i]! })))(
        '$event.name: $action',
        ({ event, action }) => {
          const transition = step(machine(state), event);
          if (action === '.') {
            expect(transition).toBeUndefined();
            expect(actionFor(event.name, state)).toBeUndefined();
            return;
          }
          const [next, ...does] = doesFor(action, event.name);
          expect(transition).toMatchObject({ action, from: state, event: event.name });
          expect(transition!.machine.state).toBe(next);
          expect(transition!.effects.map(words)).toEqual(does);
          expect(actionFor(event.name, state)).toBe(action);
        },
      );
    });
  }
});

describe('what the table leaves to the action', () => {
  test.each([
    [0x0001, 'Sta3'],
    [0x0003, 'Sta3'],
    [0xffff, 'Sta3'],
    [0x0002, 'Sta13'],
    [0x0000, 'Sta13'],
  ])('AE-6 tests bit 0 of protocol version %i only', (protocolVersion, next) => {
    const transition = step(machine('Sta2'), { name: 'Evt6', pdu: { ...RQ_PDU, protocolVersion } });
    expect(transition!.machine.state).toBe(next);
    if (next === 'Sta13') {
      const does = ['stopArtim', 'send A-ASSOCIATE-RJ 1/2/2', 'startArtim'];
      expect(transition!.effects.map(words)).toEqual(does);
    }
  });

  test('AR-8 leads the requestor to Sta9 and the acceptor to Sta10', () => {
    expect(step(machine('Sta7', 'requestor'), { name: 'Evt12' })!.machine.state).toBe('Sta9');
    expect(step(machine('Sta7', 'acceptor'), { name: 'Evt12' })!.machine.state).toBe('Sta10');
  });

  test('AA-3 tells an abort of the peer`s user from one of its provider', () => {
    for (const [source, primitive] of [
      [0, 'A-ABORT indication: A-ABORT'],
      [1, 'A-P-ABORT indication: A-ABORT'],
      [2, 'A-P-ABORT indication: A-ABORT'],
    ] as const) {
      const transition = step(machine('Sta6'), {
        name: 'Evt16',
        pdu: { type: 'A-ABORT', source, reason: 200 },
      });
      expect(transition!.effects.map(words)).toEqual([primitive, 'close']);
    }
  });

  test('AE-2 sends the request that Evt1 brought', () => {
    const asked = step({ state: 'Sta1', role: 'requestor' }, { name: 'Evt1', request: RQ_PDU });
    const sent = step(asked!.machine, { name: 'Evt2' });
    expect(sent!.effects).toEqual([{ effect: 'send', pdu: RQ_PDU }]);
  });

  test('a step changes nothing in the machine it was given', () => {
    const before = Object.freeze(machine('Sta6'));
    expect(step(before, { name: 'Evt11' })!.machine).not.toBe(before);
    expect(before.state).toBe('Sta6');
  });

  test('every PDU is its event', () => {
    const events = [
      RQ_PDU,
      AC_PDU,
      RJ_PDU,
      DATA_PDU,
      { type: 'A-RELEASE-RQ' } as const,
      { type: 'A-RELEASE-RP' } as const,
      { type: 'A-ABORT', source: 0, reason: 0 } as const,
    ].map((pdu) => eventOf(pdu).name);
    expect(events).toEqual(['Evt6', 'Evt3', 'Evt4', 'Evt10', 'Evt12', 'Evt13', 'Evt16']);
  });
});
