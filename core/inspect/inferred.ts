/**
 * The state of a side that nobody watched, worked out of the PDUs that it sent and was sent, by the machine of core/ul.
 * Its local primitives and its timers are not seen: they are taken as late as the PDUs allow.
 */
import { eventOf, step } from '../ul/machine.ts';
import type { Machine, UlEvent } from '../ul/machine.ts';
import type { Pdu, PduName } from '../pdu/index.ts';
import type { State } from '../ul/states.ts';
import type { MachineStep, Side } from './record.ts';

/** Where a side stands that has just sent, or been sent, such a PDU: for a record that begins in the middle. */
const STANDS: Readonly<Record<PduName, { readonly sent: State; readonly received: State }>> = {
  'A-ASSOCIATE-RQ': { sent: 'Sta5', received: 'Sta3' },
  'A-ASSOCIATE-AC': { sent: 'Sta6', received: 'Sta6' },
  'A-ASSOCIATE-RJ': { sent: 'Sta13', received: 'Sta1' },
  'P-DATA-TF': { sent: 'Sta6', received: 'Sta6' },
  'A-RELEASE-RQ': { sent: 'Sta7', received: 'Sta8' },
  'A-RELEASE-RP': { sent: 'Sta13', received: 'Sta1' },
  'A-ABORT': { sent: 'Sta13', received: 'Sta1' },
};

export class InferredSide {
  readonly side: Side;
  #machine: Machine;

  constructor(side: Side) {
    this.side = side;
    this.#machine = { state: 'Sta1', role: side };
  }

  get state(): State {
    return this.#machine.state;
  }

  /** The steps by which the side came to send this PDU. */
  sent(pdu: Pdu): MachineStep[] {
    const steps = this.#opening(pdu).flatMap((event) => this.#step(event) ?? []);
    return this.#follow(steps, primitiveFor(pdu), STANDS[pdu.type].sent);
  }

  received(pdu: Pdu): MachineStep[] {
    const opening: UlEvent[] =
      pdu.type === 'A-ASSOCIATE-RQ' && this.state === 'Sta1' ? [{ name: 'Evt5' }] : [];
    const steps = opening.flatMap((event) => this.#step(event) ?? []);
    return this.#follow(steps, eventOf(pdu), STANDS[pdu.type].received);
  }

  /** The connection is gone (Evt17). */
  closed(): MachineStep[] {
    return this.state === 'Sta1' ? [] : [this.#step({ name: 'Evt17' }) ?? []].flat();
  }

  #opening(pdu: Pdu): UlEvent[] {
    return pdu.type === 'A-ASSOCIATE-RQ' && this.state === 'Sta1' ? [{ name: 'Evt1', request: pdu }] : [];
  }

  #follow(steps: MachineStep[], event: UlEvent | undefined, stands: State): MachineStep[] {
    const taken = event && this.#step(event);
    if (taken !== undefined) return [...steps, taken];
    this.#machine = { ...this.#machine, state: stands };
    return steps;
  }

  #step(event: UlEvent): MachineStep | undefined {
    const transition = step(this.#machine, event);
    if (transition === undefined) return undefined;
    this.#machine = transition.machine;
    const { from, action, machine } = transition;
    return { side: this.side, from, event: transition.event, action, to: machine.state };
  }
}

const NO_BYTES = new Uint8Array(0);

/** The event that makes a side send this PDU; undefined for an abort by the provider, which another event caused. */
function primitiveFor(pdu: Pdu): UlEvent | undefined {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return { name: 'Evt2' };
    case 'A-ASSOCIATE-AC':
      return { name: 'Evt7', response: pdu };
    case 'A-ASSOCIATE-RJ':
      return pdu.source === 1 ? { name: 'Evt8', response: pdu } : undefined;
    case 'P-DATA-TF':
      return { name: 'Evt9', data: NO_BYTES };
    case 'A-RELEASE-RQ':
      return { name: 'Evt11' };
    case 'A-RELEASE-RP':
      return { name: 'Evt14' };
    case 'A-ABORT':
      return pdu.source === 0 ? { name: 'Evt15' } : undefined;
  }
}
