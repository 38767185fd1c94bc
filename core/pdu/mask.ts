/** PDUs as an observer may see them: who a user is, and how that is proved, is nobody else's (PS3.7 D.3.3.7). */
import type { Bytes } from '../bytes/index.ts';
import { DEFAULT_LIMITS } from '../bytes/index.ts';
import { describe } from './describe.ts';
import { USER_IDENTITY, USER_IDENTITY_RESPONSE } from './user-identity.ts';
import type { FieldSpan } from './walk.ts';

const SECRET_ITEMS: ReadonlySet<string> = new Set([USER_IDENTITY.name, USER_IDENTITY_RESPONSE.name]);
const ASTERISK = 0x2a;

/** The PDU with asterisks for what stands in its user identity items, at the same length; itself where there are none. */
export function withoutSecrets(pdu: Bytes): Bytes {
  // The decoder has taken the PDU within its own limits: no item may stay unseen here.
  const secrets = describe(pdu, { ...DEFAULT_LIMITS, items: Infinity }).flatMap(secretsIn);
  if (secrets.length === 0) return pdu;
  const shown = pdu.slice();
  for (const { offset, length } of secrets) shown.fill(ASTERISK, offset, offset + length);
  return shown;
}

/** All of the item that no table reads as a number: its values, and what a careless sender put behind them. */
function secretsIn({ name, children = [] }: FieldSpan): FieldSpan[] {
  if (!SECRET_ITEMS.has(name)) return children.flatMap(secretsIn);
  return children.filter((field) => field.value === undefined && field.name !== 'Reserved');
}
