/** Whom to ask, and how to speak of it. */
import { DEFAULT_ASSOCIATIONS } from '../../core/transport/peers.ts';
import type { CalledPeer } from '../engine/protocol.ts';
import type { Lane } from './jobs.svelte.ts';
import type { Situation } from './sentences.ts';

export interface Asked {
  readonly peer: CalledPeer;
  /** Where the bridge finds it. */
  readonly at: { readonly host: string; readonly port: number };
  readonly situation: Situation;
}

/** As many transfers as the peer takes associations. */
export function peerLane({ peer: { name, associations = DEFAULT_ASSOCIATIONS } }: Asked): Lane {
  return { name: `peer ${name}`, most: associations };
}

/** The same for what is sent to it: by one at a time where its settings say no more (`core/peer/send.ts`). */
export function sendLanes(asked: Asked): readonly Lane[] {
  const { name, associations = 1 } = asked.peer;
  return [peerLane(asked), { name: `send ${name}`, most: associations }];
}
