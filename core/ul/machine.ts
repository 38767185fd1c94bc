/**
 * The state machine itself: a pure function of state and event (PS3.8 9.2). It sends nothing, waits
 * for nothing and knows no clock; what is to be done comes back as effects.
 */
import type { Bytes } from '../bytes/index.ts';
import type {
  Abort,
  AssociateAC,
  AssociateRJ,
  AssociateRQ,
  PDataTF,
  Pdu,
  ReleaseRP,
  ReleaseRQ,
} from '../pdu/types.ts';
import { actionFor, NEXT_STATE } from './states.ts';
import type { Action, EventName, State } from './states.ts';

/** P-DATA-TF PDUs, and whom to tell when their memory may be used again. */
export interface DataToSend {
  readonly data: Bytes;
  readonly taken?: (() => void) | undefined;
}

/** An event with what it brings. */
export type UlEvent =
  | { readonly name: 'Evt1'; readonly request: AssociateRQ }
  | { readonly name: 'Evt3'; readonly pdu: AssociateAC }
  | { readonly name: 'Evt4'; readonly pdu: AssociateRJ }
  | { readonly name: 'Evt6'; readonly pdu: AssociateRQ }
  | { readonly name: 'Evt7'; readonly response: AssociateAC }
  | { readonly name: 'Evt8'; readonly response: AssociateRJ }
  | ({ readonly name: 'Evt9' } & DataToSend)
  | { readonly name: 'Evt10'; readonly pdu: PDataTF }
  | { readonly name: 'Evt16'; readonly pdu: Abort }
  /** `reason` is that of the A-ABORT (PS3.8 Table 9-26): 1 unrecognized PDU, 6 invalid parameter value. */
  | { readonly name: 'Evt19'; readonly reason: number }
  | { readonly name: 'Evt2' | 'Evt5' | 'Evt11' | 'Evt12' | 'Evt13' | 'Evt14' | 'Evt15' | 'Evt17' | 'Evt18' };

/** What the service user is told (PS3.8 7). */
export type Indication =
  | { readonly primitive: 'A-ASSOCIATE indication'; readonly pdu: AssociateRQ }
  | { readonly primitive: 'A-ASSOCIATE confirmation'; readonly pdu: AssociateAC | AssociateRJ }
  | { readonly primitive: 'P-DATA indication'; readonly pdu: PDataTF }
  | { readonly primitive: 'A-RELEASE indication'; readonly collision: boolean }
  | { readonly primitive: 'A-RELEASE confirmation' }
  | { readonly primitive: 'A-ABORT indication'; readonly pdu: Abort }
  /** `pdu` is the peer's A-ABORT; absent where we found the fault (`sent`) or the transport broke. */
  | { readonly primitive: 'A-P-ABORT indication'; readonly pdu?: Abort; readonly sent?: Abort };

export type Effect =
  | { readonly effect: 'connect' | 'startArtim' | 'stopArtim' | 'close' }
  | { readonly effect: 'send'; readonly pdu: Pdu }
  | ({ readonly effect: 'sendData' } & DataToSend)
  | ({ readonly effect: 'indicate' } & { readonly indication: Indication });

/** All that the machine remembers. */
export interface Machine {
  readonly state: State;
  /** Which side of a release collision we are on. */
  readonly role: 'requestor' | 'acceptor';
  /** What Evt1 brought, until AE-2 sends it. */
  readonly request?: AssociateRQ;
}

export interface Transition {
  readonly from: State;
  readonly event: EventName;
  readonly action: Action;
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

const REJECT_PROTOCOL_VERSION: AssociateRJ = { type: 'A-ASSOCIATE-RJ', result: 1, source: 2, reason: 2 };
const USER_ABORT: Abort = { type: 'A-ABORT', source: 0, reason: 0 };
const UNEXPECTED_PDU = 2; // PS3.8 Table 9-26
const RELEASE_RQ: ReleaseRQ = { type: 'A-RELEASE-RQ' };
const RELEASE_RP: ReleaseRP = { type: 'A-RELEASE-RP' };

const CONNECT: Effect = { effect: 'connect' };
const CLOSE: Effect = { effect: 'close' };
const START_ARTIM: Effect = { effect: 'startArtim' };
const STOP_ARTIM: Effect = { effect: 'stopArtim' };
const NOTHING: readonly Effect[] = [];

const send = (pdu: Pdu): Effect => ({ effect: 'send', pdu });
const sendData = ({ data, taken }: DataToSend): Effect => ({ effect: 'sendData', data, taken });
const indicate = (indication: Indication): Effect => ({ effect: 'indicate', indication });
const providerAbort = (event: UlEvent): Abort => ({
  type: 'A-ABORT',
  source: 2,
  reason: event.name === 'Evt19' ? event.reason : UNEXPECTED_PDU,
});

type Decided = readonly Effect[] | { readonly effects: readonly Effect[]; readonly next: State };
type ActionFunction = (event: UlEvent, machine: Machine) => Decided;

/** An event known by its name; the table gives an action only the events it is made for. */
function as<N extends UlEvent['name']>(event: UlEvent, ...names: N[]): Extract<UlEvent, { name: N }> {
  if (!(names as string[]).includes(event.name)) throw new TypeError(`action not defined for ${event.name}`);
  return event as Extract<UlEvent, { name: N }>;
}

/** The actions of PS3.8 Tables 9-6 to 9-9. */
const ACTION: Readonly<Record<Action, ActionFunction>> = {
  'AE-1': () => [CONNECT],
  'AE-2': (_, machine) => (machine.request ? [send(machine.request)] : NOTHING),
  'AE-3': (event) => [indicate({ primitive: 'A-ASSOCIATE confirmation', pdu: as(event, 'Evt3').pdu })],
  'AE-4': (event) => [indicate({ primitive: 'A-ASSOCIATE confirmation', pdu: as(event, 'Evt4').pdu }), CLOSE],
  'AE-5': () => [START_ARTIM],
  'AE-6': (event) => {
    const { pdu } = as(event, 'Evt6');
    // PS3.8 9.3.2: only bit 0 of the protocol version is tested.
    return (pdu.protocolVersion & 1) === 1
      ? { effects: [STOP_ARTIM, indicate({ primitive: 'A-ASSOCIATE indication', pdu })], next: 'Sta3' }
      : { effects: [STOP_ARTIM, send(REJECT_PROTOCOL_VERSION), START_ARTIM], next: 'Sta13' };
  },
  'AE-7': (event) => [send(as(event, 'Evt7').response)],
  'AE-8': (event) => [send(as(event, 'Evt8').response), START_ARTIM],
  'DT-1': (event) => [sendData(as(event, 'Evt9'))],
  'DT-2': (event) => [indicate({ primitive: 'P-DATA indication', pdu: as(event, 'Evt10').pdu })],
  'AR-1': () => [send(RELEASE_RQ)],
  'AR-2': () => [indicate({ primitive: 'A-RELEASE indication', collision: false })],
  'AR-3': () => [indicate({ primitive: 'A-RELEASE confirmation' }), CLOSE],
  'AR-4': () => [send(RELEASE_RP), START_ARTIM],
  'AR-5': () => [STOP_ARTIM],
  'AR-6': (event) => [indicate({ primitive: 'P-DATA indication', pdu: as(event, 'Evt10').pdu })],
  'AR-7': (event) => [sendData(as(event, 'Evt9'))],
  'AR-8': (_, machine) => ({
    effects: [indicate({ primitive: 'A-RELEASE indication', collision: true })],
    next: machine.role === 'requestor' ? 'Sta9' : 'Sta10',
  }),
  'AR-9': () => [send(RELEASE_RP)],
  'AR-10': () => [indicate({ primitive: 'A-RELEASE confirmation' })],
  'AA-1': () => [send(USER_ABORT), START_ARTIM],
  'AA-2': () => [STOP_ARTIM, CLOSE],
  'AA-3': (event) => {
    const { pdu } = as(event, 'Evt16');
    const primitive = pdu.source === 0 ? 'A-ABORT indication' : 'A-P-ABORT indication';
    return [indicate({ primitive, pdu }), CLOSE];
  },
  'AA-4': () => [indicate({ primitive: 'A-P-ABORT indication' })],
  'AA-5': () => [STOP_ARTIM],
  'AA-6': () => NOTHING,
  'AA-7': (event) => [send(providerAbort(event))],
  'AA-8': (event) => {
    const sent = providerAbort(event);
    return [send(sent), indicate({ primitive: 'A-P-ABORT indication', sent }), START_ARTIM];
  },
};

/**
 * One step of the machine (PS3.8 9.2). Returns `undefined` where Table 9-10 has no entry: for a local
 * primitive a mistake of the caller, for the ARTIM timer an expiry that came too late to matter.
 */
export function step(machine: Machine, event: UlEvent): Transition | undefined {
  const action = actionFor(event.name, machine.state);
  if (action === undefined) return undefined;
  const decided = ACTION[action](event, machine);
  const { effects, next } =
    'next' in decided ? decided : { effects: decided, next: NEXT_STATE[action as keyof typeof NEXT_STATE] };
  return {
    from: machine.state,
    event: event.name,
    action,
    machine: following(machine, event, next),
    effects,
  };
}

function following(machine: Machine, event: UlEvent, state: State): Machine {
  if (event.name === 'Evt1') return { ...machine, state, request: event.request };
  return state === machine.state ? machine : { ...machine, state };
}

/** The event that a received PDU is (PS3.8 9.2.2). */
export function eventOf(pdu: Pdu): UlEvent {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return { name: 'Evt6', pdu };
    case 'A-ASSOCIATE-AC':
      return { name: 'Evt3', pdu };
    case 'A-ASSOCIATE-RJ':
      return { name: 'Evt4', pdu };
    case 'P-DATA-TF':
      return { name: 'Evt10', pdu };
    case 'A-RELEASE-RQ':
      return { name: 'Evt12' };
    case 'A-RELEASE-RP':
      return { name: 'Evt13' };
    case 'A-ABORT':
      return { name: 'Evt16', pdu };
  }
}
