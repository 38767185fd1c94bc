/** Why something is not shown, in a sentence. */
import { failureOf } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';

/** What was thrown while an instance was read, decoded or drawn. */
export function explainLook(thrown: unknown): string {
  const { code, message } = failureOf(thrown);
  const why = message.trim().replace(/\.$/, '');
  return code === 'STORE_FAILED' ? t.viewer.gone : t.viewer.notShown(why);
}
