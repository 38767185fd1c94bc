/** Whom to ask, and how to speak of it. */
import type { CalledPeer } from '../engine/protocol.ts';
import type { Situation } from './sentences.ts';

export interface Asked {
  readonly peer: CalledPeer;
  /** Where the bridge finds it. */
  readonly at: { readonly host: string; readonly port: number };
  readonly situation: Situation;
}
