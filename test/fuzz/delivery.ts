/** A scripted peer that delivers to our listener what our side had it move there: an association of its own. */
import { Random } from '../support/random.ts';
import type { Actor } from './actor.ts';
import { SAMPLES } from './samples.ts';
import { releasing, speech } from './utterance.ts';
import type { Utterance } from './utterance.ts';

/** Asks for an association, stores, releases; one after the other, as answers come. */
export function planDelivery(actor: Actor, sopInstanceUIDs: readonly string[], seed: number): void {
  const random = new Random(seed);
  const stores = sopInstanceUIDs.map((uid) => (): Utterance => storing(actor, uid));
  actor.plans.push(() => actor.request(random), ...stores, releasing);
}

function storing(actor: Actor, sopInstanceUID: string): Utterance {
  const { info, bytes } = SAMPLES.find((sample) => sample.info.sopInstanceUID === sopInstanceUID)!;
  const fields = {
    MessageID: actor.nextMessageId(),
    AffectedSOPClassUID: info.sopClassUID,
    AffectedSOPInstanceUID: sopInstanceUID,
    Priority: 0,
    MoveOriginatorApplicationEntityTitle: 'US',
    MoveOriginatorMessageID: 1,
  };
  return speech(actor.contextOf(info.sopClassUID), 'C-STORE-RQ', fields, bytes);
}
