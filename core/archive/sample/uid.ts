/** UIDs that are the same in every run, made from names. */
import { uuidUID } from '../../data/index.ts';

/** A UID under 2.25 (PS3.5 B.2) whose UUID is a hash of the name, marked as version 8 (RFC 9562 5.8). */
export function nameUID(name: string): string {
  let uuid = 0n;
  for (let word = 0; word < 4; word++) uuid = (uuid << 32n) | BigInt(fnv1a(`${word}/${name}`));
  return uuidUID(uuid, 8n);
}

/** FNV-1a with a final mix: names that differ in one character share no digits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
