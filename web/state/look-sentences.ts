/** Why something is not shown, in a sentence. */
import { failureOf } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';

/** What was thrown while an instance was read, decoded or drawn. */
export function explainLook(thrown: unknown): string {
  const { code, message } = failureOf(thrown);
  const { gone, codecBlocked, notShown } = t.viewer;
  if (code === 'STORE_FAILED') return gone;
  if (code === 'CODEC_BLOCKED') return codecBlocked;
  return notShown(message.trim().replace(/\.$/, ''));
}
