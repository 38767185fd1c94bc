/** File names for instances. A UID comes from outside: it may hold anything, and must not lead anywhere. */
import { isHarmlessUID } from '../dict/index.ts';

/**
 * `SOP Instance UID.dcm`. What holds more than digits and dots gets a name of harmless characters, made distinct by a
 * hash: letters may name a device, or differ in case alone. Safe on every file system; never longer than 80 characters.
 */
export function instanceFileName(sopInstanceUID: string): string {
  if (isHarmlessUID(sopInstanceUID) && /^[\d.]+$/.test(sopInstanceUID)) return `${sopInstanceUID}.dcm`;
  const harmless = sopInstanceUID.replace(/[^0-9A-Za-z]+/g, '-').slice(0, 64);
  return `x${harmless}-${hash(sopInstanceUID)}.dcm`;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
